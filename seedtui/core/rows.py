"""A diff laid out in rows for a given width: side by side, unified, or inline.

Rows are aligned sentence by sentence: a stretch without changes flows as one paragraph on both
sides; a sentence with changes begins on a row of its own, in both texts at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from seedtui.core.pattern import pattern
from seedtui.core.segment import sentence_starts
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from seedtui.core.diff import Diff, Span

CellWidth = Callable[[str], int]

# What may stand on a row by itself: a line feed, a run of spaces, an East Asian or Thai character
# with the punctuation that must not begin a row, or anything up to the next of these.
_FRAGMENT: Final = (
    r"(?V1)\n|[^\S\n]+"
    r"|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]\p{M}*[\p{Po}\p{Pe}\p{Pf}--[\"'*&@#%]]*"
    r"|[[\S]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+"
)
# Flags first: \X would count a run of them from its beginning for each.
_CLUSTER: Final = r"[\U0001F1E6-\U0001F1FF]{2}\p{M}*|\X"


class View(StrEnum):
    """The ways to lay out a diff."""

    SPLIT = "split"
    UNIFIED = "unified"
    INLINE = "inline"


class Kind(StrEnum):
    """What a piece of text is."""

    EQUAL = "equal"
    DELETED = "deleted"
    INSERTED = "inserted"


class Piece(NamedTuple):
    """Displayable text of one kind.

    Attributes:
        text: Without control characters or line feeds.
        kind: Whether it is in both texts, only in A, or only in B.
        change: The number of the change it belongs to, from 0; -1 for equal text.
    """

    text: str
    kind: Kind
    change: int = -1


class Row(NamedTuple):
    """One row on the screen.

    Attributes:
        sign: ` ` for equal text, `~` changed, `-` only in A, `+` only in B.
        a: The left side; in the unified and inline views, all there is.
        b: The right side; empty but in the split view.
        change: The first change in this row, from 0; -1 if there is none.
    """

    sign: str
    a: tuple[Piece, ...]
    b: tuple[Piece, ...] = ()
    change: int = -1


class _Part(NamedTuple):
    """A stretch of a span, numbered by its change."""

    a: str
    b: str
    change: int


def lay_out(diff: Diff, view: View, width: int, cell_width: CellWidth = len) -> list[Row]:
    """Lay out a diff.

    Args:
        diff: The diff.
        view: How.
        width: Cells for the text of one side, without gutters; at least 1.
        cell_width: How many cells a text takes.
    """
    width = max(1, width)
    builders = {View.SPLIT: _split, View.UNIFIED: _unified, View.INLINE: _inline}
    rows: list[Row] = []
    for group in _groups(diff):
        rows.extend(builders[view](group, width, cell_width))
    return rows


def _split(group: Sequence[_Part], width: int, cell_width: CellWidth) -> Iterator[Row]:
    left = _wrap(_side(group, Kind.DELETED), width, cell_width)
    right = _wrap(_side(group, Kind.INSERTED), width, cell_width)
    for index in range(max(len(left), len(right))):
        a = left[index] if index < len(left) else ()
        b = right[index] if index < len(right) else ()
        yield Row(_sign((*a, *b)), a, b, _first_change((*a, *b)))


def _unified(group: Sequence[_Part], width: int, cell_width: CellWidth) -> Iterator[Row]:
    if all(part.change < 0 for part in group):
        for row in _wrap(_side(group, Kind.DELETED), width, cell_width):
            yield Row(" ", row)
        return
    for sign, kind in (("-", Kind.DELETED), ("+", Kind.INSERTED)):
        pieces = _side(group, kind)
        changed = _first_change(pieces)
        if any(piece.text for piece in pieces):
            for row in _wrap(pieces, width, cell_width):
                yield Row(sign, row, (), max(_first_change(row), changed if sign == "-" else -1))


def _inline(group: Sequence[_Part], width: int, cell_width: CellWidth) -> Iterator[Row]:
    pieces: list[Piece] = []
    for part in group:
        if part.change < 0:
            pieces.append(Piece(part.a, Kind.EQUAL))
        else:
            pieces += [Piece(part.a, Kind.DELETED, part.change), Piece(part.b, Kind.INSERTED, part.change)]
    for row in _wrap([_shown(piece) for piece in pieces if piece.text], width, cell_width):
        yield Row(_sign(row), row, (), _first_change(row))


def _sign(pieces: Sequence[Piece]) -> str:
    kinds = {piece.kind for piece in pieces if piece.text}
    if kinds == {Kind.DELETED}:
        return "-"
    if kinds == {Kind.INSERTED}:
        return "+"
    return "~" if kinds - {Kind.EQUAL} else " "


def _first_change(pieces: Sequence[Piece]) -> int:
    return next((piece.change for piece in pieces if piece.change >= 0), -1)


def _side(group: Sequence[_Part], kind: Kind) -> list[Piece]:
    pieces = []
    for part in group:
        text = part.a if kind is Kind.DELETED else part.b
        if text:
            pieces.append(_shown(Piece(text, kind if part.change >= 0 else Kind.EQUAL, part.change)))
    return pieces


def _shown(piece: Piece) -> Piece:
    """Make a piece displayable; white space that is all of a change is made visible."""
    text = piece.text
    if piece.kind is not Kind.EQUAL and text.isspace():
        text = text.replace(" ", "␣").replace("\n", "⏎\n")
    return Piece(displayable(text, newlines=True, tabs="    "), piece.kind, piece.change)


def _groups(diff: Diff) -> Iterator[list[_Part]]:
    """Cut a diff at the sentences that both texts begin together; equal neighbours stay together."""
    starts_a, starts_b = sentence_starts(diff.a), set(sentence_starts(diff.b))
    change = -1
    group: list[_Part] = []
    for span in diff.spans:
        if span.op != "equal":
            change += 1
            group.append(_Part(diff.a[span.a_start : span.a_end], diff.b[span.b_start : span.b_end], change))
            continue
        cuts = _cuts(span, starts_a, starts_b)
        # The sentence that a change before it is in, and the one that a change after it is in.
        first = cuts[1] if group else cuts[0]
        last = cuts[-2] if span is not diff.spans[-1] else cuts[-1]
        if len(cuts) == 2 and group:
            group.append(_equal(diff, *cuts))
            continue
        if group:
            yield [*group, _equal(diff, cuts[0], first)]
        if first < last:
            yield [_equal(diff, first, last)]
        group = [_equal(diff, last, cuts[-1])] if last < cuts[-1] else []
    if group:
        yield group


def _equal(diff: Diff, start: int, end: int) -> _Part:
    text = diff.a[start:end]
    return _Part(text, text, -1)


def _cuts(span: Span, starts_a: Sequence[int], starts_b: set[int]) -> list[int]:
    """Return an equal span's start, the sentences that both texts begin in it, and its end, as places in A."""
    shift = span.b_start - span.a_start
    cuts = [span.a_start]
    for index in range(bisect_left(starts_a, span.a_start), len(starts_a)):
        start = starts_a[index]
        if start > span.a_end:
            break
        if start + shift in starts_b:
            cuts.append(start)
    return [*cuts, span.a_end]


