"""A diff laid out in rows for a given width: side by side, unified, or inline.

Rows are aligned sentence by sentence: a stretch without changes flows as one paragraph on both
sides; a sentence with changes begins on a row of its own, in both texts at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from seedtui.core.interrupt import checked, checkpoint
from seedtui.core.layout.starts import SentenceStarts
from seedtui.core.layout.wrap import CellWidth, Kind, Piece, wrap
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from seedtui.core.diff import Diff, Span

__all__ = ["CellWidth", "Kind", "Piece", "Row", "View", "lay_out"]


class View(StrEnum):
    """The ways to lay out a diff."""

    SPLIT = "split"
    UNIFIED = "unified"
    INLINE = "inline"
    STRUCTURE = "structure"
    """Key by key: for two texts that are JSON."""


class Row(NamedTuple):
    """One row on the screen.

    Attributes:
        sign: ` ` for equal text, `~` changed, `-` only in A, `+` only in B, `⋯` rows that are folded away.
        a: The left side; in the unified and inline views, all there is.
        b: The right side; empty but in the split view.
        change: The first change in this row, from 0; -1 if there is none.
        folded: How many rows this one stands for, if it is a fold.
    """

    sign: str
    a: tuple[Piece, ...]
    b: tuple[Piece, ...] = ()
    change: int = -1
    folded: int = 0


class _Part(NamedTuple):
    """A stretch of a span: its texts, where it begins in both, and its change's number."""

    a: str
    b: str
    change: int
    a_start: int
    b_start: int
    unreached: bool = False


_Group = Sequence[_Part]


Memo = dict[tuple[_Part, ...], list[Row]]
"""Rows by what they show: for a diff that is laid out again and again while its B grows."""


def lay_out(diff: Diff, view: View, width: int, cell_width: CellWidth = len, memo: Memo | None = None) -> list[Row]:
    """Lay out a diff.

    Args:
        diff: The diff.
        view: How.
        width: Cells for the text of one side, without gutters; at least 1.
        cell_width: How many cells a text takes.
        memo: The rows of the last time, for the same view and width; it is brought up to date.

    Raises:
        StoppedError: If it was asked to stop.
    """
    width = max(1, width)
    build = {View.SPLIT: _split, View.INLINE: _inline}.get(view, _unified)
    known, used = {} if memo is None else memo, Memo()
    rows: list[Row] = []
    for group in _groups(diff):
        checkpoint()
        key = tuple(group) if memo is not None else ()
        found = known.get(key) if memo is not None else None
        if found is None:
            found = list(checked(build(group, width, cell_width)))
        if memo is not None:
            used[key] = found
        rows += found
    if memo is not None:
        memo.clear()
        memo.update(used)
    return rows


def _split(group: _Group, width: int, cell_width: CellWidth) -> Iterator[Row]:
    left = wrap(_side(group, Kind.DELETED), width, cell_width)
    right = wrap(_side(group, Kind.INSERTED), width, cell_width)
    for index in range(max(len(left), len(right))):
        a = left[index] if index < len(left) else ()
        b = right[index] if index < len(right) else ()
        yield Row(_sign((*a, *b)), a, b, _first_change((*a, *b)))


def _unified(group: _Group, width: int, cell_width: CellWidth) -> Iterator[Row]:
    if all(part.change < 0 for part in group):
        for row in wrap(_side(group, Kind.DELETED), width, cell_width):
            yield Row(" ", row)
        return
    for sign, kind in (("-", Kind.DELETED), ("+", Kind.INSERTED)):
        pieces = _side(group, kind)
        changed = _first_change(pieces)
        if any(piece.text for piece in pieces):
            for row in wrap(pieces, width, cell_width):
                yield Row(sign, row, (), max(_first_change(row), changed if sign == "-" else -1))


def _inline(group: _Group, width: int, cell_width: CellWidth) -> Iterator[Row]:
    pieces: list[Piece] = []
    for part in group:
        sides = (Kind.DELETED, Kind.INSERTED) if part.change >= 0 else (Kind.DELETED,)
        for side in sides:
            pieces += _shown(part, side)
    for row in wrap(pieces, width, cell_width):
        yield Row(_sign(row), row, (), _first_change(row))


def _sign(pieces: Sequence[Piece]) -> str:
    kinds = {piece.kind for piece in pieces if piece.text} - {Kind.UNREACHED}
    if kinds == {Kind.DELETED}:
        return "-"
    if kinds == {Kind.INSERTED}:
        return "+"
    return "~" if kinds - {Kind.EQUAL} else " "


def _first_change(pieces: Sequence[Piece]) -> int:
    return next((piece.change for piece in pieces if piece.change >= 0), -1)


