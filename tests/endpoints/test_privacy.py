"""Prompt and key go to the endpoint that was configured, through the proxy that was set, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from seedtui.config import Endpoint
from seedtui.endpoints.client import OpenAIClient
from seedtui.endpoints.proxies import proxy_of
from support.asking import KEY, Answered, ask, ask_once, chat
from support.fault import Scene
from support.faults_http import END
from support.faults_network import names_here
from support.scripted_server import ScriptedServer, error_body, redirect, sse, status

PROMPT = "a prompt that is nobody else's business"
_MESSAGES = [{"role": "user", "content": PROMPT}]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def other() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)


def seen_by(server: ScriptedServer) -> str:
    return repr(server.requests)


async def ask_far(base_url: str, **settings: object) -> Answered:
    client = OpenAIClient(Endpoint("far", base_url, key_env="FAR_KEY", **{"retries": 0, **settings}), KEY)  # type: ignore[arg-type]
    try:
        return await ask(client, chat(messages=_MESSAGES))
    finally:
        await client.aclose()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_redirect_is_not_followed(
    server: ScriptedServer, other: ScriptedServer, code: int, scheme: str
) -> None:
    """The other server is the same host, at another port."""
    server.script(redirect(f"{scheme}://{other.address}/v1/chat/completions", code))
    answered = await ask_once(server, chat(messages=_MESSAGES))
    assert answered.error is not None
    assert answered.error.kind == "redirect"
    assert (other.requests, other.connections, len(server.requests)) == ([], 0, 1)


async def test_a_redirect_by_a_proxy_is_not_followed(
    server: ScriptedServer, other: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{server.address}")
    server.script(redirect(f"{other.base_url}/chat/completions"))
    answered = await ask_far("http://far.example/v1")
    assert answered.error is not None
    assert answered.error.kind == "redirect"
    assert (other.requests, other.connections) == ([], 0)


async def test_a_proxy_of_https_sees_neither_prompt_nor_key(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{server.address}")
    server.tunnel = status(502, error_body("no"))
    answered = await ask_far("https://far.example/v1")
    assert answered.error is not None
    assert [request.method for request in server.requests] == ["CONNECT"]
    assert PROMPT not in seen_by(server)
    assert KEY not in seen_by(server)


async def test_a_proxy_that_fails_is_not_passed_by(
    server: ScriptedServer, other: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To go straight instead would show the prompt to a network that was to be avoided."""
    with ExitStack() as stack:
        base_url = names_here(Scene(other, monkeypatch, stack))
        monkeypatch.setenv("HTTP_PROXY", f"http://{server.address}")
        server.script(status(502))
        answered = await ask_far(base_url)
    assert answered.error is not None
    assert answered.error.http_status == 502
    assert other.connections == 0


async def test_a_proxys_password_goes_to_the_proxy_and_the_key_beside_it(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@{server.address}")
    answered = await ask_far("http://far.example/v1")
    assert answered.error is None
    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["proxy-authorization"].startswith("Basic ")
    assert headers["host"] == "far.example"


@pytest.mark.parametrize("key", [KEY, None])
async def test_what_stands_in_netrc_goes_nowhere(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str | None
) -> None:
    """Nor does a cookie go to whom it was not meant for."""
    (tmp_path / ".netrc").write_text("default login me password netrc-password\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", f"http://{server.address}")
    server.script(sse(END, set_cookie="id=1; Path=/"), sse(END, alt_svc='h2="elsewhere.example:443"'))
    client = OpenAIClient(Endpoint("far", "http://far.example/v1", retries=0), key)
    try:
        for _ in range(3):
            assert (await ask(client)).error is None
    finally:
        await client.aclose()
    sent = [request.headers for request in server.requests]
    assert [one.get("authorization") for one in sent] == [f"Bearer {key}" if key else None] * 3
    assert [one["host"] for one in sent if "cookie" in one or one["host"] != "far.example"] == []


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, "http://far.example/v1", None),
        ({"http_proxy": "http://me:secret@proxy.example:3128"}, "http://far.example/v1", "proxy.example:3128"),
        ({"HTTP_PROXY": "proxy.example:3128"}, "http://far.example/v1", "proxy.example:3128"),
        ({"HTTP_PROXY": "http://proxy.example"}, "https://far.example/v1", None),
        ({"ALL_PROXY": "socks5://[::1]:9"}, "https://far.example/v1", "[::1]:9"),
        ({"ALL_PROXY": "http://a", "https_proxy": "http://b:1"}, "https://far.example/v1", "b:1"),
        ({"ALL_PROXY": "http://a"}, "http://127.0.0.1:8000/v1", None),
        ({"ALL_PROXY": "http://a"}, "http://localhost:8000/v1", None),
        ({"ALL_PROXY": "http://a", "NO_PROXY": "*"}, "http://far.example/v1", None),
        ({"ALL_PROXY": "http://a", "NO_PROXY": "b, example"}, "http://far.example/v1", None),
        ({"ALL_PROXY": "http://a", "NO_PROXY": ".far.example"}, "http://x.far.example/v1", None),
        ({"ALL_PROXY": "http://a", "NO_PROXY": "ar.example"}, "http://far.example/v1", "a"),
        ({"ALL_PROXY": "http://a", "NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3/v1", None),
        ({"ALL_PROXY": "http://a", "NO_PROXY": "10.0.0.0/8"}, "http://11.1.2.3/v1", "a"),
        ({"ALL_PROXY": "http://a:none"}, "http://far.example/v1", None),
    ],
)
def test_the_proxy_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(url) == proxy
