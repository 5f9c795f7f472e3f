"""A diff that grows with both its texts: right at every moment, and near to what the end will say."""

from __future__ import annotations

from contextlib import suppress
from itertools import zip_longest

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.corpus import pair
from seedtui.core.diff import EXACT, Diff, Ignore, Span, diff, first_divergence
from seedtui.core.diff.growing import GrowingDiff
from seedtui.core.interrupt import StoppedError, interruptible
from support.growing import check, options, streams, until


@st.composite
def both_streams(draw: st.DrawFn) -> list[tuple[str, str]]:
    """How far two texts have come at each of several moments."""
    a, parts = draw(streams())
    turns = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=25))
    b, at_a, at_b = "".join(parts), 0, 0
    moments = []
    for by_a, by_b in turns:
        at_a, at_b = at_a + by_a, at_b + by_b
        moments.append((a[:at_a], "".join(parts[:at_b])))
    return [*moments, (a, b)]


def check_unreached(found: Diff) -> None:
    last = found.spans[-1] if found.spans else None
    if last is not None and last.op == "delete":
        assert found.unreached == last.a_start
        assert last not in found.changes
    else:
        assert found.unreached is None


def told_apart(a: str, b: str) -> bool:
    """Whether it is to be told where two texts part, of which the first may still go on as the second does."""
    return not a.startswith(b)


@given(both_streams(), options)
@example([("e", "e\u0301"), ("e\u0301 cat", "e\u0301 cat")], EXACT)
@example([("👨", "👨\u200d"), ("👨\u200d👩", "👨\u200d👩 cat")], EXACT)
@example([("a cat", "a cat sat"), ("a cat sat on", "a cat sat")], EXACT)
def test_at_every_moment_the_spans_rebuild_both_texts(moments: list[tuple[str, str]], ignore: Ignore) -> None:
    growing = GrowingDiff(ignore)
    for a, b in moments:
        found = growing.take(a, b)
        assert (found.a, found.b, found.ignore) == (a, b, ignore)
        check(found)
        check_unreached(found)
        assert 0 <= found.similarity <= 1


@given(both_streams(), options)
def test_what_is_settled_stays(moments: list[tuple[str, str]], ignore: Ignore) -> None:
    growing = GrowingDiff(ignore)
    place, settled = (0, 0), list[Span]()
    for a, b in moments:
        spans = growing.take(a, b).spans
        assert until(spans, place) == settled
        place = growing.settled
        settled = until(spans, place)


@given(both_streams())
def test_the_first_divergence_is_known_at_every_moment(moments: list[tuple[str, str]]) -> None:
    growing = GrowingDiff()
    for a, b in moments:
        found = growing.take(a, b).first_divergence
        assert found == (first_divergence(a, b) if told_apart(a, b) else None)


@pytest.mark.parametrize(
    "kind", ["prose", "korean", "chinese", "japanese", "thai", "emoji", "json", "code", "repetition"]
)
@pytest.mark.parametrize("edit", ["few", "tenth", "parted", "unrelated"])
def test_streams_of_any_kind(kind: str, edit: str) -> None:
    a, b = pair(kind, 100 if kind in ("json", "code") else 400, edit)
    growing = GrowingDiff()
    for number, (at_a, at_b) in enumerate(zip_longest(range(0, len(a), 7), range(0, len(b), 6))):
        so_far = (a[:at_a], b[:at_b])
        found = growing.take(*so_far)
        check_unreached(found)
        if number % 13 == 0:
            check(found)
            assert found.first_divergence == (first_divergence(*so_far) if told_apart(*so_far) else None)


@pytest.mark.parametrize("edit", ["few", "tenth", "parted"])
@pytest.mark.parametrize("kind", ["prose", "korean", "chinese"])
def test_most_changes_are_drawn_as_they_will_stay(kind: str, edit: str) -> None:
    a, b = pair(kind, 600, edit)
    growing = GrowingDiff()
    for at in range(0, max(len(a), len(b)) + 5, 5):
        found = growing.take(a[:at], b[:at])
    early, final = set(found.changes), set(diff(a, b).changes)
    assert len(early & final) >= 0.8 * len(final) - 1


def test_one_that_is_ahead_of_the_other_has_not_parted_from_it() -> None:
    growing = GrowingDiff()
    found = growing.take("One two three. Four", "One two")
    assert (found.changes, found.unreached, found.first_divergence, found.similarity) == ((), 7, None, 1)
    found = growing.take("One two three. Four", "One two three. Four five")
    assert [span.op for span in found.spans] == ["equal", "insert"]
    found = growing.take("One two three. Four five six", "One two three. Four five")
    assert [span.op for span in found.spans] == ["equal", "delete"]
    assert not found.changes


def test_stopped_in_the_middle_it_still_has_all_of_both() -> None:
    a, b = pair("prose", 300, "tenth")
    growing = GrowingDiff()
    stops = iter(range(10**9))
    for at in range(0, len(b) + 11, 11):
        with suppress(StoppedError), interruptible(lambda: next(stops) % 3 == 0):
            growing.take(a[:at], b[:at])
        if at % 7 == 0:
            check(growing.take(a[:at], b[:at]))


@pytest.mark.parametrize("edit", ["unrelated", "parted"])
def test_texts_that_have_parted_are_seldom_compared(monkeypatch: pytest.MonkeyPatch, edit: str) -> None:
    from seedtui.core.diff import growing as module

    looked: list[int] = []

    def counted(a: str, b: str, ignore: Ignore) -> Diff:
        looked.append(len(a) + len(b))
        return diff(a, b, ignore)

    monkeypatch.setattr(module, "diff", counted)
    a, b = pair("prose", 2000, edit)
    growing = GrowingDiff()
    for at in range(0, len(b), 6):
        growing.take(a[:at], b[:at])
    assert sum(looked) <= 12 * (len(a) + len(b))


def test_texts_that_are_alike_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    from seedtui.core.diff import growing as module

    a, _ = pair("prose", 2000, "few")
    growing = GrowingDiff()
    monkeypatch.delattr(module, "diff")
    for at in range(0, len(a), 6):
        found = growing.take(a[:at], a[: at + 9])
    assert [span.op for span in found.spans] == ["equal", "insert"]
