"""Many lines are read by several processes: what is kept is the same, and none of them is left behind."""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.cli import main
from seedtui.commands import import_, workers
from seedtui.exchange.logs import limits, lines
from seedtui.history import History
from support.cli import MARS, start_program
from support.database import ask
from support.logs import DATA
from support.measured import line
from support.values import junk

TABLES = ("runs", "completions", "sqlite_sequence")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
REQUEST = {"messages": [{"role": "user", "content": "한 \ud83d"}], "seed": 2**70}


def some_lines() -> list[bytes]:
    promptfoo = json.loads((DATA / "promptfoo.json").read_text())["results"]["results"][0]
    batch = {"custom_id": "a", "body": REQUEST}, {"custom_id": "a", "response": {"status_code": 500}}
    answer = {"choices": [{"index": 0, "text": "x", "finish_reason": "length"}]}
    return [
        *MARS.read_bytes().splitlines(),
        *(line("one", "two", number=number, temperature=1e16).strip().encode() for number in range(3)),
        line("뜻 😀", more={"created_at": None}, number=4).strip().encode().replace(b"r-4", b""),
        json.dumps({"request": {"prompt": "x"}, "response": answer}).encode(),
        json.dumps({"request": REQUEST, "response": answer, "error": {"kind": "http", "message": "\udc00"}}).encode(),
        json.dumps({"request": {"prompt": "x"}, "response": {**answer, "cached": True}, "status": "?"}).encode(),
        *(json.dumps(one).encode() for one in (*batch, promptfoo, {**promptfoo, "response": {}})),
        b"\xef\xbb\xbf" + line("marked").strip().encode(),
        b'{"request": {"prompt": NaN}}',
        b'{"request": {"prompt": "x"}, "response": ' + b"[" * 300,
        b'{"a": "' + b"x" * 3_000 + b'"}',
        *(b"", b" \t", b"\xff\xfe", b"{", b"[]", b"null", b"\xef\xbb\xbf"),
    ]


one_line = st.sampled_from(some_lines()) | st.builds(lambda value: json.dumps(value).encode(), junk)
files = st.tuples(st.lists(one_line, min_size=2, max_size=30), st.sampled_from([b"\n", b"\r\n"])).map(
    lambda found: found[1].join([MARS.read_bytes().splitlines()[0], b'{"second": 1}', *found[0]])
)


def imported(path: Path, *arguments: object, by: int) -> tuple[int, str, str]:
    """Import with a number of workers, a few lines a chunk, also those of which no time is known at one time."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(workers, "_wanted", lambda: by)
        patch.setattr(workers, "_BEFORE", 1)
        patch.setattr(lines, "CHUNK", 3)
        patch.setattr(limits, "PIECE", 2_500)
        patch.setattr(import_, "BATCH", 4)
        patch.setattr(import_, "LineReader", functools.partial(lines.LineReader, now=NOW))
        code = main(["--db", str(path), "import", *map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


@given(files, files, st.sets(st.integers(1, 20)), st.booleans())
@settings(max_examples=30)
def test_several_processes_keep_what_one_would(first: bytes, second: bytes, deleted: set[int], packed: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "first").write_bytes(gzip.compress(first)[:-9] if packed else first)
        (folder / "second").write_bytes(first + b"\n" + second)
        found: list[Any] = []
        for by in (0, 1, 2):
            path = folder / f"{by}.db"
            outcomes = [imported(path, folder / "first", by=by)]
            with contextlib.closing(History.open(path)) as history:
                history.delete(deleted)
            outcomes.append(imported(path, folder / "second", folder / "first", by=by))
            found.append((outcomes, [ask(path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]))
        assert found[0] == found[1] == found[2]


@pytest.fixture
def many(home: Path) -> Path:
    with (home / "many.jsonl").open("w") as file:
        file.writelines(line("A story.", number=number) for number in range(60_000))
    return home / "many.jsonl"


@pytest.fixture
def importing(home: Path, many: Path) -> Iterator[subprocess.Popen[bytes]]:
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("One core has no use for workers.")
    environ = {"SEEDTUI_DB": str(home / "runs.db")}
    with start_program("import", many, environ=environ, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def helpers(process: subprocess.Popen[bytes]) -> list[int]:
    """Wait for the workers of a process that is importing."""
    found: list[str] = []
    while len(found) < 2:
        assert process.poll() is None
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(one) for one in found]


def wait_for_ends(processes: list[int]) -> None:
    """Wait until processes have ended, also those that nobody waits for."""
    for one in processes:
        with contextlib.suppress(ProcessLookupError), os.fdopen(os.pidfd_open(one)) as end:
            assert select.select([end], [], [], 60)[0], "It was left behind."


@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_keeps_whole_batches_and_leaves_no_process(
    importing: subprocess.Popen[bytes], number: signal.Signals, group: bool, home: Path
) -> None:
    """Ctrl-C at a terminal goes to the workers, too."""
    started = helpers(importing)
    if group:
        os.killpg(importing.pid, number)
    else:
        importing.send_signal(number)
    out, err = importing.communicate(timeout=60)
    assert (importing.returncode, err.count(b"\n")) == (2, 1), err
    assert err.startswith(b"Interrupted. What was added is kept; import again")
    wait_for_ends(started)
    kept = ask(home / "runs.db", "SELECT count(*) FROM runs")[0][0]
    assert int(out.split()[0]) <= kept < 60_000
    assert kept % import_.BATCH == 0


def test_workers_end_with_whom_they_work_for(importing: subprocess.Popen[bytes]) -> None:
    started = helpers(importing)
    importing.kill()
    wait_for_ends(started)


def test_a_worker_that_is_killed_is_told_of_and_what_was_added_is_kept(
    importing: subprocess.Popen[bytes], home: Path, many: Path
) -> None:
    started = helpers(importing)
    os.kill(started[0], signal.SIGKILL)
    out, err = importing.communicate(timeout=60)
    assert importing.returncode == 2
    assert err.decode() == (
        "A process that helped was ended by SIGKILL. "
        "What was added is kept; import again what was to come in for the rest.\n"
    )
    wait_for_ends(started)
    added = int(out.split()[0])
    assert ask(home / "runs.db", "SELECT count(*) FROM runs")[0][0] == added < 60_000
    again = start_program("import", many, environ={"SEEDTUI_DB": str(home / "runs.db")})
    out, err = again.communicate(timeout=120)
    assert (again.returncode, err) == (0, b"")
    assert int(out.split()[0]) == 60_000 - added
    ids = ask(home / "runs.db", "SELECT id, created_at FROM runs ORDER BY id")
    assert [moment for _, moment in ids] == sorted(moment for _, moment in ids)
