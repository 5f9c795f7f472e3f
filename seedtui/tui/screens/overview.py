"""Many requests at once: how many of them agree, the least stable first, also by the answers in their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from seedtui.core import phrases
from seedtui.core.agreement.answers import AnswerFinder, SlowPatternError, answer_finder
from seedtui.core.agreement.asked import Asked
from seedtui.core.agreement.overview import Entry
from seedtui.core.agreement.sentences import overall_sentence, percent
from seedtui.core.query import Query, parse_query
from seedtui.core.text import displayable
from seedtui.tui.pair import Ref
from seedtui.tui.screens import overview_reader as reader
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.full import FullScreen
from seedtui.tui.widgets.answers_preview import Answer, AnswersPreview
from seedtui.tui.widgets.bars import KeyBar, StatusLine
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.figures import Figures
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.measure_title import MeasureTitle
from seedtui.tui.widgets.requests_table import RequestsTable
from seedtui.tui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from seedtui.history import History
    from seedtui.tui.screens.table_export import TableDestination

_TYPING_SECONDS: Final = 0.25
# Into so many steps the reading is divided for whoever waits.
_STEPS: Final = 50
_EXPLAINED: Final = (
    ("Keys", ""),
    ("↑ ↓ j k", "go through the requests"),
    ("Enter", "show how far the completions of the request under the cursor agree"),
    ("/", "choose the runs: words, and filters as in the list of runs (model:gpt-4o since:2026-11-01 series:3)"),
    ("a", "say what the answer in a text is: the requests are compared by their answers, too"),
    ("e", "save the table"),
    ("Esc q T", "close; in a field, go back to the requests"),
    ("The answer", ""),
    ("a pattern", "a regular expression: its first group, or all that it matches. answer is ([A-D]) finds the letter"),
    ("/a/0", "a JSON pointer, if it begins with /: the value in the JSON that a text is or holds"),
    ("Words", ""),
    ("N", "how many completions of the request came to their end"),
    ("texts", "how many different ones there are among them"),
    ("commonest", "the share of the completions that say the commonest text"),
    ("pairs", "of all pairs of them, the share whose two texts are the same to the letter"),
    ("answers", "the share of the completions that give the commonest answer"),
    ("TARr@N", "the share of requests whose N completions are all the same (Atil et al., arXiv 2408.04667)"),
    ("TARa@N", "the share of requests whose N answers are all the same"),
    ("95 %", "the interval that such a share lies in 95 times of 100, by Wilson's formula"),
)


class OverviewScreen(FullScreen[tuple[Ref, Ref] | None]):
    """Lists requests, and tries out what their answers are; passes on the pair that was chosen in one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("T", "leave", "Close", show=False),
        Binding("slash", "edit('query')", "Filter", show=False),
        Binding("a", "edit('answer')", "Answer", show=False),
        Binding("e", "export", "Export", show=False),
    ]

    DEFAULT_CSS = """
    OverviewScreen { background: $background; }
    OverviewScreen .field { layout: horizontal; height: 1; padding: 0 1; }
    OverviewScreen .field Static { width: 9; color: $text-muted; }
    OverviewScreen #fields { height: 2; margin-bottom: 1; }
    OverviewScreen RequestsTable { height: 1fr; }
    OverviewScreen AnswersPreview { display: none; }
    OverviewScreen.-answers AnswersPreview { display: block; }
    """

    NAME = "Overview"
    KEYS = (("Enter", "Agreement"), ("/", "Filter"), ("a", "Answer"), ("e", "Export"))
    EXPLAINED = _EXPLAINED

    @dataclass
    class Progressed(Message):
        """So much has been read, of so much."""

        what: str
        done: int
        of: int

    @dataclass
    class Read(Message):
        """The requests of a query have been read.

        Attributes:
            query: The query.
            finder: Finds their answers; None if they are not asked for.
            listing: The requests; None if they could not be read.
            problem: Why not.
        """

        query: Query
        finder: AnswerFinder | None
        listing: reader.Listing | None = None
        problem: str = ""

    @dataclass
    class Told(Message):
        """It is known what is asked in some requests."""

        asked: Mapping[str, Asked] = field(default_factory=dict)

    @dataclass
    class Previewed(Message):
        """The answers of one request are known."""

        entry: Entry
        answers: Sequence[Answer] = ()
        problem: str = ""

    def __init__(self, history: History, typed: str) -> None:
        """Make the screen.

        Args:
            history: Where the runs are.
            typed: The filter in force.
        """
        super().__init__()
        self._history, self._typed = history, typed
        self._query = Query()
        self._finder: AnswerFinder | None = None
        self._listing: reader.Listing | None = None
        # As it was read, without answers: for another answer no run need be read again.
        self._plain: tuple[Query, reader.Listing] | None = None
        self._timer: Timer | None = None
        self._reading = self._stale = False

    def compose(self) -> ComposeResult:
        """Lay out the sentence, the two fields, the requests and the answers of one of them."""
        yield MeasureTitle(self.NAME)
        yield Figures(id="figures")
        with Box(id="fields"):
            with Box(classes="field"):
                yield Static(Content("/ filter"), markup=False)
                yield LineInput(self._typed, "all runs: words, seed:123 model:… since:… series:…", id="query")
            with Box(classes="field"):
                yield Static(Content("a answer"), markup=False)
                yield LineInput("", "a regular expression, or a JSON pointer like /answer", id="answer")
        yield RequestsTable()
        yield AnswersPreview()
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to read."""
        self.show_keys()
        self.query_one(RequestsTable).focus()
        self._take_query()

    # The two fields.

    def action_edit(self, name: str) -> None:
        """Go to a field."""
        self.query_one(f"#{name}", LineInput).focus()

    def action_leave(self) -> None:
        """Leave the field with the focus, or else the screen."""
        if isinstance(self.focused, LineInput):
            self.query_one(RequestsTable).focus()
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _field_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(RequestsTable).focus()

    @on(Input.Changed)
    def _typed_something(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        take = self._take_query if event.input.id == "query" else self._take_answer
        # An error is told at once; reading waits for the end of a word.
        problem = self._problem(event.input.id or "")
        self.say(problem, error=bool(problem))
        self._timer = None if problem else self.set_timer(_TYPING_SECONDS, take)

    def _problem(self, name: str) -> str:
        typed = self.query_one(f"#{name}", LineInput).typed
        try:
            if name == "query":
                parse_query(typed)
            elif typed.strip():
                answer_finder(typed)
        except ValueError as error:
            return str(error)
        return ""

    def _take_query(self) -> None:
        problem = self._problem("query")
        if problem:
            self.say(problem, error=True)
            return
        self._query = parse_query(self.query_one("#query", LineInput).typed)
        self._read_now()

    def _take_answer(self) -> None:
        typed = self.query_one("#answer", LineInput).typed
        self._finder = answer_finder(typed) if typed.strip() else None
        self.set_class(self._finder is not None, "-answers")
        self._preview_now()
        self._read_now(again=False)

    # Reading.

    def runs_changed(self) -> None:
        """Read anew, but not while it is being read."""
        if self._reading:
            self._stale = True
        elif self._timer is None:
            self._timer = self.set_timer(2 * _TYPING_SECONDS, self._read_now)

    def _read_now(self, *, again: bool = True) -> None:
        self._timer = None
        self._reading, self._stale = True, False
        known = self._plain[1] if self._plain is not None and self._plain[0] == self._query and not again else None
        self._read(self._query, self._finder, known)

    @work(thread=True, group="overview", exclusive=True, exit_on_error=False)
    def _read(self, query: Query, finder: AnswerFinder | None, known: reader.Listing | None) -> None:
        from seedtui.core.interrupt import StoppedError, interruptible

        worker = get_current_worker()
        try:
            with interruptible(lambda: worker.is_cancelled):
                found = known or reader.read_listing(self._history, query, self._teller("runs"))
                self._plain = (query, found)
                if finder is not None:
                    found = reader.answered(self._history, found, finder, self._teller("texts"))
            self.post_message(self.Read(query, finder, found))
        except StoppedError:
            return
        except SlowPatternError as error:
            self.post_message(self.Read(query, finder, problem=str(error)))
        except Exception as error:
            self.post_message(self.Read(query, finder, problem=problem_of(error)))

    def _teller(self, what: str) -> reader.Progress:
        """Return what tells how far reading has come, each time that can be seen."""
        told = -1

        def tell(done: int, of: int) -> None:
            nonlocal told
            part = done * _STEPS // max(1, of)
            if part != told:
                told = part
                self.post_message(self.Progressed(what, done, of))

        return tell

    def on_overview_screen_progressed(self, event: Progressed) -> None:
        """Say how far the reading has come."""
        event.stop()
        if self._reading and event.done < event.of:
            self._title(f"reading {event.what}: {event.done:,} of {event.of:,}")

    def on_overview_screen_read(self, event: Read) -> None:
        """Show the requests."""
        event.stop()
        if (event.query, event.finder) != (self._query, self._finder):
            return
        self._reading = False
        if event.listing is None:
            self._title()
            self.say(event.problem, error=True)
            return
        found = self._listing = event.listing
        self._title()
        pairs = found.overall.pairs
        figures = [f"identical pairs {percent(pairs)} ({pairs.part:,} of {pairs.whole:,})"] if pairs.whole else []
        nothing = "No run matches." if self._query else "There are no runs yet."
        self.query_one(Figures).show(overall_sentence(found.overall) if found.entries else nothing, figures)
        self.query_one(RequestsTable).show(found.entries, nothing)
        if self._stale:
            self.runs_changed()

    def _title(self, detail: str = "") -> None:
        found = self._listing
        known = []
        if found is not None and found.entries:
            completions = phrases.plural(found.completions, "completion")
            known = [f"{phrases.plural(len(found.entries), 'request')}, {completions}, the least stable first"]
        self.query_one(MeasureTitle).show(known, detail)
        if detail and found is None:
            self.query_one(Figures).show(f"{detail[0].upper()}{detail[1:]} …")

    # The rows in sight, and the one under the cursor.

    @on(RowsView.InSight)
    def _look(self, event: RowsView.InSight) -> None:
        event.stop()
        unknown = self.query_one(RequestsTable).unknown_in_sight
        if unknown:
            self._read_asked(unknown)

    @work(thread=True, group="asked", exclusive=True, exit_on_error=False)
    def _read_asked(self, unknown: Sequence[tuple[str, int]]) -> None:
        worker = get_current_worker()
        try:
            found = reader.read_asked(self._history, unknown, lambda: worker.is_cancelled)
        except Exception as error:
            # Their figures are there all the same.
            self.log.warning(problem_of(error))
            return
        self.post_message(self.Told(found))

    def on_overview_screen_told(self, event: Told) -> None:
        """Show what is asked in the requests in sight."""
        event.stop()
        self.query_one(RequestsTable).tell(event.asked)

    @on(RowsView.Moved)
    def _moved(self, event: RowsView.Moved) -> None:
        event.stop()
        self._preview_now()

    def _preview_now(self) -> None:
        entry = self.query_one(RequestsTable).chosen
        if entry is not None and self._finder is not None:
            self._preview(entry, self._finder)

    @work(thread=True, group="preview", exclusive=True, exit_on_error=False)
    def _preview(self, entry: Entry, finder: AnswerFinder) -> None:
        try:
            self.post_message(self.Previewed(entry, reader.previewed(self._history, entry, finder)))
        except SlowPatternError as error:
            self.post_message(self.Previewed(entry, problem=str(error)))
        except Exception as error:
            self.post_message(self.Previewed(entry, problem=problem_of(error)))

    def on_overview_screen_previewed(self, event: Previewed) -> None:
        """Show the answers of the request under the cursor."""
        event.stop()
        chosen = self.query_one(RequestsTable).chosen
        if chosen is not None and (chosen.digest, chosen.round) == (event.entry.digest, event.entry.round):
            nothing = displayable(event.problem) or "No completion of this request has come to its end."
            self.query_one(AnswersPreview).show(event.answers, nothing)

    @on(RowsView.Chosen)
    def _open(self, event: RowsView.Chosen) -> None:
        event.stop()
        entry = self.query_one(RequestsTable).chosen
        if entry is None:
            return
        from seedtui.tui.screens.agreement import AgreementScreen

        def chosen(pair: tuple[Ref, Ref] | None) -> None:
            if pair is not None:
                self.dismiss(pair)

        self.app.push_screen(AgreementScreen(self._history, entry.digest), chosen)

    # Export.

    def action_export(self) -> None:
        """Ask where the table is to be saved, and save it."""
        if self._listing is None or not self._listing.entries:
            self.say("There is nothing to save yet.")
            return
        from seedtui.tui.screens.table_export import TableExportScreen

        def chosen(where: TableDestination | None) -> None:
            if where is not None:
                self.say("Working out the table …")
                self._export(where, self._query, self._finder)

        count = phrases.plural(len(self._listing.entries), "request")
        self.app.push_screen(TableExportScreen(f"The table of {count}, with intervals and prefixes."), chosen)

    @work(thread=True, group="export", exclusive=True, exit_on_error=False)
    def _export(self, where: TableDestination, query: Query, finder: AnswerFinder | None) -> None:
        from seedtui.tui.screens.overview_export import export_table

        worker = get_current_worker()
        said, bad = export_table(self._history, where, query, finder, lambda: worker.is_cancelled)
        self.app.call_from_thread(self.say, said, error=bad)
