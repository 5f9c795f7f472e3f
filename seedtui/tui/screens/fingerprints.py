"""Each model's fingerprints over time, and how far completions agree within each and across its change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static
from textual.worker import get_current_worker

from seedtui.core import phrases
from seedtui.core.agreement.sentences import fingerprint_name, percent
from seedtui.core.agreement.tally import Share
from seedtui.core.agreement.timeline import Era, Timeline, timelines
from seedtui.core.agreement.timeline_phrases import minute, served_phrase
from seedtui.core.query import Query
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.full import FullScreen
from seedtui.tui.screens.overview_reader import read_samples
from seedtui.tui.widgets.bars import KeyBar, StatusLine
from seedtui.tui.widgets.measure_title import MeasureTitle
from seedtui.tui.widgets.rows_view import RowsView
from seedtui.tui.widgets.timeline_view import TimelineView

if TYPE_CHECKING:
    from seedtui.history import History

_REFRESH_SECONDS: Final = 0.5
_EXPLAINED: Final = (
    ("Keys", ""),
    ("↑ ↓ j k", "go through the fingerprints"),
    ("Enter", "list the runs with the fingerprint under the cursor"),
    ("Esc q F", "close"),
    ("Words", ""),
    ("worth", "what can be read from the fingerprint; the line below the list says it in a sentence"),
    ("runs", "how many runs came with it"),
    ("within", "of the pairs of completions of one request that both have it, the share that is identical"),
    ("to next", "of the pairs of one request of which one has it and one the next, the share that is identical"),
    ("when", "from the first run of the model to the last: ━ while it was there"),
)


class FingerprintsScreen(FullScreen[str | None]):
    """Lists fingerprints by endpoint and model; answers with the one whose runs are wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("F", "leave", "Close", show=False)]

    DEFAULT_CSS = """
    FingerprintsScreen { background: $background; }
    FingerprintsScreen TimelineView { height: 1fr; margin-top: 1; }
    FingerprintsScreen #detail { height: 5; padding: 0 1; border-top: solid $panel; color: $text-muted; }
    """

    NAME = "Fingerprints"
    KEYS = (("Enter", "Its runs"),)
    EXPLAINED = _EXPLAINED

    @dataclass
    class Progressed(Message):
        """So many runs have been read, of so many."""

        done: int
        of: int

    @dataclass
    class Read(Message):
        """The timelines are known."""

        lines: Sequence[Timeline] = ()
        problem: str = ""

    def __init__(self, history: History) -> None:
        """Make the screen.

        Args:
            history: Where the runs are.
        """
        super().__init__()
        self._history = history
        self._lines: Sequence[Timeline] = ()
        self._pause: Timer | None = None
        self._reading = self._stale = False

    def compose(self) -> ComposeResult:
        """Lay out the timelines, and a place for one fingerprint's facts."""
        yield MeasureTitle(self.NAME)
        yield TimelineView()
        yield Static("", id="detail", markup=False)
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to read."""
        self.show_keys()
        self.query_one(TimelineView).focus()
        self._read_now()

    def runs_changed(self) -> None:
        """Read anew, but not more than twice a second."""
        if self._reading or self._pause is not None:
            self._stale = True
        else:
            self._read_now()

    def _read_now(self) -> None:
        self._pause, self._reading, self._stale = None, True, False
        self._read()

    @work(thread=True, group="fingerprints", exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        from seedtui.core.interrupt import StoppedError, checked, interruptible

        worker = get_current_worker()
        try:
            with interruptible(lambda: worker.is_cancelled):
                samples = read_samples(self._history, Query(), self._progress)
                self.post_message(self.Read(timelines(checked(samples))))
        except StoppedError:
            return
        except Exception as error:
            self.post_message(self.Read(problem=problem_of(error)))

    def _progress(self, done: int, of: int) -> None:
        self.post_message(self.Progressed(done, of))

    def on_fingerprints_screen_progressed(self, event: Progressed) -> None:
        """Say how far the reading has come."""
        event.stop()
        if not self._lines and event.done < event.of:
            self.query_one(MeasureTitle).show([f"reading runs: {event.done:,} of {event.of:,}"])

    def on_fingerprints_screen_read(self, event: Read) -> None:
        """Show the timelines."""
        event.stop()
        self._reading = False
        self._pause = self.set_timer(_REFRESH_SECONDS, self._after_pause)
        if event.problem:
            self.say(event.problem, error=True)
            return
        self._lines = event.lines
        count = sum(len(line.eras) for line in event.lines)
        models = phrases.plural(len(event.lines), "model")
        self.query_one(MeasureTitle).show([f"{phrases.plural(count, 'fingerprint')} of {models}, over time"])
        self.query_one(TimelineView).show(event.lines, None, "There are no runs yet.")

    def _after_pause(self) -> None:
        self._pause = None
        if self._stale:
            self._read_now()

    @on(RowsView.Moved)
    def _moved(self, event: RowsView.Moved) -> None:
        event.stop()
        chosen = self.query_one(TimelineView).chosen
        self.query_one("#detail", Static).update(Content(_detail(*chosen) if chosen is not None else ""))

    @on(RowsView.Chosen)
    def _take(self, event: RowsView.Chosen) -> None:
        event.stop()
        chosen = self.query_one(TimelineView).chosen
        if chosen is not None:
            self.dismiss(chosen[1].fingerprints[-1])


def _detail(line: Timeline, era: Era) -> str:
    """Say everything that is known of a fingerprint."""
    name = fingerprint_name(era.fingerprints)
    said = [
        f"{name}: {era.worth(line.model).meaning}",
        f"{phrases.plural(era.runs, 'run')} from {minute(era.first_seen, None)} (#{era.first_run}) "
        f"to {minute(era.last_seen, None)}; {served_phrase(era)}.",
        f"Within it {_pairs(era.within)}.",
    ]
    at = line.eras.index(era)
    if at + 1 < len(line.eras):
        said[-1] = f"{said[-1][:-1]}; across to {fingerprint_name(line.eras[at + 1].fingerprints)} " + (
            f"{_pairs(line.changes[at])}."
        )
    return "\n".join(said)


def _pairs(share: Share) -> str:
    if not share.whole:
        return "there is no pair of one request to compare"
    return f"{percent(share)} of pairs identical ({share.part:,} of {share.whole:,})"
