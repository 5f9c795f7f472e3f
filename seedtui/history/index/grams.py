"""What the index knows of a text: its grams, the shortest pieces that tell texts apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seedtui.core.text import folded

# Few characters follow one another often here, and words of two are common: two tell enough.
_DENSE: Final = "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
# So many grams of a word are looked up; what they let through is looked at anyway.
_MOST: Final = 12


@cache
def _dense() -> re.Pattern[str]:
    # So wide a set takes longer to compile than the app's first frame has to spare.
    return re.compile(_DENSE)


def pieces(text: str) -> list[str]:
    """Return the parts of a text between white space, as they are searched."""
    return folded(text).split()


def grams_of(piece: str) -> set[str]:
    """Return all that the index keeps of a piece: characters, pairs, and triples where two do not tell enough."""
    count = len(piece)
    found = {*piece, *(piece[at : at + 2] for at in range(count - 1))}
    triples = {piece[at : at + 3] for at in range(count - 2)}
    found |= triples if piece.isascii() else {triple for triple in triples if not _dense().search(triple)}
    return found


def grams_to_find(word: str) -> list[str]:
    """Return grams that every text has which contains a word; the fewest that tell as much as all."""
    found = list(dict.fromkeys(gram for piece in pieces(word) for gram in _cover(piece)))
    return found if len(found) <= _MOST else [found[at * len(found) // _MOST] for at in range(_MOST)]


def _cover(piece: str) -> Iterator[str]:
    if len(piece) == 1:
        yield piece
        return
    covered = 0
    for at in range(len(piece) - 1):
        triple = piece[at : at + 3]
        if len(triple) == 3 and not _dense().search(triple):
            yield triple
            covered = at + 3
        elif at + 2 > covered:
            yield piece[at : at + 2]
            covered = at + 2
