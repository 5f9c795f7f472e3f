"""Every parameter reaches the wire exactly as typed, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from seedtui.config import Endpoint
from seedtui.core.draft import Draft, Turn, to_request
from seedtui.core.parameters import PARAMETERS
from seedtui.core.request import Api, Request
from seedtui.endpoints.client import wire_body
from support.asking import KEY, ask_once, chat
from support.nobody import dead_address
from support.scripted_server import ScriptedServer

TYPED = {
    "seed": "9223372036854775807",
    "temperature": "0.70",
    "max_tokens": "200",
    "top_p": "1",
    "n": "2",
    "stop": '["\\n\\n", " END"]',
    "presence_penalty": "-2",
    "frequency_penalty": ".5",
    "logprobs": "5",
}
VALUES: dict[str, Any] = {
    "seed": 9223372036854775807,
    "temperature": 0.7,
    "max_tokens": 200,
    "top_p": 1,
    "n": 2,
    "stop": ["\n\n", " END"],
    "presence_penalty": -2,
    "frequency_penalty": 0.5,
}
EXTRA = '{"top_k": 40, "user": "né ☃", "logit_bias": {"50256": -100}, "big": 12345678901234567890123, "none": null}'
EXTRA_VALUES = {
    "top_k": 40,
    "user": "né ☃",
    "logit_bias": {"50256": -100},
    "big": 12345678901234567890123,
    "none": None,
}
TURNS = (Turn("system", " Be kind.\n"), Turn("user", "달에 가자 🚀"), Turn("assistant", "Yes."), Turn("user", "Go on."))
MESSAGES = [
    {"role": "system", "content": " Be kind.\n"},
    {"role": "user", "content": "달에 가자 🚀"},
    {"role": "assistant", "content": "Yes."},
    {"role": "user", "content": "Go on."},
]
FLAGS = {"stream": True, "stream_options": {"include_usage": True}}


@pytest.fixture
def server() -> Any:
    with ScriptedServer() as running:
        yield running


async def sent(server: ScriptedServer, draft: Draft, **settings: Any) -> dict[str, Any]:
    answered = await ask_once(server, to_request(draft), **settings)
    assert answered.error is None
    return server.requests[-1].json


def test_the_table_covers_every_parameter() -> None:
    assert TYPED.keys() == {parameter.name for parameter in PARAMETERS}


async def test_every_field_of_a_chat_request_reaches_the_wire(server: ScriptedServer) -> None:
    draft = Draft(model=" scripted-1 ", turns=TURNS, typed=TYPED, extra=EXTRA)
    body = await sent(server, draft)
    logprobs = {"logprobs": True, "top_logprobs": 5}
    assert body == {"model": "scripted-1", "messages": MESSAGES, **VALUES, **logprobs, **EXTRA_VALUES, **FLAGS}
    assert server.requests[-1].path == "/v1/chat/completions"
    raw = server.requests[-1].body
    assert b'"seed":9223372036854775807' in raw
    assert b'"big":12345678901234567890123' in raw
    assert b'"top_p":1,' in raw


async def test_every_field_of_a_completions_request_reaches_the_wire(server: ScriptedServer) -> None:
    draft = Draft(model="scripted-1", api=Api.COMPLETIONS, prompt=" Once,\n", typed=TYPED, extra=EXTRA)
    body = await sent(server, draft)
    assert body == {"model": "scripted-1", "prompt": " Once,\n", **VALUES, "logprobs": 5, **EXTRA_VALUES, **FLAGS}
    assert server.requests[-1].path == "/v1/completions"


@pytest.mark.parametrize("api", list(Api))
async def test_what_is_unset_is_not_sent(server: ScriptedServer, api: Api) -> None:
    typed = {name: "  " for name in TYPED if name != "stop"}
    draft = Draft(model="m", api=api, turns=(Turn("user", "Hi"), Turn("system", "")), prompt="Hi", typed=typed)
    text: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]} if api is Api.CHAT else {"prompt": "Hi"}
    assert await sent(server, draft) == {"model": "m", **text, **FLAGS}


@pytest.mark.parametrize("name", sorted(VALUES))
async def test_one_parameter_alone_is_the_only_one_sent(server: ScriptedServer, name: str) -> None:
    body = await sent(server, Draft(model="m", turns=TURNS, typed={name: TYPED[name]}))
    assert body == {"model": "m", "messages": MESSAGES, name: VALUES[name], **FLAGS}
    assert type(body[name]) is type(VALUES[name])


@pytest.mark.parametrize("seed", ["-9223372036854775808", "-1", "0", "9223372036854775807"])
async def test_the_ends_of_the_seeds_reach_the_wire(server: ScriptedServer, seed: str) -> None:
    await sent(server, Draft(model="m", turns=TURNS, typed={"seed": seed}))
    assert f'"seed":{seed},'.encode() in server.requests[-1].body


@pytest.mark.parametrize(("typed", "wire"), [("0", b"0"), ("1.0", b"1.0"), ("2", b"2"), ("1e-3", b"0.001")])
async def test_numbers_stay_whole_or_not_as_typed(server: ScriptedServer, typed: str, wire: bytes) -> None:
    await sent(server, Draft(model="m", turns=TURNS, typed={"temperature": typed}))
    assert b'"temperature":' + wire + b"," in server.requests[-1].body


async def test_a_field_takes_the_servers_name(server: ScriptedServer) -> None:
    body = await sent(server, Draft(model="m", turns=TURNS, typed={"seed": "0"}), rename={"seed": "random_seed"})
    assert body["random_seed"] == 0
    assert "seed" not in body


async def test_a_renamed_field_does_not_hide_another(server: ScriptedServer) -> None:
    request = chat(seed=1, random_seed=2)
    answered = await ask_once(server, request, rename={"seed": "random_seed"})
    assert answered.error is not None
    assert answered.error.message == "seed is sent as random_seed, which is also set: unset one of them."
    assert server.requests == []


async def test_usage_is_not_asked_for_where_it_is_not_known(server: ScriptedServer) -> None:
    body = await sent(server, Draft(model="m", turns=TURNS), stream_usage=False)
    assert body == {"model": "m", "messages": MESSAGES, "stream": True}


def test_openai_alone_is_asked_to_leave_out_its_padding() -> None:
    openai = Endpoint("openai", "https://api.openai.com/v1")
    request = Request({"model": "m", "prompt": "Hi"})
    assert wire_body(request, openai)["stream_options"] == {"include_usage": True, "include_obfuscation": False}
    other = Endpoint("other", "https://api.openai.com.example/v1")
    assert wire_body(request, other)["stream_options"] == {"include_usage": True}


async def test_headers_are_the_key_and_what_was_set(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "private-thing")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Private: private-thing\nAuthorization: private-thing")
    await ask_once(server, headers={"X-Team": "evaluation"}, key=f" {KEY}\n")
    headers = server.requests[-1].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["x-team"] == "evaluation"
    assert headers["user-agent"].startswith("seedtui/")
    assert headers["content-type"] == "application/json"
    assert "private-thing" not in str(headers)
    assert not [name for name in headers if name.startswith("x-stainless")]


async def test_without_a_key_none_is_sent(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "private-thing")
    answered = await ask_once(server, key=None)
    assert answered.error is None
    assert "authorization" not in server.requests[-1].headers


async def test_the_sdks_own_variables_reach_the_endpoint_openai(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    await ask_once(server, name="openai")
    assert server.requests[-1].headers["openai-organization"] == "org-1"


async def test_a_proxy_is_not_asked_for_this_machine(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with dead_address() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
        monkeypatch.setenv("ALL_PROXY", f"http://{proxy}")
        assert (await ask_once(server)).error is None
