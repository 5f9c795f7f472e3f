"""Pieces of text broken into rows of a given width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from seedtui.core.interrupt import checked
from seedtui.core.pattern import pattern

CellWidth = Callable[[str], int]

# What may stand on a row by itself: a line feed, a run of spaces, an East Asian or Thai character
# with the punctuation that must not begin a row, or anything up to the next of these.
_FRAGMENT: Final = (
    r"(?V1)\n|[^\S\n]+"
    r"|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]\p{M}*[\p{Po}\p{Pe}\p{Pf}--[\"'*&@#%]]*"
    r"|[[\S]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+"
)
_BREAKABLE: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
# Flags first: \X would count a run of them from its beginning for each.
_CLUSTER: Final = r"[\U0001F1E6-\U0001F1FF]{2}\p{M}*|\X"


class Kind(StrEnum):
    """What a piece of text is."""

    EQUAL = "equal"
    DELETED = "deleted"
    INSERTED = "inserted"
    UNREACHED = "unreached"
    """A's text, where B is still being written and has not come so far."""


class Piece(NamedTuple):
    """Displayable text of one kind.

    Attributes:
        text: Without control characters or line feeds.
        kind: Whether it is in both texts, only in A, or only in B.
        change: The number of the change it belongs to, from 0; -1 for equal text.
        a: Where it stands in A, in code points; where A goes on, if it is only in B.
        b: Where it stands in B, likewise.
    """

    text: str
    kind: Kind
    change: int = -1
    a: int = 0
    b: int = 0


_Slice = list[int]
"""A stretch of a piece's text: the piece's number, start and end."""


def wrap(pieces: Sequence[Piece], width: int, cell_width: CellWidth) -> list[tuple[Piece, ...]]:
    """Break pieces into rows at white space; what is wider than a row is broken where it must be."""
    wrapper = _Wrapper(pieces, width, cell_width)
    find = pattern(_FRAGMENT).finditer
    for number, piece in enumerate(pieces):
        for match in checked(find(piece.text)):
            fragment = match.group()
            if fragment == "\n":
                wrapper.end_row()
            elif fragment.isspace():
                wrapper.add_space(fragment, number, match.start())
            else:
                wrapper.add_word(fragment, number, match.start())
    return wrapper.finish()


class _Wrapper:
    """Collects fragments into rows. A word may be made of fragments of several pieces."""

    def __init__(self, pieces: Sequence[Piece], width: int, cell_width: CellWidth) -> None:
        self._pieces = pieces
        self._width = width
        self._cell_width = cell_width
        self._rows: list[tuple[Piece, ...]] = []
        self._row: list[_Slice] = []
        self._row_cells = 0
        self._word: list[_Slice] = []
        self._word_cells = 0

    def add_word(self, fragment: str, number: int, start: int) -> None:
        ascii_only = fragment.isascii()
        if not ascii_only and pattern(_BREAKABLE).match(fragment):
            self._flush_word()
        _add(self._word, number, start, start + len(fragment))
        self._word_cells += len(fragment) if ascii_only else self._cell_width(fragment)

    def add_space(self, fragment: str, number: int, start: int) -> None:
        self._flush_word()
        cells = self._cell_width(fragment)
        if self._row_cells + cells <= self._width:
            _add(self._row, number, start, start + len(fragment))
            self._row_cells += cells
        elif self._row:
            # The row's end stands for the space; indentation that is wider than a row goes, too.
            self._row_cells = self._width

    def end_row(self) -> None:
        self._flush_word()
        self._emit()

    def finish(self) -> list[tuple[Piece, ...]]:
        self._flush_word()
        if self._row:
            self._emit()
        return self._rows

    def _flush_word(self) -> None:
        if not self._word:
            return
        if self._row_cells + self._word_cells > self._width and self._row:
            self._emit()
        if self._word_cells > self._width:
            self._break_word()
            return
        for number, start, end in self._word:
            _add(self._row, number, start, end)
        self._row_cells += self._word_cells
        self._word, self._word_cells = [], 0

    def _break_word(self) -> None:
        slices, self._word, self._word_cells = self._word, [], 0
        for number, start, end in slices:
            for match in pattern(_CLUSTER).finditer(self._pieces[number].text, start, end):
                cells = self._cell_width(match.group())
                if self._row_cells + cells > self._width and self._row:
                    self._emit()
                _add(self._row, number, match.start(), match.end())
                self._row_cells += cells

    def _emit(self) -> None:
        self._rows.append(tuple(_cut(self._pieces[number], start, end) for number, start, end in self._row))
        self._row, self._row_cells = [], 0


def _add(slices: list[_Slice], number: int, start: int, end: int) -> None:
    last = slices[-1] if slices else None
    if last is not None and last[0] == number and last[2] == start:
        last[2] = end
    else:
        slices.append([number, start, end])


def _cut(piece: Piece, start: int, end: int) -> Piece:
    # A character that is shown as several moves what comes after it; a row may be off by those.
    text, kind, change, a, b = piece
    return Piece(
        text[start:end],
        kind,
        change,
        a if kind is Kind.INSERTED else a + start,
        b if kind in _ONLY_A else b + start,
    )


_ONLY_A: Final = frozenset({Kind.DELETED, Kind.UNREACHED})
