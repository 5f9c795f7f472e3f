"""What threads tell the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.core.run import Run
    from seedtui.core.summary import Summary
    from seedtui.tui.pair import Ref


class RunnerWoke(Message):
    """The runner has put events into the mailbox."""

    def can_replace(self, message: Message) -> bool:
        """One is enough: whoever handles it empties the mailbox."""
        return isinstance(message, RunnerWoke)


@dataclass
class Compared(Message):
    """A pair has been compared.

    Attributes:
        a: A, as it was asked for.
        b: B, as it was asked for.
        comparison: None if a run is no longer there.
        problem: What kept it from being compared; empty if nothing did.
    """

    a: Ref | None
    b: Ref
    comparison: Comparison | None
    problem: str = ""


@dataclass
class PageRead(Message):
    """A page of the history has been read.

    Attributes:
        rows: Newest first.
        before: The id it was read from; None for the first page.
        problem: What kept it from being read; empty if nothing did.
    """

    rows: Sequence[Summary]
    before: int | None
    problem: str = ""


@dataclass
class RunRead(Message):
    """A run's request is to be loaded into the form."""

    run: Run | None
    problem: str = ""


@dataclass
class Deleted(Message):
    """A run was deleted, or brought back.

    Attributes:
        run_id: The run.
        back: Whether it was brought back.
        problem: What kept it from being done; empty if nothing did.
    """

    run_id: int
    back: bool
    problem: str = ""


@dataclass
class ModelsListed(Message):
    """An endpoint has said which models it serves, or why not."""

    endpoint: str
    models: Sequence[str]
    problem: str = ""
