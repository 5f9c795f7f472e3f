"""Faults of the network: names, addresses, TLS and proxies."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from seedtui.core.run import Status
from support.fault import THERE, Fault, Place, Scene
from support.nobody import dead_address
from support.scripted_server import ScriptedServer, page, status

TLS: Final = Path(__file__).parent.parent / "data" / "tls"


def failing_names(error: int) -> Place:
    """A network in which no name can be looked up."""

    def place(scene: Scene) -> str:
        async def nobody(*arguments: object, **options: object) -> None:
            raise socket.gaierror(error, "Name or service not known")

        scene.patch.setattr(asyncio.get_running_loop(), "getaddrinfo", nobody)
        return "http://nobody.example/v1"

    return place


def names_here(scene: Scene) -> str:
    """A network in which every name leads to the server."""
    port = int(scene.server.address.rpartition(":")[2])

    async def here(*arguments: object, **options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    scene.patch.setattr(asyncio.get_running_loop(), "getaddrinfo", here)
    return f"http://far.example:{port}/v1"


async def _wait(*arguments: object, **options: object) -> None:
    await asyncio.Event().wait()


def no_names_come(scene: Scene) -> str:
    scene.patch.setattr(asyncio.get_running_loop(), "getaddrinfo", _wait)
    return "http://slow.example/v1"


def no_connection_comes(scene: Scene) -> str:
    scene.patch.setattr(asyncio.get_running_loop(), "create_connection", _wait)
    return "http://192.0.2.1/v1"


def unroutable(number: int) -> Place:
    def place(scene: Scene) -> str:
        async def connect(*arguments: object, **options: object) -> None:
            raise OSError(number, os.strerror(number))

        scene.patch.setattr(asyncio.get_running_loop(), "create_connection", connect)
        return "http://192.0.2.1/v1"

    return place


def dead(scene: Scene) -> str:
    return f"http://{scene.stack.enter_context(dead_address())}/v1"


def with_certificate(name: str, *, trusted: bool = True) -> Place:
    def place(scene: Scene) -> str:
        if trusted:
            scene.patch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
        server = scene.stack.enter_context(ScriptedServer(certificate=TLS / f"{name}.pem"))
        server.script(THERE)
        return server.base_url

    return place


def plain_where_tls_is_spoken(scene: Scene) -> str:
    server = scene.stack.enter_context(ScriptedServer(certificate=TLS / "good.pem"))
    return server.base_url.replace("https:", "http:")


def tls_where_none_is_spoken(scene: Scene) -> str:
    return scene.server.base_url.replace("http:", "https:")


def through(proxy: Callable[[Scene], str], scheme: str = "http", spared: str = "") -> Place:
    """A far endpoint behind a proxy."""

    def place(scene: Scene) -> str:
        scene.patch.setenv(f"{scheme}_proxy", proxy(scene))
        scene.patch.setenv("no_proxy", spared)
        return f"{scheme}://far.example/v1"

    return place


def the_server(scene: Scene) -> str:
    return f"http://me:proxy-password@{scene.server.address}"


def nobody(scene: Scene) -> str:
    return f"http://me:proxy-password@{scene.stack.enter_context(dead_address())}"


def spared(scene: Scene) -> str:
    through(nobody, spared="far.example")(scene)
    return names_here(scene)


def a_tunnel(code: int) -> Callable[[Scene], str]:
    def proxy(scene: Scene) -> str:
        scene.server.tunnel = status(code)
        return the_server(scene)

    return proxy


def fault(name: str, place: Place, kind: str, *words: str, answer: Any = None, **settings: Any) -> Fault:
    return Fault(name=name, place=place, kind=kind, words=words, answer=answer or THERE, settings=settings)


_TRUST: Final = ("cannot be trusted", "SSL_CERT_FILE")
_VARIABLE: Final = "http://name:password@proxy.example:3128"
_QUICK: Final = {"connect_timeout": 0.2}
NETWORK: Final = (
    fault(
        "no such host", failing_names(socket.EAI_NONAME), "dns", "no host called nobody.example", "check the base URL"
    ),
    fault("names cannot be looked up now", failing_names(socket.EAI_AGAIN), "dns", "no host called nobody.example"),
    fault("no name comes", no_names_come, "timeout", "No connection to slow.example within 0.2 s", **_QUICK),
    fault("no connection comes", no_connection_comes, "timeout", "No connection to 192.0.2.1 within 0.2 s", **_QUICK),
    fault("connection refused", dead, "refused", "Nothing answers at 127.0.0.1:", "start the server"),
    *(
        fault(f"no way there ({errno.errorcode[one]})", unroutable(one), "connection", "has no way to 192.0.2.1")
        for one in (errno.ENETUNREACH, errno.EHOSTUNREACH)
    ),
    fault("too many open files", unroutable(errno.EMFILE), "connection", "No connection to 192.0.2.1", "open files"),
    Fault(name="a certificate that is good", place=with_certificate("good"), status=Status.COMPLETE, text="There"),
    fault("a certificate that nobody signed", with_certificate("good", trusted=False), "tls", *_TRUST),
    fault("a certificate that is expired", with_certificate("expired"), "tls", "certificate has expired", *_TRUST),
    fault("a certificate of somebody else", with_certificate("elsewhere"), "tls", *_TRUST),
    fault("https where http is spoken", tls_where_none_is_spoken, "tls", "does not speak TLS: write http://"),
    fault(
        "http where https is spoken", plain_where_tls_is_spoken, "connection", "closed the connection without an answer"
    ),
    fault("a proxy that is dead", through(nobody), "refused", "Nothing answers at the proxy 127.0.0.1:", "NO_PROXY"),
    fault(
        "a proxy that is dead, for https", through(nobody, "https"), "refused", "at the proxy 127.0.0.1:", "far.example"
    ),
    fault(
        "a proxy that is not to be found",
        through(lambda scene: failing_names(socket.EAI_NONAME)(scene)[:-3]),
        "dns",
        "no proxy nobody.example to be found",
    ),
    fault(
        "a proxy that does not connect",
        through(lambda scene: no_connection_comes(scene)[:-3]),
        "timeout",
        "the proxy 192.0.2.1 on the way to far.example",
        **_QUICK,
    ),
    fault(
        "a proxy that wants a password",
        through(the_server),
        "connection",
        "(407)",
        "The proxy 127.0.0.1:",
        _VARIABLE,
        answer=status(407),
    ),
    fault(
        "a proxy that wants a password, for https", through(a_tunnel(407), "https"), "connection", "(407)", _VARIABLE
    ),
    fault(
        "a proxy that finds nobody",
        through(the_server),
        "http",
        "failed (502)",
        "the proxy 127.0.0.1:",
        answer=page("x", 502),
    ),
    fault(
        "a proxy that finds nobody, for https",
        through(a_tunnel(502), "https"),
        "connection",
        "(502",
        "NO_PROXY",
        "far.example",
    ),
    fault(
        "a proxy of no known kind",
        through(lambda scene: "gopher://127.0.0.1:1"),
        "settings",
        "HTTP_PROXY names no proxy",
    ),
    fault(
        "a proxy with a port that is none",
        through(lambda scene: "http://127.0.0.1:none"),
        "settings",
        "HTTP_PROXY names no proxy",
    ),
    fault(
        "a SOCKS proxy without its package",
        through(lambda scene: "socks5://127.0.0.1:1"),
        "settings",
        "needs the package socksio",
    ),
    Fault(name="a proxy that works", place=through(the_server), status=Status.COMPLETE, text="There"),
    Fault(name="a dead proxy that is not asked", place=spared, status=Status.COMPLETE, text="There"),
)