def _wrap(pieces: Sequence[Piece], width: int, cell_width: CellWidth) -> list[tuple[Piece, ...]]:
    """Break pieces into rows at white space; what is wider than a row is broken where it must be."""
    wrapper = _Wrapper(width, cell_width)
    for piece in pieces:
        for fragment in pattern(_FRAGMENT).findall(piece.text):
            if fragment == "\n":
                wrapper.end_row()
            elif fragment.isspace():
                wrapper.add_space(fragment, piece)
            else:
                wrapper.add_word(fragment, piece)
    return wrapper.finish()


class _Wrapper:
    """Collects fragments into rows. A word may be made of fragments of several pieces."""

    def __init__(self, width: int, cell_width: CellWidth) -> None:
        self._width = width
        self._cell_width = cell_width
        self._rows: list[tuple[Piece, ...]] = []
        self._row: list[tuple[str, Piece]] = []
        self._row_cells = 0
        self._word: list[tuple[str, Piece]] = []
        self._word_cells = 0

    def add_word(self, fragment: str, piece: Piece) -> None:
        if not fragment.isascii() and pattern(_FRAGMENT).match(fragment) and _is_breakable(fragment):
            self._flush_word()
        self._word.append((fragment, piece))
        self._word_cells += self._cell_width(fragment)

    def add_space(self, fragment: str, piece: Piece) -> None:
        self._flush_word()
        cells = self._cell_width(fragment)
        if self._row_cells + cells <= self._width:
            self._row.append((fragment, piece))
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
        self._row += self._word
        self._row_cells += self._word_cells
        self._word, self._word_cells = [], 0

    def _break_word(self) -> None:
        fragments, self._word, self._word_cells = self._word, [], 0
        for fragment, piece in fragments:
            for cluster in pattern(_CLUSTER).findall(fragment):
                cells = self._cell_width(cluster)
                if self._row_cells + cells > self._width and self._row:
                    self._emit()
                self._row.append((cluster, piece))
                self._row_cells += cells

    def _emit(self) -> None:
        merged: list[Piece] = []
        for text, piece in self._row:
            last = merged[-1] if merged else None
            if last is not None and (last.kind, last.change) == (piece.kind, piece.change):
                merged[-1] = Piece(last.text + text, piece.kind, piece.change)
            else:
                merged.append(Piece(text, piece.kind, piece.change))
        self._rows.append(tuple(merged))
        self._row, self._row_cells = [], 0


_BREAKABLE: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"


def _is_breakable(fragment: str) -> bool:
    return pattern(_BREAKABLE).match(fragment) is not None
