"""A diff as a table of HTML: its rows are those of the viewer, as wide as the page lets them be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from seedtui.core.diff import Diff
from seedtui.core.fences import fences
from seedtui.core.layout.rows import Kind, Piece, Row, View, lay_out

# Wider than any line: the browser breaks them.
_UNBROKEN: Final = 10**9
_TAGS: Final = {Kind.DELETED: "del", Kind.INSERTED: "ins"}


def diff_table(diff: Diff, heads: tuple[str, str], *, single: bool = False) -> Iterator[str]:
    """Yield a diff as a table of two columns.

    Args:
        diff: The diff.
        heads: The head cells of A and of B.
        single: Make one column, with one text of the two.
    """
    rows = lay_out(diff, View.INLINE if single else View.SPLIT, _UNBROKEN)
    table = _Table(diff)
    yield f'<table class="diff{" single" if single else ""}">'
    yield f"<thead><tr>{('</tr><tr>' if single else '').join(heads)}</tr></thead>"
    yield "<tbody>"
    yield from (table.single(row) if single else table.row(row) for row in rows)
    yield "</tbody></table>"


class _Table:
    """The rows of a diff as those of a table; code stands in a type of its own."""

    def __init__(self, diff: Diff) -> None:
        self._code = _Inside(fences(diff.a)), _Inside(fences(diff.b))

    def row(self, row: Row) -> str:
        """Return a row of two cells."""
        if row.sign == " ":
            return f'<tr class="same">{self._cell("a", " ", row.a)}{self._cell("b", " ", row.b)}</tr>'
        return f"<tr>{self._cell('a', '−', row.a)}{self._cell('b', '+', row.b)}</tr>"

    def single(self, row: Row) -> str:
        """Return a row of one cell."""
        return f"<tr>{self._cell('a', row.sign, row.a)}</tr>"

    def _cell(self, side: str, sign: str, pieces: Sequence[Piece]) -> str:
        if not pieces and sign != " ":
            return f'<td class="{side} none"></td>'
        code = " fenced" if pieces and self._is_code(side, pieces[0]) else ""
        mark = f'<span class="sign">{sign}</span>' if sign != " " else ""
        return f'<td class="{side}">{mark}<span class="text{code}" lang="" dir="auto">{_pieces(pieces)}</span></td>'

    def _is_code(self, side: str, piece: Piece) -> bool:
        only_b = side == "b" or piece.kind is Kind.INSERTED
        return piece.b in self._code[1] if only_b else piece.a in self._code[0]


class _Inside:
    """Which places of a text are inside some stretches of it."""

    def __init__(self, stretches: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in stretches]
        self._ends = [end for _, end in stretches]

    def __contains__(self, place: int) -> bool:
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._ends[index]


def _pieces(pieces: Iterable[Piece]) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.kind is Kind.UNREACHED:
        return f'<span class="unreached">{text}</span>'
    tag = _TAGS.get(piece.kind)
    return f"<{tag}>{text}</{tag}>" if tag else text
