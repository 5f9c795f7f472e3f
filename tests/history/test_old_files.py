"""Files that earlier versions wrote, opened by this one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from seedtui.core.query import parse_query
from seedtui.core.run import Completion, RunError, Status
from seedtui.history import History
from seedtui.history.migrate import STEPS
from support.database import ask
from support.runs import a_run

DATA = Path(__file__).parents[1] / "data"
OLD_FILES = sorted(DATA.glob("history_*.db"))


def test_there_is_a_file_of_the_first_schema() -> None:
    assert OLD_FILES
    assert OLD_FILES[0].name == "history_0001.db"


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
    newest = max(int(file.name[:4]) for file in STEPS.glob("*.sql"))
    assert ask(path, "PRAGMA user_version") == [(newest,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
