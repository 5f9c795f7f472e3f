"""What threads tell the screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from seedtui.core.diff import Diff
from seedtui.core.run import Side
from seedtui.core.verdict import Verdict


class RunnerWoke(Message):
    """The runner has put events into the mailbox."""

    def can_replace(self, message: Message) -> bool:
        """One is enough: whoever handles it empties the mailbox."""
        return isinstance(message, RunnerWoke)


@dataclass(frozen=True)
class Comparison:
    """Two completions, judged.

    Attributes:
        a: A; None where there is only one completion yet.
        b: B.
        diff: How B's text differs from A's; with no A, B's text against itself.
        verdict: None where there is no A.
    """

    a: Side | None
    b: Side
    diff: Diff
    verdict: Verdict | None
