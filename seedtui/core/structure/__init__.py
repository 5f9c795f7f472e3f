"""How two JSON answers differ: key by key, whatever the order of the keys and the white space."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from seedtui.core.diff.align import align
from seedtui.core.interrupt import checkpoint
from seedtui.core.phrases import plural
from seedtui.core.structure.json_tree import Key, Type, Value, read_both
from seedtui.core.structure.likeness import Likeness

_BARE: Final = re.compile(r"[^\W\d][\w-]*\Z")


class State(StrEnum):
    """How a part of A stands to its counterpart in B."""

    EQUAL = "equal"
    CHANGED = "changed"
    ONLY_A = "only-a"
    ONLY_B = "only-b"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A place in both answers.

    Attributes:
        name: The key or index, as people read it; empty for the whole answer.
        path: All keys from the top: `answer.items[2].name`. An index is A's, or B's if A has none.
        state: How the two values stand to each other.
        a: A's value; None if it is only in B.
        b: B's value; None if it is only in A.
        children: What is inside, if both are objects or both arrays, and they differ.
    """

    name: str
    path: str
    state: State
    a: Value | None
    b: Value | None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False)
class Structure:
    """How two JSON answers differ.

    Attributes:
        root: The whole answers.
        changes: The places that differ, from top to bottom. What is inside of something that is
            only on one side, or became something else, is no change of its own.
        same_text: Whether the texts are the same, character for character.
    """

    root: Node
    changes: tuple[Node, ...]
    same_text: bool

    @property
    def same(self) -> bool:
        """Whether both say the same, however they are written."""
        return not self.changes

    @property
    def phrase(self) -> str:
        """How the two stand to each other, in a few words."""
        if self.changes:
            return f"{plural(len(self.changes), 'change')} in the JSON"
        return "the same JSON" if self.same_text else "the same JSON, written differently"


def structure(a: str, b: str) -> Structure | None:
    """Compare two answers as JSON.

    Objects are compared by key and arrays by what their elements hold, so an element that is added
    does not change those after it. Swapping A and B mirrors the result.

    Returns:
        The comparison; None unless both are a JSON object or array, of a size that can be worked on.
    """
    # An alignment of arrays may depend on the order of the two: fixing it makes a swap a mirror.
    swapped = (len(a), a) > (len(b), b)
    values = read_both(b, a) if swapped else read_both(a, b)
    if values is None:
        return None
    first, second = reversed(values) if swapped else values
    root = _Comparer(swapped).node("", "", first, second)
    return Structure(root, tuple(_changes(root)), a == b)


def _changes(node: Node) -> Iterator[Node]:
    if node.children:
        for child in node.children:
            yield from _changes(child)
    elif node.state is not State.EQUAL:
        yield node


class _Comparer:
    def __init__(self, swapped: bool) -> None:
        self._swapped = swapped
        self._likeness = Likeness()

    def node(self, name: str, path: str, a: Value | None, b: Value | None) -> Node:
        checkpoint()
        if a is None or b is None:
            return Node(name, path, State.ONLY_B if a is None else State.ONLY_A, a, b)
        if a.identity == b.identity:
            return Node(name, path, State.EQUAL, a, b)
        if a.type is b.type is Type.OBJECT:
            return Node(name, path, State.CHANGED, a, b, tuple(self._keys(path, a, b)))
        if a.type is b.type is Type.ARRAY:
            return Node(name, path, State.CHANGED, a, b, tuple(self._elements(path, a, b)))
        return Node(name, path, State.CHANGED, a, b)

    def _keys(self, path: str, a: Value, b: Value) -> Iterator[Node]:
        left, right = dict(a.items), dict(b.items)
        for key in _merged([key for key, _ in a.items], [key for key, _ in b.items]):
            name = _key_name(key)
            step = f"[{name}]" if name.startswith('"') else f".{name}" if path else name
            yield self.node(name, path + step, left.get(key), right.get(key))

    def _elements(self, path: str, a: Value, b: Value) -> Iterator[Node]:
        left, right = [one for _, one in a.items], [one for _, one in b.items]
        for i, j in self._pairs(left, right):
            index = j if i is None else i
            name = f"[{i} → {j}]" if i is not None and j is not None and i != j else f"[{index}]"
            one, two = None if i is None else left[i], None if j is None else right[j]
            yield self.node(name, f"{path}[{index}]", one, two)

    def _pairs(self, a: Sequence[Value], b: Sequence[Value]) -> Iterator[tuple[int | None, int | None]]:
        """Yield which elements belong together, in order."""
        if self._swapped:
            # What stands on one side only is told in A's order: A's before B's.
            mirrored = [(j, i) for i, j in self._ordered_pairs(b, a)]
            yield from _ones_of_a_first(mirrored)
        else:
            yield from self._ordered_pairs(a, b)

    def _ordered_pairs(self, a: Sequence[Value], b: Sequence[Value]) -> Iterator[tuple[int | None, int | None]]:
        at_a = at_b = 0
        blocks = align([one.identity for one in a], [one.identity for one in b])
        for start_a, start_b, length in [*blocks, (len(a), len(b), 0)]:
            for i, j in self._likeness.pairs(a[at_a:start_a], b[at_b:start_b]):
                yield None if i is None else at_a + i, None if j is None else at_b + j
            yield from ((start_a + step, start_b + step) for step in range(length))
            at_a, at_b = start_a + length, start_b + length


def _ones_of_a_first(pairs: Sequence[tuple[int | None, int | None]]) -> Iterator[tuple[int | None, int | None]]:
    only_b: list[tuple[int | None, int | None]] = []
    for pair in pairs:
        if pair[0] is None:
            only_b.append(pair)
            continue
        if pair[1] is not None:
            yield from only_b
            only_b = []
        yield pair
    yield from only_b


def _merged(a: Sequence[Key], b: Sequence[Key]) -> Iterator[Key]:
    """Yield A's keys in their order, and each key that is only in B after the one it follows there."""
    known = set(a)
    after: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in b:
        if key in known:
            last = key
        else:
            after.setdefault(last, []).append(key)
    yield from after.get(None, ())
    for key in a:
        yield key
        yield from after.get(key, ())


def _key_name(key: Key) -> str:
    """Write a key: quoted unless it is a plain word; the second of two equal ones says so."""
    word, before = key
    name = word if _BARE.match(word) else json.dumps(word, ensure_ascii=False)
    return f"{name} ({before + 1})" if before else name
