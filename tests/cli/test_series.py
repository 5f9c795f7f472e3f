"""`seedtui run` with several runs planned, `--resume`, and `seedtui series`."""

from __future__ import annotations

import json
import random
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from seedtui.commands.progress_line import duration, progress_phrase
from seedtui.core.run import Status
from seedtui.core.series import Plan
from seedtui.history import History
from seedtui.runner import Progress
from support.answers import by_seed, cut, error_body, status, text
from support.cli import Command, run_on_terminal, start_program
from support.scripted_server import Gate, ScriptedServer, chunk


@pytest.fixture(autouse=True)
def short(server: ScriptedServer) -> None:
    server.teller = type(server.teller)(3)


def options(server: ScriptedServer, *more: object) -> tuple[object, ...]:
    return ("run", "--base-url", server.base_url, "-m", "scripted-1", *more)


def sent(server: ScriptedServer, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(request.json.get(field, "unset") for field in fields) for request in server.completions]


def test_a_sweep_sends_every_combination_round_by_round(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui(
        *options(server, "--sweep", "seed=1,unset", "--sweep", "temperature=0,0.7", "--repeat", "2", "a story")
    )
    assert found.code == 0
    once = [(1, 0), (1, 0.7), ("unset", 0), ("unset", 0.7)]
    assert sent(server, "seed", "temperature") == once * 2
    assert found.out.count("In the year") == 8
    lines = found.err.splitlines()
    assert lines[0] == (
        "Series 1: seed 1, not sent × temperature 0, 0.7, each 2 times; 8 runs, 1 at a time. "
        f"If it is stopped, seedtui run --resume 1 --base-url {server.base_url} goes on with it."
    )
    assert "#2 (seed 1 · temperature 0.7):" in lines
    assert re.match(r"Series 1: 8 of 8 answered, [0-9.]+ % of pairs identical, [0-9.]+ s\.", lines[-2])
    assert lines[-1] == "To see how far they agree: seedtui agree series:1"


def test_quiet_prints_no_texts_and_only_failed_runs(seedtui: Command, server: ScriptedServer) -> None:
    server.script(text("one"), status(400, error_body("no")), text("three"))
    found = seedtui(*options(server, "--sweep", "seed=1..3", "-q", "a story"))
    assert (found.code, found.out) == (2, "")
    assert [line[:10] for line in found.err.splitlines()] == [
        "Series 1: ",
        "#2 failed:",
        "Series 1: ",
        "To send wh",
        "To see how",
    ]
    assert "2 of 3 answered, 1 failed" in found.err


def test_json_says_which_run_of_which_series(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui(*options(server, "--repeat", "2", "--json", "-q", "a story"))
    assert [(run["id"], run["series"], run["slot"]) for run in found.lines] == [(1, 1, 0), (2, 1, 1)]


def test_a_single_run_is_no_series(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui(*options(server, "--sweep", "seed=7", "--json", "a story"))
    assert found.code == 0
    assert found.json["request"]["seed"] == 7
    assert "series" not in found.json
    assert "There is no series yet" in seedtui("series").err


def test_a_series_is_resumed_with_what_it_has_no_answer_to(seedtui: Command, server: ScriptedServer) -> None:
    server.script(text("one"), cut(chunk("tw")), status(401, error_body("no")))
    first = seedtui(*options(server, "--sweep", "seed=1..4", "-q", "a story"))
    assert first.code == 2
    assert f"To send what is open: seedtui run --resume 1 --base-url {server.base_url}" in first.err
    second = seedtui("run", "--resume", "last", "--base-url", server.base_url, "--concurrency", "2", "-q")
    assert second.code == 0
    assert "4 runs, 2 of them answered before, 2 at a time." in second.err
    assert [seed for (seed,) in sent(server, "seed")][:4] == [1, 2, 3, 4]
    assert sorted(seed for (seed,) in sent(server, "seed")[4:]) == [2, 3]
    third = seedtui("run", "--resume", "1")
    assert (third.code, third.out) == (0, "")
    assert third.err == "Series 1 is finished: it has all its 4 answers, there is nothing left to send.\n"
    assert len(server.completions) == 6


def test_the_agreement_of_a_resumed_series_counts_what_was_there(seedtui: Command, server: ScriptedServer) -> None:
    server.script(text("same"), text("same"), status(400, error_body("no")), text("same"))
    seedtui(*options(server, "--repeat", "3", "-q", "a story"))
    found = seedtui("run", "--resume", "series:1", "--base-url", server.base_url, "-q")
    assert "100.0 % of pairs identical" in found.err.splitlines()[-2]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--resume", "7"], "There is no series 7"),
        (["--resume", "x"], "x is no series: give its number, or last."),
        (["--resume", ""], "is no series"),
        (["--resume", "1", "--seed", "1"], "leave --seed off"),
        (["--resume", "1", "--sweep", "seed=1"], "leave --sweep off"),
        (["--resume", "1", "--repeat", "2"], "leave --repeat off"),
        (["--resume", "1", "-n", "2"], "leave -n off"),
        (["--resume", "1", "--local"], "leave --endpoint off"),
        (["--resume", "1", "a story"], "leave PROMPT off"),
        (["--resume", "1"], "which is not configured: give its --base-url as before."),
        (["--resume", "1", "--base-url", "http://127.0.0.1:1/v1"], "which is not configured"),
    ],
)
def test_what_cannot_be_resumed(seedtui: Command, server: ScriptedServer, more: list[str], said: str) -> None:
    server.script(status(400, error_body("no")))
    seedtui(*options(server, "--repeat", "2", "-q", "a story"))
    found = seedtui("run", *more)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert len(server.completions) == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--sweep", "seed=1..", "x"], "seed must be a whole number"),
        (["--sweep", f"seed={2**70}", "x"], "seed must be from -2^63 to 2^63-1."),
        (["--sweep", "seed", "x"], "seed is no sweep"),
        (["--sweep", "seed=1,2", "--seed", "3", "x"], "seed is given and swept"),
        (["--sweep", "model=a,b", "x"], "model is given and swept"),
        (["--sweep", "prompt=a,b", "x"], "The prompt is swept: leave PROMPT off."),
        (["--sweep", "seed=1", "--sweep", "seed=2", "x"], "seed is swept twice"),
        (["--sweep", "seed=1,1", "x"], "seed 1 comes twice"),
        (["--sweep", "seed=1..1000", "--repeat", "1000", "x"], "That makes 1,000,000 runs"),
        (["--sweep", "endpoint=nowhere", "x"], "There is no endpoint called nowhere"),
        (["--sweep", "system=a,b", "--api", "completions", "x"], "takes one prompt"),
        (["--sweep", "seed=1,2"], "Give a prompt"),
        (["--prompts", "/nonexistent"], "/nonexistent: No such file"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_sent(
    seedtui: Command, server: ScriptedServer, home: Path, more: list[str], said: str
) -> None:
    found = seedtui(*options(server, *more))
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert not server.requests
    assert not (home / "runs.db").exists()


@pytest.mark.parametrize(
    ("written", "prompts"),
    [
        ("One.\n\n  Two, too.\n", ["One.", "  Two, too."]),
        ('["One.", "Two\\nlines"]', ["One.", "Two\nlines"]),
        ('"One."\n{"prompt": "Two.", "id": 7}\n', ["One.", "Two."]),
        ("[INST] hi\n[INST] ho\n", ["[INST] hi", "[INST] ho"]),
        ("One.\nTwo.\nOne.\n", ["One.", "Two."]),
    ],
)
def test_prompts_come_from_a_file(
    seedtui: Command, server: ScriptedServer, home: Path, written: str, prompts: list[str]
) -> None:
    (home / "prompts").write_text(written)
    found = seedtui(*options(server, "--prompts", home / "prompts", "-s", "Be brief.", "-q"))
    assert found.code == 0
    messages = [request.json["messages"] for request in server.completions]
    assert [[one["content"] for one in conversation] for conversation in messages] == [
        ["Be brief.", prompt] for prompt in prompts
    ]
    assert ("prompt came before" in found.err) == written.startswith("One.\nTwo.\nOne.")


@pytest.mark.parametrize("written", ["", '{"text": "x"}', "[1]", b"\xff", '["\\ud83d"]'])
def test_prompts_that_are_none(seedtui: Command, server: ScriptedServer, home: Path, written: str | bytes) -> None:
    (home / "prompts").write_bytes(written.encode() if isinstance(written, str) else written)
    found = seedtui(*options(server, "--prompts", home / "prompts"))
    assert found.code == 2
    assert len(found.err.splitlines()) == 1
    assert not server.requests


def test_each_swept_endpoint_is_asked_for_its_own_model(seedtui: Command, home: Path) -> None:
    with ScriptedServer(models=["only-1"]) as near, ScriptedServer(models=["far-1", "far-2"]) as far:
        (home / "settings.toml").write_text(
            f'[endpoints.near]\nbase_url = "{near.base_url}"\n'
            f'[endpoints.far]\nbase_url = "{far.base_url}"\nmodel = "far-2"\n'
        )
        common = ("run", "--config", home / "settings.toml", "--sweep", "endpoint=near,far", "-q", "hello")
        assert seedtui(*common).code == 0
        assert (sent(near, "model"), sent(far, "model")) == ([("only-1",)], [("far-2",)])
        assert seedtui(*common, "-m", "same").code == 0
        assert (sent(near, "model")[1:], sent(far, "model")[1:]) == ([("same",)], [("same",)])
        assert seedtui(*common, "--sweep", "model=a,b").code == 0
        assert sent(far, "model")[2:] == [("a",), ("b",)]


def test_a_new_fingerprint_is_said_once(seedtui: Command, server: ScriptedServer) -> None:
    answers = [text("Hi", fingerprint="fp_A")] * 12 + [text("Ho", fingerprint="fp_B")] * 8
    server.script(*answers)
    found = seedtui(*options(server, "--repeat", "20", "-q", "hello"))
    told = [line for line in found.err.splitlines() if "fingerprint" in line]
    assert len(told) == 1
    assert told[0].startswith("#13: the fingerprint fp_B is new for scripted-1 at 127.0.0.1:")
    assert "; before it: fp_A, last seen 20" in told[0]


def test_series_are_listed_newest_first(seedtui: Command, server: ScriptedServer) -> None:
    seedtui(*options(server, "--sweep", "seed=1..5", "--sweep", "temperature=unset,0.5", "-q", "a"))
    server.script(text("one"), status(400, error_body("no")))
    seedtui(*options(server, "--repeat", "3", "--concurrency", "2", "-q", "b"))
    found = seedtui("series")
    headings, newest, oldest = found.out.splitlines()
    assert headings.split() == ["series", "time", "answered", "failed", "what"]
    assert "2 of 3    1       open: seedtui run --resume 2; 127.0.0.1:" in newest
    assert newest.endswith("scripted-1: one request, 3 times")
    assert oldest.endswith("scripted-1: seed 1..5 × temperature not sent, 0.5")
    (listed,) = seedtui("series", "--limit", "1", "--json").lines
    assert (listed["id"], listed["planned"], listed["answered"], listed["failed"]) == (2, 3, 2, 1)
    assert Plan.from_json(listed["plan"]).concurrency == 2
    assert "These are the newest 1" in seedtui("series", "--limit", "1").err


def test_no_history_has_no_series(seedtui: Command) -> None:
    found = seedtui("series")
    assert (found.code, found.out) == (0, "")
    assert "There is no history" in found.err


def statuses(home: Path) -> dict[int, Status]:
    history = History.open(home / "runs.db")
    record = history.series(1)
    history.close()
    assert record is not None
    return {slot: status for slot, (_, status) in record.answers.items()}


@pytest.mark.parametrize("chance", range(4))
def test_a_killed_series_is_completed_and_nothing_answered_is_sent_again(
    seedtui: Command, server: ScriptedServer, home: Path, chance: int
) -> None:
    count, at_a_time = 40, 4
    server.delay = 0.003
    process = start_program(
        *options(server, "--sweep", f"seed=0..{count - 1}", "--concurrency", at_a_time, "-q", "a story")
    )
    point = random.Random(chance).randint(at_a_time, count - at_a_time)
    server.wait_for(lambda: len(server.completions) >= point)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    answered = {slot for slot, status in statuses(home).items() if status is Status.COMPLETE}
    # A run is sent when one before it was kept.
    assert point - at_a_time <= len(answered) < count
    before = len(server.completions)
    found = seedtui("run", "--resume", "last", "--base-url", server.base_url, "-q")
    assert found.code == 0
    assert f"{len(answered)} of them answered before" in found.err or not answered
    again = [seed for (seed,) in sent(server, "seed")[before:]]
    assert sorted(again) == sorted(set(range(count)) - answered)
    assert statuses(home) == dict.fromkeys(range(count), Status.COMPLETE)
    assert all(seed not in again for seed in answered)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_came_and_the_series_goes_on_later(
    seedtui: Command, server: ScriptedServer, home: Path, number: signal.Signals
) -> None:
    gate = Gate()
    server.script(*[by_seed({1: text("one")}, text("tw", gate))] * 3)
    process = start_program(*options(server, "--sweep", "seed=1..5", "--concurrency", "2", "-q", "a story"))
    server.wait_for(lambda: gate.reached == 2)
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert b"Traceback" not in said
    assert b"Series 1 was cancelled: 1 of 5 answered" in said
    assert f"seedtui run --resume 1 --base-url {server.base_url}" in said.decode()
    assert statuses(home) == {0: Status.COMPLETE, 1: Status.CANCELLED, 2: Status.CANCELLED}
    assert seedtui("show", "2", "--json").json["completions"][0]["text"] == "tw"
    assert seedtui("run", "--resume", "1", "--base-url", server.base_url, "-q").code == 0


def test_a_closed_reader_ends_a_series_quietly(seedtui: Command, server: ScriptedServer, home: Path) -> None:
    gate = Gate()
    server.script(text("one"), text("two", gate))
    process = start_program(*options(server, "--sweep", "seed=1..5", "a story"))
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(4) == b"one\n"
    process.stdout.close()
    server.wait_for(lambda: gate.reached == 1)
    gate.open()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 2
    assert b"Traceback" not in said
    assert b"series was" not in said
    assert len(server.completions) < 5


def test_on_a_terminal_progress_is_one_line_that_is_gone_at_the_end(server: ScriptedServer) -> None:
    server.delay = 0.03
    arguments = options(server, "--sweep", "seed=1..6", "-q", "hello")
    code, said = run_on_terminal(*arguments, streams=["stderr"])
    assert code == 0
    progress = [
        part for part in said.decode().split("\r\x1b[K") if " of 6 · " in part and not part.startswith("Series")
    ]
    assert progress
    assert all("\n" not in part for part in progress)
    last = said.decode().rpartition("\x1b[K")[2]
    assert last.startswith("Series 1: 6 of 6 answered")


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, None])
def test_without_a_terminal_there_are_no_escapes(server: ScriptedServer, environ: dict[str, str] | None) -> None:
    server.delay = 0.01
    arguments = options(server, "--sweep", "seed=1..6", "-q", "hello")
    if environ:
        code, said = run_on_terminal(*arguments, streams=["stderr"], environ=environ)
    else:
        process = start_program(*arguments)
        said, code = process.communicate(timeout=60)[1], process.returncode
    assert code == 0
    assert b"\x1b" not in said


