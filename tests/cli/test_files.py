"""Import, list, show, compare, export."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import MARS, ROOT, Command, start_program


@pytest.fixture
def mars(seedtui: Command) -> None:
    """The notebook's four completions, imported."""
    assert seedtui("import", MARS).out == "4 runs added (#1 to #4).\n"


@pytest.mark.parametrize(
    ("a", "b", "status", "code", "sentence"),
    [
        ("1", "2", 1, "unseeded", "Expected: no seed was sent."),
        ("3", "4", 0, "reproduced", "Identical: same request, seed 123."),
        ("1", "3", 1, "request-changed", "Expected: seed not sent → 123."),
        ("@2", "@1", 0, "reproduced", "Identical: same request, seed 123."),
        ("#3.0", "4", 0, "reproduced", "Identical: same request, seed 123."),
    ],
)
@pytest.mark.usefixtures("mars")
def test_the_notebooks_findings(seedtui: Command, a: str, b: str, status: int, code: str, sentence: str) -> None:
    text, found = seedtui("diff", a, b), seedtui("diff", a, b, "--format", "json")
    assert (text.code, found.code) == (status, status)
    assert found.json["verdict"]["code"] == code
    assert found.json["verdict"]["sentence"] == sentence
    assert found.json["fingerprints"] == {"a": "fp_fefa7b2153", "b": "fp_fefa7b2153"}
    assert sentence in text.out.splitlines()[0]
    assert text.out.count("fp_fefa7b2153 (informative)") == 2


@pytest.mark.usefixtures("mars")
def test_the_json_of_a_diff_rebuilds_both_texts(seedtui: Command) -> None:
    found = seedtui("diff", "1", "2", "--format", "json").json
    assert list(found) == [
        *("a", "b", "equal", "verdict", "fingerprints", "fingerprint_class"),
        *("first_divergence", "similarity", "spans", "seeds", "requests"),
    ]
    assert found["seeds"] == {"a": None, "b": None}
    assert found["requests"]["a"]["max_tokens"] == 200
    texts = {name: seedtui("show", found[name], "--json").json["completions"][0]["text"] for name in "ab"}
    for name, text in texts.items():
        assert "".join(text[slice(*span[name])] for span in found["spans"]) == text
    where = found["first_divergence"]
    assert where == {"character": 28, "word": 8, "sentence": 1}
    assert texts["a"][:28] == texts["b"][:28]
    request_changes = seedtui("diff", "1", "3", "--format", "json").json["verdict"]["request_changes"]
    assert request_changes == [{"field": "seed", "a": None, "b": 123}]


@pytest.mark.parametrize("view", ["unified", "split", "inline"])
@pytest.mark.usefixtures("mars")
def test_each_view_names_where_they_part_and_shows_both(seedtui: Command, view: str) -> None:
    found = seedtui("diff", "1", "2", "--view", view)
    assert "they part at word 8" in found.out
    assert "[-embarked-]" in found.out
    assert "{+set out+}" in found.out
    assert "\x1b" not in found.out


@pytest.mark.usefixtures("mars")
def test_a_diff_can_be_written_to_a_new_file_only(seedtui: Command, home: Path) -> None:
    path = home / "diff.txt"
    found = seedtui("diff", "1", "2", "-o", path)
    assert (found.code, found.out) == (1, "")
    assert path.read_text() == seedtui("diff", "1", "2").out
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("mine")
    again = seedtui("diff", "1", "2", "-o", path)
    assert again.code == 2
    assert "not overwritten" in again.err
    assert path.read_text() == "mine"


@pytest.mark.usefixtures("mars")
def test_a_second_import_adds_nothing(seedtui: Command) -> None:
    found = seedtui("import", MARS)
    assert (found.code, found.out) == (0, "0 runs added, 4 there already.\n")
    assert len(seedtui("log", "--json").lines) == 4


def test_two_identical_lines_are_two_runs(seedtui: Command, home: Path) -> None:
    line = MARS.read_text().splitlines()[2] + "\n"
    (home / "twice.jsonl").write_text(line + line)
    assert seedtui("import", home / "twice.jsonl").out == "2 runs added (#1 to #2).\n"
    assert seedtui("import", home / "twice.jsonl").out == "0 runs added, 2 there already.\n"


