"""Any text made editable in a terminal, without losing a character of it.

A text widget paints what it holds, so it may hold nothing that acts on a terminal. Each unsafe
character is held as a *stand-in*, one character from a private area that is one cell wide, is
painted as a picture (ESC as ␛), and becomes itself again when the text is read.
"""

from __future__ import annotations

from typing import Any, Final

from seedtui.core.pattern import pattern
from seedtui.core.text import INVISIBLE, REPLACEMENT, displayable, join_surrogates

SHAPELESS: Final = "▯"

_FIRST: Final = 0xF0000
_MOST: Final = 0xFFFD
_CANDIDATE: Final = rf"[\p{{C}}\p{{Zl}}\p{{Zp}}{INVISIBLE}]|(?<=\p{{M}}{{8}})\p{{M}}"


class StandIns:
    """The stand-ins of one widget.

    Args:
        kept: Characters that the widget deals with itself, like line feeds.
    """

    def __init__(self, kept: str = "") -> None:
        self._kept = kept
        self._without_kept = str.maketrans("", "", kept)
        self._stand_in: dict[str, str] = {}
        self._original: dict[int, str] = {}
        self._picture: dict[int, str] = {}

    def hide(self, text: str) -> str:
        """Return the text to hold: as many characters as came in, all of them safe to paint."""
        if text.isascii() and text.translate(self._without_kept).isprintable():
            return text
        return str(pattern(_CANDIDATE).sub(self._replacement, join_surrogates(text)))

    def reveal(self, held: str) -> str:
        """Return what a held text stands for: the inverse of `hide`."""
        return held.translate(self._original) if self._original else held

    def shown(self, held: str) -> str:
        """Return what to paint for a held text: as many characters, and cells, as it has."""
        return held.translate(self._picture) if self._picture else held

    def places(self, held: str) -> list[int]:
        """Return where in a held text the stand-ins are."""
        if not self._picture:
            return []
        return [index for index, character in enumerate(held) if ord(character) in self._picture]

    def _replacement(self, match: Any) -> str:
        character = str(match.group())
        start, end = match.span()
        # Whether a joiner is safe depends on its neighbours.
        around = match.string[max(0, start - 1) : end + 1]
        joins = not pattern(r"\p{M}").match(character) and character in displayable(around)
        return character if character in self._kept or joins else self._held(character)

    def _held(self, character: str) -> str:
        known = self._stand_in.get(character)
        if known is not None:
            return known
        number = len(self._stand_in)
        if number >= _MOST:
            return REPLACEMENT
        held = chr(_FIRST + number)
        self._stand_in[character] = held
        self._original[ord(held)] = character
        picture = displayable(character, tabs="␉")
        self._picture[ord(held)] = picture if len(picture) == 1 and picture != character else SHAPELESS
        return held
