"""`seedtui run` against a scripted server."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from seedtui.history import History
from support.answers import chunk, cut, sse, stall, status, text
from support.cli import Command, run_on_terminal, start_program
from support.scripted_server import Gate, ScriptedServer
from support.stories import story


def test_the_text_is_the_output_and_the_rest_is_not(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "--seed", "123", "a story")
    assert found.code == 0
    assert found.out == "".join(story("123", 60)) + "\n"
    assert found.err.splitlines()[-1].startswith("#1 complete, 60 tokens, ")
    assert found.err.splitlines()[-1].endswith("fingerprint fp_scripted1 (informative)")


def test_two_seeds_of_a_kind_reproduce_and_others_do_not(seedtui: Command, server: ScriptedServer) -> None:
    for seed in ("123", "123", "7"):
        assert seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "--seed", seed, "a story").code == 0
    same, other = seedtui("diff", "@3", "@2"), seedtui("diff", "@2", "@1")
    assert (same.code, other.code) == (0, 1)
    assert "Identical: same request, seed 123." in same.out
    assert "seed 123 → 7" in other.out
    assert "they part at word" in other.out


def body_of(server: ScriptedServer) -> dict[str, Any]:
    body = server.completions[-1].json
    for flag in ("stream", "stream_options"):
        body.pop(flag, None)
    return body


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {}),
        (["--seed", "-9223372036854775808"], {"seed": -(2**63)}),
        (["--seed", "-1"], {"seed": -1}),
        (["--seed", "0"], {"seed": 0}),
        (["--seed", "9223372036854775807"], {"seed": 2**63 - 1}),
        (["--temperature", "0"], {"temperature": 0}),
        (["--temperature", "0.7", "--top-p", "1"], {"temperature": 0.7, "top_p": 1}),
        (["--max-tokens", "5", "-n", "2"], {"max_tokens": 5, "n": 2}),
        (["--stop", r"\n\n"], {"stop": "\n\n"}),
        (["--stop", "a", "--stop", "[1]"], None),
        (["--stop", "a", "--stop", '["b", "c"]'], {"stop": ["a", "b", "c"]}),
        (["--logprobs", "0"], {"logprobs": True, "top_logprobs": 0}),
        (["--extra", '{"top_k": 40, "presence_penalty": -0.5}'], {"top_k": 40, "presence_penalty": -0.5}),
    ],
)
def test_each_option_reaches_the_wire_as_given_or_not_at_all(
    seedtui: Command, server: ScriptedServer, options: list[str], expected: dict[str, Any] | None
) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", *options, "hello")
    if expected is None:
        assert found.code == 2
        assert not server.requests
        return
    assert found.code == 0
    messages = [{"role": "user", "content": "hello"}]
    assert body_of(server) == {"model": "scripted-1", "messages": messages, **expected}
    assert json.dumps(body_of(server)).count(".0") == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--seed", "9223372036854775808"], "seed must be from -2^63 to 2^63-1."),
        (["--seed", "-9223372036854775809"], "seed must be from -2^63 to 2^63-1."),
        (["--seed", "1.5"], "seed must be a whole number"),
        (["--seed", ""], "seed has no value"),
        (["--temperature", "3"], "temperature must be a number from 0 to 2."),
        (["--extra", "{"], "extra must be a JSON object"),
        (["--extra", '{"seed": 1}', "--seed", "2"], "seed is set twice"),
        (["--extra", '{"stream": false}'], "stream cannot be set"),
        (["--extra", r'{"note": "\ud83d"}'], "a lone surrogate"),
        (["--extra", '{"a":' * 5000], "extra must be a JSON object"),
        (["--messages", "/nonexistent"], "/nonexistent: No such file"),
        (["--api", "completions", "-s", "x"], "no --system"),
        (["--endpoint", "openai"], "leave off --endpoint"),
        (["--local"], "leave off --endpoint"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_a_sentence(
    seedtui: Command, server: ScriptedServer, home: Path, options: list[str], said: str
) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", *options, "hello")
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert not server.requests
    assert not (home / "runs.db").exists()


def test_every_problem_is_said_at_once(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "m", "--seed", "x", "--top-p", "2", "hello")
    assert len(found.err.splitlines()) == 2


def test_a_conversation_is_put_together_in_order(seedtui: Command, server: ScriptedServer, home: Path) -> None:
    turns = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    (home / "turns.json").write_text(json.dumps(turns))
    common = ("run", "--base-url", server.base_url, "-m", "scripted-1", "--messages", home / "turns.json")
    seedtui(*common, "-s", "Be brief.", "And now?")
    assert body_of(server)["messages"] == [
        {"role": "system", "content": "Be brief."},
        *turns,
        {"role": "user", "content": "And now?"},
    ]
    seedtui(*common)
    assert body_of(server)["messages"] == turns


def test_messages_that_are_more_than_text_are_sent_as_they_are(
    seedtui: Command, server: ScriptedServer, home: Path
) -> None:
    turns = [{"role": "user", "content": [{"type": "text", "text": "Hi."}], "name": "ann"}]
    (home / "turns.json").write_text(json.dumps(turns))
    common = ("run", "--base-url", server.base_url, "-m", "scripted-1", "--messages", home / "turns.json")
    assert seedtui(*common, "--extra", '{"top_k": 1}').code == 0
    assert body_of(server) == {"model": "scripted-1", "messages": turns, "top_k": 1}
    assert seedtui(*common, "--extra", '{"messages": []}').code == 2


def test_a_prompt_from_standard_input_loses_only_its_last_line_end(seedtui: Command, server: ScriptedServer) -> None:
    common = ("run", "--base-url", server.base_url, "-m", "scripted-1", "-")
    seedtui(*common, stdin="화성 여행\n\n  이야기\n\n")
    assert body_of(server)["messages"][0]["content"] == "화성 여행\n\n  이야기\n"
    found = seedtui(*common, stdin=b"\xff")
    assert found.code == 2
    assert "not UTF-8" in found.err


def test_no_prompt_is_trouble(seedtui: Command) -> None:
    found = seedtui("run")
    assert found.code == 2
    assert "Give a prompt" in found.err


def test_the_completions_api(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui(
        *("run", "--base-url", server.base_url, "-m", "scripted-1", "--api", "completions"),
        *("--logprobs", "2", "--max-tokens", "4", "--json", "Once upon"),
    )
    assert server.completions[-1].path.endswith("/v1/completions")
    assert body_of(server) == {"model": "scripted-1", "prompt": "Once upon", "logprobs": 2, "max_tokens": 4}
    assert found.json["response"]["object"] == "text_completion"
    assert found.json["completions"][0]["finish_reason"] == "length"
    assert found.json["response"]["choices"][0]["text"] == found.json["completions"][0]["text"]


def test_the_json_of_a_run(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "-n", "2", "--json", "hello").json
    assert found["id"] == 1
    assert found["status"] == "complete"
    assert found["fingerprints"] == ["fp_scripted1"]
    assert [one["id"] for one in found["completions"]] == ["1.0", "1.1"]
    assert found["usage"]["completion_tokens"] == 120
    assert found["timing"]["total_ms"] >= found["timing"]["first_token_ms"] > 0
    assert found["error"] is None
    assert found == seedtui("show", "1", "--json").json


def test_several_choices_are_printed_one_after_the_other(seedtui: Command, server: ScriptedServer) -> None:
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "-n", "2", "--seed", "5", "hello")
    assert found.out == "".join(story("5", 60)) + "\n" + "".join(story("5+1", 60)) + "\n"
    assert "#1.0:" in found.err
    assert "#1.1:" in found.err


@pytest.mark.parametrize("concurrency", [1, 3])
def test_repeats_are_runs_of_one_request(seedtui: Command, server: ScriptedServer, concurrency: int) -> None:
    found = seedtui(
        *("run", "--base-url", server.base_url, "-m", "scripted-1", "--max-tokens", "9"),
        *("--repeat", "4", "--concurrency", concurrency, "hello"),
    )
    assert found.code == 0
    assert len(server.completions) == 4
    assert found.out.count("In the year 2050") == 4
    runs = seedtui("log", "--json").lines
    assert len({run["digest"] for run in runs}) == 1
    assert sorted(found.out.splitlines()) == sorted(run["completions"][0]["text"] for run in runs)
    for number in range(1, 5):
        assert f"#{number}:" in found.err
        assert f"#{number} complete, 9 tokens" in found.err


def test_no_more_runs_at_a_time_than_asked_for(seedtui: Command, server: ScriptedServer) -> None:
    common = ("run", "--base-url", server.base_url, "-m", "scripted-1", "--repeat", "6", "--concurrency", "2", "hello")
    most = 0

    async def answer(request: Any, reply: Any) -> None:
        nonlocal most
        server.held += 1
        most = max(most, server.held)
        await text("Hello")(request, reply)
        server.held -= 1

    server.script(*[answer] * 6)
    assert seedtui(*common).code == 0
    assert most <= 2


def test_the_only_model_need_not_be_named(seedtui: Command, server: ScriptedServer) -> None:
    assert seedtui("run", "--base-url", server.base_url, "hello").code == 0
    assert body_of(server)["model"] == "scripted-1"


def test_of_several_models_one_must_be_named(seedtui: Command) -> None:
    with ScriptedServer(models=["one", "two"]) as server:
        found = seedtui("run", "--base-url", server.base_url, "hello")
    assert found.code == 2
    assert "Name a model with -m" in found.err
    assert "one, two" in found.err


def test_a_cut_answer_keeps_its_text_and_is_trouble(seedtui: Command, server: ScriptedServer) -> None:
    server.script(cut(chunk("Half a "), chunk("story")))
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "--json", "hello")
    assert found.code == 2
    assert found.json["status"] == "failed"
    assert found.json["completions"][0]["text"] == "Half a story"
    assert "#1 failed: " in found.err


def test_an_end_without_a_reason_is_told_apart(seedtui: Command, server: ScriptedServer) -> None:
    server.script(sse(chunk("A story")))
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "hello")
    assert (found.code, found.out) == (2, "A story\n")
    assert "#1 ended without a reason" in found.err


def test_a_deadline_keeps_what_came(seedtui: Command, server: ScriptedServer) -> None:
    server.script(stall(chunk("So far")))
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "--timeout", "2", "hello")
    assert (found.code, found.out) == (2, "So far\n")
    shown = seedtui("show", "1", "--json").json
    assert shown["status"] == "failed"
    assert shown["error"]["kind"] == "timeout"


def test_the_deadline_holds_for_the_list_of_models_too(seedtui: Command) -> None:
    """A server that never listed them once kept a run waiting for half a minute."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        found = seedtui("run", "--base-url", f"http://{host}:{port}/v1", "--timeout", "0.5", "hello")
    assert (found.code, found.out) == (2, "")
    assert found.err == f"{host}:{port} did not list its models within the deadline of 0.5 s: name one with -m.\n"


