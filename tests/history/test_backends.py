"""Which fingerprints an endpoint has shown for a model, and when it last did."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.run import Run
from seedtui.history import History, HistoryError
from support.database import ask, fill
from support.runs import a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)

runs = st.builds(
    lambda minutes, **facts: replace(a_run(**facts), created_at=SENT_AT + timedelta(minutes=minutes)),
    st.integers(0, 30),
    fingerprint=st.sampled_from([None, "fp_a", "fp_b", ("fp_a", "fp_b"), "’\\\"'", ""]),
    endpoint=st.sampled_from(["openai", "local"]),
    model=st.sampled_from(["m-1", "m-2", ""]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(runs, max_size=20), st.integers(0, 25), st.sampled_from(["openai", "local", "none"]))
def test_the_backends_before_a_run_are_those_of_the_runs_before_it(kept: list[Run], run_id: int, endpoint: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(History.open(Path(folder) / "h.db")) as history:
        ids, _ = history.add(kept, [None] * len(kept))
        seen: dict[tuple[str, ...], datetime] = {}
        for number, run in zip(ids, kept, strict=True):
            if number < run_id and (run.endpoint, run.request.model) == (endpoint, "m-1") and run.fingerprints:
                known = seen.get(run.fingerprints, run.created_at)
                seen[run.fingerprints] = max(known, run.created_at)
        found = history.backends_before(run_id, endpoint, "m-1")
        assert dict(found) == seen
        assert [moment for _, moment in found] == sorted(seen.values(), reverse=True)


def test_a_backend_counts_though_its_runs_were_deleted(history: History) -> None:
    (one,) = fill(history, 1, fingerprint="fp_a")
    history.delete([one])
    assert [prints for prints, _ in history.backends_before(one + 1, "openai", "m-1")] == [("fp_a",)]


def test_names_are_looked_up_as_they_are_kept(history: History) -> None:
    fill(history, 1, endpoint="half \ud83d", model="m \udc00")
    assert history.backends_before(9, "half \ud83d", "m \udc00")


def test_a_backend_that_cannot_be_read_is_damage(history: History, path: Path) -> None:
    fill(history, 1)
    ask(path, "UPDATE runs SET fingerprints = '{}'")
    with pytest.raises(HistoryError, match=r"^A fingerprint in .* is not what was stored") as caught:
        history.backends_before(9, "openai", "m-1")
    assert caught.value.kind == "damaged"
