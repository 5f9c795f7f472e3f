"""What came is kept as it came, whatever it is; and what was kept is read, whatever happened meanwhile."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.text import join_surrogates
from support.cli import Command, start_program
from support.corpus import TEXTS
from support.database import ask, small_disk, write_protected
from support.scripted_server import Gate, ScriptedServer, chunk, sse, text


def options(server: ScriptedServer, *more: object) -> list[object]:
    return ["run", "--base-url", server.base_url, "-m", "scripted-1", *more]


def streamed(said: str, size: int) -> Any:
    """Answer with a text in pieces of a few characters, in every field that is text."""
    pieces = [chunk(said[start : start + size], fingerprint=said) for start in range(0, len(said), size)]
    return sse(*pieces, chunk(finish_reason="stop", fingerprint=said))


@pytest.mark.parametrize("size", [1, 1000])
def test_every_text_is_kept_shown_exported_and_imported_to_the_byte(
    seedtui: Command, server: ScriptedServer, home: Path, size: int
) -> None:
    server.script(*(streamed(said, size) for said in TEXTS.values()))
    for said in TEXTS.values():
        messages = home / "messages.json"
        messages.write_text(json.dumps([{"role": "user", "content": join_surrogates(said)}]))
        assert seedtui(*options(server, "--messages", messages, "-q")).code == 0
    # Half a pair can be kept nowhere, and is sent nowhere; all else is what was sent.
    expected = [join_surrogates(said) for said in TEXTS.values()]
    ids = range(1, len(expected) + 1)
    assert seedtui("export", "-o", home / "out.jsonl").code == 0
    assert seedtui("--db", home / "again.db", "import", home / "out.jsonl").code == 0
    for database in (home / "runs.db", home / "again.db"):
        shown = [seedtui("--db", database, "show", run_id, "--json").json for run_id in ids]
        assert [one["completions"][0]["text"] for one in shown] == expected
        assert [one["request"]["messages"][0]["content"] for one in shown] == expected
        assert [one["fingerprints"] for one in shown] == [[said] for said in expected]
        assert [one["status"] for one in shown] == ["complete"] * len(expected)
        kept = ask(database, "SELECT text, sha256 FROM completions ORDER BY run_id")
        assert kept == [(said, hashlib.sha256(said.encode()).hexdigest()) for said in expected]
        assert seedtui("--db", database, "doctor", "--repair").code == 0


def test_a_disk_that_fills_up_in_mid_stream_costs_no_more_than_what_finds_no_room(
    seedtui: Command, server: ScriptedServer, home: Path
) -> None:
    folder = home / "small"
    folder.mkdir()
    database = folder / "runs.db"
    full, end = Gate(), Gate()
    server.script(text("Once upon a time", full, " there was", end, "x" * 300_000))
    with small_disk(folder):
        process = start_program("--db", database, *options(server, "a story"))
        server.wait_for(lambda: full.reached == 1)
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 100) == b"Once upon a time"
        wait_until_saved(database, "Once upon a time")
        ballast = folder / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        full.open()
        end.open()
        out, said = process.communicate(timeout=60)
        assert out.endswith(b"x" * 1000 + b"\n")
        assert process.returncode == 2
        assert b"disk" in said
        assert b"Traceback" not in said
        assert b"Once upon a time" in seedtui("--db", database, "show", "1", "--json").out.encode()
        ballast.unlink()
        shown = seedtui("--db", database, "show", "1", "--json").json
        assert shown["status"] == "interrupted"
        assert shown["completions"][0]["text"].startswith("Once upon a time")
        assert seedtui("--db", database, "doctor", "--repair").code == 0


def wait_until_saved(database: Path, said: str) -> None:
    """Wait until a text has reached the history, which it does in a quarter of a second."""
    while said not in "".join(row[0] for row in ask(database, "SELECT text FROM chunks ORDER BY id")):
        pass


def test_what_a_killed_process_left_is_read_from_a_folder_that_cannot_be_written(
    seedtui: Command, server: ScriptedServer, home: Path
) -> None:
    folder = home / "kept"
    folder.mkdir()
    database = folder / "runs.db"
    gate = Gate()
    server.script(text("Once upon a time", gate))
    process = start_program("--db", database, *options(server, "a story"))
    server.wait_for(lambda: gate.reached == 1)
    wait_until_saved(database, "Once upon a time")
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with write_protected(folder):
        shown = seedtui("--db", database, "show", "1", "--json")
        assert shown.code == 0, shown.err
        assert shown.json["completions"][0]["text"] == "Once upon a time"
        assert seedtui("--db", database, "backup", "-o", home / "copy.db").code == 0
    assert seedtui("--db", home / "copy.db", "show", "1", "--json").json["status"] == "interrupted"
    assert seedtui("--db", database, "show", "1", "--json").json["status"] == "interrupted"