def test_a_bad_line_is_named_and_the_others_come_in(seedtui: Command, home: Path) -> None:
    lines = MARS.read_text().splitlines()
    (home / "odd.jsonl").write_text("\n".join([lines[0], "{", lines[1], '{"request": {"messages": []}}']))
    found = seedtui("import", home / "odd.jsonl")
    assert found.code == 2
    assert found.out == "2 runs added (#1 to #2), 2 bad lines passed over.\n"
    assert "odd.jsonl, line 2: not JSON" in found.err
    assert "odd.jsonl, line 4: response is missing." in found.err


def test_a_missing_file_changes_nothing(seedtui: Command, home: Path) -> None:
    found = seedtui("import", MARS, home / "none.jsonl")
    assert found.code == 2
    assert "none.jsonl: No such file or directory. Nothing was imported." in found.err
    assert not (home / "runs.db").exists()


def test_import_reads_standard_input(seedtui: Command) -> None:
    assert seedtui("import", "-", stdin=MARS.read_bytes()).out == "4 runs added (#1 to #4).\n"


@pytest.mark.usefixtures("mars")
def test_an_export_reads_back_equal(seedtui: Command, home: Path) -> None:
    path = home / "out.jsonl"
    assert seedtui("export", "-o", path).code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    original = [json.loads(line) for line in MARS.read_text().splitlines()]
    written = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["request"], line["response"]) for line in written] == [
        (line["request"], line["response"]) for line in original
    ]
    assert seedtui("--db", home / "second.db", "import", path).code == 0
    before, after = seedtui("log", "--json"), seedtui("--db", home / "second.db", "log", "--json")
    assert before.out == after.out
    assert seedtui("export", "seed:123", "-o", "-").out == "".join(path.read_text().splitlines(True)[2:])


@pytest.mark.usefixtures("mars")
def test_an_export_never_overwrites(seedtui: Command, home: Path) -> None:
    (home / "mine.jsonl").write_text("mine")
    found = seedtui("export", "-o", home / "mine.jsonl")
    assert found.code == 2
    assert "is there already, and is not overwritten" in found.err
    assert (home / "mine.jsonl").read_text() == "mine"


@pytest.mark.usefixtures("mars")
def test_a_damaged_run_is_named_and_the_others_come_out(seedtui: Command, home: Path) -> None:
    connection = sqlite3.connect(home / "runs.db")
    with connection:
        connection.execute("UPDATE completions SET text = replace(text, 'Mars', 'Nars') WHERE run_id = 2")
    connection.close()
    for arguments in (["export", "-o", "-"], ["log", "--json"]):
        found = seedtui(*arguments)
        assert found.code == 2
        assert len(found.lines) == 3
        assert "#2" in found.err
    assert seedtui("show", "2").code == 2


@pytest.mark.usefixtures("mars")
def test_log_lists_newest_first_and_filters(seedtui: Command) -> None:
    found = seedtui("log")
    rows = [line.split() for line in found.out.splitlines()]
    assert [row[0] for row in rows] == ["run", "#4", "#3", "#2", "#1"]
    assert "fp_fefa7b2153" in found.out
    assert [one["id"] for one in seedtui("log", "seed:none", "--json").lines] == [2, 1]
    assert [one["id"] for one in seedtui("log", "Odyssey", "seed:123", "--json").lines] == [4, 3]
    limited = seedtui("log", "--limit", "1", "--json")
    assert [one["id"] for one in limited.lines] == [4]
    assert "--limit" in limited.err
    nothing = seedtui("log", "seed:7")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No run fits" in nothing.err


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("seed:abc", "seed: needs a whole number"),
        (f"seed:{2**63}", "seed: must be from"),
        ("status:done", "must be one"),
    ],
)
def test_a_query_that_cannot_be_meant_is_trouble(seedtui: Command, query: str, said: str) -> None:
    found = seedtui("log", query)
    assert found.code == 2
    assert said in found.err


@pytest.mark.usefixtures("mars")
def test_show_tells_all_that_is_known(seedtui: Command) -> None:
    found = seedtui("show", "#2").out
    for expected in (
        "gpt-3.5-turbo-1106",
        "temperature 0.7",
        "fp_fefa7b2153 (informative)",
        "31 prompt, 198 completion",
    ):
        assert expected in found
    for expected in ("[system]", "[user]", "Generate a short story", "finish reason: stop", "set out on"):
        assert expected in found
    assert "not sent" in found
    shown = seedtui("show", "2", "--json").json
    assert list(shown)[:3] == ["id", "status", "digest"]
    assert shown["usage"]["completion_tokens"] == 198
    assert shown["completions"][0]["id"] == "2"


