"""Everything that can go wrong with an endpoint, told in one plain sentence each."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from seedtui.config import Endpoint
from seedtui.core.run import RunError
from seedtui.core.secret import NO_VEIL, Veil
from seedtui.core.text import one_line
from seedtui.endpoints.refusals import RefusedError, explain_refusal
from seedtui.endpoints.silence import SilenceError
from seedtui.endpoints.stray import StrayAnswerError

_UNREACHABLE: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})


class AnswerError(Exception):
    """The endpoint's answer makes no sense. The message completes "The endpoint … "."""


@dataclass(frozen=True)
class Call:
    """What was being done when something went wrong.

    Attributes:
        endpoint: Whom it was asked of.
        url: The address that was asked.
        model: The model asked for; empty if none.
        opened: Whether the answer had begun.
        proxy: Host and port of the proxy that is asked for it; None if there is none.
        veil: Keeps the key out of what is quoted.
    """

    endpoint: Endpoint
    url: str
    model: str = ""
    opened: bool = False
    proxy: str | None = None
    veil: Veil = field(default=NO_VEIL, repr=False)

    @property
    def who(self) -> str:
        """The endpoint, as a sentence begins."""
        return f"The endpoint {self.endpoint.name}"

    @property
    def address(self) -> str:
        """Host and port."""
        try:
            return one_line(urlsplit(self.url).netloc, 80)
        except ValueError:
            return one_line(self.url, 80)


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what lies behind it, down to the operating system's."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if not isinstance(one, ssl.SSLWantReadError | ssl.SSLWantWriteError):
            yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def explain(error: BaseException, call: Call) -> RunError:
    """Tell what an exception means and what to do. The key may still stand in the sentence: redact it."""
    chain = list(causes(error))
    for one in chain:
        if isinstance(one, RefusedError):
            return explain_refusal(one, call.endpoint, call.url, call.model, call.proxy)
    for one in chain:
        told = _from_system(one, call)
        if told is not None:
            return told
    return _from_transport(chain, call) or _from_content(error, call)


def passes(error: BaseException) -> bool:
    """Whether a request that got no answer may succeed when it is sent again."""
    for one in causes(error):
        if isinstance(one, ssl.SSLError):
            return False
        if isinstance(one, socket.gaierror):
            return one.errno == socket.EAI_AGAIN
        if isinstance(one, ConnectionError) or (isinstance(one, OSError) and one.errno in _UNREACHABLE):
            return True
        if isinstance(one, FileNotFoundError | PermissionError):
            return False
        if isinstance(one, StrayAnswerError):
            return True
        if _breaks_rules(one) or isinstance(one, SilenceError):
            return False
    names = {type(one).__name__ for one in causes(error)}
    return bool(names & {"ConnectError", "ConnectTimeout", "ReadError", "WriteError", "RemoteProtocolError"})


def _breaks_rules(one: BaseException) -> bool:
    """Whether what came is no HTTP, rather than too little of it."""
    said = str(one)
    return type(one).__name__ == "RemoteProtocolError" and not ("disconnected" in said or "peer closed" in said)


def _from_system(one: BaseException, call: Call) -> RunError | None:
    if isinstance(one, ssl.SSLError):
        return _tls(one, call)
    if call.proxy and not call.opened:
        told = _from_proxy(one, call)
        if told is not None:
            return told
    if isinstance(one, socket.gaierror):
        host = one_line(urlsplit(call.url).hostname or "", 80)
        return RunError("dns", f"There is no host called {host} to be found: check the base URL and the network.")
    if isinstance(one, ConnectionRefusedError):
        return RunError(
            "refused",
            f"Nothing answers at {call.address}, where the endpoint {call.endpoint.name} should be:"
            " start the server, or check the base URL.",
        )
    if isinstance(one, FileNotFoundError | PermissionError) and not call.opened:
        return RunError("tls", "The file of certificates cannot be read: check SSL_CERT_FILE and SSL_CERT_DIR.")
    if isinstance(one, ConnectionResetError | BrokenPipeError):
        return _broken(call)
    if isinstance(one, OSError) and one.errno in _UNREACHABLE:
        return RunError("connection", f"The network has no way to {call.address}: check the network and the base URL.")
    return None


def _from_proxy(one: BaseException, call: Call) -> RunError | None:
    """Tell of a proxy that cannot be reached: then it is not the endpoint that is missing."""
    through = f"through which requests to {call.address} go: check the *_PROXY variables, or name the host in NO_PROXY."
    if isinstance(one, socket.gaierror):
        return RunError("dns", f"There is no proxy {call.proxy} to be found, {through}")
    if isinstance(one, ConnectionRefusedError):
        return RunError("refused", f"Nothing answers at the proxy {call.proxy}, {through}")
    return None


