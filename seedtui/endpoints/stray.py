"""Answers that were there before anything was asked: the rest of an earlier one, or a second one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from seedtui.endpoints.silence import headers_awaited

_HEADERS: Final = "http11.receive_response_headers."


class StrayAnswerError(Exception):
    """The connection held the beginning of an answer before the request was sent."""


class StrayGuard:
    """Follows one request through httpcore2, as its `trace` extension.

    More bytes than an answer said it had stay with the connection, and would be taken for the answer
    to the next request. They are there at once; an answer to this request must be waited for.

    Args:
        seconds: How long that may take once the request is sent.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waited = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of an event.

        Raises:
            StrayAnswerError: If the answer did not have to be waited for.
        """
        if event == _HEADERS + "started":
            self._waited = False
            headers_awaited(self._seconds)
            asyncio.get_running_loop().call_soon(self._turn)
        elif event in (_HEADERS + "complete", _HEADERS + "failed") and not self._waited:
            raise StrayAnswerError("an answer before its request")

    def _turn(self) -> None:
        self._waited = True
