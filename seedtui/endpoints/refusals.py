"""Answers that are refusals, told in one plain sentence each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from seedtui.config import Endpoint, key_source
from seedtui.core.run import RunError
from seedtui.core.text import one_line
from seedtui.endpoints.retry import LONGEST_WAIT, asked_wait

_GATEWAY: Final = frozenset({502, 503, 504})
_DAY: Final = 86_400


class RefusedError(Exception):
    """The endpoint answered with a status other than 2xx.

    Attributes:
        status: The status.
        headers: Its headers, lower-case names.
        body: The beginning of its body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def is_quota(self) -> bool:
        """Whether a 429 means that the account is used up, which no wait mends."""
        said = said_in(self.body)
        return self.status == 429 and "insufficient_quota" in said.codes


@dataclass(frozen=True)
class Said:
    """What an error body says.

    Attributes:
        message: One displayable line; empty if it says nothing.
        codes: Its `code` and `type`.
        status: Its `code` where that is an HTTP status.
        is_json: Whether the body was JSON at all.
    """

    message: str = ""
    codes: frozenset[str] = field(default_factory=frozenset)
    status: int | None = None
    is_json: bool = False


def said_in(body: str) -> Said:
    """Read an error body as the many servers write it; anything else says nothing."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        plain = "" if body.lstrip().startswith("<") else one_line(body.strip())
        return Said(plain)
    return said_by(value)


def said_by(value: Any) -> Said:
    """Read an error: `{"error": {"message"}}`, `{"error": text}`, `{"message"}`, `{"detail"}` or a text."""
    if isinstance(value, list) and value:
        value = value[0]
    inner = value.get("error") if isinstance(value, Mapping) and value.get("error") else value
    if not isinstance(inner, Mapping):
        return Said(_line(inner), is_json=True)
    codes = frozenset(code for code in (inner.get("code"), inner.get("type")) if isinstance(code, str))
    number = inner.get("code", inner.get("status"))
    status = number if isinstance(number, int) and 100 <= number < 600 else None
    message = next((_line(inner[name]) for name in ("message", "detail", "msg", "error") if inner.get(name)), "")
    return Said(message, codes, status, True)


def _line(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        # FastAPI's list of what is wrong where.
        where = ".".join(str(part) for part in value[0].get("loc", ()) if part != "body")
        value = f"{where}: {value[0].get('msg', '')}" if where else value[0].get("msg", "")
    return one_line(value).strip().rstrip(".") if isinstance(value, str) else ""


def explain_refusal(
    refused: RefusedError, endpoint: Endpoint, url: str, model: str, proxy: str | None = None
) -> RunError:
    """Tell what a refusal means and what to do.

    Args:
        refused: The refusal.
        endpoint: Who refused.
        url: The address that was asked.
        model: The model asked for; empty if none.
        proxy: Host and port of the proxy that was asked for it; None if there is none.
    """
    status, said = refused.status, said_in(refused.body)
    if status == 407 and proxy:
        wants = "wants a name and a password (407): write the variable like http://name:password@proxy.example:3128."
        return RunError("connection", f"The proxy {proxy} {wants}", status)
    if 300 <= status < 400:
        return RunError("redirect", _redirect(refused, endpoint), status)
    kind = "key" if status == 401 else "http"
    sentence = _sentence(refused, said, endpoint, url, model)
    if proxy and status in _GATEWAY:
        sentence += f", or that of the proxy {proxy}, through which it was asked"
    quoted = f"; it said: {said.message}." if said.message else "."
    return RunError(kind, sentence + quoted, status)


def _sentence(refused: RefusedError, said: Said, endpoint: Endpoint, url: str, model: str) -> str:
    who, status = f"The endpoint {endpoint.name}", refused.status
    if status == 401:
        return f"{who} {_key_refused(endpoint)}"
    if status == 404:
        return f"{who} {_not_found(said, url, model)}"
    if status == 429:
        return f"{who} {_too_many(refused)}"
    if status >= 500:
        return f"{who} failed ({status}): try again later, or look at its log"
    told = {
        400: "refused the request (400): change what it complains of and send again",
        402: "wants to be paid (402): check the account's plan and billing",
        403: f"forbids this (403): check that the key may use {_named(model)}",
        405: f"takes no requests at {one_line(url, 100)} (405): check the base URL, which usually ends in /v1",
        408: "gave up waiting for the request (408): check the network and send again",
        413: "finds the request too large (413): shorten the prompt",
        422: "refused a field of the request (422): change or unset it and send again",
    }
    if status == 400 and "stream_options" in said.message:
        return f"{who} does not know stream_options (400): set stream_usage = false for it in the settings"
    return f"{who} {told.get(status, f'answered {status} in place of a completion: check the base URL')}"


def _named(model: str) -> str:
    return f"the model {one_line(model, 80)}" if model else "it"


def _key_refused(endpoint: Endpoint) -> str:
    source = key_source(endpoint)
    if source:
        return f"refused the key (401): check {source}"
    if endpoint.local:
        return "refused its own key (401): send again, which starts the local model anew"
    return (
        "wants a key (401): name the variable that holds it with key_env in the settings,"
        " or set OPENAI_API_KEY if it was given as a base URL"
    )


def _not_found(said: Said, url: str, model: str) -> str:
    about_model = "model_not_found" in said.codes or model in said.message or "model" in said.message
    if model and said.is_json and about_model:
        return f"does not know {_named(model)} (404): choose one that it serves"
    return f"has nothing at {one_line(url, 100)} (404): check the base URL, which usually ends in /v1"


def _too_many(refused: RefusedError) -> str:
    if refused.is_quota:
        return "says that the quota is used up (429): check the account's plan and billing"
    asked = asked_wait(refused.headers, datetime.now(UTC))
    if asked is not None and asked > LONGEST_WAIT:
        wait = f"{asked:,.0f} s" if asked <= _DAY else "more than a day"
        return f"takes no more requests for now (429): it asks to wait {wait}"
    return "takes no more requests for now (429): wait a little, or send fewer at a time"


def _redirect(refused: RefusedError, endpoint: Endpoint) -> str:
    target = refused.headers.get("location", "")
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    shown = one_line(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else target, 120)
    where = f"to {shown} " if shown else ""
    return (
        f"The endpoint {endpoint.name} redirects {where}({refused.status}), which is not followed, since the prompt"
        " and the key would go there: if that is where it lives now, make it the base URL."
    )
