"""A patch gives B from A, byte for byte, whatever the texts hold."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.comparison import compare
from seedtui.core.diff import diff
from seedtui.exchange.marked import Marked, only
from seedtui.exchange.patch import patch_text, unified_patch
from support.mars import MARS
from support.runs import a_side

_PIECES = [
    *("the ", "cat ", "sat. ", "a", " ", ".", "é", "한국", "火星", "👨‍👩‍👧", "e\u0301", "\t"),
    *("\n", "\n", "\n\n", "\r", "\r\n", "\f", "\v", "\0", "\x1b[2J", "\x85", "\u2028", "\ufeff", "\x1a"),
    *("--- a\n", "+++ b\n", "@@ -1,2 +1,2 @@\n", "\\ No newline at end of file\n", "# note\n", "diff --git a b\n"),
    *("*** 1,2 ****\n", "Index: x\n", "Prereq: 1\n", "1,2c\n", "- \n", "+\n"),
]
texts = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join) | st.text(max_size=40)
lines = st.lists(st.sampled_from("abc"), max_size=60).map("\n".join)

_HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n")


def apply(patch: str, text: str) -> str:
    """Apply a unified diff, strictly: no line of it may be wrong, none may be left over."""
    rest = re.split(r"(?<=\n)", patch)[:-1] if patch else []
    old, new, at = re.findall(r"[^\n]*\n|[^\n]+", text), [], 0
    while rest and rest[0].startswith("#"):
        del rest[0]
    if rest:
        assert rest.pop(0).startswith("--- ")
        assert rest.pop(0).startswith("+++ ")
    while rest:
        match = _HUNK.fullmatch(rest.pop(0))
        assert match
        start, gone, start_new, come = map(int, match.groups())
        start -= gone > 0
        new += old[at:start]
        assert start_new - (come > 0) == len(new)
        at = start
        while gone or come:
            sign, line = rest[0][0], rest.pop(0)[1:]
            if rest and rest[0].startswith("\\"):
                rest.pop(0)
                line = line.removesuffix("\n")
            if sign in " -":
                assert old[at] == line
                at, gone = at + 1, gone - 1
            if sign in " +":
                new.append(line)
                come -= 1
    return "".join(new + old[at:])


@given(texts, texts)
def test_a_and_the_patch_make_b(a: str, b: str) -> None:
    assert apply(unified_patch(diff(a, b), "a", "b"), a) == b


@given(lines, lines)
def test_many_short_lines(a: str, b: str) -> None:
    assert apply(unified_patch(diff(a, b), "a", "b"), a) == b


@given(texts, texts, st.data())
def test_chosen_changes_make_what_splicing_makes(a: str, b: str, data: st.DataObject) -> None:
    found = diff(a, b)
    numbers = data.draw(st.frozensets(st.sampled_from(range(len(found.changes))))) if found.changes else frozenset()
    spliced = a
    for number in sorted(numbers, reverse=True):
        span = found.changes[number]
        spliced = spliced[: span.a_start] + b[span.b_start : span.b_end] + spliced[span.a_end :]
    chosen = only(found, numbers)
    assert chosen.b == spliced
    assert "".join(a[span.a_start : span.a_end] for span in chosen.spans) == a
    assert "".join(spliced[span.b_start : span.b_end] for span in chosen.spans) == spliced
    assert len(chosen.changes) == len(numbers)
    marked = Marked(compare(a_side(a), a_side(b, id=2)), numbers)
    assert apply(patch_text(marked), a) == spliced


def hostile(text: str) -> str:
    return f"{text}\n--- x\n+++ y\n@@ -1 +1 @@\n-a\n+b\r\rdiff --git a/x b/x\n\x1b]0;x\x07\u2028--- z"


def test_no_line_of_what_is_known_can_be_taken_for_a_patch() -> None:
    messages = [{"role": hostile("system"), "content": hostile("Be brief.")}]
    facts = {"messages": messages, "model": hostile("m"), hostile("top_p"): 1, "stop": hostile("stop")}
    a = a_side("one\n", fingerprint=hostile("fp"), endpoint=hostile("e"), finish_reason=hostile("r"), **facts)
    b = a_side("two\n", id=2, served_model=hostile("m"), extra={"provider": hostile("p"), "id": hostile("i")})
    patch = patch_text(Marked(compare(a, b)))
    head, _, rest = patch.partition("\n--- ")
    assert rest.startswith("seedtui/1.txt\n+++ seedtui/2.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n")
    assert rest.endswith("+two\n")
    # However a reader cuts lines: at every character that anyone takes for a line's end.
    for line in head.splitlines():
        assert line == "#" or line.startswith("# ")
        assert line.isprintable()
    assert apply(patch, "one\n") == "two\n"


def test_a_patch_carries_what_is_known() -> None:
    a, b = a_side(MARS[0], seed=123), a_side(MARS[1], id=2, seed=124, fingerprint=None)
    patch = patch_text(Marked(compare(a, b), frozenset({1})))
    for said in (
        "# ≠ Expected: seed 123 → 124.",
        "# verdict: request-changed",
        "#   1 of 5 changes chosen (2): elsewhere A's text stands on both sides",
        "# seed: A 123; B 124",
        "# fingerprint: A fp_fefa7b2153; B not reported",
        "# fingerprint class: A informative: it changes when the backend does; "
        "B absent: the server reports none, so a backend change cannot be ruled out",
        "# sent: A 2026-11-22 21:43:01 UTC; B 2026-11-22 21:43:02 UTC",
        "# temperature: 0.7",
        "# not sent: top_p, n, stop, presence_penalty, frequency_penalty, logprobs",
        "# user:\n#   Generate a short story about a journey to Mars.",
    ):
        assert f"{said}\n" in patch


def test_equal_texts_need_no_patch() -> None:
    patch = patch_text(Marked(compare(a_side("one"), a_side("one", id=2))))
    assert patch.endswith("# There is nothing to patch.\n")
    assert all(line.startswith("#") for line in patch.splitlines())


def test_a_long_text_of_many_lines_and_changes_gets_a_right_patch() -> None:
    a = "".join(f"line {number % 977}\n" for number in range(200_000))
    b = a.replace("line 5\n", "line five\n").replace("line 976\n", "")
    patch = unified_patch(diff(a, b), "a", "b")
    assert apply(patch, a) == b


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs GNU patch")
@settings(max_examples=30)
@given(texts, texts, st.data())
def test_gnu_patch_agrees(tmp_path_factory: pytest.TempPathFactory, a: str, b: str, data: st.DataObject) -> None:
    comparison = compare(a_side(a), a_side(b, id=2))
    changes = comparison.diff.changes
    numbers = data.draw(st.none() | st.frozensets(st.sampled_from(range(len(changes))))) if changes else None
    marked = Marked(comparison, numbers)
    if marked.diff.b == a:
        return
    assert gnu_patch(tmp_path_factory.mktemp("patch"), a, patch_text(marked)) == marked.diff.b.encode()


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs GNU patch")
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("", "one"),
        ("one", ""),
        ("one\n", "one"),
        ("one\r\ntwo\r\n", "one\r\ntwo\n"),
        ("a\0b\n", "a\0c\n"),
        ("x" * 300_000 + "\ny", "x" * 300_000 + "\nz"),
        (MARS[0], MARS[1]),
    ],
    ids=["empty A", "empty B", "last line feed", "carriage return", "null", "long line", "stories"],
)
def test_gnu_patch_takes_odd_texts(tmp_path: Path, a: str, b: str) -> None:
    marked = Marked(compare(a_side(a), a_side(b, id=2)))
    assert gnu_patch(tmp_path, a, patch_text(marked)) == b.encode()


def gnu_patch(folder: Path, text: str, patch: str) -> bytes:
    """Return what GNU patch makes of a text."""
    (folder / "a.txt").write_bytes(text.encode())
    done = subprocess.run(
        ["patch", "--binary", "--fuzz=0", "--force", "a.txt"],
        input=patch.encode(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"fuzz" not in done.stdout
    assert b"offset" not in done.stdout
    left = folder / "a.txt"
    # An emptied file may be removed.
    return left.read_bytes() if left.exists() else b""
