"""What threads tell the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.core.layout.sheet import Sheet
    from seedtui.core.query import Query
    from seedtui.core.run import Run
    from seedtui.core.summary import Summary
    from seedtui.exchange.marked import Marked
    from seedtui.tui.pair import Ref


class RunnerWoke(Message):
    """The runner has put events into the mailbox."""

    def can_replace(self, message: Message) -> bool:
        """One is enough: whoever handles it empties the mailbox."""
        return isinstance(message, RunnerWoke)


@dataclass(eq=False, repr=False)
class Compared(Message):
    """A pair has been compared.

    Attributes:
        a: A, as it was asked for.
        b: B, as it was asked for.
        comparison: None if a run is no longer there.
        sheet: Its rows, laid out as was wanted when it began.
        read: The runs that were read from the history for it.
        problem: What kept it from being compared; empty if nothing did.
        stopped: Whether it was given up for another one.
    """

    a: Ref | None
    b: Ref
    comparison: Comparison | None
    sheet: Sheet | None = None
    read: Mapping[int, Run] = field(default_factory=dict)
    problem: str = ""
    stopped: bool = False


@dataclass(eq=False, repr=False)
class LaidOut(Message):
    """A large comparison has been laid out anew."""

    comparison: Comparison
    sheet: Sheet


@dataclass(eq=False, repr=False)
class RunsFound(Message):
    """The runs of the request of B are known.

    Attributes:
        rows: Newest first, B's among them.
        step: Which of them is wanted: 1 for the next newer than B, -1 for the next older.
        problem: What kept them from being read; empty if nothing did.
    """

    rows: Sequence[Summary]
    step: int
    problem: str = ""


@dataclass(eq=False, repr=False)
class Gathered(Message):
    """What is to be exported has been compared.

    Attributes:
        number: Which time it was asked for.
        marked: The pairs, and which of their changes.
        problem: What kept it from being compared; empty if nothing did.
    """

    number: int
    marked: Sequence[Marked]
    problem: str = ""


@dataclass(eq=False, repr=False)
class Exported(Message):
    """An export is there, or could not be made.

    Attributes:
        said: What to tell the user.
        problem: Whether something went wrong.
        copied: The text that is to go to the clipboard.
    """

    said: str
    problem: bool = False
    copied: str = ""


@dataclass(eq=False, repr=False)
class PreviousFound(Message):
    """The run before one is known.

    Attributes:
        run_id: The run.
        previous: The run before it; None if it is the first.
        asked: Whether the user asked for it, and so wants to hear that there is none.
        problem: What kept it from being found; empty if nothing did.
    """

    run_id: int
    previous: int | None
    asked: bool
    problem: str = ""


@dataclass(eq=False, repr=False)
class RowsRead(Message):
    """Rows that the list of runs wanted have been read, all of them or some.

    Attributes:
        number: The number of what was wanted.
        rows: Newest first.
        more: Whether there are more beyond them.
        done: Whether these are the last that come.
        reached: The id that a search has come to; 0 if there was none.
        problem: What kept them from being read; empty if nothing did.
    """

    number: int
    rows: Sequence[Summary] = ()
    more: bool = False
    done: bool = True
    reached: int = 0
    problem: str = ""


@dataclass(eq=False, repr=False)
class NewerRead(Message):
    """Another process has written to the history.

    Attributes:
        query: What is looked for in the list.
        rows: What it finds among the newest runs, newest first.
        more: Whether there are more than these.
    """

    query: Query
    rows: Sequence[Summary]
    more: bool


@dataclass(eq=False, repr=False)
class RunRead(Message):
    """A run's request is to be loaded into the form."""

    run: Run | None
    problem: str = ""


@dataclass(eq=False, repr=False)
class Deleted(Message):
    """A run was deleted, or brought back.

    Attributes:
        run_id: The run.
        back: Whether it was brought back.
        problem: What kept it from being done; empty if nothing did.
        row: The run that is back.
    """

    run_id: int
    back: bool
    problem: str = ""
    row: Summary | None = None


@dataclass(eq=False, repr=False)
class Pinned(Message):
    """A run was made a baseline, or is one no longer.

    Attributes:
        run_id: The run.
        pinned: Whether it is one now.
        problem: What kept it from being done; empty if nothing did.
    """

    run_id: int
    pinned: bool
    problem: str = ""


@dataclass(eq=False, repr=False)
class PinsRead(Message):
    """It is known which runs are baselines."""

    run_ids: frozenset[int]


@dataclass(eq=False, repr=False)
class ModelsListed(Message):
    """An endpoint has said which models it serves, or why not."""

    endpoint: str
    models: Sequence[str]
    problem: str = ""
