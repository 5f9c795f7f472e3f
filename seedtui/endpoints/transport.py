"""The openai SDK, set up so that nothing happens behind the user's back.

No repetition of its own, no redirect followed, no header but those the request needs. Importing it
takes a quarter of a second: it is imported here, before the first request is sent, and nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from seedtui import __version__
from seedtui.config import OPENAI, Endpoint
from seedtui.core.secret import Veil
from seedtui.endpoints.gentle import import_gently
from seedtui.endpoints.proxies import check_proxies, is_loopback
from seedtui.endpoints.refusals import RefusedError
from seedtui.endpoints.silence import headers_came
from seedtui.endpoints.stray import StrayGuard
from seedtui.endpoints.unread import without_unused_parts
from seedtui.endpoints.unwaited import Unwaited

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_HEADERS: Final = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding"}
)
_NO_KEY: Final = "none"
_REFUSAL_BYTES: Final = 65_536
_REFUSAL_SECONDS: Final = 10.0


async def load_sdk() -> None:
    """Import the SDK on another thread, so that other runs go on meanwhile.

    Who comes while it is being imported waits for the same import: `sys.modules` names a module long
    before it can be used, but a module is never imported twice at a time.
    """
    await asyncio.to_thread(_import_sdk)


def _import_sdk() -> None:
    try:
        with without_unused_parts():
            import_gently("openai")
    except (ImportError, AttributeError, TypeError):
        # Another version of it may need them from the start.
        for name in [name for name in sys.modules if name.partition(".")[0] == "openai"]:
            del sys.modules[name]
        import_gently("openai")


def open_sdk(endpoint: Endpoint, key: str | None) -> AsyncOpenAI:
    """Return an SDK client for an endpoint.

    Raises:
        EndpointError: If a proxy is set that cannot be used.
        Exception: Whatever the SDK raises on a base URL, certificate file or key that it cannot use.
    """
    import httpx2
    from openai import AsyncOpenAI

    for name in ("openai", "httpx2", "httpcore2"):
        # Their logs would be written over the screen, with whatever a server echoes in its headers.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    check_proxies(endpoint)
    asyncio.get_running_loop().set_default_executor(Unwaited())
    # Silence is measured by `silence`, which knows whether this process was stopped meanwhile.
    timeout = httpx2.Timeout(None, connect=endpoint.connect_timeout)
    http = httpx2.AsyncClient(
        follow_redirects=False,
        # A proxy has no business between this machine and itself; whose certificates to trust is another matter.
        trust_env=not is_loopback(endpoint.base_url),
        verify=httpx2.create_ssl_context() if endpoint.base_url.startswith("https:") else True,
        timeout=timeout,
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        event_hooks={"request": [_RequestHook(endpoint, key)], "response": [_refuser(Veil(key))]},
    )
    return AsyncOpenAI(
        api_key=key or _NO_KEY, base_url=endpoint.base_url, max_retries=0, timeout=timeout, http_client=http
    )


class _RequestHook:
    """Leaves a request the headers it needs, and watches it; a class, so that no frame has the key among its locals."""

    def __init__(self, endpoint: Endpoint, key: str | None) -> None:
        self._headers = {"User-Agent": f"seedtui/{__version__}", **endpoint.headers}
        self._read_timeout = endpoint.read_timeout
        self._authorization = f"Bearer {key}" if key else None
        # The SDK's own variables (OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS …) are meant for OpenAI alone.
        self._keeps_all = endpoint.name == OPENAI

    async def __call__(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = StrayGuard(self._read_timeout)
        headers = request.headers
        for name in list(headers):
            if not self._keeps_all and name.lower() not in _HEADERS:
                del headers[name]
        for name, value in self._headers.items():
            headers[name] = value
        if self._authorization:
            headers["Authorization"] = self._authorization
        elif headers.get("Authorization") in (None, f"Bearer {_NO_KEY}"):
            headers.pop("Authorization", None)


def _refuser(veil: Veil) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Return what stops at any status but 2xx, before the SDK reads a body that may never end."""

    async def refuse(response: httpx2.Response) -> None:
        headers_came()
        if response.is_success:
            return
        body = (await _beginning(response)).decode("utf-8", "replace")
        headers = {name.lower(): veil.text(value) for name, value in response.headers.items()}
        raise RefusedError(response.status_code, headers, veil.cut(body))

    return refuse


async def _beginning(response: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_REFUSAL_SECONDS):
            async for piece in response.aiter_bytes():
                body += piece[: _REFUSAL_BYTES - len(body)]
                if len(body) >= _REFUSAL_BYTES:
                    break
    except Exception:
        # The status is what matters; the body is a courtesy.
        pass
    return bytes(body)
