"""Everything that goes wrong is told in one plain sentence, without the key, and what came is kept."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedtui.config import Endpoint
from seedtui.core.run import RunError
from seedtui.endpoints.client import OpenAIClient, model_names
from seedtui.endpoints.errors import AnswerError, Call, explain, passes
from seedtui.endpoints.events import EndpointError
from seedtui.endpoints.refusals import RefusedError
from support.asking import KEY, Answered, ask, ask_once, chat, endpoint_at
from support.faults_http import GOOD, on_the_wire
from support.nobody import dead_address
from support.scripted_server import (
    Answer,
    ScriptedServer,
    chunk,
    error_body,
    page,
    redirect,
    sse,
    stall,
    status,
    text,
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def check_sentence(error: RunError | None) -> RunError:
    assert error is not None
    assert error.message[0].isupper() or error.message[0].isdigit()
    assert error.message.endswith(".")
    assert not error.message.endswith("..")
    assert error.message.isprintable()
    assert len(error.message) < 420
    assert KEY not in error.message
    return error


def told(answered: Answered) -> RunError:
    return check_sentence(answered.error)


QUOTA = error_body("You exceeded your current quota.", "insufficient_quota")
REFUSALS: list[tuple[Answer, str, int, str]] = [
    (
        status(401, error_body(f"Incorrect API key provided: {KEY}.")),
        "key",
        401,
        r"The endpoint scripted refused the key \(401\): check the variable SCRIPTED_KEY;"
        r" it said: Incorrect API key provided: \[key\]\.",
    ),
    (status(401), "key", 401, r".*check the variable SCRIPTED_KEY\."),
    (status(403, {"detail": "Not yours"}), "http", 403, r".*forbids this \(403\).*scripted-1; it said: Not yours\."),
    (
        status(404, error_body("The model `scripted-1` does not exist.", "model_not_found")),
        "http",
        404,
        r"The endpoint scripted does not know the model scripted-1 \(404\): choose one.*",
    ),
    (status(404, {"error": "model 'x' not found, try pulling it first"}), "http", 404, r".*does not know the model.*"),
    (
        page("<html><body><h1>404 model Not Found</h1>", 404),
        "http",
        404,
        r".*has nothing at http://127.0.0.1:\d+/v1/chat/completions \(404\): check the base URL.*/v1\.",
    ),
    (status(404, {"detail": "Not Found"}), "http", 404, r".*has nothing at .*; it said: Not Found\."),
    (
        status(400, error_body("seed must be small.")),
        "http",
        400,
        r".*refused the request \(400\).*seed must be small\.",
    ),
    (
        status(400, error_body("Unrecognized argument: stream_options")),
        "http",
        400,
        r".*set stream_usage = false for it in the settings.*",
    ),
    (
        status(422, {"detail": [{"loc": ["body", "seed"], "msg": "Input should be an integer", "type": "int"}]}),
        "http",
        422,
        r".*refused a field.*it said: seed: Input should be an integer\.",
    ),
    (status(429, QUOTA), "http", 429, r".*the quota is used up \(429\): check the account's plan and billing.*"),
    (page("<html>Bad Gateway", 502), "http", 502, r".*failed \(502\): try again later, or look at its log\."),
    (
        redirect("https://evil.example/v1/x?token=1"),
        "redirect",
        307,
        r"The endpoint scripted redirects to https://evil.example/v1/x \(307\), which is not followed.*",
    ),
]


@pytest.mark.parametrize(("answer", "kind", "code", "sentence"), REFUSALS)
async def test_refusals(server: ScriptedServer, answer: Answer, kind: str, code: int, sentence: str) -> None:
    server.script(answer)
    answered = await ask_once(server)
    error = told(answered)
    assert (error.kind, error.http_status) == (kind, code)
    assert re.fullmatch(sentence, error.message)
    assert len(server.requests) == 1
    assert answered.text == ""


async def test_the_status_of_an_error_in_the_stream_is_kept(server: ScriptedServer) -> None:
    server.script(sse({"error": {"message": "later", "code": 503}}))
    assert told(await ask_once(server)).http_status == 503


async def test_an_error_that_says_nothing_is_one(server: ScriptedServer) -> None:
    server.script(status(200, {"error": {}, "object": "error"}))
    assert told(await ask_once(server)).message.endswith(" with an error and did not say which.")


@pytest.mark.parametrize("answer", [stall(), stall(chunk("Hello"))])
async def test_after_a_silence_the_connection_is_closed(server: ScriptedServer, answer: Answer) -> None:
    server.script(answer)
    assert told(await ask_once(server, read_timeout=0.3)).kind == "timeout"
    await server.until(lambda: server.closed_early == 1)


@pytest.mark.parametrize(
    "more", [b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(GOOD) + GOOD, b"garbage\r\n\r\n"]
)
@pytest.mark.parametrize("retries", [0, 1])
async def test_what_is_left_of_an_answer_is_not_the_next_one(server: ScriptedServer, more: bytes, retries: int) -> None:
    """A second answer behind the first was once taken for the answer to the next request, and called complete."""
    first = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(GOOD) + GOOD + more
    server.script(on_the_wire(first, close=False), text("There"), text("There"))
    client = OpenAIClient(endpoint_at(server, retries=retries), KEY, sleep=lambda seconds: asyncio.sleep(0))
    assert (await ask(client)).text == "Hello"
    second = await ask(client)
    await client.aclose()
    if retries:
        assert (second.error, second.text, len(second.retries)) == (None, "There", 1)
    else:
        assert "had sent more than its last answer" in told(second).message


async def test_a_redirect_gets_neither_prompt_nor_key(server: ScriptedServer) -> None:
    with ScriptedServer() as other:
        server.script(redirect(f"{other.base_url}/chat/completions"))
        assert told(await ask_once(server)).kind == "redirect"
        assert other.requests == []


async def ask_at(base_url: str, key: str | None = KEY) -> RunError:
    client = OpenAIClient(Endpoint("far", base_url, retries=0, key_env="FAR_KEY"), key)
    answered = await ask(client)
    with pytest.raises(EndpointError) as caught:
        await client.models()
    await client.aclose()
    assert check_sentence(caught.value.error).kind == told(answered).kind
    return told(answered)


async def test_a_dead_server() -> None:
    with dead_address() as address:
        error = await ask_at(f"http://{address}/v1")
    assert error.kind == "refused"
    assert error.message.startswith(f"Nothing answers at {address}, where the endpoint far should be")


async def test_a_host_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nobody)
    error = await ask_at("http://nobody.example/v1")
    assert error.kind == "dns"
    assert "no host called nobody.example" in error.message


async def test_https_where_http_is_spoken(server: ScriptedServer) -> None:
    error = await ask_at(server.base_url.replace("http:", "https:"))
    assert error.kind == "tls"
    assert "does not speak TLS: write http://" in error.message


@pytest.mark.parametrize(
    "base_url", ["localhost:8000/v1", "", "http://", "ftp://a/v1", "http://a:b/v1", "http://user:secret@a/v1"]
)
async def test_a_base_url_that_is_none(base_url: str) -> None:
    error = await ask_at(base_url)
    assert error.kind == "settings"
    assert error.message.startswith("The base URL of the endpoint far ")
    assert "secret" not in error.message


@pytest.mark.parametrize("key", ["sk-1\nX-Evil: 1", "sk 1", "clé", "sk-\x00"])
async def test_a_key_that_no_header_can_carry(key: str) -> None:
    error = await ask_at("http://nobody.invalid/v1", key)
    assert error.kind == "key"
    assert key not in error.message


async def test_a_certificate_file_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    error = await ask_at("https://far.example/v1")
    assert error.kind == "tls"
    assert "SSL_CERT_FILE" in error.message


async def test_a_wrong_path_is_named(server: ScriptedServer) -> None:
    client = OpenAIClient(endpoint_at(server, base_url=server.base_url.removesuffix("/v1") + "/wrong"), KEY)
    server.script(page("<html>Not Found", 404))
    assert "/wrong/chat/completions (404)" in told(await ask(client)).message
    await client.aclose()


async def test_a_wrong_key_and_an_unknown_model() -> None:
    with ScriptedServer(key="sk-right", refuse_unknown=True) as server:
        wrong = told(await ask_once(server))
        assert wrong.message.startswith("The endpoint scripted refused the key (401): check the variable SCRIPTED_KEY")
        unknown = told(await ask_once(server, chat(model="gpt-9"), key="sk-right"))
        assert unknown.message.startswith("The endpoint scripted does not know the model gpt-9 (404)")


async def test_a_missing_key_is_asked_for() -> None:
    with ScriptedServer(key="sk-right") as server:
        error = told(await ask_once(server, key=None, key_env=None))
    assert error.kind == "key"
    assert "wants a key (401): name the variable that holds it with key_env" in error.message


async def test_half_a_character_in_a_prompt_is_refused_before_it_is_sent(server: ScriptedServer) -> None:
    error = told(await ask_once(server, chat(user="\ud83d")))
    assert error.kind == "settings"
    assert server.requests == []


async def test_the_key_is_nowhere_in_what_comes(server: ScriptedServer) -> None:
    server.script(sse(chunk(f"Your key: {KEY}!", x_note={"deep": [KEY]}, model=KEY, fingerprint=f"fp_{KEY}")))
    answered = await ask_once(server)
    assert answered.text == "Your key: [key]!"
    assert answered.builder.fingerprints == ("fp_[key]",)
    assert KEY not in repr(answered.builder.body())


async def test_a_short_key_changes_no_text(server: ScriptedServer) -> None:
    server.script(sse(chunk("ollama is a llama")))
    assert (await ask_once(server, key="ollama")).text == "ollama is a llama"


async def test_hostile_messages_can_be_shown(server: ScriptedServer) -> None:
    server.script(status(400, error_body("\x1b]52;c;evil\x07\n\n\u202egpj\ud800" + "x" * 10_000)))
    assert "␛" in told(await ask_once(server)).message


CALL = Call(Endpoint("far", "https://far.example/v1"), "https://far.example/v1/chat/completions", "m")


def test_an_untrusted_certificate_is_named() -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_message = "self-signed certificate"
    message = check_sentence(explain(error, CALL)).message
    assert "certificate of far.example cannot be trusted (self-signed certificate)" in message
    assert not passes(error)


@pytest.mark.parametrize(
    ("error", "kind", "again"),
    [
        (ConnectionResetError(), "connection", True),
        (OSError(113, "No route to host"), "connection", True),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "dns", True),
        (socket.gaierror(socket.EAI_NONAME, "Unknown"), "dns", False),
        (ssl.SSLError(1, "[SSL] handshake failure"), "tls", False),
        (ExceptionGroup("several", [ConnectionRefusedError(), OSError(101, "Unreachable")]), "refused", True),
        (ValueError("x"), "settings", False),
        (RecursionError(), "settings", False),
    ],
)
def test_what_the_system_says_is_told(error: Exception, kind: str, again: bool) -> None:
    wrapped = RuntimeError("Connection error.")
    wrapped.__cause__ = error
    assert check_sentence(explain(wrapped, CALL)).kind == kind
    assert passes(wrapped) is again


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"object": "list", "data": [{"id": "a"}, {"id": "b"}, {"id": "a"}, {"no": 1}, 3]}', ["a", "b"]),
        (b'{"models": [{"name": "a"}]}', ["a"]),
        (b'[{"id": "a"}, "b"]', ["a", "b"]),
        (b'{"data": []}', []),
        (b'{"data": null}', []),
    ],
)
def test_lists_of_models(body: bytes, names: list[str]) -> None:
    assert model_names(body) == names


@pytest.mark.parametrize("body", [b"<html>", b"", b"3", b'{"data": 3}', b"{}", b"\xff"])
def test_what_is_no_list_of_models(body: bytes) -> None:
    with pytest.raises(AnswerError):
        model_names(body)


def test_a_missing_list_of_models_is_not_a_missing_model() -> None:
    refused = RefusedError(404, {}, '{"error": {"message": "Invalid URL (GET /models)"}}')
    call = Call(CALL.endpoint, "https://far.example/models")
    assert "has nothing at https://far.example/models (404)" in check_sentence(explain(refused, call)).message
