"""A diff that grows with its B: right at every moment, and in the end the same as from the beginning."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given

from benchmarks.corpus import pair
from seedtui.core.diff import EXACT, Diff, Ignore, Span, diff, first_divergence
from seedtui.core.diff.live import LiveDiff
from seedtui.core.interrupt import StoppedError, interruptible
from support.growing import check, options, streams, until


def check_unreached(found: Diff) -> None:
    assert found.unreached is not None
    if found.unreached < len(found.a):
        last = found.spans[-1]
        assert (last.op, last.a_start, last.a_end) == ("delete", found.unreached, len(found.a))
        assert last not in found.changes
    else:
        assert not any(span.a_start > found.unreached for span in found.spans)


@given(streams(), options)
@example(("the e\u0301 cat", ["the ", "e", "\u0301", " cat"]), EXACT)
@example(("the é cat", ["the ", "e", "\u0301", " cat"]), EXACT)
@example(("👨‍👩‍👧 cat", ["👨", "\u200d", "👩", "\u200d", "👧", " cat"]), EXACT)
@example(("👨 cat", ["👨", "\u200d", "👩", " cat"]), EXACT)
def test_at_every_moment_the_spans_rebuild_both_texts(stream: tuple[str, list[str]], ignore: Ignore) -> None:
    a, parts = stream
    live = LiveDiff(a, ignore)
    b = ""
    check(live.diff)
    for part in parts:
        live.append(part)
        b += part
        found = live.diff
        assert (found.a, found.b, found.ignore) == (a, b, ignore)
        check(found)
        check_unreached(found)
        assert 0 <= found.similarity <= 1


@given(streams(), options)
def test_what_is_settled_stays(stream: tuple[str, list[str]], ignore: Ignore) -> None:
    a, parts = stream
    live = LiveDiff(a, ignore)
    place, settled = (0, 0), list[Span]()
    for part in parts * 3:
        live.append(part)
        assert until(live.diff.spans, place) == settled
        place = live.settled
        settled = until(live.diff.spans, place)


@pytest.mark.parametrize("edit", ["identical", "few"])
def test_what_is_settled_is_what_a_diff_from_the_beginning_finds(edit: str) -> None:
    a, b = pair("prose", 1200, "few")
    b = a if edit == "identical" else b
    live = LiveDiff(a)
    for start in range(0, len(b), 5):
        live.append(b[start : start + 5])
        if start % 35 == 0:
            assert until(live.diff.spans, live.settled) == until(diff(a, live.diff.b).spans, live.settled)
    assert live.diff.changes == diff(a, b).changes
    assert live.settled[0] > 0.7 * len(a)


def test_with_many_edits_what_is_settled_is_what_a_diff_of_all_that_has_come_finds() -> None:
    """The rest of A would lead astray a diff of the beginning of B, so it is left out."""
    a, b = pair("prose", 600, "tenth")
    whole = diff(a, b)
    live = LiveDiff(a)
    for start in range(0, len(b), 5):
        live.append(b[start : start + 5])
        if start % 35 == 0:
            found, place = live.diff, live.settled
            near = until(diff(a[: found.unreached], found.b).spans, place)
            assert until(found.spans, place) == near == until(whole.spans, place)
    assert live.settled[0] > 0.9 * len(a)


@pytest.mark.parametrize("size", [1000, 3000])
def test_of_many_edits_hardly_one_is_settled_otherwise_than_in_the_end(size: int) -> None:
    a, b = pair("prose", size, "tenth")
    live = LiveDiff(a)
    for start in range(0, len(b), 5):
        live.append(b[start : start + 5])
    early, final = (set(until(found.spans, live.settled)) for found in (live.diff, live.finish()))
    # A place or two, of several spans each, in hundreds.
    assert len(early - final) <= 0.03 * len(early)
    assert len(early) > 150


@given(streams(), options)
def test_when_finished_nothing_is_missing_and_nothing_unreached(stream: tuple[str, list[str]], ignore: Ignore) -> None:
    a, parts = stream
    b = "".join(parts)
    for chunks in (parts, [b], list(b)):
        live = LiveDiff(a, ignore)
        for chunk in chunks:
            live.append(chunk)
        assert live.finish() == diff(a, b, ignore)
        assert live.finish().unreached is None


@given(streams())
def test_the_first_divergence_is_known_at_every_moment(stream: tuple[str, list[str]]) -> None:
    a, parts = stream
    live = LiveDiff(a)
    b = ""
    for part in parts:
        live.append(part)
        b += part
        found = live.diff.first_divergence
        assert found == (None if a.startswith(b) else first_divergence(a, b))


@pytest.mark.parametrize(
    "kind", ["prose", "korean", "chinese", "japanese", "thai", "emoji", "json", "code", "repetition"]
)
@pytest.mark.parametrize("edit", ["few", "tenth", "parted", "unrelated"])
def test_a_stream_of_any_kind(kind: str, edit: str) -> None:
    a, b = pair(kind, 100 if kind in ("json", "code") else 400, edit)
    live = LiveDiff(a)
    step = 7
    for start in range(0, len(b), step):
        live.append(b[start : start + step])
        check_unreached(live.diff)
        if start % 91 == 0:
            check(live.diff)
            where = live.diff.first_divergence
            assert where == (None if a.startswith(live.diff.b) else first_divergence(a, live.diff.b))
    assert live.finish() == diff(a, b)


@pytest.mark.parametrize("edit", ["few", "tenth", "parted"])
@pytest.mark.parametrize("kind", ["prose", "korean", "chinese"])
def test_what_is_settled_is_what_the_end_will_say(kind: str, edit: str) -> None:
    """Most changes are drawn as they will stay; only then is a live diff worth reading."""
    a, b = pair(kind, 600, edit)
    live = LiveDiff(a)
    for start in range(0, len(b), 5):
        live.append(b[start : start + 5])
    early, final = set(live.diff.changes), set(live.finish().changes)
    assert len(early & final) >= 0.8 * len(final) - 1


def test_what_is_not_reached_yet_is_no_change() -> None:
    live = LiveDiff("One two three. Four five six.")
    live.append("One two")
    assert (live.diff.changes, live.diff.unreached, live.diff.first_divergence) == ((), 7, None)
    assert live.diff.similarity == 1
    live.append(" too three.")
    assert [live.diff.b[span.b_start : span.b_end] for span in live.diff.changes] == ["too "]
    assert live.diff.unreached == 14


def test_a_text_that_goes_on_behind_the_other_inserts() -> None:
    live = LiveDiff("One two.")
    for part in ("One two.", " Three", " four."):
        live.append(part)
    assert live.diff.unreached == len("One two.")
    assert [span.op for span in live.diff.changes] == ["insert"]


def test_a_text_that_leaves_out_a_paragraph_is_found_again() -> None:
    words = [f"word{n}" for n in range(600)]
    a, b = " ".join(words), " ".join(words[:100] + words[300:])
    live = LiveDiff(a)
    for start in range(0, len(b), 9):
        live.append(b[start : start + 9])
    assert [span.op for span in live.diff.changes] == ["delete"]


def test_case_that_is_ignored_does_not_keep_texts_apart() -> None:
    a = "The crew of the ship saw the red planet, and then they landed. " * 20
    live = LiveDiff(a, Ignore(case=True))
    for word in a.upper().split(" "):
        live.append(f"{word} ")
        assert not live.diff.changes or len(live.diff.changes) == 1
    assert len(live.diff.spans) > 200


def test_stopped_in_the_middle_it_still_has_all_of_b() -> None:
    a, b = pair("prose", 300, "tenth")
    live = LiveDiff(a)
    stops = iter(range(10**9))
    with interruptible(lambda: next(stops) % 3 == 0):
        for start in range(0, len(b), 11):
            live.append(b[start : start + 11])
            with suppress(StoppedError):
                check(live.diff)
    with pytest.raises(StoppedError), interruptible(lambda: True):
        diff(a, b, Ignore(case=True))
    assert live.finish() == diff(a, b)


def test_texts_that_have_parted_are_seldom_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    from seedtui.core.diff import live as module

    looked: list[int] = []

    def counted(a: str, b: str, ignore: Ignore) -> Diff:
        looked.append(len(a) + len(b))
        return diff(a, b, ignore)

    monkeypatch.setattr(module, "diff", counted)
    a, b = pair("prose", 2000, "unrelated")
    live = LiveDiff(a)
    for start in range(0, len(b), 6):
        live.append(b[start : start + 6])
    assert sum(looked) <= 12 * (len(a) + len(b))
