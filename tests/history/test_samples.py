"""Samples are what the runs say, whichever are asked for, however many there are."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedtui.core.query import Query, parse_query
from seedtui.core.request import Request
from seedtui.core.run import Completion, Run, Status
from seedtui.core.sample import NO_COMPLETION, Sample
from seedtui.history import History, HistoryError
from seedtui.history.codec import digest_of
from support.database import ask, child, fill, line_of, tell
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
STEP = 3

completions = st.lists(
    st.builds(
        Completion,
        st.integers(0, 5),
        st.sampled_from(["", "Once upon a time.", "우주로", "In the year 2050."]),
        st.sampled_from([None, "", "stop", "length"]),
    ),
    max_size=3,
    unique_by=lambda one: one.index,
)
runs = st.builds(
    lambda completions, status, **facts: replace(
        a_run(None, status=status, **facts), completions=tuple(sorted(completions, key=lambda one: one.index))
    ),
    completions,
    st.sampled_from([status for status in Status if status is not Status.STREAMING]),
    fingerprint=st.sampled_from([None, "fp_a", "fp_b", ("fp_a", "fp_b")]),
    served_model=st.sampled_from([None, "m-1", "m-1-2026"]),
    endpoint=st.sampled_from(["openai", "local", ""]),
    seed=st.sampled_from([None, 0, 7, 2**63 - 1]),
    model=st.sampled_from(["m-1", "m-2"]),
    id=st.integers(0, 59),
)
queries = st.builds(
    lambda *parts: parse_query(" ".join(parts)),
    st.sampled_from(["", "", "once", "우주", "journey"]),
    st.sampled_from(["", "", "seed:none", "seed:7"]),
    st.sampled_from(["", "", "fp:none", "fp:fp_b"]),
    st.sampled_from(["", "", "status:complete", "status:streaming", "status:failed"]),
    st.sampled_from(["", "", "endpoint:local", "model:m-2", "since:2026-11-22T21:43:30Z"]),
    st.sampled_from(["", "", "series:1", "series:2", f"digest:{Request(STORY).digest[:4]}", "digest:0", "digest:f"]),
)


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few runs take many steps."""
    monkeypatch.setattr("seedtui.history.samples.SEARCH_STEP", STEP)


def read(history: History, query: Query | None = None) -> list[Sample]:
    return [sample for batch in history.samples(query) for sample in batch]


