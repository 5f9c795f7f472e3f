"""Texts that come piece by piece, and what holds of a diff of them at every moment."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from hypothesis import strategies as st

from seedtui.core.diff import EXACT, Diff, Ignore, Span

_PIECES = [
    *("the ", "cat ", "Cat ", "sat. ", "Mars ", "a", "b", " ", "  ", "\n", "\r", ".", "é", "e\u0301", "\u0301"),
    *("한국", "어 ", "ᄒ", "ᅡ", "火星", "👨‍👩‍👧", "👨", "\u200d", "🇩🇪", "🇩", "\u0600", "ﾊﾟ"),
]
pieces = st.lists(st.sampled_from(_PIECES), max_size=40)
options = st.sampled_from([EXACT, EXACT, Ignore(case=True), Ignore(space=True), Ignore(case=True, space=True)])


@st.composite
def streams(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and the pieces in which another comes that shares some of it."""
    parts = draw(pieces)
    other = list(parts)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(other)))
        other[at : at + draw(st.integers(0, 3))] = draw(st.lists(st.sampled_from(_PIECES), max_size=3))
    return "".join(parts), other


def check(found: Diff) -> None:
    a, b = found.a, found.b
    assert "".join(a[span.a_start : span.a_end] for span in found.spans) == a
    assert "".join(b[span.b_start : span.b_end] for span in found.spans) == b
    for span in found.spans:
        left, right = a[span.a_start : span.a_end], b[span.b_start : span.b_end]
        assert (span.op == "equal") == (left == right)
        assert (span.op == "insert") == (left == "")
        assert (span.op == "delete") == (right == "")
    for one, two in zip(found.spans, found.spans[1:], strict=False):
        assert (one.a_end, one.b_end) == (two.a_start, two.b_start)
        assert not one.op == two.op == "equal"
    for one, two in zip(found.changes, found.changes[1:], strict=False):
        assert (one.a_end, one.b_end) != (two.a_start, two.b_start)
    whole_a, whole_b = ({0, *(match.end() for match in regex.finditer(r"\X", text))} for text in (a, b))
    assert all(span.a_end in whole_a and span.b_end in whole_b for span in found.spans)


def until(spans: Sequence[Span], place: tuple[int, int]) -> list[Span]:
    """Return spans up to a place in A and B."""
    a, b = place
    near = [span for span in spans if span.a_start < a or span.b_start < b]
    return [span._replace(a_end=min(span.a_end, a), b_end=min(span.b_end, b)) for span in near]
