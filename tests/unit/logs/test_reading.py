"""Which kind of log a file is."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.run import Run
from seedtui.exchange.logs import limits
from seedtui.exchange.logs.found import ImportedRun, LineProblem
from seedtui.exchange.logs.reading import read_runs
from support.logs import DATA, database, found_in, keys_in, problems_in, runs_in
from support.values import junk

MARS = (DATA / "mars.jsonl").read_bytes()
LINE = json.loads(MARS.splitlines()[0])


@pytest.fixture(params=["mars.jsonl", "promptfoo.json", "inspect.json", "table"])
def content(request: pytest.FixtureRequest) -> bytes:
    if request.param == "table":
        return b"prompt,text\nName a planet.,Mars.\n"
    return (DATA / str(request.param)).read_bytes()


def test_a_file_is_known_by_what_is_in_it(content: bytes) -> None:
    known = keys_in(content)
    assert known
    assert keys_in(b"\n\n" + content)
    packed = gzip.compress(content)
    assert len(keys_in(packed)) == len(known)


def test_all_kinds_may_be_given_at_once(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "llm_turns.sql")
    assert len(runs_in(MARS, path, DATA / "promptfoo.json", b"prompt,text\nq,a\n")) == 4 + 9 + 6 + 1


class Pipe(io.RawIOBase):
    """What comes through a pipe: it cannot be read again."""

    def __init__(self, data: bytes) -> None:
        self._parts: Iterator[int] = iter(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = bytes(islice(self._parts, len(buffer)))
        buffer[: len(part)] = part
        return len(part)


def test_a_pipe_is_read_like_a_file(content: bytes, tmp_path: Path) -> None:
    def through_pipe(data: bytes) -> list[ImportedRun[Run] | LineProblem]:
        return list(read_runs([("-", cast("IO[bytes]", io.BufferedReader(Pipe(data))))]))

    assert [one.key for one in through_pipe(content) if isinstance(one, ImportedRun)] == keys_in(content)
    data = database(tmp_path / "logs.db", "llm_turns.sql").read_bytes()
    assert len(through_pipe(data)) == 9


def test_import_lines_may_stand_in_a_list() -> None:
    assert len(runs_in(json.dumps([LINE, LINE], indent=2).encode())) == 2
    assert problems_in(json.dumps([LINE, 1], indent=2).encode()) == ["file1, [1]: must be a JSON object."]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello\nworld\n", "not a kind of file that can be imported. Those are: JSON lines"),
        (b"a: 1\nb:\n  - c\n", "not a kind of file that can be imported."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a kind of file that can be imported."),
        (b'{\n "a": 1\n}\n', "a JSON document, but of no tool that is known. What can be imported: JSON lines"),
        (b'{\n "a": 1,\n', "not JSON: "),
        (b"[" * 100_000 + b"\n" + b"1\n", "not read: it is nested too deeply."),
    ],
)
def test_a_file_of_no_known_kind_is_named_once(data: bytes, said: str) -> None:
    (found,) = problems_in(data)
    assert found.startswith("file1")
    assert said in found


def test_an_empty_file_has_nothing_in_it() -> None:
    assert found_in(b"", b"\n \n", gzip.compress(b"")) == []


def test_a_first_line_longer_than_what_is_looked_at() -> None:
    long = {**LINE, "request": {"messages": [{"role": "user", "content": "x" * 200_000}]}}
    lines = json.dumps(long).encode() + b"\n" + MARS
    assert len(runs_in(lines)) == 5


def test_a_packed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(MARS + b"\n" * 300_000)
    monkeypatch.setattr(limits, "UNPACKED", 100_000)
    assert problems_in(bomb)[-1].endswith("it unpacks to more than 97.7 KiB. Unpack it to import it.")
    document = gzip.compress((DATA / "promptfoo.json").read_bytes() + b" " * 300_000)
    assert problems_in(document)[-1].endswith("it unpacks to more than 97.7 KiB. Unpack it to import it.")
    table = gzip.compress(b"prompt,text\n" + (b"q," + b"a" * 1000 + b"\n") * 300)
    assert problems_in(table)[-1].endswith("it unpacks to more than 97.7 KiB. Unpack it to import it.")


def test_a_line_without_an_end_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PIECE", 10_000)
    first, *rest = MARS.splitlines(True)
    data = first + b'{"a": "' + b"x" * 50_000 + b'"}\n' + b"".join(rest)
    found = found_in(data)
    assert problems_in(data) == ["file1, line 2: not read: it is longer than 9.77 KiB."]
    assert len(found) == 5


def test_a_directory_entry_that_was_replaced_is_not_read_in_the_files_place(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "llm_turns.sql")
    with path.open("rb") as file:
        database(tmp_path / "other.db", "llm_log.sql").replace(path)
        found = list(read_runs([("logs.db", file)]))
    assert len(found) == 9


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_file_makes_it_stumble(data: bytes) -> None:
    for start in (
        b"",
        b"SQLite format 3\x00",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"{",
        b"[",
        b"\xff\xfe",
        b'{"request": {}}\n',
    ):
        found_in(start + data)


@settings(deadline=None)
@given(st.lists(junk, max_size=4), st.booleans())
def test_no_json_makes_it_stumble(lines: list[object], spread: bool) -> None:
    found_in(b"\n".join(json.dumps(one).encode() for one in lines))
    found_in(json.dumps(lines, indent=1 if spread else None).encode())
