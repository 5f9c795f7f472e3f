"""What every part of the workbench shares: its state and its small services."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from textual import work
from textual.message_pump import MessagePump

from seedtui.core.ignoring import Ignore
from seedtui.core.query import Query
from seedtui.core.text import displayable
from seedtui.tui.live import LiveRuns
from seedtui.tui.pair import Pair, Ref
from seedtui.tui.widgets.bars import StatusLine
from seedtui.tui.widgets.compare_pane import ComparePane
from seedtui.tui.widgets.request_form import RequestForm
from seedtui.tui.widgets.runs_list import RunsList

if TYPE_CHECKING:
    from textual.screen import Screen

    from seedtui.core.run import Run, Side
    from seedtui.tui.app import SeedtuiApp

    _Base = Screen[None]
else:
    # Textual looks through all that a screen has as its class is made, which each of its parts would pay for.
    _Base = MessagePump

PaneName = Literal["request", "runs", "compare"]


class ShowPane(Protocol):
    """Brings a pane into sight, and the focus into it unless told not to."""

    def __call__(self, name: PaneName, *, focus: bool = True) -> None:
        """Show the pane of this name."""
        ...


def problem_of(error: Exception) -> str:
    """Say in a sentence what kept a thread from its work."""
    from seedtui.history import HistoryError

    if isinstance(error, HistoryError):
        return str(error)
    return f"That stumbled over a fault of seedtui's own ({type(error).__name__}); what is stored is unharmed."


def side_of(run: Run, index: int) -> Side:
    """Return a run's choice, or its first one where that choice never came."""
    from seedtui.core.run import Side

    if run.completion(index) is None and run.completions:
        index = run.completions[0].index
    return Side.of(run, index)


class WorkbenchBase(_Base):
    """State that sending, browsing and comparing share. Whoever puts the parts together makes a screen of them.

    Attributes:
        show_pane: Brings a pane into sight; the workbench's own part does it.
        compare_now: Compares the pair as it is now.
        compare_with_previous: Makes the run before one A, whatever the list shows.
        ignore: What is left out of account in the diff.
        marks: The pairs that are marked for export, and which of their changes; None for all.
    """

    show_pane: ShowPane
    compare_now: Callable[[], None]
    compare_with_previous: Callable[[int], object]

    def __init__(self) -> None:
        super().__init__()
        self.pair = Pair()
        self.live = LiveRuns()
        self.query_now = Query()
        self.deleted: list[int] = []
        self.ignore = Ignore()
        self.marks: dict[tuple[Ref, Ref], frozenset[int] | None] = {}
        # The last runs read from the history: while B streams, A need not be read again.
        self.read_runs: dict[int, Run] = {}

    @property
    def seedtui(self) -> SeedtuiApp:
        """The app."""
        return cast("SeedtuiApp", self.app)

    @property
    def form(self) -> RequestForm:
        """The request form."""
        return self.query_one(RequestForm)

    @property
    def runs(self) -> RunsList:
        """The list of runs."""
        return self.query_one(RunsList)

    @property
    def compare_pane(self) -> ComparePane:
        """The comparison."""
        return self.query_one(ComparePane)

    def shows_the_pair(self) -> bool:
        """Whether the comparison in sight is of the pair, and made, as both are now."""
        comparison = self.compare_pane.comparison
        if comparison is None or comparison.a is None or self.pair.a is None or self.pair.b is None:
            return False
        shown = all(
            (side.run.id, side.completion.index) == (ref.run_id, side_of(side.run, ref.index).completion.index)
            for side, ref in ((comparison.a, self.pair.a), (comparison.b, self.pair.b))
        )
        return shown and comparison.diff.ignore == self.ignore

    def marks_of_pair(self) -> frozenset[int]:
        """Return the changes of the pair in sight that are marked for export."""
        comparison = self.compare_pane.comparison
        if self.pair.a is None or self.pair.b is None or comparison is None:
            return frozenset()
        marked = self.marks.get((self.pair.a, self.pair.b), frozenset())
        return frozenset(range(len(comparison.diff.changes))) if marked is None else marked

    @work(group="later", exit_on_error=False)
    async def tell_later(self, coming: Future[Any]) -> None:
        """Tell the screen what a thread says, when it says it."""
        self.post_message(await wrap_future(coming))

    def say(self, text: str, *, error: bool = False) -> None:
        """Put a sentence into the status line.

        Args:
            text: Anything; it is cleaned for display.
            error: Whether something went wrong.
        """
        status = self.query_one(StatusLine)
        status.set_class(error, "-error")
        status.text = displayable(text)
