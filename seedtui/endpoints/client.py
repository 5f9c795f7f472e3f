"""The openai client: requests out exactly as they are, chunks in as they come."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from seedtui.config import Endpoint, url_problem
from seedtui.core.request import Api, JsonObject, Request
from seedtui.core.run import RunError
from seedtui.core.secret import NO_VEIL, Veil
from seedtui.core.text import join_surrogates, one_line
from seedtui.endpoints.answer import read_chunks
from seedtui.endpoints.errors import AnswerError, Call, explain, passes
from seedtui.endpoints.events import Chunk, EndpointError, EndpointEvent, Opened, Retrying, Sending
from seedtui.endpoints.proxies import proxy_of
from seedtui.endpoints.refusals import RefusedError
from seedtui.endpoints.retry import backoff, is_limit, wait_after
from seedtui.endpoints.silence import headers_due, not_later
from seedtui.endpoints.transport import load_sdk, open_sdk

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_PATHS: Final = {Api.CHAT: "/chat/completions", Api.COMPLETIONS: "/completions"}
_MODELS_SECONDS: Final = 30.0
_MODELS_BYTES: Final = 16_000_000
# Some local servers want a key that is none; what a model writes must not be changed for it.
_SECRET_LENGTH: Final = 8
_KEPT_HEADERS: Final = frozenset(
    {
        "apim-request-id",
        "cf-ray",
        "date",
        "openai-processing-ms",
        "openai-version",
        "request-id",
        "server",
        "via",
        "x-envoy-upstream-service-time",
        "x-groq-region",
        "x-ms-region",
        "x-request-id",
    }
)


def wire_body(request: Request, endpoint: Endpoint) -> JsonObject:
    """Return the body that is sent: the request's fields as they are, and the streaming flags.

    Raises:
        ValueError: If a renamed field takes the place of one that is also set.
    """
    body: JsonObject = {}
    for name, value in request.body.items():
        wire_name = endpoint.rename.get(name, name)
        if wire_name in body or (wire_name != name and wire_name in request.body):
            raise ValueError(f"{name} is sent as {wire_name}, which is also set: unset one of them.")
        body[wire_name] = value
    body["stream"] = True
    options: JsonObject = {"include_usage": True} if endpoint.stream_usage else {}
    if urlsplit(endpoint.base_url).hostname == "api.openai.com":
        # Random padding in every chunk, which only makes them larger.
        options["include_obfuscation"] = False
    if options:
        body["stream_options"] = options
    return body


class OpenAIClient:
    """One endpoint, asked through the openai SDK.

    Args:
        endpoint: The endpoint.
        key: Its key; None if it needs none.
        sleep: Waits before a repetition; tests pass their own.
    """

    def __init__(
        self, endpoint: Endpoint, key: str | None, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._endpoint = endpoint
        self._key = (key or "").strip() or None
        self._veil = Veil(self._key)
        self._sleep = sleep
        self._sdk: AsyncOpenAI | None = None

    async def prepare(self) -> None:
        """Load the SDK; see `Client.prepare`."""
        if self._sdk is None:
            await load_sdk()

    async def stream(self, request: Request) -> AsyncGenerator[EndpointEvent, None]:
        """Send the request and yield what comes; see `Client.stream`."""
        call = self._call(_PATHS[request.api], request.model)
        try:
            body = wire_body(request, self._endpoint)
        except ValueError as error:
            raise EndpointError(RunError("settings", str(error))) from None
        attempt = 0
        while True:
            try:
                sdk = await self._open()
                yield Sending()
                async with self._headers_due():
                    response = await _send(sdk, _PATHS[request.api], body)
                break
            except Exception as error:
                attempt += 1
                told = self._told(error, call)
                limited = isinstance(error, RefusedError) and is_limit(error.status, error.headers)
                wait = _wait(error, attempt) if attempt <= self._endpoint.retries else None
            if wait is None:
                raise EndpointError(told)
            yield Retrying(attempt, self._endpoint.retries, wait, told.message, limited)
            await self._sleep(wait)
        async with aclosing(self._read(response, call)) as events:
            async for event in events:
                yield event

    async def _read(self, response: httpx2.Response, call: Call) -> AsyncGenerator[EndpointEvent, None]:
        call = replace(call, opened=True)
        try:
            yield Opened(self._kept(response.headers), self._text_veil())
            _check_encoding(response)
            chunks = read_chunks(response.aiter_bytes(), call)
            async with aclosing(not_later(chunks, self._endpoint.read_timeout)) as timely:
                async for chunk in timely:
                    yield Chunk(chunk)
        except Exception as error:
            raise EndpointError(self._told(error, call)) from None
        finally:
            await response.aclose()

    async def models(self) -> tuple[str, ...]:
        """List the models that the endpoint serves, in its order; see `Client.models`."""
        call = self._call("/models")
        try:
            async with asyncio.timeout(_MODELS_SECONDS):
                return tuple(self._clean(name) for name in await self._list_models())
        except TimeoutError:
            message = f"{call.who} did not list its models within {_MODELS_SECONDS:g} s: send again, or type a name."
            raise EndpointError(RunError("timeout", message)) from None
        except Exception as error:
            raise EndpointError(self._told(error, call)) from None

    async def aclose(self) -> None:
        """Close what is open."""
        if self._sdk is not None:
            sdk, self._sdk = self._sdk, None
            await sdk.close()

    async def _list_models(self) -> list[str]:
        async with self._headers_due():
            response = await _send(await self._open(), "/models", None)
        body = bytearray()
        try:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _MODELS_BYTES:
                    raise AnswerError("has a list of models too long to read: type the model's name.")
        finally:
            await response.aclose()
        return model_names(bytes(body))

    async def _open(self) -> AsyncOpenAI:
        self._check()
        await self.prepare()
        if self._sdk is None:
            self._sdk = open_sdk(self._endpoint, self._key)
        return self._sdk

    def _check(self) -> None:
        wrong = url_problem(self._endpoint.base_url)
        if wrong:
            message = f"The base URL of the endpoint {self._endpoint.name} {wrong}"
            raise EndpointError(RunError("settings", message))
        key = self._key or ""
        if not key.isascii() or not key.isprintable() or " " in key:
            message = f"The key of the endpoint {self._endpoint.name} has a line break or a letter that no key has."
            raise EndpointError(RunError("key", message))

    def _headers_due(self) -> AbstractAsyncContextManager[None]:
        return headers_due(self._endpoint.connect_timeout + self._endpoint.read_timeout)

    def _call(self, path: str, model: str = "") -> Call:
        url = self._endpoint.base_url.rstrip("/") + path
        return Call(self._endpoint, url, model, proxy=proxy_of(url), veil=self._veil)

    def _told(self, error: BaseException, call: Call) -> RunError:
        told = error.error if isinstance(error, EndpointError) else explain(error, call)
        return RunError(told.kind, self._clean(told.message), told.http_status)

    def _clean(self, text: str) -> str:
        return self._veil.text(join_surrogates(text))

    def _kept(self, headers: Mapping[str, str]) -> dict[str, str]:
        kept = {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
        return {name: self._clean(value)[:500] for name, value in kept.items()}

    def _text_veil(self) -> Veil:
        return NO_VEIL if self._key is None or len(self._key) < _SECRET_LENGTH else self._veil


async def _send(sdk: AsyncOpenAI, path: str, body: JsonObject | None) -> httpx2.Response:
    """Post a body, or get if there is none; return the answer once it begins, its body unread."""
    import httpx2
    from openai import AsyncStream

    kind = AsyncStream[object]
    # Asked for a plain response, the SDK leaves the stream to us, whatever its types say.
    answer: Any
    if body is None:
        answer = await sdk.get(path, cast_to=httpx2.Response, stream=True, stream_cls=kind)
    else:
        answer = await sdk.post(path, cast_to=httpx2.Response, body=body, stream=True, stream_cls=kind)
    return cast("httpx2.Response", answer)


def _check_encoding(response: httpx2.Response) -> None:
    """Refuse what is compressed in a way that was not asked for: it would be read as if it were text.

    Raises:
        AnswerError: Naming it.
    """
    asked = {one.strip() for one in response.request.headers.get("accept-encoding", "").split(",")}
    for name in (one.strip().lower() for one in response.headers.get("content-encoding", "").split(",")):
        if name and name != "identity" and name not in asked:
            raise AnswerError(
                f"compressed its answer in a way that was not asked for ({one_line(name, 40)}): look at what stands"
                " between you and it."
            )


def _wait(error: Exception, attempt: int) -> float | None:
    """Seconds until a failed request should be sent again; None if it should not."""
    jitter = random.random()
    if isinstance(error, RefusedError):
        return None if error.is_quota else wait_after(error.status, error.headers, attempt, jitter)
    return backoff(attempt, jitter) if passes(error) else None


def model_names(body: bytes) -> list[str]:
    """Read a list of models: OpenAI's `data`, or the `models` that some servers send.

    Raises:
        AnswerError: If it is none.
    """
    wrong = AnswerError("did not answer with a list of models: check the base URL, or type the model's name.")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise wrong from None
    entries = value.get("data") or value.get("models") if isinstance(value, Mapping) else value
    if entries is None and isinstance(value, Mapping) and {"data", "models"} & value.keys():
        return []
    if not isinstance(entries, list):
        raise wrong
    named = [entry.get("id") or entry.get("name") if isinstance(entry, Mapping) else entry for entry in entries]
    return list(dict.fromkeys(name for name in named if isinstance(name, str) and name))
