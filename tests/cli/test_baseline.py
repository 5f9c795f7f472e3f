"""`seedtui baseline` and `seedtui check` against a scripted server."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from support.answers import chunk, cut, stall, status, text
from support.cli import MARS, Command, Outcome, start_program
from support.database import ask
from support.scripted_server import ScriptedServer

Send = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def box(server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The scripted server as an endpoint called `box`."""
    return configure(server, home, monkeypatch)


def configure(server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> str:
    settings = home / "settings.toml"
    settings.write_text(f"[endpoints.box]\nbase_url = {json.dumps(server.base_url)}\nretries = 0\n{more}")
    monkeypatch.setenv("SEEDTUI_CONFIG", str(settings))
    return "box"


@pytest.fixture
def send(seedtui: Command, server: ScriptedServer) -> Send:
    """Send a request to the box, and pin its run."""

    def run(*options: object, pin: bool = True) -> Outcome:
        found = seedtui("run", "--endpoint", "box", "-m", "scripted-1", *options, "a story")
        if pin:
            assert seedtui("baseline", "add", "@1").code == 0
        return found

    return run


def cases(path: Path) -> ElementTree.Element:
    """The test suite in a JUnit file."""
    return ElementTree.parse(path).getroot()[0]


def test_a_run_is_pinned_once_and_listed(seedtui: Command, send: Send) -> None:
    send("--seed", 7, pin=False)
    send("--seed", 8, pin=False)
    assert seedtui("baseline", "add", "@1", "#1", "2").out == "#2 is pinned.\n#1 is pinned.\n"
    again = seedtui("baseline", "add", "2")
    assert (again.code, again.out) == (0, "#2 was pinned already.\n")
    heading, *rows = seedtui("baseline", "list").out.splitlines()
    assert heading.split() == ["run", "pinned", "endpoint", "model", "seed", "fingerprint", "last", "check", "text"]
    assert sorted(row.split()[0] for row in rows) == ["#1", "#2"]
    assert all("box" in row and "fp_scripted1" in row and "In the year 2050" in row for row in rows)
    listed = seedtui("baseline", "list", "--json").lines
    assert sorted((one["id"], one["seed"], one["last_check"]) for one in listed) == [(1, 7, None), (2, 8, None)]


def test_removing_leaves_the_run(seedtui: Command, send: Send) -> None:
    for seed in (1, 2, 3):
        send("--seed", seed)
    removed = seedtui("baseline", "remove", "2", "99")
    assert (removed.code, removed.out) == (0, "#2 is no longer pinned.\n#99 was not pinned.\n")
    assert [one["id"] for one in seedtui("baseline", "list", "--json").lines] == [1, 3]
    assert seedtui("baseline", "remove", "--all").out.count("no longer pinned") == 2
    for command in (["baseline", "list"], ["baseline", "remove", "--all"]):
        found = seedtui(*command)
        assert (found.code, found.out) == (0, "")
        assert "seedtui baseline add RUN pins one" in found.err
    assert len(seedtui("log", "--json").lines) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "1.0"], "#1.0 is one choice of a run; a baseline is a whole run"),
        (["add", "@1.0"], "a baseline is a whole run"),
        (["add", "1", "7"], "There is no run #7"),
        (["add", "@7"], "There is no run @7"),
        (["add", "x"], "x names no run"),
        (["remove"], "Name the runs to remove, or all of them with --all."),
        (["remove", "1", "--all"], "Name the runs to remove, or all of them with --all."),
        (["remove", "1.0"], "a baseline is a whole run"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(seedtui: Command, send: Send, arguments: list[str], said: str) -> None:
    send(pin=False)
    found = seedtui("baseline", *arguments)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert len(found.err.splitlines()) == 1
    assert seedtui("baseline", "list").out == ""


def test_a_run_without_text_is_refused(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(status(500), text("A story."))
    send(pin=False)
    send(pin=False)
    found = seedtui("baseline", "add", "2", "1")
    assert (found.code, found.out) == (2, "")
    assert found.err == "#1 has no text (failed), so there is nothing to reproduce: nothing was pinned.\n"
    assert seedtui("baseline", "list").out == ""


def test_an_incomplete_run_is_pinned_with_a_note(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(cut(chunk("Half a")))
    send(pin=False)
    found = seedtui("baseline", "add", "1")
    assert (found.code, found.out) == (0, "#1 is pinned.\n")
    assert found.err == "Note: #1 is not complete (failed), so a check may be unable to decide.\n"


@pytest.mark.parametrize("command", [["baseline", "add", "1"], ["baseline", "remove", "--all"], ["check"]])
def test_without_a_history_it_says_so(seedtui: Command, command: list[str], home: Path) -> None:
    found = seedtui(*command)
    assert (found.code, found.out) == (2, "")
    assert "There is no history" in found.err
    assert seedtui("baseline", "list").code == 0
    assert not (home / "runs.db").exists()


def test_nothing_pinned_is_trouble(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    send(pin=False)
    found = seedtui("check")
    assert (found.code, found.out) == (2, "")
    assert found.err == "No run is pinned: seedtui baseline add RUN pins one.\n"
    assert seedtui("check", "1").err == found.err
    assert len(server.completions) == 1


def test_the_same_text_again_passes(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    for seed in (7, 8):
        send("--seed", seed)
    found = seedtui("check")
    assert found.code == 0
    assert found.out.splitlines() == [
        "= #1 → #3  Identical: same request, seed 7.",
        "= #2 → #4  Identical: same request, seed 8.",
        "2 checked: 2 the same.",
    ]
    sent, again = server.completions[0].json, server.completions[2].json
    assert sent == again
    # They are ordinary runs.
    assert len(seedtui("log", "seed:7", "--json").lines) == 2
    checked = {one["id"]: one["last_check"] for one in seedtui("baseline", "list", "--json").lines}
    assert {key: (one["run"], one["outcome"]) for key, one in checked.items()} == {1: ("3", "same"), 2: ("4", "same")}
    assert "= #3, " in seedtui("baseline", "list").out


def test_only_those_named_are_checked(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    for seed in (7, 8):
        send("--seed", seed)
    assert seedtui("check", "#2", "2").out.splitlines()[1] == "1 checked: 1 the same."
    assert len(server.completions) == 3
    found = seedtui("check", "@1")
    assert (found.code, found.out) == (2, "")
    assert found.err == "#3 is no baseline; seedtui baseline add 3 makes it one.\n"


def test_another_text_exits_1_and_names_the_diff(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(text("The ", "crew ", "left."), text("The ", "crew ", "stayed."))
    send("--seed", 7)
    found = seedtui("check")
    assert found.code == 1
    assert found.out.splitlines() == [
        "≠ #1 → #2  Same request, seed and fingerprint, yet the outputs part at word 3. 67 % alike. (a story)",
        "1 checked: 1 different.",
    ]
    assert found.err.splitlines()[-1] == "Where they part: seedtui diff 1 2"
    assert "≠ #2, " in seedtui("baseline", "list").out


def test_a_new_fingerprint_with_the_same_text_passes_and_is_said(
    seedtui: Command, server: ScriptedServer, send: Send
) -> None:
    send("--seed", 7)
    server.fingerprint = "fp_scripted2"
    found = seedtui("check", "--json")
    assert found.code == 0
    (result,) = found.json["results"]
    assert result["why"] == "Identical, although the backend changed (fp_scripted1 → fp_scripted2)."
    assert result["verdict"]["code"] == "reproduced-across-backends"
    assert result["fingerprints"] == {"a": "fp_scripted1", "b": "fp_scripted2"}


def test_the_json(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(*[text("a b")] * 3, text("a x"), status(401), text("a b"))
    for seed in (1, 2):
        send("--seed", seed)
    send("--seed", 3, "-n", 1)
    found = seedtui("check", "--json")
    assert found.code == 2
    summary = {key: value for key, value in found.json.items() if key != "results"}
    assert summary == {"checked": 3, "same": 1, "different": 1, "trouble": 1, "not_sent": 0}
    different, trouble, same = found.json["results"]
    assert list(different) == [
        *("baseline", "run", "outcome", "passed", "why", "verdict", "similarity", "fingerprints")
    ]
    assert (different["baseline"], different["run"], different["passed"]) == ("1", "4", False)
    assert different["similarity"] == 0.5
    assert trouble["verdict"]["code"] == "no-text"
    assert trouble["similarity"] is None
    assert (same["passed"], same["similarity"]) == (True, 1.0)
    # The lines are there all the same, for whoever reads the log.
    assert [line[0] for line in found.err.splitlines()[1:4]] == ["≠", "!", "="]


def test_every_choice_is_compared(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    send("--seed", 7, "-n", 2)
    server.script(text("Only one."))
    assert [line[:7] for line in seedtui("check").out.splitlines()] == ["≠ #1.0 ", "! #1.1 ", "2 check"]
    assert seedtui("check").out.splitlines() == [
        "= #1.0 → #3.0  Identical: same request, seed 7.",
        "= #1.1 → #3.1  Identical: same request, seed 7.",
        "2 checked: 2 the same.",
    ]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 1, "≠ #1 → #2  Same request, seed and fingerprint, yet"),
        (["--answer", r"Answer: (\w)"], 0, "≈ #1 → #2  The same answer, B. Same request, seed and fingerprint, yet"),
        (["--answer", r"\w+"], 1, "≠ #1 → #2  Another answer, Surely → Perhaps."),
        (["--answer", r"Surely"], 1, "≠ #1 → #2  No answer is found in the new text; the baseline's is Surely."),
        (["--answer", "/answer"], 2, "! #1 → #2  No answer is found in the baseline"),
        (["--similarity", "0.8"], 0, "≈ #1 → #2  Similarity 0.8, 0.8 is asked for."),
        (["--similarity", "0.81"], 1, "≠ #1 → #2  Similarity 0.8, 0.81 is wanted."),
    ],
)
def test_what_passes_can_be_chosen(
    seedtui: Command, server: ScriptedServer, send: Send, options: list[str], code: int, said: str
) -> None:
    server.script(text("Surely, it is. ", "Answer: B"), text("Perhaps, it is. ", "Answer: B"))
    send("--seed", 7)
    found = seedtui("check", *options)
    assert found.code == code
    assert found.out.startswith(said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--answer", "("], "The answer's pattern is no regular expression"),
        (["--answer", ""], "The answer needs a regular expression"),
        (["--similarity", "1.1"], "it must be a number from 0 to 1"),
        (["--similarity", "nan"], "it must be a number from 0 to 1"),
        (["--similarity", "x"], "it must be a number from 0 to 1"),
        (["--similarity", "1", "--answer", "x"], "not allowed with"),
        (["--junit", ""], "--junit is empty"),
        (["--base-url", "http://x/v1", "--local"], "leave off --endpoint and --local"),
        (["--endpoint", "nowhere"], "There is no endpoint called nowhere"),
        (["--concurrency", "0"], "1 or more"),
        (["1.0"], "a baseline is a whole run"),
        (["--repeat", "1000000"], "a series has at most"),
    ],
)
def test_what_cannot_be_checked_so_sends_nothing(
    seedtui: Command, server: ScriptedServer, send: Send, options: list[str], said: str
) -> None:
    send()
    found = seedtui("check", *options)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert len(server.completions) == 1


def test_a_refusal_is_trouble_and_the_key_is_never_shown(
    seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(models=["scripted-1"], key="sk-right-0123456789") as server:
        configure(server, home, monkeypatch, 'key_env = "BOX_KEY"\n')
        monkeypatch.setenv("BOX_KEY", "sk-right-0123456789")
        assert seedtui("run", "--endpoint", "box", "-m", "scripted-1", "--seed", 7, "a story").code == 0
        seedtui("baseline", "add", "1")
        monkeypatch.setenv("BOX_KEY", "sk-wrong-0123456789")
        texts, found = (
            seedtui("check", "--junit", home / "a.xml"),
            seedtui("check", "--json", "--junit", home / "b.xml"),
        )
    assert (texts.code, found.code) == (2, 2)
    assert texts.out.startswith("! #1 → #2  The new run failed: ")
    assert "401" in found.json["results"][0]["verdict"]["sentence"]
    everything = [
        texts.out,
        texts.err,
        found.out,
        found.err,
        *((home / name).read_text() for name in ("a.xml", "b.xml")),
    ]
    assert not any("0123456789" in one for one in everything)


def test_an_answer_that_hangs_ends_at_its_deadline(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(text("So far", " so good."), stall(chunk("So far")), text("So far", " so good."))
    send("--seed", 7)
    seedtui("baseline", "add", "1")
    found = seedtui("check", "--repeat", 2, "--timeout", 1)
    assert found.code == 2
    first, second, told = found.out.splitlines()
    assert first.startswith("! #1 → #2  The new run failed: The run was not over within its deadline of 1 s")
    assert first.endswith("The same as far as B goes: B stopped at word 2 (failed). (a story)")
    assert second.startswith("= #1 → #3")
    assert told == "2 checked: 1 the same, 1 trouble."


def test_a_cut_stream_is_trouble_even_with_another_text(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    server.script(text("One two three"), cut(chunk("One two")), text("One two three"), cut(chunk("Seven")))
    send("--seed", 7)
    for said in ("The same as far as B goes", "the outputs part at word 1"):
        found = seedtui("check")
        assert found.code == 2
        assert found.out.startswith("! #1 → ")
        assert said in found.out
        if said.startswith("The same"):
            assert seedtui("check").code == 0


def test_runs_without_an_endpoint_are_trouble_and_the_others_are_checked(
    seedtui: Command, server: ScriptedServer, send: Send, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in MARS.read_text().splitlines()]
    for line, name in zip(lines, ("", "nowhere", "nowhere", "nowhere"), strict=True):
        line["endpoint"] = name
    (tmp_path / "mars.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    send("--seed", 7)
    seedtui("import", tmp_path / "mars.jsonl")
    assert "#2 names no endpoint" in seedtui("baseline", "add", "2", "3").err
    found = seedtui("check")
    assert found.code == 2
    words = "Generate a short story about a journey to Mars."
    where = "say with --endpoint or --base-url where to send it."
    assert found.out.splitlines() == [
        f"! #2  It names no endpoint: {where} ({words})",
        f"! #3  Its endpoint, nowhere, is not configured: {where} ({words})",
        "= #1 → #6  Identical: same request, seed 7.",
        "1 of 3 checked: 1 the same, 2 trouble.",
    ]
    for option in (["--endpoint", "box"], ["--base-url", server.base_url]):
        found = seedtui("check", *option, "2", "3", "--json")
        assert found.code == 1
        assert found.json["different"] == 2


def test_a_damaged_baseline_is_trouble_and_the_others_are_checked(seedtui: Command, send: Send, home: Path) -> None:
    for seed in (7, 8):
        send("--seed", seed)
    ask(home / "runs.db", "UPDATE completions SET text = 'forged' WHERE run_id = 1")
    found = seedtui("check", "--junit", home / "out.xml")
    assert found.code == 2
    assert found.out.startswith("! #1  ")
    assert "is not what was stored" in found.out
    assert "= #2 → #3" in found.out
    assert [case[0].tag for case in cases(home / "out.xml")] == ["error", "system-out"]
    listed = seedtui("baseline", "list")
    assert listed.code == 2
    assert "#2" in listed.out
    assert seedtui("baseline", "remove", "1").code == 0


def test_no_more_at_a_time_than_asked_for(seedtui: Command, server: ScriptedServer, send: Send) -> None:
    for seed in range(6):
        send("--seed", seed)
    now = most = 0

    async def answer(request: Any, reply: Any) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await text("Hello")(request, reply)
        now -= 1

    server.script(*[answer] * 6)
    assert seedtui("check", "--concurrency", 2).code == 1
    assert 1 <= most <= 2


def test_an_endpoint_that_refuses_each_time_is_given_up(
    seedtui: Command, server: ScriptedServer, send: Send, home: Path
) -> None:
    for seed in range(12):
        send("--seed", seed)
    server.script(*[status(401, {"error": {"message": "No."}})] * 12)
    found = seedtui("check", "--junit", home / "out.xml", "--json")
    assert found.code == 2
    assert (found.json["checked"], found.json["trouble"], found.json["not_sent"]) == (10, 12, 2)
    assert found.json["results"][11]["run"] is None
    assert found.json["results"][11]["why"].startswith("Not sent: box refused each of the last runs")
    assert "Not checked: #11, #12." in found.err
    assert cases(home / "out.xml").get("skipped") == "2"
    assert len(server.completions) == 22


def test_the_junit_file_is_new_private_and_complete(
    seedtui: Command, server: ScriptedServer, send: Send, home: Path
) -> None:
    path = home / "out.xml"
    server.script(text("a\x1b[31m ]]>\n"), text("b\n"), text("a \x00\ufffe]]>\n"), status(500))
    for seed in (1, 2):
        send("--seed", seed)
    assert seedtui("check", "--junit", path).code == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    suite = cases(path)
    assert [case[0].tag for case in suite] == ["failure", "error"]
    assert [case.get("name") for case in suite] == ["#1 a story", "#2 a story"]
    assert "-a␛[31m ]]>\n+a ␀‹FFFE›]]>\n" in (suite[0][0].text or "")
    before = len(server.completions)
    again = seedtui("check", "--junit", path)
    assert (again.code, again.out) == (2, "")
    assert "is there already, and is not overwritten" in again.err
    assert len(server.completions) == before


def test_ctrl_c_keeps_what_came_and_says_what_was_not_checked(
    seedtui: Command, server: ScriptedServer, send: Send, home: Path
) -> None:
    for seed in (1, 2, 3):
        send("--seed", seed)
    server.script(text(*(f"{word} " for word in ["so", "it", "goes"])))
    server.hold(after=5)
    process = start_program("check", "--junit", home / "out.xml")
    server.wait_for(lambda: server.held == 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    lines = out.decode().splitlines()
    assert lines[0].startswith("≠ #1 → #4")
    assert lines[1].startswith("! #2 → #5  The new run was cancelled.")
    assert lines[2] == "2 of 3 checked: 1 different, 1 trouble, 1 not sent."
    assert "Not checked: #3." in err.decode()
    assert "Traceback" not in err.decode()
    assert [case[0].tag for case in cases(home / "out.xml")] == ["failure", "error", "skipped"]
    assert seedtui("show", "5", "--json").json["status"] == "cancelled"


def test_a_closed_reader_ends_it_quietly_with_its_file_written(server: ScriptedServer, send: Send, home: Path) -> None:
    for seed in (1, 2):
        send("--seed", seed)
    server.hold(after=5)
    process = start_program("check", "--junit", home / "out.xml")
    server.wait_for(lambda: server.held == 1)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    server.release()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 2
    assert "Traceback" not in said
    assert "Broken" not in said
    assert cases(home / "out.xml")[0][0].tag == "system-out"


def test_a_log_has_plain_lines(server: ScriptedServer, send: Send) -> None:
    send("--seed", 7)
    server.script(text("red \x1b[31m\r", "\u202e"))
    process = start_program("check", environ={"FORCE_COLOR": "1", "TERM": "xterm-256color", **os.environ})
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert all(line.isprintable() for line in (out + err).decode().split("\n"))
    assert err.decode().startswith("Checking 1 baseline: A is the baseline, B the new run of the same request.\n")
