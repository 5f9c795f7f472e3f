"""How far the completions of one request agree: versions, tree, curve, fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import get_current_worker

from seedtui.core import phrases
from seedtui.core.agreement.findings import Findings, Shown
from seedtui.core.agreement.tree import Ref as Key
from seedtui.tui.pair import Ref
from seedtui.tui.screens.agreement_reader import AgreementReader, Reading
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.full import NARROW, FullScreen
from seedtui.tui.widgets.bars import KeyBar, PaneTitle, StatusLine, TabBar
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.branch_detail import BranchDetail
from seedtui.tui.widgets.curve import Curve
from seedtui.tui.widgets.figures import Figures
from seedtui.tui.widgets.measure_title import MeasureTitle
from seedtui.tui.widgets.rows_view import RowsView
from seedtui.tui.widgets.split_tables import SplitTables
from seedtui.tui.widgets.tree_view import TreeView
from seedtui.tui.widgets.version_list import VersionList

if TYPE_CHECKING:
    from seedtui.history import History

_REFRESH_SECONDS: Final = 0.5
_PANES: Final = (
    ("versions", "1 Versions"),
    ("tree", "2 Where they part"),
    ("curve", "3 Still equal"),
    ("tables", "4 Fingerprints"),
)
_EXPLAINED: Final = (
    ("Keys", ""),
    ("↑ ↓ j k", "go through the versions or the tree"),
    ("1 2 3 4, Tab", "go to the versions, the tree, the curve, the fingerprints"),
    ("Enter", "compare what is under the cursor with the commonest version, as A and B on the workbench"),
    ("→", "in the versions, the same; in the tree, open a branch (▸), or all of the other ways (⋯)"),
    ("← Space", "fold a branch (▾) of the tree, or go back to where it leaves"),
    ("Esc q t", "close"),
    ("Words", ""),
    ("N", "how many completions count: those that came to their end. The others are counted as left out"),
    ("identical pairs", "of all pairs of these completions, the share whose two texts are the same to the letter"),
    ("95 %", "the interval that such figures lie in 95 times of 100, were the completions sent anew"),
    ("still equal", "the share of pairs of which the first words are the same, so many words from the beginning"),
    ("all share", "the beginning that all completions have; half share: that at least half of them have"),
    ("within, across", "pairs of which both have one fingerprint, and pairs of two"),
    ("p", "how likely so much more agreement within than across would be, if fingerprints meant nothing"),
)


class AgreementScreen(FullScreen[tuple[Ref, Ref] | None]):
    """Shows one request's agreement, and goes on as completions come; answers with the pair to compare."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "leave", "Close", show=False),
        Binding("tab", "step_pane(1)", "Next pane", show=False, priority=True),
        Binding("shift+tab", "step_pane(-1)", "Previous pane", show=False, priority=True),
        *(Binding(str(number), f"pane('{name}')", label, show=False) for number, (name, label) in enumerate(_PANES, 1)),
    ]

    DEFAULT_CSS = """
    AgreementScreen { background: $background; }
    AgreementScreen #tabs { display: none; }
    AgreementScreen #body { layout: horizontal; height: 1fr; margin-top: 1; }
    AgreementScreen #left { width: 1fr; border-right: solid $panel; }
    AgreementScreen #right { width: 1fr; }
    AgreementScreen #curve, AgreementScreen #tables { height: auto; }
    AgreementScreen #curve Curve { height: 12; }
    AgreementScreen #tables SplitTables { height: auto; max-height: 13; }
    AgreementScreen.-narrow #tabs { display: block; }
    AgreementScreen.-narrow #body { margin-top: 0; }
    AgreementScreen.-narrow #left { border-right: none; }
    AgreementScreen.-narrow PaneTitle { display: none; }
    AgreementScreen.-narrow #left > Box, AgreementScreen.-narrow #right > Box { height: 1fr; }
    AgreementScreen.-narrow #curve Curve, AgreementScreen.-narrow #tables SplitTables { height: 1fr; max-height: 100%; }
    AgreementScreen.-narrow .-away { display: none; }
    """

    NAME = "Agreement"
    KEYS = (("Enter", "Diff with commonest"), ("→ ←", "Open, fold"), ("1-4", "Pane"))
    EXPLAINED = _EXPLAINED

    @dataclass
    class Read(Message):
        """The completions have been read.

        Attributes:
            reading: What there is to show; None if it could not be read.
            problem: Why not.
        """

        reading: Reading | None
        problem: str = ""

    @dataclass
    class Progressed(Message):
        """So many of the completions have been taken in."""

        done: int
        of: int

    @dataclass
    class ForkRead(Message):
        """It is known what else a model might have said where a branch begins."""

        example: Key
        start: int
        phrase: str

    def __init__(self, history: History, digest: str) -> None:
        """Make the screen.

        Args:
            history: Where the runs are.
            digest: The digest of the request.
        """
        super().__init__()
        self._history = history
        self._reader = AgreementReader(history, digest)
        self._found: Findings | None = None
        self._reading = self._stale = False
        self._pause: Timer | None = None
        self._pane = "versions"

    def compose(self) -> ComposeResult:
        """Lay out the sentence and the four parts."""
        yield MeasureTitle("Agreement", id="asked")
        yield Figures(id="figures")
        yield TabBar(_PANES, id="tabs")
        with Box(id="body"):
            with Box(id="left"):
                with Box(id="versions"):
                    yield PaneTitle(_PANES[0][1])
                    yield VersionList()
                with Box(id="curve"):
                    yield PaneTitle("3 Pairs still equal after so many words")
                    yield Curve()
            with Box(id="right"):
                with Box(id="tree"):
                    yield PaneTitle(_PANES[1][1])
                    yield TreeView()
                    yield BranchDetail()
                with Box(id="tables"):
                    yield PaneTitle("4 Does the fingerprint explain it?")
                    yield SplitTables()
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to read."""
        self.show_keys()
        self.query_one(Figures).show("Reading …")
        self._fold_panes(self.app.size.width)
        self.action_pane("versions")
        self._read_now()

    # Reading.

    def runs_changed(self) -> None:
        """Read what has come, but not more than twice a second."""
        if self._reading or self._pause is not None:
            self._stale = True
        else:
            self._read_now()

    def _read_now(self) -> None:
        self._reading, self._stale = True, False
        self._read()

    @work(thread=True, group="agreement", exit_on_error=False)
    def _read(self) -> None:
        from seedtui.core.interrupt import StoppedError, interruptible

        worker = get_current_worker()

        def told(done: int, of: int) -> None:
            self.post_message(self.Progressed(done, of))

        try:
            with interruptible(lambda: worker.is_cancelled):
                self.post_message(self.Read(self._reader.read(lambda: worker.is_cancelled, told)))
        except StoppedError:
            return
        except Exception as error:
            self.post_message(self.Read(None, problem_of(error)))

    def on_agreement_screen_progressed(self, event: Progressed) -> None:
        """Say how far the reading has come."""
        event.stop()
        if self._found is None:
            self.query_one(Figures).show(f"Reading {event.done:,} of {event.of:,} …")

    def on_agreement_screen_read(self, event: Read) -> None:
        """Show what was read."""
        event.stop()
        self._reading = False
        self._pause = self.set_timer(_REFRESH_SECONDS, self._after_pause)
        if event.reading is None:
            self.say(event.problem, error=True)
            if self._found is None:
                self.query_one(Figures).show(event.problem)
        else:
            self._show(event.reading)

    def _after_pause(self) -> None:
        self._pause = None
        if self._stale:
            self._read_now()

    def _show(self, reading: Reading) -> None:
        found = self._found = reading.found
        request = reading.request
        self.query_one(MeasureTitle).show(
            [] if request is None else [request.words, request.model, *request.phrases],
            f"{phrases.plural(reading.coming, 'run')} going" if reading.coming else "",
        )
        self.query_one(Figures).show(found.sentence, found.figures)
        self.query_one(VersionList).show(found.versions, found.n)
        self.query_one(TreeView).show(found.tree, found.n)
        self.query_one(Curve).show(found.survival, found.n)
        self.query_one(SplitTables).show(found.tables)
        self.query_one(
            "#versions PaneTitle", PaneTitle
        ).detail = f"{phrases.plural(len(found.versions), 'version')} of {phrases.plural(found.n, 'completion')}"
        if reading.damaged:
            many = reading.damaged > 1
            what = f"{phrases.plural(reading.damaged, 'completion')} {'are' if many else 'is'}"
            self.say(f"{what} damaged: what is stored is not what was saved. Left out here.", error=True)

    # Panes.

    def on_resize(self, event: Resize) -> None:
        """Fold the panes into tabs where the terminal is narrow."""
        self._fold_panes(event.size.width)

    def _fold_panes(self, width: int) -> None:
        self.set_class(width < NARROW, "-narrow")

    def action_pane(self, name: str) -> None:
        """Show a pane, and give it the focus."""
        self._pane = name
        self.query_one(TabBar).active = name
        for pane, _ in _PANES:
            box = self.query_one(f"#{pane}")
            box.set_class(pane != name, "-away")
        for side in ("left", "right"):
            box = self.query_one(f"#{side}")
            box.set_class(all(one.has_class("-away") for one in box.children), "-away")
        # The curve has nothing to go to: its pane is shown, and no list takes the arrow keys.
        inside = next((one for one in self.query_one(f"#{name}").children if one.can_focus), None)
        self.set_focus(inside)
        self._mark(name)

    def action_step_pane(self, step: int) -> None:
        """Go to the next pane."""
        names = [name for name, _ in _PANES]
        self.action_pane(names[(names.index(self._pane) + step) % len(names)])

    @on(TabBar.Chosen)
    def _tab_chosen(self, event: TabBar.Chosen) -> None:
        event.stop()
        self.action_pane(event.pane)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Mark the pane that has the focus."""
        inside = {pane.id for pane in event.widget.ancestors_with_self if isinstance(pane, Widget)}
        name = next((name for name, _ in _PANES if name in inside), None)
        if name is not None and name != self._pane:
            self.action_pane(name)

    def _mark(self, name: str) -> None:
        for pane, _ in _PANES:
            self.query_one(f"#{pane} PaneTitle").set_class(pane == name, "-active")

    # What is chosen.

    @on(RowsView.Chosen, "VersionList")
    def _version_chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        commonest, chosen = self.query_one(VersionList).commonest, self.query_one(VersionList).chosen
        if commonest is not None and chosen is not None:
            other = chosen.second if chosen is commonest else chosen.first
            self._choose(commonest, other)

    @on(RowsView.Chosen, "TreeView")
    def _branch_chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        commonest, branch = self.query_one(VersionList).commonest, self.query_one(TreeView).branch
        if commonest is not None and branch is not None:
            self._choose(commonest, branch.example if branch.example != commonest.first else commonest.second)

    def _choose(self, commonest: Shown, other: Key | None) -> None:
        if other is None:
            self.say("Only one completion says that: there is no other to compare it with.")
        else:
            self.dismiss((Ref(*commonest.first), Ref(*other)))

    # The branch under the cursor.

    @on(RowsView.Moved, "TreeView")
    def _branch_moved(self, event: RowsView.Moved) -> None:
        event.stop()
        view = self.query_one(TreeView)
        branch = view.branch
        self.query_one(BranchDetail).show(view.row, self._found.n if self._found else 0)
        if branch is not None and branch.parent is not None and branch.count:
            self._read_fork(branch.example, branch.start)

    @work(thread=True, group="fork", exclusive=True, exit_on_error=False)
    def _read_fork(self, example: Key, start: int) -> None:
        from seedtui.core.logprobs import fork_at, fork_phrase

        worker = get_current_worker()
        try:
            run = self._history.run(example[0])
            fork = fork_at(run, example[1], start) if run is not None else None
        except Exception as error:
            # The words of the branch are there all the same.
            self.log.warning(problem_of(error))
            return
        if fork is not None and not worker.is_cancelled:
            self.post_message(self.ForkRead(example, start, fork_phrase(fork)))

    def on_agreement_screen_fork_read(self, event: ForkRead) -> None:
        """Show what else the model might have said."""
        event.stop()
        branch = self.query_one(TreeView).branch
        if branch is not None and (branch.example, branch.start) == (event.example, event.start):
            self.query_one(BranchDetail).show_choices(event.phrase)
