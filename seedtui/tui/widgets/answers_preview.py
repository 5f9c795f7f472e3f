"""The answers in one request's versions, each marked where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seedtui.core.layout.cells import cut, pad
from seedtui.core.text import displayable, one_line

_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Answer:
    """The answer in a version; the texts are raw.

    Attributes:
        count: How many completions say so.
        answer: The answer; None if there is none.
        before: The text before the place where it stands.
        marked: The text in that place; empty if it has none.
        after: The text behind it.
    """

    count: int
    answer: str | None
    before: str
    marked: str
    after: str


class AnswersPreview(Static):
    """A line for each version: how many say it, its answer, and where in the text that stands."""

    DEFAULT_CSS = """
    AnswersPreview {
        height: 7; padding: 0 1; border-top: solid $panel; color: $text-muted; text-wrap: nowrap;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._answers: Sequence[Answer] = ()
        self._said = ""

    def show(self, answers: Sequence[Answer], said: str = "") -> None:
        """Show answers.

        Args:
            answers: The commonest version's first.
            said: What to say instead if there are none; displayable.
        """
        self._answers, self._said = answers, said
        self.refresh()

    def render(self) -> Content:
        """Paint the lines."""
        width, height = self.content_size
        if not self._answers:
            return Content(cut(self._said, width, cell_len))
        shown = self._answers if len(self._answers) <= height else self._answers[: height - 1]
        lines = [_line(one, width) for one in shown]
        if len(shown) < len(self._answers):
            lines.append(Content(f"{len(self._answers) - len(shown)} more versions"))
        return Content("\n").join(lines)


def _line(one: Answer, width: int) -> Content:
    count = f"{one.count:>5}×  "
    answer = "no answer" if one.answer is None else one_line(one.answer, 60) or '""'
    column = max(10, min(24, width // 4))
    room = width - len(count) - column - 2
    marked = cut(displayable(one.marked), room // 2, cell_len)
    # Most of what is shown comes before the answer: that is what leads to it.
    left = (room - cell_len(marked)) * 2 // 3 if one.marked else 0
    before = _tail(_flat(one.before), left) if one.marked else ""
    rest = room - cell_len(before) - cell_len(marked)
    after = cut(_flat(one.after if one.marked else one.before + one.after), max(0, rest), cell_len)
    return Content.assemble(
        count,
        (pad(answer, column, cell_len), "bold $foreground" if one.answer is not None else ""),
        "  ",
        before,
        (marked, "bold underline $foreground"),
        after,
    )


def _flat(text: str) -> str:
    """Return a text on one line, displayable; white space at its ends stays, as a space."""
    return displayable(_SPACE.sub(" ", text))


def _tail(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    tail = text[-max(1, width - 1) :]
    while tail and cell_len(tail) > width - 1:
        tail = tail[1:]
    return f"…{tail}" if width > 0 else ""
