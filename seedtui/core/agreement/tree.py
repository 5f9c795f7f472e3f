"""Where completions part: the text they share, and the ways it goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from seedtui.core.interrupt import checked
from seedtui.core.segment import is_word, tokens

Ref = tuple[int, int]
"""A completion: its run's id and its choice."""


class Branch:
    """A stretch of text that some completions share, up to where they part or end.

    Branches change as completions are added. All part between words (or marks of punctuation), never within.

    Attributes:
        tokens: What it says, cut at word boundaries.
        start: The code points before it.
        end: The code points up to its end.
        words: The words before it.
        words_to_end: The words up to its end.
        count: How many completions take it.
        ended: How many of them end where it ends.
        example: The first completion that took it.
        parent: The branch it comes from; None for the root, which says nothing.
    """

    __slots__ = ("_ways", "count", "end", "ended", "example", "parent", "start", "tokens", "words", "words_to_end")

    def __init__(self, tokens: list[str], example: Ref, parent: Branch | None) -> None:
        self.tokens = tokens
        self.start: int = 0 if parent is None else parent.end
        self.words: int = 0 if parent is None else parent.words_to_end
        # Kept, since a long branch is asked for it whenever another grows from it.
        self.end: int = self.start + sum(map(len, tokens))
        self.words_to_end: int = self.words + sum(map(is_word, tokens))
        self.count = self.ended = 0
        self.example = example
        self.parent = parent
        self._ways: dict[str, Branch] = {}

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(self.tokens)

    @property
    def ways(self) -> list[Branch]:
        """How it goes on, the commonest way first."""
        return sorted(self._ways.values(), key=lambda way: (-way.count, way.example))

    def _along(self, rest: list[str], at: int) -> Branch | None:
        return self._ways.get(rest[at]) if at < len(rest) else None


class Tree:
    """The tree of divergences of some completions. They may be added one by one, as they come."""

    def __init__(self) -> None:
        self._root = Branch([], (0, 0), None)
        self._ends: dict[str, Branch] = {}

    def add(self, text: str, example: Ref = (0, 0), count: int = 1) -> None:
        """Add a completion, or several that say the same.

        Args:
            text: What it says.
            example: The run's id and the choice.
            count: How many say so.
        """
        if not self._root.count:
            self._root.example = example
        end = self._ends.get(text)
        if end is None:
            end = self._ends[text] = self._insert(tokens(text), example)
        end.ended += count
        branch: Branch | None = end
        while branch is not None:
            branch.count += count
            branch = branch.parent

    @property
    def trunk(self) -> Branch:
        """What all completions share, which may be nothing."""
        only = list(self._root._ways.values())
        return only[0] if len(only) == 1 and not self._root.ended else self._root

    def copy(self) -> Tree:
        """Return the tree as it is now: what is added to this one later does not change it."""
        found = Tree()
        found._root = root = _twin(self._root, None)
        waiting = [(self._root, root)]
        while waiting:
            branch, twin = waiting.pop()
            for first, way in branch._ways.items():
                twin._ways[first] = grown = _twin(way, twin)
                waiting.append((way, grown))
        return found

    def branches(self) -> Iterator[Branch]:
        """Yield all branches from the root on; each before those that come from it."""
        waiting = [self._root]
        while waiting:
            branch = waiting.pop()
            yield branch
            waiting.extend(branch._ways.values())

    def _insert(self, rest: list[str], example: Ref) -> Branch:
        """Return the branch at whose end a text ends, made if there is none."""
        branch, at = self._root, 0
        while (way := branch._along(rest, at)) is not None:
            shared = _shared(way.tokens, rest, at)
            branch = way if shared == len(way.tokens) else self._split(way, shared)
            at += shared
        return branch if at == len(rest) else self._grow(branch, rest[at:], example)

    def _grow(self, branch: Branch, rest: list[str], example: Ref) -> Branch:
        branch._ways[rest[0]] = grown = Branch(rest, example, branch)
        return grown

    def _split(self, lower: Branch, at: int) -> Branch:
        """Cut a branch in two; texts that ended at its end still do."""
        parent = lower.parent
        assert parent is not None
        upper = Branch(lower.tokens[:at], lower.example, parent)
        upper.count = lower.count
        parent._ways[upper.tokens[0]] = upper
        lower.tokens = lower.tokens[at:]
        lower.parent, lower.start, lower.words = upper, upper.end, upper.words_to_end
        upper._ways[lower.tokens[0]] = lower
        return upper


def _twin(branch: Branch, parent: Branch | None) -> Branch:
    """Return a branch that is the same but for how it goes on. Tokens are never changed in place."""
    twin = Branch([], branch.example, None)
    twin.tokens, twin.parent, twin.start, twin.words = branch.tokens, parent, branch.start, branch.words
    twin.end, twin.words_to_end, twin.count, twin.ended = branch.end, branch.words_to_end, branch.count, branch.ended
    return twin


def _shared(edge: list[str], rest: list[str], at: int) -> int:
    """Return how many of a branch's tokens a text goes along with."""
    if edge == rest[at : at + len(edge)]:
        return len(edge)
    pairs = zip(edge, checked(rest[at : at + len(edge)]), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
