"""Answers that were there before anything was asked: the rest of an earlier one, or a second one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from seedtui.endpoints.silence import headers_awaited

_CONNECTED: Final = "connection.connect_tcp.complete"
_NO_TLS: Final = "connection.start_tls.failed"
_HEADERS: Final = "http11.receive_response_headers."


class StrayAnswerError(Exception):
    """The connection held the beginning of an answer before the request was sent."""


class StrayGuard:
    """Follows one request through httpcore2, as its `trace` extension; closes what that leaves open.

    More bytes than an answer said it had stay with the connection, and would be taken for the answer
    to the next request. They are there at once; an answer to this request must be waited for.

    Args:
        seconds: How long that may take once the request is sent.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waited = False
        self._connection: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of an event.

        Raises:
            StrayAnswerError: If the answer did not have to be waited for.
        """
        if event == _CONNECTED:
            self._connection = info.get("return_value")
        elif event == _NO_TLS and self._connection is not None:
            # Called off in the middle of TLS's handshake, httpcore2 leaves the connection open.
            await self._connection.aclose()
        elif event == _HEADERS + "started":
            self._waited = False
            headers_awaited(self._seconds)
            asyncio.get_running_loop().call_soon(self._turn)
        elif event in (_HEADERS + "complete", _HEADERS + "failed") and not self._waited:
            raise StrayAnswerError("an answer before its request")

    def _turn(self) -> None:
        self._waited = True
