"""A series while it goes on, and afterwards: how far it is, what failed, how far each setting agrees with itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from seedtui.core.interrupt import StoppedError
from seedtui.core.text import displayable, one_line
from seedtui.tui import series_words as words
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.full import FullScreen
from seedtui.tui.widgets.bars import KeyBar, PaneTitle
from seedtui.tui.widgets.table import Table

if TYPE_CHECKING:
    from seedtui.tui.pair import Ref
    from seedtui.tui.screens.repeating import Repeating
    from seedtui.tui.series_watch import Measured, SeriesWatch

_LOOK_SECONDS: Final = 0.5
_LOOK_ELSEWHERE: Final = 4
"""Every so many looks, another process's series is read again."""

_FAILURES: Final = 4


_EXPLAINED: Final = (
    ("Keys", ""),
    ("↑ ↓ j k", "go through the settings"),
    ("Enter", "show the agreement of the setting's completions: versions, where they part"),
    ("F8", "cancel what is going; what came is kept"),
    ("r", "resume: send what has no answer yet, and nothing that has one"),
    ("Esc q", "go back to the workbench; a series that is going goes on"),
    ("Words", ""),
    ("answered", "runs that came to their end; those that failed or were cancelled are sent when it is resumed"),
    ("sent again", "how often a request was repeated after a refusal or a lost connection, within its run"),
    ("N", "how many completions count: those that came to their end"),
    ("unique", "how many different texts they are"),
    ("commonest", "how many of them are the text that came most often"),
    ("identical", "of all pairs of these completions, the share whose two texts are the same to the letter"),
    ("95 %", "the interval that this share lies in 95 times of 100, were the completions sent anew"),
    ("prefix", "how many words from the beginning all completions of the setting have"),
)