def test_texts_and_progress_do_not_share_a_line(server: ScriptedServer) -> None:
    server.delay = 0.01
    code, said = run_on_terminal(*options(server, "--sweep", "seed=1..3", "hello"), streams=["stdout", "stderr"])
    assert code == 0
    assert b"\x1b" not in said


@pytest.mark.parametrize(
    ("progress", "phrase"),
    [
        (Progress(planned=200, answered=0, going=8), "0 of 200 · 8 going"),
        (
            Progress(planned=200, answered=57, failed=2, retried=5, going=8, elapsed_s=20),
            "57 of 200 · 2.9/s · 48 s left · 2 failed · 5 sent again · 8 going",
        ),
        (Progress(planned=200, answered=10, elapsed_s=600), "10 of 200 · 1.0/min · 190 min left"),
        (Progress(planned=2, answered=2, elapsed_s=1), "2 of 2 · 2.0/s"),
        (
            Progress(planned=2, answered=0, going=1, waiting="rate limit: nothing new to far for 9 s"),
            "0 of 2 · 1 going · rate limit: nothing new to far for 9 s",
        ),
    ],
)
def test_progress_in_words(progress: Progress, phrase: str) -> None:
    assert progress_phrase(progress) == phrase.replace("190 min", "3 h 10 min")


def test_durations() -> None:
    assert [duration(seconds) for seconds in (0.25, 9.96, 99, 100, 6000, 12345)] == [
        *("0.2 s", "10 s", "99 s", "2 min", "1 h 40 min", "3 h 26 min")
    ]


def test_a_plan_is_kept_whole(seedtui: Command, server: ScriptedServer, home: Path) -> None:
    seedtui(
        *options(server, "--sweep", "seed=1,unset", "--repeat", "2", "--timeout", "30", "--concurrency", "3", "-q", "a")
    )
    history = History.open(home / "runs.db")
    record = history.series(1)
    history.close()
    assert record is not None
    plan = Plan.from_json(json.loads(json.dumps(record.plan)))
    assert (plan.count, plan.concurrency, plan.timeout) == (4, 3, 30)
