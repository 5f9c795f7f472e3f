"""The query language: what is a filter, what is free text, and what cannot be meant."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seedtui.core.query import FILTERS, Query, parse_query
from seedtui.core.run import Status

words = st.text(st.characters(exclude_categories=["Cs", "Z", "C"], exclude_characters=':"'), min_size=1)


@pytest.fixture(autouse=True)
def seoul(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the user live nine hours ahead of UTC."""
    monkeypatch.setenv("TZ", "KST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(st.text() | st.builds("{}:{}".format, st.sampled_from(sorted(FILTERS)), st.text()))
@example("since:0001-01-01T00:00+14:00")
@example("since:9999-12-31T23:59-14:00")
@example(f"seed:{'9' * 5000}")
def test_anything_typed_is_a_query_or_a_plain_sentence(typed: str) -> None:
    problem: ValueError | None = None
    try:
        parse_query(typed)
    except ValueError as error:
        problem = error
    assert problem is None or (type(problem) is ValueError and str(problem).endswith("."))


@given(st.lists(words))
def test_words_without_a_colon_are_free_text(typed: list[str]) -> None:
    assert parse_query(" ".join(typed)) == Query(words=tuple(typed))


@given(words, words)
def test_quotes_hold_words_together(one: str, two: str) -> None:
    assert parse_query(f'"{one} {two}"').words == (f"{one} {two}",)
    assert parse_query(f'endpoint:"{one} {two}"').filters == {"endpoint": f"{one} {two}"}


def test_filters_and_free_text_mix_in_any_order() -> None:
    query = parse_query("mars seed:123 story status:failed since:2026-11-01 fp:none")
    assert query == Query(
        words=("mars", "story"),
        filters={"seed": "123", "status": "failed", "fp": "none"},
        since=datetime(2026, 10, 31, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize("typed", ["", " ", "\t\n"])
def test_an_empty_query_means_all(typed: str) -> None:
    assert parse_query(typed) == Query()
    assert not parse_query(typed)


@pytest.mark.parametrize("typed", ["mars", "seed:1", "since:2026-11-01"])
def test_a_query_that_leaves_something_out_is_true(typed: str) -> None:
    assert parse_query(typed)


@pytest.mark.parametrize("typed", ["http://host:1", "note:this", "Seed:1", ":", ":1", "it's", "#41", "a\\b"])
def test_a_colon_after_no_filters_name_is_text(typed: str) -> None:
    assert parse_query(typed).words == (typed,)


def test_a_filter_cannot_ask_for_two_things() -> None:
    assert parse_query("seed:1 seed:1").filters == {"seed": "1"}
    with pytest.raises(ValueError, match=r"^seed: may be there only once\.$"):
        parse_query("seed:1 seed:2")


@pytest.mark.parametrize("seed", ["-9223372036854775808", "-1", "0", "+7", "9223372036854775807", "none"])
def test_seeds_that_can_be_looked_for(seed: str) -> None:
    assert parse_query(f"seed:{seed}").filters == {"seed": seed}


@pytest.mark.parametrize("seed", [str(2**63), str(-(2**63) - 1), "1.5", "abc", "True", "١", "1_0", "0x1"])
def test_seeds_that_no_run_can_have_are_refused(seed: str) -> None:
    with pytest.raises(ValueError, match=r"^seed: "):
        parse_query(f"seed:{seed}")


@pytest.mark.parametrize("series", ["1", "03", str(2**63 - 1)])
def test_series_that_can_be_looked_for(series: str) -> None:
    assert parse_query(f"series:{series}").filters == {"series": series}


@pytest.mark.parametrize("series", ["0", "-1", "+1", "1.5", "none", "#3", "١", "²", "1_0", str(2**63), "9" * 5000])
def test_series_that_cannot_be_there_are_refused(series: str) -> None:
    with pytest.raises(ValueError, match=r"^series: needs a series' number, from 1 on; got '.{1,40}'\.$"):
        parse_query(f"series:{series}")


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_looked_for(status: Status) -> None:
    assert parse_query(f"status:{status.value}").filters == {"status": status.value}


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-01", datetime(2026, 10, 31, 15, tzinfo=UTC)),
        ("2026-11-01T12:00", datetime(2026, 11, 1, 3, tzinfo=UTC)),
        ("2026-11-01T12:00:30Z", datetime(2026, 11, 1, 12, 0, 30, tzinfo=UTC)),
        ("2026-11-01T09:00+09:00", datetime(2026, 11, 1, tzinfo=UTC)),
        ('"2026-11-01 12:00"', datetime(2026, 11, 1, 3, tzinfo=UTC)),
    ],
)
def test_a_time_is_local_unless_it_names_a_zone(typed: str, moment: datetime) -> None:
    since = parse_query(f"since:{typed}").since
    assert since == moment
    assert since.tzinfo is UTC


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("seed:", r"^seed: needs a value: the seed as sent, or none\.$"),
        ("status:done", r"^status: must be one of streaming, complete, .*; got 'done'\.$"),
        ("status:FAILED", r"^status: must be one of"),
        ("since:yesterday", r"^since: needs a date \(2026-11-01\) or a time .*; got 'yesterday'\.$"),
        ("since:2026-02-30", r"^since: needs a date"),
        ("since:0001-01-01T00:00+14:00", r"^since: needs a date"),
        ("since:0001-01-01", r"^since: needs a date"),
        ('"not closed', r"^A quotation mark \(\"\) is not closed\.$"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_query(typed)
