"""The baselines, and how each was last reproduced; they can be checked from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from seedtui.core import phrases
from seedtui.core.checking import Check, Rule, has_text, judge, setting_of, summary
from seedtui.core.interrupt import StoppedError, interruptible
from seedtui.core.query import Query
from seedtui.core.run import Run
from seedtui.core.series import Plan
from seedtui.core.text import displayable, one_line
from seedtui.tui import series_words as words
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.full import FullScreen
from seedtui.tui.widgets.bars import KeyBar, PaneTitle
from seedtui.tui.widgets.run_row import when
from seedtui.tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from seedtui.history import History
    from seedtui.tui.screens.repeating import Repeating

_AT_A_TIME: Final = 4
_NEWEST: Final = 20
_COLUMNS: Final = (
    Column("baseline"),
    Column("pinned"),
    Column("request", gives=2, prose=True),
    Column("model", gives=2),
    Column("seed"),
    Column("last"),
    Column("how it was reproduced", gives=1, prose=True),
)


@dataclass
class Baseline:
    """A baseline as the list shows it.

    Attributes:
        run_id: The run.
        pinned_at: When it was pinned, in UTC.
        run: The run; None until it is read, or if it cannot be.
        checks: How the newest run after it compares, choice by choice; empty if there is none.
        said: What else there is to say of it.
        busy: Whether it is being checked.
        fresh: Whether the newest run was made here to check it.
        pinned: Whether it is a baseline still.
    """

    run_id: int
    pinned_at: datetime
    run: Run | None = None
    checks: list[Check] = field(default_factory=list)
    said: str = "Reading …"
    busy: bool = False
    fresh: bool = False
    pinned: bool = True

    @property
    def worst(self) -> Check | None:
        """The check that is to be told: of several choices, the first that does not pass."""
        return next((one for one in self.checks if not one.passed), self.checks[0] if self.checks else None)

    @property
    def newest(self) -> Ref | None:
        """The completion it was last compared with."""
        told = self.worst
        if told is None or told.run is None or not told.run.id:
            return None
        choice = told.baseline.partition(".")[2]
        return Ref(told.run.id, int(choice) if choice else 0)


_EXPLAINED: Final = (
    ("Keys", ""),
    ("↑ ↓ j k", "go through the baselines"),
    ("Enter", "compare the baseline, as A, with the newest run of its request, as B, on the workbench"),
    ("c", "send the requests of all baselines again and compare what comes"),
    ("C", "the same, of the one under the cursor"),
    ("F8", "cancel a check; what came is kept"),
    ("p", "let it be a baseline no longer; again p pins it again"),
    ("Esc q", "go back to the workbench"),
    ("Signs", ""),
    ("=", "the same text"),
    ("≠", "another text; the sentence says what explains it"),
    ("!", "there is nothing to compare: the new run failed, or one of the two did not come to its end"),
)


class BaselinesScreen(FullScreen[tuple[Ref, "Ref | None"] | None]):
    """Lists the baselines; Enter compares one with its newest run, c checks them all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "check(True)", "Check all", show=False),
        Binding("C", "check(False)", "Check this one", show=False),
        Binding("f8,shift+f8", "cancel", "Cancel", show=False),
        Binding("p", "pin", "Unpin", show=False),
        Binding("f10", "app.quit", "Quit", show=False),
    ]

    AUTO_FOCUS = "Table"
    NAME = "Baselines"
    EXPLAINED = _EXPLAINED

    DEFAULT_CSS = """
    BaselinesScreen { background: $background; }
    BaselinesScreen #conclusion { height: 1; padding: 0 1; margin: 1 0; text-style: bold; }
    BaselinesScreen #detail { height: 3; padding: 0 1; color: $text-muted; margin-top: 1; }
    """

    @dataclass
    class Listed(Message):
        """The baselines are known, or cannot be read."""

        found: list[Baseline]
        problem: str = ""

    @dataclass
    class Judged(Message):
        """A baseline was compared.

        Attributes:
            run_id: The baseline.
            run: The baseline's run; None if it cannot be read.
            checks: How it compares.
            said: What there is to say where there are none.
            fresh: Whether it was compared with a run that was made for that.
        """

        run_id: int
        run: Run | None
        checks: list[Check]
        said: str = ""
        fresh: bool = False

    def __init__(self, history: History, bench: Repeating) -> None:
        """Make the list.

        Args:
            history: Where the baselines are.
            bench: The workbench, which sends.
        """
        super().__init__()
        self._history, self._bench = history, bench
        self._found: list[Baseline] = []
        self._said = "Reading …"
        self._sent: list[int] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        title = PaneTitle("Baselines", id="title")
        title.add_class("-active")
        yield title
        yield Static(self._said, id="conclusion", markup=False)
        yield Table(id="baselines", empty="No run is pinned: p in the list of runs makes one a baseline.")
        yield Static("", id="detail", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to read."""
        self._show_keys()
        self._read()

    @work(thread=True, exclusive=True, group="baselines", exit_on_error=False)
    def _read(self) -> None:
        worker = get_current_worker()
        try:
            found = [Baseline(run_id, pinned_at) for run_id, pinned_at in self._history.baselines()]
            self.post_message(self.Listed(found))
            with interruptible(lambda: worker.is_cancelled):
                for baseline in found:
                    self.post_message(self._last(baseline.run_id))
        except StoppedError:
            return
        except Exception as error:
            self.post_message(self.Listed([], problem_of(error)))

    def _last(self, run_id: int) -> Judged:
        """Compare a baseline with the newest run of its request, if that is newer: an older one reproduces nothing."""
        from seedtui.history import HistoryError

        try:
            pinned = self._history.run(run_id)
            if pinned is None:
                return self.Judged(run_id, None, [], "The run is no longer there.")
            rows = self._history.page(Query(filters={"digest": pinned.request.digest}), None, _NEWEST)
            newest = next((row.id for row in rows if row.id > run_id and row.status != "streaming"), None)
            other = None if newest is None else self._history.run(newest)
        except HistoryError as error:
            # One that is damaged keeps no other from being listed.
            return self.Judged(run_id, None, [], str(error))
        if other is None:
            return self.Judged(run_id, pinned, [], "Not sent again yet: c sends it.")
        return self.Judged(run_id, pinned, judge(pinned, other, Rule()))

    def on_baselines_screen_listed(self, event: Listed) -> None:
        """Show which there are."""
        event.stop()
        if event.problem:
            self.say(event.problem)
            return
        self._found = event.found
        self._show()

    def on_baselines_screen_judged(self, event: Judged) -> None:
        """Show how one compares."""
        event.stop()
        for baseline in self._found:
            if baseline.run_id == event.run_id and (event.fresh or not baseline.busy):
                baseline.run = event.run or baseline.run
                baseline.checks, baseline.said = event.checks, event.said
                baseline.fresh, baseline.busy = event.fresh, False
        self._show()

    def _show(self) -> None:
        now = datetime.now().astimezone()
        self.query_one(Table).show(_COLUMNS, [_cells(one, now) for one in self._found])
        self._show_detail()
        self._show_keys()
        checked = [one for one in self._found if one.run_id in self._sent]
        going = sum(one.busy for one in checked)
        if going:
            self.say(f"Checking: {len(checked) - going} of {len(checked)} so far …")
        elif checked:
            self.say(summary([check for one in checked for check in one.checks]))
        elif self._found:
            self.say(_overall(self._found))
        else:
            self.say("There are no baselines yet.")

    def say(self, text: str, *, error: bool = False) -> None:
        """Put a sentence above the list; anything is cleaned for display."""
        self.query_one("#conclusion", Static).update(Content(displayable(text)))

    def _show_detail(self) -> None:
        one = self._selected
        told = "" if one is None else one.worst.line if one.worst else f"#{one.run_id}: {one.said}"
        self.query_one("#detail", Static).update(Content(displayable(told)))

    def _show_keys(self) -> None:
        busy = any(one.busy for one in self._found)
        idle = (("Enter", "Compare"), ("c", "Check all"), ("C", "Check this one"), ("p", "Unpin"))
        self.query_one(KeyBar).keys = (*((("F8", "Cancel"),) if busy else idle), ("?", "Help"), ("Esc", "Workbench"))

    @property
    def _selected(self) -> Baseline | None:
        at = self.query_one(Table).cursor
        return self._found[at] if at < len(self._found) else None

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
        self._show_detail()

    # Checking.

    def action_check(self, every: bool) -> None:
        """Send the requests of the baselines again, of all or of the one under the cursor."""
        if any(one.busy for one in self._found):
            self.say("They are being checked; F8 cancels that.")
            return
        selected = self._selected
        wanted = self._found if every else [selected] if selected else []
        ready: list[tuple[Baseline, Run]] = []
        for one in wanted:
            trouble = self._trouble(one)
            if trouble:
                one.checks, one.said = [], trouble
            elif one.run is not None:
                ready.append((one, one.run))
        self._sent = [one.run_id for one, _ in ready]
        if not ready:
            self._show()
            return
        for one, _ in ready:
            one.busy, one.said = True, "Sending …"
        self._show()
        plan = Plan(tuple(setting_of(run, run.endpoint) for _, run in ready), 1, _AT_A_TIME)
        runs = [run for _, run in ready]
        self._bench.send_plan(plan, lambda slot, run: self._ended(runs[slot], run), partial(self._all_ended, runs))

    def _trouble(self, one: Baseline) -> str:
        """Why a baseline cannot be checked; empty if it can."""
        if one.run is None:
            return one.said
        if not has_text(one.run):
            return f"The baseline has no text ({one.run.status.phrase}): there is nothing to compare."
        if one.run.endpoint not in self._bench.seedtui.settings.endpoints:
            name = one_line(one.run.endpoint, 60)
            return f"Its endpoint{f', {name},' if name else ''} is not configured here: it cannot be sent again."
        return ""

    def _ended(self, pinned: Run, run: Run) -> None:
        if self.is_attached:
            self._judge(pinned, run)

    def _all_ended(self, runs: list[Run], why: str) -> None:
        """Let go of those that were never sent: the check was cancelled, or stopped."""
        if not self.is_attached:
            return
        for one in self._found:
            if one.busy and not one.fresh and one.run_id in {run.id for run in runs}:
                self.call_later(self._give_up, one, why)

    def _give_up(self, one: Baseline, why: str) -> None:
        if one.busy and not self._judging:
            one.busy, one.checks, one.said = False, [], why or "Not sent."
            self._sent = [run_id for run_id in self._sent if run_id != one.run_id]
            self._show()

    @property
    def _judging(self) -> bool:
        return any(worker.group == "judge" and not worker.is_finished for worker in self.workers)

    @work(thread=True, group="judge", exit_on_error=False)
    def _judge(self, pinned: Run, run: Run) -> None:
        worker = get_current_worker()
        try:
            with interruptible(lambda: worker.is_cancelled):
                self.post_message(self.Judged(pinned.id, pinned, judge(pinned, run, Rule()), fresh=True))
        except StoppedError:
            return
        except Exception as error:
            self.post_message(self.Judged(pinned.id, pinned, [], problem_of(error), fresh=True))

    def action_cancel(self) -> None:
        """Cancel the check; what came is kept."""
        for series in self._bench.going:
            self._bench.cancel_series(series)

    def action_pin(self) -> None:
        """Let the one under the cursor be a baseline no longer, or pin it again."""
        one = self._selected
        if one is not None:
            one.pinned = not one.pinned
            self._bench.set_pinned(one.run_id, one.pinned)
            self._show()

    @on(Table.Chosen)
    def _compare(self, event: Table.Chosen) -> None:
        event.stop()
        one = self._found[event.rows.cursor]
        told = one.worst
        index = int(told.baseline.partition(".")[2] or 0) if told else 0
        self.dismiss((Ref(one.run_id, index), one.newest))


def _cells(one: Baseline, now: datetime) -> Row:
    run, told = one.run, one.worst
    name = f"#{one.run_id}{'' if one.pinned else ' (unpinned)'}"
    asked = words.first_words(run.request) if run else ""
    seed = phrases.seed(run.request).removeprefix("seed ") if run else ""
    pinned = when(one.pinned_at, now)
    model = phrases.model(run) if run else ""
    if one.busy or told is None:
        return (name, pinned, asked, model, seed, "", one.said)
    return (name, pinned, asked, model, seed, f"#{told.name}" if told.name else "", f"{told.sign} {told.why}")


def _overall(found: list[Baseline]) -> str:
    """Say how many were last reproduced."""
    compared = [one for one in found if one.checks]
    same = sum(one.worst is not None and one.worst.passed for one in compared)
    said = phrases.plural(len(found), "baseline")
    if not compared:
        return f"{said}; none has a newer run of its request yet."
    return f"{said}; the newest run of the same request is identical for {same} of {len(compared)}."
