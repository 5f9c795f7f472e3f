"""Files that earlier versions wrote, opened by this one."""

from __future__ import annotations

import contextlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seedtui.core.query import parse_query
from seedtui.core.request import Request
from seedtui.core.run import Completion, RunError, Status
from seedtui.core.sample import NO_COMPLETION, SeriesRecord
from seedtui.history import History
from seedtui.history.codec import digest_of
from seedtui.history.migrate import STEPS
from support.database import ask
from support.runs import a_run

DATA = Path(__file__).parents[1] / "data"
# When `a_run` says that run 1 was sent.
SENT_AT = datetime(2026, 11, 22, 21, 43, 1, tzinfo=UTC)
OLD_FILES = sorted(DATA.glob("history_*.db"))


def test_there_is_a_file_of_the_first_schema() -> None:
    assert OLD_FILES
    assert OLD_FILES[0].name == "history_0001.db"


def check_samples(history: History) -> None:
    """Check that the statistics see all that the file holds, and what was added to it."""
    texts = {
        (1, 0): "In the year 2050 …\0\r\x1b[2J",
        (2, 0): "Once upon",
        (2, 1): "Far ",
        (4, 0): "화성으로 떠난",
        (5, 0): "new",
    }
    samples = [sample for batch in history.samples() for sample in batch]
    assert [(sample.run_id, sample.index, sample.whole) for sample in samples] == [
        (1, 0, True),
        (2, 0, False),
        (2, 1, False),
        (3, NO_COMPLETION, False),
        (4, 0, False),
        (5, 0, True),
    ]
    assert history.texts((sample.run_id, sample.index) for sample in samples) == texts
    assert [sample.identity for sample in samples if sample.identity] == [digest_of(text) for text in texts.values()]
    assert history.backends_before(5, "openai", "m-1") == [(("fp_fefa7b2153",), SENT_AT)]


def check_series(history: History, schema: int) -> None:
    """Check that there are the series and baselines that a schema could keep, and that others can be made."""
    answers = {0: (1, Status.COMPLETE), 3: (2, Status.INTERRUPTED)}
    kept = [SeriesRecord(1, SENT_AT.replace(second=0), {"repeat": 2**70}, answers)] if schema > 1 else []
    assert history.series_page() == kept
    assert [run_id for run_id, _ in history.baselines()] == ([1, 3, 4] if schema > 1 else [])
    history.pin([2])
    assert history.baselines()[-1][0] == 2
    added = history.add_series({}, SENT_AT)
    sent = history.start(Request({"prompt": "Once"}), "local", SENT_AT, (added, 0))
    assert [row.id for row in history.page(parse_query(f"series:{added}"))] == [sent]


@pytest.mark.parametrize("old", OLD_FILES, ids=lambda old: old.stem)
def test_an_old_file_opens_with_all_it_holds_and_can_be_written(old: Path, path: Path) -> None:
    path.parent.mkdir()
    shutil.copyfile(old, path)
    with contextlib.closing(History.open(path)) as history:
        finished, left, cut = (history.run(run_id) for run_id in (1, 2, 4))
        assert finished == a_run("In the year 2050 …\0\r\x1b[2J", id=1, seed=2**63 - 1, retries=1)
        assert left is not None
        assert (left.status, left.request.prompt, left.request.n) == (Status.INTERRUPTED, "옛날", 2)
        assert left.completions == (Completion(0, "Once upon"), Completion(1, "Far "))
        assert cut is not None
        assert (cut.status, cut.completions) == (Status.CANCELLED, (Completion(0, "화성으로 떠난"),))
        assert [row.id for row in history.page()] == [4, 2, 1]
        assert [row.id for row in history.page(parse_query("떠난 seed:0 fp:none"))] == [4]
        assert history.run(3) is None
        history.undelete([3])
        failed = history.run(3)
        assert failed is not None
        assert failed.error == RunError("http", "The endpoint answered 401: check the key.", 401)
        assert history.add([a_run("new")] * 2, ["key-2", "key-5"]) == ([5], 1)
        check_samples(history)
        check_series(history, int(old.stem[-4:]))
    newest = max(int(file.name[:4]) for file in STEPS.glob("*.sql"))
    assert ask(path, "PRAGMA user_version") == [(newest,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
