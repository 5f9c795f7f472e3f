"""Where a query's words and values stand in what is shown of a run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from seedtui.core.query import Query
from seedtui.core.text import folded

# Korean vowels and final consonants: with what stands before them, they make one syllable.
_JAMO_FOLLOWING = range(0x1160, 0x1200)


class Piece(NamedTuple):
    """A part of a line.

    Attributes:
        text: Displayable.
        found: Whether it is what was looked for.
    """

    text: str
    found: bool = False


class Matches:
    """What was looked for, to be shown where it stands."""

    def __init__(self, query: Query) -> None:
        self._words = tuple(folded(word) for word in query.words)
        self._filters = dict(query.filters)
        if self._filters.get("seed", "none") != "none":
            # As the runs have it: without a sign or zeros in front.
            self._filters["seed"] = str(int(self._filters["seed"]))

    def of(self, name: str, text: str, value: str) -> list[Piece]:
        """Return a field's text, found as a whole if its filter asks for its value."""
        return [Piece(text, self._filters.get(name) == value)]

    def beginning(self, name: str, text: str, whole: str | None) -> list[Piece]:
        """Return a field's text, its beginning found if its filter asks for that.

        Args:
            name: The filter's name.
            text: What is shown, which may leave out a part of the middle.
            whole: What there is; None if there is nothing.
        """
        wanted = self._filters.get(name)
        if wanted is None:
            return [Piece(text)]
        if whole is None:
            return [Piece(text, wanted == "none")]
        if not whole.startswith(wanted):
            return [Piece(text)]
        # Behind an ellipsis stands the end of it.
        kept = text.find("…") if text != whole and "…" in text else len(text)
        return _pieces(text, [(0, min(len(wanted), kept))])

    def words(self, text: str) -> list[Piece]:
        """Return a text in which the words that were looked for are found."""
        return _pieces(text, places(text, self._words)) if self._words else [Piece(text)]


def places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where words stand in a text, case ignored: from and to, in order, none touching another.

    Args:
        text: Any text.
        words: The words, as `folded` makes them.
    """
    whole, origin = _folded(text)
    found: list[tuple[int, int]] = []
    for word in words:
        at = whole.find(word) if word else -1
        while at >= 0:
            found.append((origin[at][0], origin[at + len(word) - 1][1]))
            at = whole.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Fold a text; return it, and for each of its characters where that comes from: from and to."""
    if text.isascii():
        return text.lower(), [(at, at + 1) for at in range(len(text))]
    parts: list[str] = []
    origin: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        part = folded(text[start:end])
        parts.append(part)
        origin += [(start, end)] * len(part)
    return "".join(parts), origin


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Give the stretches of a text that may become one character: a letter and what combines with it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and (unicodedata.combining(text[at]) or ord(text[at]) in _JAMO_FOLLOWING):
            continue
        yield start, at
        start = at


def _pieces(text: str, found: list[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for start, end in found:
        pieces += [Piece(text[at:start]), Piece(text[start:end], True)]
        at = end
    return [piece for piece in (*pieces, Piece(text[at:])) if piece.text]


def fit_pieces(pieces: Iterable[Piece], width: int) -> list[Piece]:
    """Cut or pad a line to a number of cells."""
    if width <= 0:
        return []
    fitted: list[Piece] = []
    room = width
    for piece in pieces:
        cells = cell_len(piece.text)
        if cells > room:
            return [*_shortened(fitted, 1), *_cut(piece, room)] if not room else [*fitted, *_cut(piece, room)]
        fitted.append(piece)
        room -= cells
    return [*fitted, Piece(" " * room)] if room else fitted


def _cut(piece: Piece, room: int) -> list[Piece]:
    return [Piece(set_cell_size(piece.text, max(0, room - 1)) + "…", piece.found)] if room else [Piece("…")]


def _shortened(pieces: list[Piece], cells: int) -> list[Piece]:
    """Take cells off the end."""
    while pieces and cells:
        last = pieces.pop()
        wide = cell_len(last.text)
        if wide > cells:
            pieces.append(Piece(set_cell_size(last.text, wide - cells), last.found))
            return pieces
        cells -= wide
    return pieces