@pytest.mark.parametrize("code", [401, 404])
def test_a_refusal_is_a_stored_run_and_one_sentence(seedtui: Command, server: ScriptedServer, code: int) -> None:
    server.script(status(code, {"error": {"message": "Not for you."}}))
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "hello")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("#1 failed: ")
    assert len(found.err.splitlines()) == 1
    assert seedtui("show", "1", "--json").json["error"]["http_status"] == code


def test_a_dead_server_is_one_sentence(seedtui: Command) -> None:
    with ScriptedServer() as server:
        url = server.base_url
    config = "[endpoints.dead]\nbase_url = " + json.dumps(url) + "\nretries = 0\n"
    Path(os.environ["HOME"], "settings.toml").write_text(config)
    settings = Path(os.environ["HOME"], "settings.toml")
    found = seedtui("run", "--config", settings, "--endpoint", "dead", "-m", "m", "hello")
    assert found.code == 2
    assert len(found.err.splitlines()) == 1


def test_ctrl_c_keeps_what_arrived(server: ScriptedServer, seedtui: Command) -> None:
    server.hold(after=5)
    process = start_program("run", "--base-url", server.base_url, "-m", "scripted-1", "--seed", "1", "hello")
    assert process.stdout is not None
    came = process.stdout.read(len("".join(story("1", 5))))
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert (came + rest).decode() == "".join(story("1", 5)) + "\n"
    assert "#1 cancelled" in said.decode()
    assert "Traceback" not in said.decode()
    server.wait_for(lambda: server.closed_early == 1)
    shown = seedtui("show", "1", "--json").json
    assert shown["status"] == "cancelled"
    assert shown["completions"][0]["text"] == "".join(story("1", 5))


