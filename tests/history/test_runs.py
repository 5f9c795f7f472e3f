"""Runs are kept as they were: every byte of their texts, every digit of their numbers."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedtui.core.request import UNSET, Request
from seedtui.core.run import Completion, Run, RunError, Status, Timing
from seedtui.core.summary import summarize
from seedtui.history import History, HistoryError
from support.database import ask, fill
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, 0, 120_000, UTC)
ODD = "\x00 NUL, \r\n CRLF, \r CR, \t tab, \x1b[31m, ‮bidi, 각/각, e\u0301, 🧑‍🚀, \ufffd, ' \" \\ % _"


def test_a_run_reads_back_equal(history: History) -> None:
    run = a_run(
        "Once upon a time.",
        seed=2**63 - 1,
        error=RunError("http", "The endpoint answered 500.", 500),
        status=Status.FAILED,
        retries=2,
        fingerprint=("fp_a", "fp_b"),
        extra={"choices": [{"index": 0, "message": {"content": "Once upon a time."}}], "big": 2**63 - 1},
    )
    run = replace(run, headers={"x-request-id": "r-1"}, timing=Timing(80.5, None))
    run_id = history.start(run.request, run.endpoint, run.created_at)
    run = replace(run, id=run_id)
    history.finish(run)
    assert history.run(run_id) == run
    assert history.page() == [summarize(run)]


def test_a_run_that_is_being_sent_is_there_at_once(history: History) -> None:
    request = Request({**STORY, "seed": 7})
    run_id = history.start(request, "local", SENT_AT)
    assert history.run(run_id) == Run(
        id=run_id, request=request, response=None, endpoint="local", created_at=SENT_AT, status=Status.STREAMING
    )
    (summary,) = history.page()
    assert (summary.status, summary.seed, summary.temperature, summary.choices) == (Status.STREAMING, 7, 0.7, 0)


def test_text_is_there_as_it_arrives_choice_by_choice(history: History) -> None:
    one = history.start(Request(STORY), "local", SENT_AT)
    two = history.start(Request(STORY), "local", SENT_AT)
    history.append([(one, 1, "b"), (one, 0, "a"), (two, 0, "x")])
    history.append([(one, 0, "A"), (one, 1, "B")])
    run = history.run(one)
    assert run is not None
    assert run.completions == (Completion(0, "aA"), Completion(1, "bB"))


def test_no_pieces_of_text_are_left_of_a_run_that_ended(history: History, path: Path) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    history.append([(run_id, 0, "Once "), (run_id, 0, "upon")])
    history.finish(a_run("Once upon a time.", id=run_id))
    assert ask(path, "SELECT count(*) FROM chunks") == [(0,)]
    run = history.run(run_id)
    assert run is not None
    assert run.completions == (Completion(0, "Once upon a time.", "stop"),)


@pytest.mark.parametrize("text", ["", ODD, "\x00", "x" * 300_000, "긴 이야기 " * 50_000])
def test_a_text_is_stored_byte_for_byte(history: History, path: Path, text: str) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    history.append([(run_id, 0, text)])
    arrived = history.run(run_id)
    history.finish(a_run(text, id=run_id))
    ended = history.run(run_id)
    assert arrived is not None
    assert ended is not None
    assert arrived.completions[0].text == ended.completions[0].text == text
    assert ask(path, "SELECT CAST(text AS BLOB) FROM completions") == [(text.encode(),)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    body=st.dictionaries(st.text(st.characters(codec="utf-8")), JSON).filter(lambda body: "stream" not in body),
    response=st.none() | st.dictionaries(st.text(st.characters(codec="utf-8")), JSON),
    texts=st.lists(st.text(st.characters(codec="utf-8"))),
)
def test_any_body_and_any_text_read_back_equal(
    history: History, body: dict[str, Any], response: dict[str, Any] | None, texts: list[str]
) -> None:
    run = replace(
        a_run(None),
        request=Request(body),
        response=response,
        completions=tuple(Completion(index, text) for index, text in enumerate(texts)),
    )
    (run_id,), _ = history.add([run], [None])
    kept = history.run(run_id)
    assert kept == replace(run, id=run_id)
    assert kept is not None
    assert kept.request.canonical == run.request.canonical


@pytest.mark.parametrize("seed", [-(2**63), -1, 0, 1234567890123456789, 2**63 - 1, 2**70, -(2**200)])
def test_a_seed_keeps_its_digits_in_the_list_and_in_the_run(history: History, seed: int) -> None:
    (run_id,), _ = history.add([a_run(seed=seed)], [None])
    run = history.run(run_id)
    assert run is not None
    assert run.request.seed == history.page()[0].seed == seed


@pytest.mark.parametrize("temperature", [0, 0.0, 1, 0.7, None, "hot", [1]])
def test_a_temperature_is_listed_as_it_was_sent(history: History, temperature: object) -> None:
    run = replace(a_run(), request=Request({**STORY, "temperature": temperature}))
    history.add([run], [None])
    listed = history.page()[0].temperature
    assert (type(listed), listed) == (type(temperature), temperature)


def test_a_temperature_that_was_not_sent_is_listed_as_unset(history: History) -> None:
    history.add([a_run(temperature=None)], [None])
    assert history.page()[0].temperature is UNSET


def test_absurd_token_counts_of_a_server_do_no_harm(history: History) -> None:
    run = a_run(extra={"usage": {"completion_tokens": 2**80}})
    (run_id,), _ = history.add([run], [None])
    kept = history.run(run_id)
    assert kept is not None
    assert kept.completion_tokens == 2**80
    assert history.page()[0].completion_tokens is None


def test_lone_surrogates_are_replaced_and_not_fatal(history: History) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    history.append([(run_id, 0, "half \ud83d here")])
    history.finish(replace(a_run("half \ud83d here", id=run_id), response={"x": "\udc00"}))
    run = history.run(run_id)
    assert run is not None
    assert run.completions[0].text == "half \ufffd here"


def test_times_are_kept_in_utc_to_the_microsecond(history: History, path: Path) -> None:
    seoul = timezone(timedelta(hours=9))
    moment = datetime(2026, 11, 23, 6, 43, 0, 7, seoul)
    history.start(Request(STORY), "local", moment)
    assert ask(path, "SELECT created_at FROM runs") == [("2026-11-22T21:43:00.000007Z",)]
    kept = history.page()[0].created_at
    assert kept == moment
    assert kept.utcoffset() == timedelta(0)


def test_the_raw_bodies_are_kept_as_json(history: History, path: Path) -> None:
    history.add([a_run(seed=2**63 - 1)], [None])
    assert ask(path, "SELECT json_extract(request, '$.seed'), json_extract(response, '$.id') FROM runs") == [
        (2**63 - 1, "r-1")
    ]


def test_the_first_words_of_a_long_text_are_cut(history: History) -> None:
    history.add([a_run("가" * 500)], [None])
    assert history.page()[0].first_words == "가" * 80


def test_a_run_that_is_not_there_is_none(history: History) -> None:
    assert history.run(1) is None


def test_a_run_that_is_gone_cannot_be_finished_in_silence(history: History) -> None:
    with pytest.raises(HistoryError, match="#7 is no longer in the history"):
        history.finish(a_run(id=7))


def test_deleted_runs_are_out_of_sight_until_brought_back(history: History) -> None:
    one, two, three = fill(history, 3)
    history.delete([one, three])
    assert [row.id for row in history.page()] == [two]
    assert history.run(one) is None
    assert (history.count(), history.recent(1), history.recent(2), history.previous(two)) == (1, two, None, None)
    history.undelete([one, three])
    assert [row.id for row in history.page()] == [three, two, one]
    kept = history.run(three)
    assert kept is not None
    assert kept.completions[0].text == "Text 2."


def test_text_and_who_wrote_it_are_kept_together_or_not_at_all(history: History, path: Path) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    going = replace(a_run(None, id=run_id), status=Status.STREAMING)
    history.append([(run_id, 0, "Once")], [going])
    kept = history.run(run_id)
    assert kept is not None
    assert (kept.completions[0].text, kept.fingerprints, kept.served_model) == ("Once", ("fp_fefa7b2153",), "m-1")
    with pytest.raises(AttributeError):
        history.append([(run_id, 0, " upon")], [None])  # type: ignore[list-item]
    assert ask(path, "SELECT group_concat(text, '') FROM chunks") == [("Once",)]


def test_a_run_may_be_deleted_while_it_streams(history: History) -> None:
    run_id = history.start(Request(STORY), "local", SENT_AT)
    history.delete([run_id])
    history.append([(run_id, 0, "Once")])
    history.finish(a_run("Once", id=run_id))
    assert history.page() == []
    history.undelete([run_id])
    assert history.page()[0].first_words == "Once"


def test_runs_deleted_long_ago_are_dropped_with_their_texts(history: History, path: Path) -> None:
    old, recent, kept = fill(history, 3)
    history.delete([old, recent])
    ask(path, "UPDATE runs SET deleted_at = '2025-01-01T00:00:00.000000Z' WHERE id = ?", old)
    with contextlib.closing(History.open(path)) as again:
        assert ask(path, "SELECT id FROM runs ORDER BY id") == [(recent,), (kept,)]
        assert ask(path, "SELECT run_id FROM completions ORDER BY run_id") == [(recent,), (kept,)]
        again.undelete([recent])
        assert again.count() == 2


def test_the_number_of_a_dropped_run_is_never_given_again(history: History, path: Path) -> None:
    (last,) = fill(history, 1)
    history.delete([last])
    ask(path, "UPDATE runs SET deleted_at = '2025-01-01T00:00:00.000000Z'")
    with contextlib.closing(History.open(path)) as again:
        assert fill(again, 1) == [last + 1]


def test_what_was_imported_before_is_skipped(history: History) -> None:
    runs = [a_run("one"), a_run("two"), a_run("two")]
    ids, skipped = history.add(runs, ["k1", "k2-1", "k2-2"])
    assert (len(ids), skipped) == (3, 0)
    more, skipped = history.add([*runs, a_run("three")], ["k1", "k2-1", "k2-2", "k3"])
    assert (len(more), skipped) == (1, 3)
    assert history.count() == 4


def test_importing_a_deleted_run_again_brings_it_back(history: History) -> None:
    (run_id,), _ = history.add([a_run("one")], ["k1"])
    history.delete([run_id])
    assert history.add([a_run("one")], ["k1"]) == ([run_id], 0)
    assert history.count() == 1


def test_runs_without_a_key_are_never_taken_for_each_other(history: History) -> None:
    assert len(history.add([a_run(), a_run()], [None, None])[0]) == 2
    assert len(history.add([a_run()], [None])[0]) == 1


def test_a_batch_is_added_whole_or_not_at_all(history: History) -> None:
    with pytest.raises(ValueError, match="shorter"):
        history.add([a_run("one"), a_run("two")], ["k1"])
    assert history.count() == 0
    assert history.add([a_run("one")], ["k1"])[1] == 0


def test_threads_may_share_a_history(history: History) -> None:
    problems: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(10):
                run_id = history.start(Request(STORY), "local", SENT_AT)
                history.append([(run_id, 0, "Once")])
                history.finish(a_run("Once upon a time.", id=run_id))
                assert history.run(run_id) is not None
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert history.count() == 40
    assert {row.status for row in history.page()} == {Status.COMPLETE}


def test_a_closed_history_says_so(history: History) -> None:
    history.close()
    history.close()
    with pytest.raises(HistoryError, match="closed"):
        history.page()
