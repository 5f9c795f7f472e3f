"""What there is to know of one branch of the tree."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seedtui.core.agreement.intervals import wilson
from seedtui.core.agreement.sentences import interval_phrase
from seedtui.core.agreement.tally import Share
from seedtui.core.agreement.tree_rows import TreeRow
from seedtui.core.layout.cells import broken, cut, cut_middle
from seedtui.core.text import displayable

_LINES = 2
_LOOK = 2000


class BranchDetail(Static):
    """Where a branch stands, its whole text as far as there is room, and what else might have been said there."""

    DEFAULT_CSS = """
    BranchDetail { height: 5; padding: 0 1; border-top: solid $panel; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._row: TreeRow | None = None
        self._n = 0
        self._choices = ""

    def show(self, row: TreeRow | None, n: int) -> None:
        """Show a branch.

        Args:
            row: Its line in the tree; None for nothing.
            n: How many completions there are in all.
        """
        if row != self._row:
            self._choices = ""
        self._row, self._n = row, n
        self.refresh()

    def show_choices(self, phrase: str) -> None:
        """Show which tokens the model might have said there; displayable."""
        self._choices = phrase
        self.refresh()

    def render(self) -> Content:
        """Paint the lines."""
        width = max(8, self.content_size.width)
        if self._row is None or not self._n:
            return Content("")
        lines = [Content(cut(self._where(self._row), width, cell_len))]
        lines += [Content.styled(line, "$foreground") for line in self._text(self._row, width)]
        if self._choices:
            lines.append(Content(cut(f"chosen there: {self._choices}", width, cell_len)))
        return Content("\n").join(lines)

    def _where(self, row: TreeRow) -> str:
        share = Share(row.count, self._n)
        said = f"{row.count} of {self._n} ({interval_phrase(wilson(share))})"
        branch = row.branch
        if branch is None or not branch.text:
            return said
        run_id, index = branch.example
        first, last = branch.words + 1, branch.words_to_end
        words = f"words {first} to {last}" if last > first else f"word {first}" if last == first else "no word"
        return f"{words} · {said} · as in #{run_id}{f'.{index}' if index else ''}"

    def _text(self, row: TreeRow, width: int) -> list[str]:
        if row.branch is None:
            return []
        text = row.branch.text
        shown = displayable(text if len(text) <= _LOOK else f"{text[: _LOOK // 2]}…{text[-_LOOK // 2 :]}")
        lines = broken(shown.strip(), width, cell_len)
        if len(lines) > _LINES:
            # Both its ends matter: where it begins, and where it parts again.
            rest = " ".join(lines[1:])
            lines = [lines[0], cut_middle(rest, width, cell_len)]
        return lines
