"""`seedtui diff` in every format: to a file, to a pipe, to a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.cli import MARS, Command, run_on_terminal
from support.mars import MARS as STORIES

FORMATS = ["text", "json", "patch", "markdown", "html", "svg"]


@pytest.fixture
def mars(seedtui: Command) -> None:
    """The notebook's four completions, imported."""
    assert seedtui("import", MARS).code == 0


def line(text: str) -> str:
    response = {"choices": [{"index": 0, "message": {"content": text}, "finish_reason": "stop"}]}
    request = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    return json.dumps({"request": request, "response": response}) + "\n"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.usefixtures("mars")
def test_a_file_gets_what_a_pipe_gets_and_is_never_overwritten(seedtui: Command, home: Path, format: str) -> None:
    piped = seedtui("diff", "1", "2", "--format", format)
    path = home / "out"
    filed = seedtui("diff", "1", "2", "--format", format, "-o", path)
    assert (piped.code, piped.err) == (filed.code, filed.err) == (1, "")
    assert path.read_bytes().decode() == piped.out
    assert piped.out.endswith("\n")
    assert path.stat().st_mode & 0o777 == 0o600
    again = seedtui("diff", "3", "4", "--format", format, "-o", path)
    assert again.code == 2
    assert "not overwritten" in again.err
    assert path.read_bytes().decode() == piped.out


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "json"])
@pytest.mark.usefixtures("mars")
def test_every_format_says_what_was_asked_and_what_answered(seedtui: Command, format: str) -> None:
    written = seedtui("diff", "1", "3", "--format", format).out
    for said in (
        *("seed not sent → 123", "request-changed", "fp_fefa7b2153", "informative", "2023-11-06 19:46:40 UTC"),
        *("#1", "#3", "gpt-3.5-turbo-1106", "31 prompt, 200 completion", "notebook-3"),
        *("max_tokens", "temperature", "top_p, n, stop", "Generate a short story about a journey to Mars."),
        "15 % alike",
    ):
        assert said in written


@pytest.mark.usefixtures("mars")
def test_identical_texts_are_said_to_be_in_every_format(seedtui: Command) -> None:
    for format in FORMATS:
        found = seedtui("diff", "3", "4", "--format", format)
        assert found.code == 0
        assert "Identical: same request, seed 123." in found.out


@pytest.mark.usefixtures("mars")
def test_chosen_changes_are_said_to_be_chosen(seedtui: Command) -> None:
    assert "selected" not in seedtui("diff", "1", "2", "--format", "json").json
    assert seedtui("diff", "1", "2", "--format", "json", "--changes", "2-3,1").json["selected"] == [1, 2, 3]
    text = seedtui("diff", "1", "2", "--changes", "2").out
    assert "1 of 5 changes chosen (2)" in text
    assert "[-embarked-]" in text
    assert "[-courageous" not in text
    for format in ("patch", "markdown", "html", "svg"):
        assert "1 of 5 changes chosen (2)" in seedtui("diff", "1", "2", "--changes", "2", "--format", format).out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *[(typed, "numbers of changes like 1,3-5") for typed in ("", "x", "1-", "2-1", "1;2", "-1", "1,,2")],
        *[(typed, "there is no change") for typed in ("0", "6", "1,9", "2-6", "1-999999999")],
    ],
)
@pytest.mark.usefixtures("mars")
def test_changes_that_cannot_be_meant_are_trouble(seedtui: Command, typed: str, said: str) -> None:
    found = seedtui("diff", "1", "2", f"--changes={typed}")
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_what_is_ignored_is_said_and_is_no_change(seedtui: Command, home: Path) -> None:
    (home / "a.jsonl").write_text(line("The red  Planet is far.") + line("the red planet is near."))
    seedtui("import", home / "a.jsonl")
    exact = seedtui("diff", "1", "2", "--format", "json").json
    found = seedtui("diff", "1", "2", "--format", "json", "--ignore-case", "--ignore-space")
    assert found.code == 1
    assert found.json["ignoring"] == {"case": True, "space": True}
    assert found.json["verdict"]["code"] == exact["verdict"]["code"]
    counted = [span for span in found.json["spans"] if span["op"] != "equal" and not span.get("ignored")]
    assert len(counted) == 1
    for format in ("text", "patch", "markdown", "html", "svg"):
        written = seedtui("diff", "1", "2", "--ignore-case", "--ignore-space", "--format", format).out
        assert "ignoring case and white space" in written
        assert "1 change ·" in written


def test_a_patch_is_raw_in_a_file_and_harmless_on_a_terminal(seedtui: Command, home: Path) -> None:
    (home / "a.jsonl").write_text(line("one \x1b[31m\r\n") + line("two \x1b]0;x\x07\r\n"))
    seedtui("import", home / "a.jsonl")
    assert "\n-one \x1b[31m\r\n+two \x1b]0;x\x07\r\n" in seedtui("diff", "1", "2", "--format", "patch").out
    seedtui("diff", "1", "2", "--format", "patch", "-o", home / "a.patch")
    assert b"\n-one \x1b[31m\r\n+two \x1b]0;x\x07\r\n" in (home / "a.patch").read_bytes()
    for format in FORMATS:
        code, said = run_on_terminal("diff", "1", "2", "--format", format, environ={"NO_COLOR": "1"})
        assert code == 1
        assert b"\x1b" not in said
        assert b"\x07" not in said
        assert (b"Control characters are shown here as pictures" in said) == (format == "patch")


@pytest.mark.usefixtures("mars")
def test_a_terminal_gets_the_diff_without_the_request() -> None:
    _, said = run_on_terminal("diff", "1", "2")
    assert b"embarked" in said
    assert b"Generate a short story" not in said


@pytest.mark.parametrize("view", ["unified", "split", "inline"])
@pytest.mark.usefixtures("mars")
def test_views_of_pages_and_pictures(seedtui: Command, view: str) -> None:
    for format in ("html", "svg", "markdown"):
        written = seedtui("diff", "1", "2", "--view", view, "--format", format).out
        for word in ("courageous", "arduous"):
            assert word in written
    ElementTree.fromstring(seedtui("diff", "1", "2", "--view", view, "--format", "svg").out)


@pytest.mark.usefixtures("mars")
def test_a_patch_carries_both_texts_whole(seedtui: Command) -> None:
    patch = seedtui("diff", "1", "2", "--format", "patch").out
    assert f"\n-{STORIES[0]}\n\\ No newline at end of file\n+{STORIES[1]}\n\\ No newline at end of file\n" in patch
