"""A key is never shown, stored, logged or exported, whatever a server does with it."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support.answers import by_seed, chunk, error_body, page, raw, redirect, sse, status
from support.cli import Command, Outcome, start_program
from support.reply import Answer, Gate
from support.scripted_server import ScriptedServer

KEY = "sk-a/b+c=Zm9vYmFy0123456789"
BASIC = base64.b64encode(f"user:{KEY}".encode()).decode()
SPELLINGS = (KEY, quote(KEY, safe=""), quote(KEY), KEY.replace("/", "\\/"), BASIC[8:-4])
END = chunk(finish_reason="stop")


def over(*parts: str, **where: Any) -> list[dict[str, Any]]:
    """Chunks with a delta each."""
    return [{**chunk(), "choices": [{"index": 0, "delta": {"content": part}, **where}]} for part in parts]


def calls(*parts: str) -> list[dict[str, Any]]:
    return [
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}}]}
        for part in parts
    ]


def named(name: str, *parts: str) -> list[dict[str, Any]]:
    return [{"choices": [{"index": 0, "delta": {name: part}}]} for part in parts]


HALVES = (KEY[:9], KEY[9:])
LONG = "x" * 170 + KEY
ECHOES: dict[str, Answer] = {
    "refusal": status(401, error_body(f"Incorrect API key provided: {KEY}.")),
    "refusal at the edge of what is quoted": status(400, error_body(LONG)),
    "refusal in plain text": page(f"Wrong key {KEY}\n", 403),
    "refusal in base64": status(400, error_body(f"Authorization: Basic {BASIC}")),
    "refusal cut in the key": raw(b" " * (65_536 - 20) + KEY.encode(), 500, "text/plain"),
    "redirect": redirect(f"https://elsewhere.example/{KEY}/{quote(KEY, safe='')}"),
    "redirect at the edge": redirect("https://elsewhere.example/" + "x" * 60 + KEY),
    "header": sse(*over("Hi"), END, x_request_id=f"req_{KEY}", via=quote(KEY, safe="")),
    "text": sse(*over(f"It is {KEY}\n."), END),
    "text in two": sse(*over("It is ", *HALVES, "."), END),
    "text in letters": sse(*over(*f"It is {KEY}, {KEY}!"), END),
    "text in letters, cut": sse(*over(*f"It is {KEY}"), done=False),
    "text in letters, URL-encoded": sse(*over(*quote(KEY, safe="")), END),
    "text in letters, base64": sse(*over(*BASIC), END),
    "text in letters, JSON in JSON": sse(*over(*json.dumps({"k": KEY}).replace("/", "\\/")), END),
    "tokens": sse(
        *over(*KEY, logprobs={"content": [{"token": KEY, "logprob": -1.0, "bytes": list(KEY.encode())}]}), END
    ),
    "reasoning": sse(*named("reasoning_content", *KEY), END),
    "refusal of the model": sse(*named("refusal", *KEY), END),
    "tool call": sse(*calls(*f'{{"key": "{KEY}"}}'), END),
    "names": sse({**chunk("Hi", finish_reason="stop"), "model": KEY, "id": KEY, KEY: {KEY: [KEY]}, "provider": KEY}),
    "fingerprint": sse(chunk("Hi", fingerprint=f"fp_{KEY}"), chunk("!", fingerprint=quote(KEY, safe="")), END),
    "finish reason": sse(chunk("Hi", finish_reason=KEY)),
    "usage": sse({**chunk("Hi", finish_reason="stop"), "usage": {KEY: 1, "note": KEY}}),
    "error in the stream": sse(*over("Hi"), error_body(f"Bad key {KEY}, {BASIC}")),
    "error at the edge": sse(*over("Hi"), error_body(LONG)),
    "what is no JSON": sse(*over("Hi"), f"Bearer {KEY}"),
    "what is no JSON, cut in the key": sse(*over("Hi"), f'{{"a": "{KEY}'),
    "a stray line": sse(*over("Hi"), f"<b>{KEY}</b>\n\n".encode()),
    "plain text": raw(f"No key like {KEY}".encode(), 200, "text/plain"),
    "no HTTP": status(200, None, x_odd=KEY),
    "JSON in one piece": status(200, {"choices": [{"message": {"content": f"{KEY}{KEY}"}, "finish_reason": "stop"}]}),
}


@pytest.fixture(autouse=True)
def the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")


@pytest.fixture
def echoing(server: ScriptedServer) -> ScriptedServer:
    """A server that sends the key back, in another way for each seed."""
    answers = dict(enumerate(ECHOES.values()))
    server.script(*[by_seed(answers, status(500))] * 200)
    return server


def check_hidden(*texts: str | bytes) -> None:
    for text in texts:
        data = text.encode() if isinstance(text, str) else text
        found = [spelling for spelling in SPELLINGS if spelling.encode() in data]
        assert found == [], data[-2000:]
        # Nor a good part of it, where something was cut.
        assert KEY[:16].encode() not in data, data[-2000:]


def check_files(home: Path) -> None:
    for path in home.rglob("*"):
        if path.is_file():
            check_hidden(path.read_bytes())


def send(seedtui: Command, server: ScriptedServer, seed: int, *more: str) -> Outcome:
    return seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "--seed", str(seed), *more, "Hello")


@pytest.mark.parametrize("name", ECHOES)
def test_an_echoed_key_is_nowhere(seedtui: Command, echoing: ScriptedServer, home: Path, name: str) -> None:
    seed = list(ECHOES).index(name)
    for more in ((), ("--json",)):
        found = send(seedtui, echoing, seed, *more)
        assert KEY in repr(echoing.requests[-1].headers)
        check_hidden(found.out, found.err)
    found = seedtui("show", "1", "--json")
    check_hidden(found.out, found.err)
    check_files(home)


def test_no_export_holds_the_key(seedtui: Command, echoing: ScriptedServer, home: Path) -> None:
    for seed in range(len(ECHOES)):
        send(seedtui, echoing, seed)
    told = [seedtui("log"), seedtui("log", "--json"), seedtui("agree"), seedtui("agree", "--json")]
    told.append(seedtui("export", "-o", home / "all.jsonl"))
    for number, form in enumerate(("text", "json", "patch", "markdown", "html", "svg")):
        told += [
            seedtui("diff", "9", "11", "--view", view, "--format", form, "-o", home / f"{number}{view}")
            for view in ("unified", "split", "inline")
        ]
        told.append(seedtui("diff", "16", "20", "--format", form))
    for found in told:
        check_hidden(found.out, found.err)
    assert (home / "all.jsonl").stat().st_size > 1000
    check_files(home)


def test_what_is_saved_while_a_key_is_streamed_does_not_hold_it(server: ScriptedServer, home: Path) -> None:
    """The write-ahead log of a program that was killed is read here, too."""
    gate = Gate()
    server.script(sse(*over("Before. ", *KEY, "After. "), gate))
    program = start_program("run", "--base-url", server.base_url, "-m", "scripted-1", "Hello")
    server.wait_for(lambda: gate.reached)
    assert program.stdout is not None
    said = b""
    while b"After. " not in said:
        said += os.read(program.stdout.fileno(), 4096)
    check_files(home)
    program.kill()
    program.wait()
    check_hidden(said)
    check_files(home)


def test_a_crash_does_not_show_the_key(
    seedtui: Command, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> None:
        raise ValueError(f"{KEY} {quote(KEY, safe='')} {BASIC}")

    monkeypatch.setattr("seedtui.commands.run._printer", crash)
    found = send(seedtui, server, 1)
    assert "ValueError: [key] [key] " in found.err
    check_hidden(found.err)


def test_a_prompt_is_in_the_history_and_in_no_other_file(
    seedtui: Command, server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_LOG", "HTTPX_LOG_LEVEL"):
        monkeypatch.setenv(name, "debug")
    server.script(sse(*over("Hi"), END), status(400, error_body("No hunter2."), x_odd="hunter2"))
    place = ("--base-url", server.base_url, "-m", "scripted-1")
    told = [seedtui("run", *place, "-s", "hunter2", "hunter2") for _ in range(2)]
    assert [one.code for one in told] == [0, 2]
    seedtui("baseline", "add", "1")
    told += [seedtui("check", *place[:2]), seedtui("doctor"), seedtui("import", home / "runs.db")]
    assert "hunter2" not in told[0].out + told[0].err + told[3].out
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name for path in files if b"hunter2" in path.read_bytes()} <= {"runs.db", "runs.db-wal"}
    assert b"hunter2" in (home / "runs.db").read_bytes()