def _side(group: _Group, side: Kind) -> list[Piece]:
    return [piece for part in group for piece in _shown(part, side)]


_BLOCK: Final = 20_000

_LONG_GROUP: Final = 1600
"""From this many code points, both sides together, a sentence is broken where it can be: its rows stay aligned."""

_LEAST_EQUAL: Final = 20

_AHEAD: Final = 1500
"""How much is shown of what B has not reached yet: it is laid out anew for each paint."""

_ODD_SPACE: Final = re.compile(r"[^\S \n\t\r\v\f\x1c-\x1f\x85]")


def _shown(part: _Part, side: Kind) -> Iterator[Piece]:
    """Make a part's text on one side displayable; white space that is all of a change is made visible."""
    text = part.a if side is Kind.DELETED else part.b
    if not text:
        return
    kind = side if part.change >= 0 else Kind.UNREACHED if part.unreached else Kind.EQUAL
    only_a, only_b = kind in (Kind.DELETED, Kind.UNREACHED), kind is Kind.INSERTED
    for start, block in _blocks(text):
        checkpoint()
        shown = _with_visible_space(block) if part.change >= 0 else displayable(block, newlines=True, tabs="    ")
        at_a, at_b = part.a_start + (0 if only_b else start), part.b_start + (0 if only_a else start)
        yield Piece(shown, kind, part.change, at_a, at_b)


def _with_visible_space(text: str) -> str:
    if text.isspace():
        text = text.replace(" ", "␣").replace("\n", "⏎\n")
    shown = displayable(text, newlines=True, tabs="⇥   ")
    # Spaces that look like the common one, and are not.
    return shown if shown.isascii() else _ODD_SPACE.sub(lambda match: f"‹{ord(match.group()):04X}›", shown)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Cut a long text at white space: no single step should take long."""
    start = 0
    while len(text) - start > _BLOCK:
        end = max(text.rfind(" ", start, start + _BLOCK), text.rfind("\n", start, start + _BLOCK)) + 1
        if end <= start:
            end = start + _BLOCK
        yield start, text[start:end]
        start = end
    yield start, text[start:] if start else text


_starts: Final = SentenceStarts()


def _groups(diff: Diff) -> Iterator[list[_Part]]:
    """Cut a diff at the sentences that both texts begin together; equal neighbours stay together."""
    starts_a, starts_b = _starts.of(diff.a), set(_starts.of(diff.b))
    change = -1
    group: list[_Part] = []
    for span in diff.spans:
        if span.op != "equal":
            unreached = span is diff.spans[-1] and diff.unreached is not None and diff.unreached < len(diff.a)
            counted = not (span.ignored or unreached)
            change += counted
            texts = diff.a[span.a_start : span.a_end], diff.b[span.b_start : span.b_end]
            if unreached and len(texts[0]) > _AHEAD:
                texts = texts[0][: texts[0].rfind(" ", 0, _AHEAD)] + " …", texts[1]
            group.append(_Part(*texts, change if counted else -1, span.a_start, span.b_start, unreached))
            continue
        cuts = _cuts(span, starts_a, starts_b)
        if len(cuts) == 2 and sum(len(part.a) + len(part.b) for part in group) > _LONG_GROUP:
            cuts[1:1] = _emergency_cut(diff.a, span)
        # The sentence that a change before it is in, and the one that a change after it is in.
        first = cuts[1] if group else cuts[0]
        last = cuts[-2] if span is not diff.spans[-1] else cuts[-1]
        if len(cuts) == 2 and group:
            group.append(_equal(diff, span, *cuts))
            continue
        if group:
            yield [*group, _equal(diff, span, cuts[0], first)]
        if first < last:
            # A line break ends a row in any case.
            lines = [cut for cut in cuts if first < cut < last and diff.a[cut - 1] == "\n"]
            for start, end in pairwise([first, *lines, last]):
                yield [_equal(diff, span, start, end)]
        group = [_equal(diff, span, last, cuts[-1])] if last < cuts[-1] else []
    if group:
        yield group


def _emergency_cut(a: str, span: Span) -> list[int]:
    """Find a place between two words of an equal span where a sentence without an end may begin a new row."""
    if span.a_end - span.a_start < _LEAST_EQUAL:
        return []
    space = a.find(" ", (span.a_start + span.a_end) // 2, span.a_end - 1)
    return [space + 1] if space >= 0 else []


def _equal(diff: Diff, span: Span, start: int, end: int) -> _Part:
    text = diff.a[start:end]
    return _Part(text, text, -1, start, start + span.b_start - span.a_start)


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
