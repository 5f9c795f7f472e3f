"""Runs that are added many at a time are kept as if they had come one by one."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedtui.core.request import Request
from seedtui.core.run import Completion, Run
from seedtui.core.text import scrub
from seedtui.history import History, HistoryError
from seedtui.history.codec import SEALED, RowMaker, run_row
from support.bodies import any_json
from support.database import ask
from support.runs import STORY, a_run

TABLES = ("runs", "completions", "chunks", "sqlite_sequence")
requests = st.sampled_from([Request(STORY), Request({**STORY, "seed": 2**64}), Request({"prompt": "a\ud83d"})])
some_runs = st.builds(
    lambda request, text, choices, response: replace(
        a_run(text),
        request=request,
        response=response,
        completions=tuple(Completion(index, f"{text}{index}", "stop") for index in range(choices)),
    ),
    requests,
    st.text(max_size=5),
    st.integers(0, 3),
    st.none() | st.dictionaries(st.text(max_size=3), any_json, max_size=2),
)
batches = st.lists(
    st.lists(st.tuples(some_runs, st.none() | st.sampled_from(["k1", "k2", "k3", "k4"])), max_size=6), max_size=4
)


def kept(path: Path) -> list[list[tuple[Any, ...]]]:
    return [ask(path, f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES]


@given(batches, st.sets(st.integers(1, 8)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_batch_is_kept_as_its_runs_one_by_one_would_be(
    batches: list[list[tuple[Run, str | None]]], deleted: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        paths = [Path(folder) / "one.db", Path(folder) / "many.db"]
        one, many = (stack.enter_context(contextlib.closing(History.open(path))) for path in paths)
        for batch in batches:
            single = [one.add([run], [key]) for run, key in batch]
            together = many.add([run for run, _ in batch], [key for _, key in batch])
            assert together == ([run_id for ids, _ in single for run_id in ids], sum(known for _, known in single))
            for history, path in zip((one, many), paths, strict=True):
                history.delete(deleted)
                ask(path, "UPDATE runs SET deleted_at = 'then' WHERE deleted_at IS NOT NULL")
        assert kept(paths[0]) == kept(paths[1])


@given(some_runs)
def test_a_row_holds_what_is_written_value_by_value(run: Run) -> None:
    row = run_row(run)
    assert RowMaker().row(run).columns == tuple(row.values())
    assert list(row) == [*SEALED, "seal"]
    body = scrub(run.request.body)
    assert json.loads(row["request"]) == body
    assert row["request"] == json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert row["digest"] == Request(body).digest
    written = json.dumps([row[name] for name in SEALED], ensure_ascii=False, separators=(",", ":"))
    assert row["seal"] == sha256(written.encode()).hexdigest()


def test_a_maker_of_rows_does_not_take_one_request_for_another_that_is_gone() -> None:
    """Requests are known by where they are in memory, which is given to another once they are gone."""
    maker = RowMaker()
    for number in range(200):
        row = maker.row(replace(a_run(), request=Request({"prompt": f"{number} \ud83d"})))
        assert f"{number} \ufffd" in row.columns[SEALED.index("request")]


def test_no_id_is_left_after_the_largest(history: History, path: Path) -> None:
    """As SQLite says of one run, so of several: whatever happens, nothing is written over."""
    history.add([a_run("one")], [None])
    ask(path, f"UPDATE sqlite_sequence SET seq = {2**63 - 3} WHERE name = 'runs'")
    with pytest.raises(HistoryError):
        history.add([a_run("two")] * 3, [None] * 3)
    assert history.count() == 1
    assert history.add([a_run("two"), a_run("three")], [None, None]) == ([2**63 - 2, 2**63 - 1], 0)


def test_bulk_leaves_the_settings_as_they_were(history: History) -> None:
    def settings_now() -> list[int]:
        with history._database.reading() as connection:
            names = ("cache_size", "wal_autocheckpoint")
            return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    before = settings_now()
    with history.in_bulk():
        assert settings_now() != before
        history.add([a_run()], ["k"])
    assert settings_now() == before
