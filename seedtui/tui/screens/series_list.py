"""The series there are, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from seedtui.core.run import Status
from seedtui.core.sample import SeriesRecord, is_answer
from seedtui.core.series import Plan
from seedtui.core.sweep import plan_phrase
from seedtui.core.text import displayable
from seedtui.tui import series_words as words
from seedtui.tui.screens.base import problem_of
from seedtui.tui.series_watch import SeriesWatch
from seedtui.tui.widgets.run_row import when
from seedtui.tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from seedtui.history import History

_PAGE: Final = 200
_COLUMNS: Final = (
    Column("series", right=True),
    Column("made"),
    Column("answered", right=True),
    Column("state"),
    Column("what was varied", gives=1, prose=True),
    Column("where", gives=2),
    Column("request", gives=2, prose=True),
)
_EMPTY: Final = "There is no series yet: Shift+F5 or ^G sends the form's request many times."


class SeriesList(ModalScreen[SeriesWatch | None]):
    """Lists series; Enter opens one, Escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,R", "leave", "Close", show=False)]

    AUTO_FOCUS = "Table"

    DEFAULT_CSS = """
    SeriesList { align: center middle; }
    SeriesList > Vertical {
        width: 116; max-width: 96%; height: 80%; padding: 0 1; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    SeriesList #said { height: auto; color: $text-muted; }
    """

    @dataclass
    class Read(Message):
        """The series are known, or cannot be read."""

        records: Sequence[SeriesRecord]
        problem: str = ""

    def __init__(self, history: History, watches: Mapping[int, SeriesWatch]) -> None:
        """Make the list.

        Args:
            history: Where the series are.
            watches: Those that are being sent, by id.
        """
        super().__init__()
        self._history, self._watches = history, watches
        self._plans: list[tuple[SeriesRecord, Plan | str]] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical() as box:
            box.border_title = "Series"
            box.border_subtitle = "Enter opens, Esc closes"
            yield Table(empty="Reading …")
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Begin to read."""
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        try:
            self.post_message(self.Read(self._history.series_page(None, _PAGE)))
        except Exception as error:
            self.post_message(self.Read([], problem_of(error)))

    def on_series_list_read(self, event: Read) -> None:
        """Show them."""
        event.stop()
        self._plans = [(record, _plan(record)) for record in event.records]
        now = datetime.now().astimezone()
        rows = [self._cells(record, plan, now) for record, plan in self._plans]
        self.query_one(Table).show(_COLUMNS, rows, empty=displayable(event.problem) or _EMPTY)
        if len(rows) == _PAGE:
            self._say(f"These are the newest {_PAGE}; seedtui series lists more.")

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(displayable(text)))

    def _cells(self, record: SeriesRecord, plan: Plan | str, now: datetime) -> Row:
        statuses = [status for _, status in record.answers.values()]
        watch = self._watches.get(record.id)
        answered = sum(is_answer(status) for status in statuses)
        if isinstance(plan, str):
            return str(record.id), when(record.created_at, now), str(answered), "unreadable", plan, "", ""
        if watch is not None and watch.going:
            state = "going"
        elif Status.STREAMING in statuses:
            state = "elsewhere"
        else:
            state = "complete" if answered >= plan.count else "open"
        made = when(record.created_at, now)
        what = plan_phrase(plan), words.served_phrase(plan), words.asked_phrase(plan)
        return str(record.id), made, f"{answered} of {plan.count}", state, *what

    @on(Table.Chosen)
    def _choose(self, event: Table.Chosen) -> None:
        event.stop()
        record, plan = self._plans[event.rows.cursor]
        if isinstance(plan, str):
            self._say(plan)
        else:
            self.dismiss(self._watches.get(record.id) or SeriesWatch(record.id, plan, record.created_at))

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)


def _plan(record: SeriesRecord) -> Plan | str:
    try:
        return Plan.from_json(record.plan)
    except ValueError as error:
        return str(error)
