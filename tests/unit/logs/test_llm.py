"""Histories of the command llm.

`llm_log.sql` has the table of versions up to 0.4, made by the migrations of 0.36; `llm_responses.sql` was
written by llm 0.27.1, `llm_turns.sql` by llm 0.36, both with its echo model and with a loopback server.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedtui.core.run import Status
from support.logs import database, found_in, keys_in, problems_in, runs_in

STORY = "A story told after 'Tell of Mars.': in the year 2050, a team of young botanists landed on Mars. Take "
FRAGMENT = "A fragment that is long enough to be worth a reference of its own, in sixty-four characters."


@pytest.mark.parametrize(("script", "take"), [("llm_responses.sql", "1."), ("llm_turns.sql", "0.")])
def test_each_call_is_a_run(tmp_path: Path, script: str, take: str) -> None:
    runs = runs_in(database(tmp_path / "logs.db", script))
    assert len(runs) == 9
    assert {run.status for run in runs} == {Status.COMPLETE}
    first = runs[0]
    assert first.request.body == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "You tell stories."},
            {"role": "user", "content": "Tell of Mars."},
        ],
        "temperature": 0.7,
        "max_tokens": 12,
        "seed": 123,
    }
    assert first.completions[0].text == STORY + take
    assert first.completions[0].finish_reason == "stop"
    assert (first.fingerprint, first.served_model) == ("fp_scripted1", "scripted-1-0711")
    assert (first.prompt_tokens, first.completion_tokens, first.cached_tokens) == (11, 20, 4)
    assert first.created_at.microsecond
    assert first.timing.total_ms
    assert runs[3].request.digest == runs[4].request.digest, "the same question twice is one request"


@pytest.mark.parametrize("script", ["llm_responses.sql", "llm_turns.sql"])
def test_a_conversation_is_sent_with_what_went_before(tmp_path: Path, script: str) -> None:
    runs = runs_in(database(tmp_path / "logs.db", script))
    assert [message["role"] for message in runs[1].request.messages] == ["system", "user", "assistant", "user"]
    assert runs[1].request.messages[2]["content"] == runs[0].completions[0].text
    assert runs[2].request.messages == (
        {"role": "system", "content": FRAGMENT},
        {"role": "user", "content": FRAGMENT + "\nSay it short."},
    )
    roles = [message["role"] for message in runs[7].request.messages]
    assert (roles[0], roles[-2], roles[-1]) == ("user", "assistant", "tool")
    assert runs[7].request.messages[-2]["tool_calls"][0]["function"]["name"] == "llm_version"
    assert runs[8].request.messages[0]["content"][1]["type"] == "attachment"


def test_the_first_versions_table(tmp_path: Path) -> None:
    runs = runs_in(database(tmp_path / "logs.db", "llm_log.sql"))
    assert [run.completions[0].text for run in runs] == ["Mars.", "Venus.", "Mars."]
    assert runs[0].created_at == datetime(2023, 6, 17, 10, 0, 0, 123456, UTC)
    assert [message["content"] for message in runs[1].request.messages] == [
        *("Be short.", "Name a planet.", "Mars."),
        "Another.",
    ]
    assert runs[2].request.model == "gpt-4"


def test_an_answer_is_the_same_after_llm_was_brought_up_to_date(tmp_path: Path) -> None:
    """The older rows stay where they were; one that is in both places is one answer."""
    old = database(tmp_path / "old.db", "llm_log.sql", "llm_responses.sql")
    before = keys_in(old)
    assert len(set(before)) == 12
    columns = "id, model, prompt, system, prompt_json, options_json, response, conversation_id, datetime_utc"
    move = (
        f"ATTACH '{old}' AS old; INSERT INTO responses ({columns}) SELECT {columns} FROM old.responses;"
        f"INSERT INTO responses ({columns}) SELECT id, model, 'x', '', '', '', 'y', '', '' FROM turns;"
    )
    new = database(tmp_path / "new.db", "llm_log.sql", "llm_turns.sql", move)
    after = keys_in(new)
    assert set(after) >= set(before)
    assert len(after) == len(set(after)) == 12 + 9


def test_nothing_is_written_neither_into_the_database_nor_beside_it(tmp_path: Path) -> None:
    """What waits in a write-ahead log is read, too, from a copy."""
    folder = tmp_path / "llm"
    folder.mkdir()
    path = database(folder / "logs.db", "llm_log.sql", "PRAGMA journal_mode = WAL")
    writer = sqlite3.connect(path)
    writer.execute("UPDATE logs SET response = 'Jupiter.' WHERE id = 3")
    writer.commit()
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    writer.close()
    for one in kept.iterdir():
        if one.name.endswith("-shm"):
            one.unlink()
    before = contents(kept)
    assert [run.completions[0].text for run in runs_in(kept / "logs.db")] == ["Mars.", "Venus.", "Jupiter."]
    assert contents(kept) == before
    (kept / "logs.db-wal").unlink()
    before = contents(kept)
    assert [run.completions[0].text for run in runs_in(kept / "logs.db")] == ["Mars.", "Venus.", "Mars."]
    assert contents(kept) == before


def contents(folder: Path) -> dict[str, str]:
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}


def test_a_name_that_looks_like_an_address_is_a_name(tmp_path: Path) -> None:
    path = database(tmp_path / "odd.db", "llm_log.sql").rename(tmp_path / "a?mode=rwc&b#c %41.db")
    assert len(runs_in(path)) == 3
    link = tmp_path / "link.db"
    link.symlink_to(path)
    assert len(runs_in(link)) == 3


def test_another_database_is_named(tmp_path: Path) -> None:
    path = database(tmp_path / "other.db", "CREATE TABLE runs (id INTEGER); CREATE VIEW responses AS SELECT 1")
    (said,) = problems_in(path)
    assert said.startswith("other.db: a SQLite database, but not one of llm's (logs.db). What can be imported: JSON")


def test_a_row_that_is_no_answer_is_named(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "llm_log.sql", "UPDATE logs SET response = x'00' WHERE id = 2")
    assert problems_in(path) == ["logs.db, logs 2: response must be a text."]
    path = database(tmp_path / "turns.db", "llm_turns.sql", "UPDATE messages SET parent_hash = hash")
    assert all("cannot be followed to its beginning" in said for said in problems_in(path))


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "llm_turns.sql")
    data = path.read_bytes()
    (tmp_path / "cut.db").write_bytes(data[: len(data) // 3])
    assert any("cannot be read" in said for said in problems_in(tmp_path / "cut.db"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=40))
def test_no_damage_makes_it_stumble(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    whole = tmp_path / "whole.db"
    if not whole.exists():
        database(whole, "llm_turns.sql", "llm_log.sql")
    data = bytearray(whole.read_bytes())
    for place, value in changes:
        data[100 + int(place * (len(data) - 100))] = value
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(data)
    found_in(damaged)


values = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(codec="utf-8"))
    | st.binary(max_size=8)
    | st.just('{"messages": [1]}')
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.sampled_from(["responses", "turns", "messages", "parts"]),
    st.sampled_from(
        [
            "prompt",
            "system",
            "prompt_json",
            "options_json",
            "response",
            "response_json",
            "datetime_utc",
            "duration_ms",
            "model",
            "input_tokens",
            "payload",
            "text",
            "type",
            "role",
            "position",
            "token_details",
            "tip_message_hash",
        ]
    ),
    values,
)
def test_whatever_is_in_a_column_it_does_not_stumble(tmp_path: Path, table: str, column: str, value: object) -> None:
    for script in ("llm_responses.sql", "llm_turns.sql"):
        path = tmp_path / "odd.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(database(path, script))
        try:
            with connection:
                connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        except sqlite3.Error:
            continue
        finally:
            connection.close()
        found_in(path)
