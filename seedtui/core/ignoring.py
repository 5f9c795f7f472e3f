"""What a comparison leaves out of account: capital letters, white space.

Two texts are folded so that what is ignored is the same in both; what is found out about the folded
texts is then told of the texts themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, NamedTuple

from seedtui.core.interrupt import checked, checkpoint
from seedtui.core.segment import is_inside_cluster, tokens


class Ignore(NamedTuple):
    """What to ignore when two texts are compared; it never decides whether they are identical.

    Attributes:
        case: Capital and small letters count as the same.
        space: A run of white space, with its line breaks, counts as one space, and as none at a
            text's beginning and end.
    """

    case: bool = False
    space: bool = False

    def __bool__(self) -> bool:
        return self.case or self.space

    @property
    def phrase(self) -> str:
        """What is ignored, in words: `ignoring case and white space`; empty if nothing is."""
        said = [name for name, on in (("case", self.case), ("white space", self.space)) if on]
        return f"ignoring {' and '.join(said)}" if said else ""


EXACT: Final = Ignore()
"""Nothing is ignored."""

Kind = Literal["equal", "ignored", "changed"]


class Part(NamedTuple):
    """A stretch of both texts, in code points: the same, the same but for what is ignored, or changed."""

    kind: Kind
    a_start: int
    a_end: int
    b_start: int
    b_end: int


@dataclass(frozen=True)
class Folded:
    """A text in which all that is ignored is alike.

    Attributes:
        raw: The text itself.
        text: The folded text.
    """

    raw: str
    text: str
    _from: Sequence[int]
    _shift: Sequence[int]

    def place(self, position: int) -> int:
        """Return where a place in the folded text is in the text itself."""
        return position + self._shift[bisect_right(self._from, position) - 1]


# How much is done between two checkpoints, in code points.
_BLOCK: Final = 400_000
_STRETCH: Final = 4_000

# White space that is not already a single space.
_SPACE: Final = re.compile(r"\s{2,}|[^\S ]")


def fold(text: str, ignore: Ignore) -> Folded:
    """Fold a text so that texts which differ only in what is ignored become the same."""
    if not ignore.space:
        return Folded(text, "".join(_small(text)) if ignore.case else text, (0,), (0,))
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    places, shifts = [0], [start]
    pieces: list[str] = []
    at, length = start, 0
    for match in _space_runs(text, start, end):
        piece = text[at : match.start()]
        pieces += (piece, " ")
        length += len(piece) + 1
        at = match.end()
        if at - length != shifts[-1]:
            places.append(length)
            shifts.append(at - length)
    pieces.append(text[at : max(at, end)])
    folded = "".join(pieces)
    return Folded(text, "".join(_small(folded)) if ignore.case else folded, places, shifts)


def _space_runs(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    while start < end:
        checkpoint()
        stop = min(end, start + _BLOCK)
        while stop < end and text[stop].isspace():
            stop += 1
        yield from _SPACE.finditer(text, start, stop)
        start = stop


def _small(text: str) -> Iterator[str]:
    for start in range(0, len(text), _BLOCK):
        checkpoint()
        block = text[start : start + _BLOCK]
        yield block.lower() if block.isascii() else block.translate(_small_letters())


@cache
def _small_letters() -> dict[int, str]:
    """Return the small letter of each capital that has exactly one.

    `str.lower` would make two characters of İ and look at a Σ's neighbours. A letter in a circle (Ⓜ)
    is a picture, whose small form joins its neighbours in other ways.
    """
    letters = {code: chr(code).lower() for code in range(0x1E944) if chr(code).isalpha()}
    letters = {code: small for code, small in letters.items() if len(small) == 1 and ord(small) != code}
    return letters | {ord("ς"): "σ"}


def unfold(parts: Iterable[Part], a: Folded, b: Folded) -> list[Part]:
    """Tell of two texts what was found out about their folded texts.

    Args:
        parts: They cover both folded texts, and are equal or changed.
        a: A, folded.
        b: B, folded.

    Returns:
        Parts that cover both texts; none cuts a character as people see it (grapheme cluster).
    """
    return _whole(_told(parts, a, b), a.raw, b.raw)


def _told(parts: Iterable[Part], a: Folded, b: Folded) -> Iterator[Part]:
    at_a, at_b = a.place(0), b.place(0)
    yield _judged(a, b, 0, at_a, 0, at_b)
    for part in parts:
        if part.kind == "equal":
            for left, right in _stretches(part, a, b):
                end_a, end_b = a.place(left), b.place(right)
                yield _judged(a, b, at_a, end_a, at_b, end_b)
                at_a, at_b = end_a, end_b
        else:
            end_a, end_b = a.place(part.a_end), b.place(part.b_end)
            yield Part("changed", at_a, end_a, at_b, end_b)
            at_a, at_b = end_a, end_b
    yield _judged(a, b, at_a, len(a.raw), at_b, len(b.raw))


def _judged(a: Folded, b: Folded, a_start: int, a_end: int, b_start: int, b_end: int) -> Part:
    same = a.raw[a_start:a_end] == b.raw[b_start:b_end]
    return Part("equal" if same else "ignored", a_start, a_end, b_start, b_end)


def _stretches(part: Part, a: Folded, b: Folded) -> Iterator[tuple[int, int]]:
    """Cut what is the same in the folded texts: finely only where the texts themselves differ.

    Yields:
        The ends of the stretches, in folded A and in folded B.
    """
    start, shift = part.a_start, part.b_start - part.a_start
    while start < part.a_end:
        checkpoint()
        end = a.text.find(" ", start + _STRETCH, part.a_end)
        end = part.a_end if end < 0 else end
        left = a.raw[a.place(start) : a.place(end)]
        if left != b.raw[b.place(start + shift) : b.place(end + shift)]:
            at = start
            for token in tokens(a.text[start:end]):
                at += len(token)
                yield at, at + shift
        else:
            yield end, end + shift
        start = end


def _whole(parts: Iterable[Part], a: str, b: str) -> list[Part]:
    """Join neighbours of one kind, and leave every character whole."""
    kept = _joined(parts, a, b)
    for index, part in enumerate(checked(kept)):
        if part.kind == "equal":
            kept[index] = part = _trimmed(part, a, b)
            if index:
                kept[index - 1] = kept[index - 1]._replace(a_end=part.a_start, b_end=part.b_start)
            if index + 1 < len(kept):
                kept[index + 1] = kept[index + 1]._replace(a_start=part.a_end, b_start=part.b_end)
    whole = _joined(kept, a, b)
    # What was left of two neighbours may be the same after all.
    same = (
        part._replace(kind="equal") if a[part.a_start : part.a_end] == b[part.b_start : part.b_end] else part
        for part in whole
    )
    return _joined(same, a, b)


def _joined(parts: Iterable[Part], a: str, b: str) -> list[Part]:
    found: list[Part] = []
    for part in checked(parts):
        if part.a_start == part.a_end and part.b_start == part.b_end:
            continue
        last = found[-1] if found else None
        if last is None or (last.kind != part.kind and not _is_cut(last, part, a, b)):
            found.append(part)
            continue
        kind = last.kind if last.kind == part.kind else "changed"
        found[-1] = last._replace(kind=kind, a_end=part.a_end, b_end=part.b_end)
    return found


def _is_cut(left: Part, right: Part, a: str, b: str) -> bool:
    """Whether a character lies across the border of two parts, neither of which is equal."""
    if "equal" in (left.kind, right.kind):
        return False
    return is_inside_cluster(a, right.a_start) or is_inside_cluster(b, right.b_start)


def _trimmed(part: Part, a: str, b: str) -> Part:
    """Take from an equal part's ends what belongs to a character outside it."""
    _, a_start, a_end, b_start, b_end = part
    while a_start < a_end and (is_inside_cluster(a, a_start) or is_inside_cluster(b, b_start)):
        checkpoint()
        a_start, b_start = a_start + 1, b_start + 1
    while a_start < a_end and (is_inside_cluster(a, a_end) or is_inside_cluster(b, b_end)):
        checkpoint()
        a_end, b_end = a_end - 1, b_end - 1
    return Part("equal", a_start, a_end, b_start, b_end)