class SeriesScreen(FullScreen[None]):
    """Follows a series. It may be left and opened again; the series goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8,shift+f8", "cancel", "Cancel", show=False),
        Binding("r", "resume", "Resume", show=False),
        Binding("f10", "app.quit", "Quit", show=False),
    ]

    AUTO_FOCUS = "Table"
    NAME = "Series"
    EXPLAINED = _EXPLAINED

    DEFAULT_CSS = """
    SeriesScreen { background: $background; }
    SeriesScreen Static { height: auto; padding: 0 1; }
    SeriesScreen #what { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    SeriesScreen #conclusion { height: 2; text-style: bold; margin-top: 1; }
    SeriesScreen #bar { height: 1; margin-top: 1; color: $primary; text-wrap: nowrap; }
    SeriesScreen #pace { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    SeriesScreen #state { height: 1; color: $text-muted; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    SeriesScreen #state.-waiting { color: $text-warning; }
    SeriesScreen #failures { color: $text-error; max-height: 7; }
    SeriesScreen KeyBar { padding: 0 1; height: 1; }
    SeriesScreen PaneTitle { padding: 0 1; height: 1; }
    """

    @dataclass
    class WorkedOut(Message):
        """What has come so far is counted.

        Attributes:
            measured: Each setting, in the plan's order.
            conclusion: The sentence.
            problem: What kept it from being counted; empty if nothing did.
        """

        measured: Sequence[Measured]
        conclusion: str
        problem: str = ""

    def __init__(self, series: SeriesWatch, bench: Repeating) -> None:
        """Make the screen.

        Args:
            series: The series; the workbench keeps it up to date.
            bench: The workbench, which sends and cancels.
        """
        super().__init__()
        self.series = series
        self._bench = bench
        self._shown_version = -1
        self._working = False
        self._looks = 0
        self._measured: Sequence[Measured] = ()
        self._said = ""
        self._said_at = 0
        self._texts: dict[str, str] = {"conclusion": ""}

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        title = PaneTitle(f"Series {self.series.id}", id="title")
        title.add_class("-active")
        yield title
        yield Static(Content(words.where(self.series.plan)), id="what", markup=False)
        yield Static("", id="conclusion", markup=False)
        yield Static("", id="bar", markup=False)
        yield Static("", id="pace", markup=False)
        yield Static("", id="state", markup=False)
        yield Table(id="settings")
        yield Static("", id="failures", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(PaneTitle).detail = words.amount(self.series.plan)
        self._show_rows()
        self.look()
        self.set_interval(_LOOK_SECONDS, self.look)

    def look(self) -> None:
        """Show what is new, and have it counted. At most twice a second, and not before the last count is done."""
        if self.series.version != self._shown_version:
            self._shown_version = self.series.version
            self._show_progress()
        if self._working:
            return
        self._looks += 1
        if self.series.has_news:
            self._working = True
            self._work_out()
        elif not self.series.going and self.series.open and not self._looks % _LOOK_ELSEWHERE:
            self._working = True
            self._look_elsewhere()

    @work(thread=True, group="series", exit_on_error=False)
    def _work_out(self) -> None:
        worker = get_current_worker()
        try:
            measured = self.series.work_out(self._bench.seedtui.history, lambda: worker.is_cancelled)
            self.post_message(self.WorkedOut(measured, words.conclusion(self.series, measured)))
        except StoppedError:
            return
        except Exception as error:
            # It is not tried again: what is wrong with the history stays so.
            self.series.read = True
            self.post_message(self.WorkedOut((), "", problem_of(error)))

    @work(thread=True, group="series", exit_on_error=False)
    def _look_elsewhere(self) -> None:
        try:
            self.series.reread(self._bench.seedtui.history)
            self.post_message(self.WorkedOut((), ""))
        except Exception as error:
            self.post_message(self.WorkedOut((), "", problem_of(error)))

    def on_series_screen_worked_out(self, event: WorkedOut) -> None:
        """Show what was counted."""
        event.stop()
        self._working = False
        if event.problem:
            self.say(event.problem)
        if event.measured:
            self._measured = event.measured
            self._put("conclusion", event.conclusion)
            self._show_rows()
        self._shown_version = -1
        self.call_later(self._show_if_new)

    def _show_if_new(self) -> None:
        if self.series.version != self._shown_version:
            self._shown_version = self.series.version
            self._show_progress()

    def _show_rows(self) -> None:
        plan = self.series.plan
        measured: Sequence[Measured | None] = self._measured or [None] * len(plan.settings)
        rows = [words.cells(plan, setting, one) for setting, one in zip(plan.settings, measured, strict=True)]
        self.query_one(Table).show(words.columns(plan), rows)

    def _show_progress(self) -> None:
        series = self.series
        progress = series.progress
        if progress is not None:
            count = f" {progress.answered} of {progress.planned} answered"
            width = max(10, min(60, self.size.width - cell_len(count) - 3))
            drawn = words.bar(progress.answered, progress.planned, width)
            self._put("bar", drawn + count)
            self._put("pace", words.pace(progress, going=series.going))
        if series.turns != self._said_at:
            self._said = ""
        self.query_one("#state").set_class(bool(series.going and progress and progress.waiting), "-waiting")
        self._put("state", displayable(self._said or words.state(series) or one_line(series.notice, 300)))
        found = words.failures(series.failures_by_message(), _FAILURES)
        left_out = words.left_out(self._measured)
        self._put("failures", "\n".join([*found, *([left_out] if left_out else [])]), layout=True)
        self._show_keys()

    def _put(self, name: str, text: str, *, layout: bool = False) -> None:
        """Put a displayable text into its place, if it is another one; the screen is laid out for it only if told."""
        if self._texts.get(name) != text:
            self._texts[name] = text
            place = self.query_one(f"#{name}", Static)
            place.update(Content(text), layout=layout)
            if layout:
                place.display = bool(text)

    def _show_keys(self) -> None:
        keys = [("Enter", "Agreement")]
        if self.series.going:
            keys.append(("F8", "Cancel"))
        elif self.series.open and not self.series.elsewhere:
            keys.append(("r", "Resume"))
        behind = "Workbench; the series goes on" if self.series.going else "Workbench"
        self.query_one(KeyBar).keys = (*keys, ("?", "Help"), ("Esc", behind))

    def say(self, text: str, *, error: bool = False) -> None:
        """Say something in the place of the state, until the series begins or ends.

        Args:
            text: Anything; it is cleaned for display.
            error: Whether something went wrong.
        """
        self._said, self._said_at = text, self.series.turns
        self._shown_version = -1
        self._show_if_new()

    def action_cancel(self) -> None:
        """Cancel the series: what came is kept, and it can be resumed."""
        if self.series.going:
            self.say("Cancelling …")
            self._bench.cancel_series(self.series)

    def action_resume(self) -> None:
        """Send what has no answer yet."""
        if self.series.going:
            self.say("It is going already.")
        elif self.series.elsewhere:
            self.say("Another seedtui sends it now: it can be resumed when that has ended.")
        elif not self.series.open:
            self.say("Every run of it has an answer: there is nothing to resume.")
        else:
            self.say("Resuming …")
            self._bench.resume_series(self.series)

    @on(Table.Chosen)
    def _open_agreement(self, event: Table.Chosen) -> None:
        event.stop()
        from seedtui.tui.screens.agreement import AgreementScreen

        def taken(pair: tuple[Ref, Ref] | None) -> None:
            if pair is not None:
                # They are compared on the workbench.
                self.dismiss(None)
                self._bench.compare_pair(*pair)

        digest = self.series.plan.settings[event.rows.cursor].request.digest
        self.app.push_screen(AgreementScreen(self._bench.seedtui.history, digest), taken)