def test_a_closed_reader_ends_the_run_quietly(server: ScriptedServer, seedtui: Command) -> None:
    gate, never = Gate(), Gate()
    server.script(sse(chunk("One "), gate, chunk("two "), never))
    process = start_program("run", "--base-url", server.base_url, "-m", "scripted-1", "hello")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(4) == b"One "
    process.stdout.close()
    gate.open()
    server.wait_for(lambda: server.closed_early == 1)
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 2
    assert "Traceback" not in said
    assert "Broken" not in said
    shown = seedtui("show", "1", "--json").json
    assert (shown["status"], shown["completions"][0]["text"]) == ("cancelled", "One two ")


def test_on_a_terminal_nothing_acts_on_it(server: ScriptedServer) -> None:
    server.script(text("red \x1b[31m", " and \u202e", "한\u200d국 👩\u200d", "🚀 fine"))
    arguments = ("run", "--base-url", server.base_url, "-m", "scripted-1", "hello")
    code, said = run_on_terminal(*arguments, streams=["stdout"])
    assert code == 0
    assert said.decode() == "red ␛[31m and ‹202E›한\u200d국 👩\u200d🚀 fine\r\n"


def test_what_is_stored_is_raw(server: ScriptedServer, seedtui: Command, home: Path) -> None:
    server.script(text("red \x1b[31m", " \ud83d", "\ude80"))
    found = seedtui("run", "--base-url", server.base_url, "-m", "scripted-1", "hello")
    assert found.out == "red \x1b[31m \U0001f680\n"
    history = History.open(home / "runs.db")
    run = history.run(1)
    history.close()
    assert run is not None
    assert run.completions[0].text == "red \x1b[31m \U0001f680"