def told(run: Run) -> Iterator[Sample]:
    """Say what a run's samples are, going by the run itself."""
    ended = run.completions if run.status is not Status.STREAMING else ()
    for one in ended or (Completion(NO_COMPLETION, ""),):
        there = one.index != NO_COMPLETION
        yield Sample(
            run_id=run.id,
            index=one.index,
            digest=run.request.digest,
            endpoint=run.endpoint,
            model=run.request.model,
            served_model=run.served_model,
            fingerprints=run.fingerprints,
            created_at=run.created_at,
            status=run.status,
            identity=hashlib.sha256(one.text.encode()).hexdigest() if there else "",
            whole=there and (bool(one.finish_reason) or run.status is Status.COMPLETE),
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(runs, max_size=12), st.data())
def test_samples_are_what_the_runs_say(kept: list[Run], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(History.open(Path(folder) / "h.db")) as history:
        series = history.add_series({}, SENT_AT)
        going = [history.start(Request(STORY), "local", SENT_AT, (series, slot)) for slot in range(2)]
        history.append([(going[0], 0, "Once upon")])
        ids, _ = history.add(kept, [None] * len(kept))
        if ids:
            history.delete(data.draw(st.sets(st.sampled_from(ids), max_size=3)))
        for query in [*data.draw(st.lists(queries, max_size=5)), Query()]:
            found = [history.run(row.id) for row in reversed(history.page(query))]
            assert read(history, query) == [sample for run in found if run is not None for sample in told(run)]


def test_an_empty_history_has_no_samples(history: History) -> None:
    assert list(history.samples()) == []


@pytest.mark.parametrize("typed", ["", "text", "seed:1", f"digest:{Request(STORY).digest}", "series:1"])
@pytest.mark.parametrize("count", [0, 1, STEP, 3 * STEP + 1])
def test_how_far_it_has_come_only_rises_and_ends_at_the_whole(history: History, count: int, typed: str) -> None:
    fill(history, count)
    heard: list[tuple[int, int]] = []
    for _ in history.samples(parse_query(typed), progress=lambda done, of: heard.append((done, of))):
        pass
    assert heard == sorted(heard)
    assert {of for _, of in heard} == {heard[-1][0]}
    assert heard[0][0] == 0


def test_it_can_be_given_up_between_two_steps(history: History) -> None:
    ids = fill(history, 3 * STEP)
    answers = iter([False, False, True])
    batches = list(history.samples(cancelled=lambda: next(answers)))
    assert [[sample.run_id for sample in batch] for batch in batches] == [ids[:STEP], ids[STEP : 2 * STEP]]


def test_runs_are_saved_between_two_batches_and_are_not_among_them(history: History, path: Path) -> None:
    ids = fill(history, 3 * STEP)
    with contextlib.closing(History.open(path)) as another:
        found = []
        for batch in history.samples():
            found += [sample.run_id for sample in batch]
            fill(history, 1)
            fill(another, 1)
    assert found == ids
    assert history.count() == 5 * STEP


FILLING = """
import sys
from pathlib import Path
from seedtui.history import History
from support.database import fill

history = History.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    fill(history, 3)
print("done", flush=True)
"""


def test_samples_are_whole_while_another_process_writes(history: History, path: Path) -> None:
    with child(FILLING, path) as process:
        assert line_of(process) == "ready"
        tell(process)
        for _ in range(20):
            found = [sample.run_id for sample in read(history)]
            # Three runs are added at once: they are there together or not at all.
            assert found == list(range(1, len(found) + 1))
            assert len(found) % 3 == 0
        assert line_of(process) == "done"
    assert len(read(history)) == 60


def test_samples_are_read_through_the_indexes_alone(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(history, 1)
    asked: list[str] = []
    history._database.connection.set_trace_callback(asked.append)
    for typed in ("", "seed:1 fp:a model:b status:failed endpoint:c since:2026-01-01", "digest:0", "series:1 digest:0"):
        read(history, parse_query(typed))
    history._database.connection.set_trace_callback(None)
    selects = [select for select in asked if "completions" in select]
    assert selects
    for select in selects:
        for plan in ask(path, f"EXPLAIN QUERY PLAN {select}"):
            if "runs" in plan[3] or "kept" in plan[3]:
                assert "COVERING INDEX" in plan[3] or "slots" in plan[3], plan[3]


def test_a_sample_that_cannot_be_read_names_its_run(history: History, path: Path) -> None:
    one, two, _ = fill(history, 3)
    ask(path, "UPDATE runs SET fingerprints = '[1' WHERE id = ?", two)
    with pytest.raises(HistoryError, match=f"^#{two} in .* is not what was stored") as caught:
        read(history)
    assert caught.value.kind == "damaged"
    ask(path, "UPDATE runs SET fingerprints = '[]', status = 'unheard-of' WHERE id = ?", two)
    with pytest.raises(HistoryError, match=f"^#{two} in "):
        read(history)
    assert read(history, parse_query("status:complete"))[0].run_id == one


def test_texts_are_those_that_were_asked_for(history: History) -> None:
    run = replace(a_run(None), completions=(Completion(0, ""), Completion(3, "셋\0")))
    history.add([a_run("one"), run], [None] * 2)
    refs = [(2, 3), (1, 0), (2, 0), (2, 3)]
    assert history.texts(refs) == {(1, 0): "one", (2, 0): "", (2, 3): "셋\0"}
    assert history.texts([(1, NO_COMPLETION), (1, 1), (9, 0)]) == {}
    assert history.texts([]) == {}


def test_the_texts_of_all_samples_have_their_identities(history: History) -> None:
    fill(history, 7)
    samples = read(history)
    texts = history.texts((sample.run_id, sample.index) for sample in samples)
    assert [sample.identity for sample in samples] == [digest_of(text) for text in texts.values()]


def test_a_text_that_is_not_what_was_stored_is_damage(history: History, path: Path) -> None:
    one, two = fill(history, 2)
    ask(path, "UPDATE completions SET text = 'Text 7.' WHERE run_id = ?", two)
    assert history.texts([(one, 0)]) == {(one, 0): "Text 0."}
    with pytest.raises(HistoryError, match=f"^#{two} in .* is not what was stored") as caught:
        history.texts([(one, 0), (two, 0)])
    assert caught.value.kind == "damaged"
