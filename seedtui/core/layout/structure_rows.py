"""A comparison of two JSON answers laid out in rows: a tree of keys, what is equal folded together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from seedtui.core.diff import diff
from seedtui.core.interrupt import checkpoint
from seedtui.core.layout.rows import CellWidth, Kind, Piece, Row
from seedtui.core.layout.wrap import wrap
from seedtui.core.pattern import pattern
from seedtui.core.phrases import plural
from seedtui.core.structure import Node, State, Structure
from seedtui.core.structure.json_tree import Type, Value, compact
from seedtui.core.text import displayable

_INDENT: Final = 2
# So many equal neighbours are folded into one row.
_FOLDED: Final = 4
# The most rows that one value may take.
_TALLEST: Final = 20
# Texts less alike than this are shown whole against each other.
_ALIKE: Final = 0.4
_CLUSTER: Final = r"[\U0001F1E6-\U0001F1FF]{2}\p{M}*|\X"
_BRACKETS: Final = {Type.OBJECT: "{}", Type.ARRAY: "[]"}


def lay_out_structure(structure: Structure, width: int, cell_width: CellWidth = len) -> list[Row]:
    """Lay a structure out, everything on the left side of its rows.

    A row's sign is ` ` for what is equal or holds changes, `~` for a value and what became of it, `-`
    and `+` for what stands on one side only. Changes are numbered as in `structure.changes`.

    Args:
        structure: The comparison.
        width: Cells for the text, without gutters; at least 1.
        cell_width: How many cells a text takes.

    Raises:
        StoppedError: If it was asked to stop.
    """
    return list(_Painter(max(1, width), cell_width).whole(structure))


class _Painter:
    def __init__(self, width: int, cell_width: CellWidth) -> None:
        self._width = width
        self._cell_width = cell_width
        self._change = -1

    def whole(self, structure: Structure) -> Iterator[Row]:
        root = structure.root
        if root.children:
            yield from self._children(root, 0)
        elif root.state is State.EQUAL:
            yield self._equal_row(_said_of_all(structure), 0)
        else:
            yield from self._node(root, 0)

    def _children(self, node: Node, depth: int) -> Iterator[Row]:
        for equal, group in groupby(node.children, lambda child: child.state is State.EQUAL):
            children = list(group)
            if equal and len(children) >= _FOLDED:
                yield self._equal_row(f"… {plural(len(children), f'equal {_noun(node)}')}", depth)
                continue
            for child in children:
                yield from self._node(child, depth)

    def _node(self, node: Node, depth: int) -> Iterator[Row]:
        checkpoint()
        label = f"{self._cut(displayable(node.name), max(1, self._width // 2))}: " if node.name else ""
        if node.state is State.EQUAL:
            yield self._equal_row(label + self._compact(node.a), depth)
            return
        if node.children:
            yield self._equal_row(label.rstrip() or _brackets(node), depth)
            yield from self._children(node, depth + 1)
            return
        self._change += 1
        if node.a is not None and node.b is not None:
            yield from self._changed(label, node.a, node.b, depth)
        elif node.a is not None:
            yield from self._rows("-", [self._piece(f"{label}{self._compact(node.a)}", Kind.DELETED)], depth)
        else:
            yield from self._rows("+", [self._piece(f"{label}{self._compact(node.b)}", Kind.INSERTED)], depth)

    def _changed(self, label: str, a: Value, b: Value, depth: int) -> Iterator[Row]:
        left, right = self._compact(a), self._compact(b)
        types = "" if a.type is b.type else f" ({a.type.value} → {b.type.value})"
        room = self._width - self._cell_width(self._margin(depth))
        if self._cell_width(f"{label}{left} → {right}{types}") <= room:
            before, after = self._piece(left, Kind.DELETED), self._piece(right, Kind.INSERTED)
            pieces = [Piece(label, Kind.EQUAL), before, Piece(" → ", Kind.EQUAL), after, Piece(types, Kind.EQUAL)]
            yield from self._rows("~", pieces, depth)
            return
        yield self._equal_row(f"{label.rstrip()}{types}".strip() or "…", depth)
        before_all, after_all = self._marked(a, b, left, right)
        yield from self._rows("-", before_all, depth + 1)
        yield from self._rows("+", after_all, depth + 1)

    def _marked(self, a: Value, b: Value, left: str, right: str) -> tuple[list[Piece], list[Piece]]:
        """Return two long values; of texts that are much alike, only what differs is marked."""
        whole = [self._piece(left, Kind.DELETED)], [self._piece(right, Kind.INSERTED)]
        if not a.type is b.type is Type.STRING:
            return whole
        found = diff(a.text, b.text)
        if found.similarity < _ALIKE:
            return whole
        before: list[Piece] = []
        after: list[Piece] = []
        for span in found.spans:
            one, two = a.text[span.a_start : span.a_end], b.text[span.b_start : span.b_end]
            if span.op == "equal":
                last = span is found.spans[-1]
                shown = self._shortened(one, first=span is found.spans[0], last=last)
                before.append(Piece(shown, Kind.EQUAL))
                after.append(Piece(shown, Kind.EQUAL))
            else:
                before += [self._piece(displayable(one), Kind.DELETED)] if one else []
                after += [self._piece(displayable(two), Kind.INSERTED)] if two else []
        return before, after

    def _shortened(self, text: str, *, first: bool, last: bool) -> str:
        """Return a stretch that is equal on both sides, without the middle of a long one."""
        around = 2 * self._width
        if len(text) <= 2 * around and len(displayable(text)) <= 2 * around:
            return displayable(text)
        head = "" if first else self._cut(displayable(text[: 2 * around]), around)
        tail = "" if last else "".join(pattern(_CLUSTER).findall(displayable(text[-2 * around :]))[-around:])
        return f"{head.rstrip('…')}…{tail}"

    def _rows(self, sign: str, pieces: Sequence[Piece], depth: int) -> Iterator[Row]:
        margin = self._margin(depth)
        room = max(1, self._width - self._cell_width(margin))
        pieces = [piece for piece in pieces if piece.text]
        short = self._cell_width("".join(piece.text for piece in pieces)) <= room
        rows = [tuple(pieces)] if short else wrap(pieces, room, self._cell_width)
        if len(rows) > _TALLEST:
            rows = [*rows[: _TALLEST - 1], (Piece("…", Kind.EQUAL),)]
        for row in rows:
            shown = [Piece(margin, Kind.EQUAL)] if margin else []
            shown += [Piece(piece.text, piece.kind, piece.change) for piece in row]
            yield Row(sign, tuple(shown), (), next((one.change for one in shown if one.change >= 0), -1))

    def _equal_row(self, text: str, depth: int) -> Row:
        margin = self._margin(depth)
        room = max(1, self._width - self._cell_width(margin))
        return Row(" ", (Piece(margin + self._cut(text, room), Kind.EQUAL),))

    def _margin(self, depth: int) -> str:
        return " " * min(depth * _INDENT, self._width // 2)

    def _piece(self, text: str, kind: Kind) -> Piece:
        return Piece(text, kind, self._change)

    def _compact(self, value: Value | None) -> str:
        return "" if value is None else displayable(compact(value, self._width * _TALLEST))

    def _cut(self, text: str, cells: int) -> str:
        """Cut a displayable text to a width; what is cut ends in an ellipsis."""
        if len(text) <= cells and self._cell_width(text) <= cells:
            return text
        kept: list[str] = []
        left = cells - 1
        for cluster in pattern(_CLUSTER).findall(text[: 16 * cells]):
            left -= self._cell_width(cluster)
            if left < 0:
                break
            kept.append(cluster)
        return "".join(kept) + "…"


def _noun(node: Node) -> str:
    return "item" if node.a is not None and node.a.type is Type.ARRAY else "key"


def _said_of_all(structure: Structure) -> str:
    """Say how two answers without a change stand to each other."""
    root, phrase = structure.root, structure.phrase
    count = len(root.a.items) if root.a is not None else 0
    return f"{phrase[0].upper()}{phrase[1:]}" + (f": {plural(count, f'equal {_noun(root)}')}" if count else "")


def _brackets(node: Node) -> str:
    return _BRACKETS.get(node.a.type, "") if node.a is not None else ""