def _tls(error: ssl.SSLError, call: Call) -> RunError:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = one_line(error.verify_message or "certificate verify failed", 100).rstrip(".")
        return RunError(
            "tls",
            f"The certificate of {call.address} cannot be trusted ({why}): check the base URL, or name your"
            " authority's file in SSL_CERT_FILE.",
        )
    if "WRONG_VERSION_NUMBER" in str(error) or "RECORD_LAYER" in str(error):
        return RunError("tls", f"{call.address} does not speak TLS: write http:// in the base URL if that is meant.")
    reason = one_line(str(getattr(error, "reason", None) or error), 100).rstrip(".")
    return RunError("tls", f"TLS with {call.address} failed ({reason}): check the base URL and the network.")


def _broken(call: Call) -> RunError:
    if call.opened:
        return RunError(
            "connection",
            f"The connection to the endpoint {call.endpoint.name} broke off in the middle of the answer:"
            " what came is kept; send again for a whole one.",
        )
    return RunError(
        "connection",
        f"{call.who} closed the connection without an answer: look at its log, and send again.",
    )


def _late(chain: list[BaseException], names: list[str], call: Call) -> RunError | None:
    """Tell of what did not come in time."""
    endpoint = call.endpoint
    if "ConnectTimeout" in names:
        where = f"the proxy {call.proxy} on the way to {call.address}" if call.proxy else call.address
        return RunError(
            "timeout",
            f"No connection to {where} within {endpoint.connect_timeout:g} s: check the base URL and the network.",
        )
    silent = next((one.seconds for one in chain if isinstance(one, SilenceError)), None)
    if silent is None and not {"ReadTimeout", "WriteTimeout"} & set(names):
        return None
    seconds = endpoint.read_timeout if silent is None else silent
    if call.opened:
        told = f"said nothing for {seconds:g} s in its answer: what came is kept; send again, or raise its read_timeout"
    else:
        told = f"said nothing for {seconds:g} s: it may be busy; send again, or raise its read_timeout"
    return RunError("timeout", f"{call.who} {told}.")


def _from_transport(chain: list[BaseException], call: Call) -> RunError | None:
    names = [type(one).__name__ for one in chain]
    late = _late(chain, names, call)
    if late is not None:
        return late
    if "StrayAnswerError" in names:
        return RunError(
            "connection",
            f"{call.who} had sent more than its last answer, which could be taken for this one: send again.",
        )
    if "ProxyError" in names:
        said = next(str(one) for one in chain if type(one).__name__ == "ProxyError")
        return RunError("connection", f"The proxy {call.proxy} {_proxy_refusal(said, call)}")
    if {"InvalidURL", "UnsupportedProtocol"} & set(names):
        return RunError("settings", f"{call.who} has a base URL that is none: write it like http://localhost:8000/v1.")
    if "LocalProtocolError" in names:
        return RunError("key", f"{call.who} has a key or a header that HTTP cannot carry: check for line breaks in it.")
    if "DecodingError" in names:
        return RunError("malformed", f"{call.who} sent compressed data that cannot be read: what came is kept.")
    rule = next((str(one) for one in chain if _breaks_rules(one)), None)
    if rule is not None:
        said = one_line(call.veil.cut(rule), 80).rstrip(".")
        advice = "what came is kept; send again" if call.opened else "check the base URL and its port"
        return RunError("malformed", f"{call.who} sent what is no HTTP ({said}): {advice}, or look at its log.")
    if {"ReadError", "WriteError", "RemoteProtocolError", "CloseError"} & set(names):
        return _broken(call)
    if "ConnectError" in names or "NetworkError" in names:
        why = one_line(call.veil.text(str(chain[-1])), 100).rstrip(".")
        return RunError("connection", f"No connection to {call.address} ({why}): check the network and the base URL.")
    return None


def _proxy_refusal(said: str, call: Call) -> str:
    if said.startswith("407"):
        return "wants a name and a password (407): write the variable like http://name:password@proxy.example:3128."
    why = one_line(call.veil.cut(said), 60).rstrip(".")
    return f"did not let the request through to {call.address} ({why}): check it, or name the host in NO_PROXY."


def _from_content(error: BaseException, call: Call) -> RunError:
    if isinstance(error, AnswerError):
        return RunError("malformed", f"{call.who} {error}")
    if not call.opened:
        return RunError(
            "settings",
            f"The request to the endpoint {call.endpoint.name} could not be written ({type(error).__name__}):"
            " look for halves of characters and numbers that are none.",
        )
    return RunError(
        "malformed",
        f"{call.who} sent an answer that cannot be read ({type(error).__name__}): what came is kept; check that it"
        " speaks OpenAI's API.",
    )
