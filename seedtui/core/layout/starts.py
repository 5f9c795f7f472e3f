"""Where the sentences of a text begin, for texts that are laid out again and again while they grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seedtui.core.segment import sentence_starts_on

# A and B, as they are, and as they were when they were last laid out.
_MOST: Final = 4

_Known = tuple[str, Sequence[int]]
_NOTHING: Final[_Known] = ("", (0,))


class SentenceStarts:
    """Remembers the last texts, and looks only at what has come. Threads may share it."""

    def __init__(self) -> None:
        self._known: tuple[_Known, ...] = ()

    def of(self, text: str) -> Sequence[int]:
        """Return where a text's sentences begin.

        Raises:
            StoppedError: If it was asked to stop.
        """
        known = self._known
        # The longest beginning of it that there is: A may be the beginning of B.
        before = max((one for one in known if text.startswith(one[0])), key=lambda one: len(one[0]), default=_NOTHING)
        if before[0] != text:
            before = (text, sentence_starts_on(text, *before))
        self._known = (before, *(one for one in known if one[0] != text))[:_MOST]
        return before[1]