@pytest.mark.usefixtures("mars")
@pytest.mark.parametrize(
    ("reference", "said"),
    [("9", "no run #9"), ("@5", "no run @5"), ("x", "names no run"), ("1.3", "no choice 3; there is #1.0")],
)
def test_a_reference_to_nothing_is_trouble(seedtui: Command, reference: str, said: str) -> None:
    for arguments in (["show", reference], ["diff", "1", reference], ["diff", reference, "1"]):
        found = seedtui(*arguments)
        assert (found.code, found.out) == (2, "")
        assert said in found.err


def test_without_a_history_it_says_how_to_begin(seedtui: Command, home: Path) -> None:
    for arguments in (["show", "1"], ["diff", "1", "2"], ["export", "-o", home / "x"]):
        found = seedtui(*arguments)
        assert found.code == 2
        assert "There is no history" in found.err
    assert not (home / "runs.db").exists()
    assert not (home / "x").exists()


@pytest.mark.parametrize("options", [[], ["--json"], ["seed:1"]])
def test_no_history_is_a_list_of_no_runs(seedtui: Command, home: Path, options: list[str]) -> None:
    """A script that lists runs before the first was sent once met trouble."""
    found = seedtui("log", *options)
    assert (found.code, found.out) == (0, "")
    assert "There is no history" in found.err
    assert not (home / "runs.db").exists()


def line(text: str, **more: object) -> str:
    response = {"choices": [{"index": 0, "message": {"content": text}, "finish_reason": "stop"}]}
    request = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    return json.dumps({"request": request, "response": response, **more}) + "\n"


def test_a_failed_run_without_text_is_trouble_to_compare(seedtui: Command, home: Path) -> None:
    error = {"kind": "http", "message": "No such model.", "http_status": 404}
    (home / "a.jsonl").write_text(line("A story.") + line("", status="failed", error=error))
    seedtui("import", home / "a.jsonl")
    found = seedtui("diff", "1", "2")
    assert found.code == 2
    assert "B has no text: the endpoint answered 404." in found.out


def test_what_no_column_can_hold_is_kept_all_the_same(seedtui: Command, home: Path) -> None:
    request = {"model": "m", "seed": 2**70, "messages": [{"role": "user", "content": [{"text": "?"}]}]}
    response = {"choices": [], "usage": {"completion_tokens": 2**70}, "created": 1e300}
    (home / "a.jsonl").write_text(json.dumps({"request": request, "response": response}))
    assert seedtui("import", home / "a.jsonl").code == 0
    shown = seedtui("show", "1", "--json").json
    assert (shown["request"], shown["response"]) == (request, response)
    assert seedtui("log").code == seedtui("show", "1").code == 0


def test_untrusted_text_reaches_a_pipe_raw_and_messages_clean(seedtui: Command, home: Path) -> None:
    (home / "a.jsonl").write_text(line("one \x1b[31m red") + line("two \x1b]0;x\x07 red", endpoint="\x1b[2Jx"))
    seedtui("import", home / "a.jsonl")
    assert "one \x1b[31m red" in seedtui("show", "1").out
    assert "\x1b" not in seedtui("log").out
    assert "\x1b" not in seedtui("diff", "1", "2").out
    assert "\x1b" not in seedtui("show", "2", "--json").out
    assert "␛[2Jx" in seedtui("show", "2").out


@pytest.mark.usefixtures("mars")
def test_a_reader_that_has_seen_enough_is_no_crash(home: Path) -> None:
    lines = "".join(line("word " * 2000, endpoint=str(number)) for number in range(50))
    (home / "many.jsonl").write_text(lines)
    subprocess.run(
        [sys.executable, "-m", "seedtui", "import", home / "many.jsonl"], cwd=ROOT, check=True, capture_output=True
    )
    process = start_program("export", "-o", "-")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 2
    assert "Traceback" not in said
    assert "Broken" not in said


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
@pytest.mark.usefixtures("mars")
def test_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        process = start_program("export", "-o", "-", stdout=full)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.decode().splitlines()[-1] == "Writing failed: No space left on device."
    assert b"Traceback" not in said


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.usefixtures("mars")
def test_a_list_fits_the_terminal_and_shows_some_text(
    seedtui: Command, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("seedtui.commands.table.on_terminal", lambda: True)
    lines = seedtui("log").out.splitlines()
    assert max(map(len, lines)) <= width
    assert all("In the" in line and "fp_fefa7b2153" in line for line in lines[1:])
