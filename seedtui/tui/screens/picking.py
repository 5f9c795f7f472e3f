"""The quick picker: any run of the history, found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from seedtui.core.query import Query, parse_query
from seedtui.core.text import one_line
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.listing import ListScreen
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.run_row import fit, when

if TYPE_CHECKING:
    from seedtui.core.summary import Summary
    from seedtui.history import History

MOST = 100
"""How many runs are offered at a time."""


class PickScreen(ListScreen):
    """Offers the newest runs that match what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Up", show=False, priority=True),
    ]

    AUTO_FOCUS = "LineInput"

    @dataclass
    class Found(Message):
        """Runs that match."""

        query: Query
        rows: Sequence[Summary]
        problem: str = ""

    def __init__(self, name: str, history: History) -> None:
        """Make the picker.

        Args:
            name: What the run will be: A or B.
            history: Where the runs are.
        """
        super().__init__()
        self._name, self._history = name, history
        self._query = Query()

    @property
    def title_text(self) -> str:
        """What is chosen here."""
        return f"Choose {self._name}"

    @property
    def columns(self) -> str:
        """What the columns are."""
        return "id      time      seed       fingerprint         first words"

    def above(self) -> ComposeResult:
        """Lay out the line to type into."""
        yield LineInput("", "words, seed:123 fp:… model:…")

    def on_mount(self) -> None:
        """Offer the newest."""
        self._look()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        try:
            query = parse_query(self.query_one(LineInput).typed)
        except ValueError as error:
            self.say(str(error))
            return
        if query != self._query:
            self._query = query
            self._look()

    def _look(self) -> None:
        self._read(self._query)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self, query: Query) -> None:
        worker = get_current_worker()
        try:
            rows = self._history.page(query, None, MOST, lambda: worker.is_cancelled)
            named = self._by_id(query)
            if named is not None:
                rows = [named, *(row for row in rows if row.id != named.id)]
            self.post_message(self.Found(query, rows))
        except Exception as error:
            self.post_message(self.Found(query, (), problem_of(error)))

    def _by_id(self, query: Query) -> Summary | None:
        """Return the run that is named by its id, `41` or `#41`, if it is there."""
        typed = query.words[0].removeprefix("#") if len(query.words) == 1 and not query.filters else ""
        if not typed.isdecimal() or len(typed) > 15:
            return None
        found = self._history.page(Query(), int(typed) + 1, 1)
        return found[0] if found and found[0].id == int(typed) else None

    def on_pick_screen_found(self, event: Found) -> None:
        """Show what was found, unless something else is looked for by now."""
        event.stop()
        if event.query != self._query:
            return
        now = datetime.now().astimezone()
        self.fill([(Ref(row.id), _row(row, now)) for row in event.rows])
        more = f"the newest {MOST}; type to find others" if len(event.rows) == MOST else f"{len(event.rows)} found"
        self.say(event.problem or more)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self.chosen is not None:
            self.dismiss(self.chosen)

    def action_move(self, step: int) -> None:
        """Move the cursor while the focus stays in the line."""
        count = self.rows.option_count
        if count:
            self.rows.highlighted = max(0, min(count - 1, (self.rows.highlighted or 0) + step))


def _row(row: Summary, now: datetime) -> Content:
    seed = "no seed" if row.seed is None else str(row.seed)
    fingerprint = one_line(row.fingerprint, 60) if row.fingerprint else "–"
    cells = fit(f"#{row.id}", 8) + fit(when(row.created_at, now), 10) + fit(seed, 11) + fit(fingerprint, 20)
    return Content(cells + (one_line(row.first_words, 80) or f"({row.status.phrase})"))
