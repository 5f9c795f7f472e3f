"""The server's end of a connection: the request that came, and the means to answer it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """One request as it came: lower-case header names, the raw body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, parsed."""
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def is_completion(self) -> bool:
        """Whether it asks for a completion, of either API."""
        return self.method == "POST" and self.path.endswith("/completions")


class Gate:
    """Holds an answer until it is opened, from any thread. `reached` counts the answers that got here."""

    def __init__(self) -> None:
        self._opened: Future[None] = Future()
        self.reached = 0

    def open(self) -> None:
        """Let the answer go on; it stays open."""
        if not self._opened.done():
            self._opened.set_result(None)

    async def passed(self) -> None:
        """Wait, on the server's side, until it is open."""
        await asyncio.shield(asyncio.wrap_future(self._opened))


class Connection(asyncio.StreamReaderProtocol):
    """Notices at once when the client goes away, also while nobody reads."""

    def __init__(self, connected: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
        super().__init__(asyncio.StreamReader(limit=2**26), connected)
        self.gone = asyncio.Event()

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(exc)


class Reply:
    """The means to answer one request; each answer gets its own."""

    def __init__(self, notify: Callable[[], None], writer: asyncio.StreamWriter) -> None:
        self._notify = notify
        self._writer = writer
        self.keep_alive = True
        self._chunked = False

    async def head(
        self,
        status: int = 200,
        content_type: str = "text/event-stream",
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """Send the status line and headers; without a length the body is sent in chunks."""
        self._chunked = length is None
        lines = [f"HTTP/1.1 {status} Scripted", f"content-type: {content_type}"]
        lines.append("transfer-encoding: chunked" if length is None else f"content-length: {length}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in (headers or {}).items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self._writer.drain()

    async def send(self, data: bytes) -> None:
        """Send a part of the body."""
        if self._chunked and data:
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self._writer.write(data)
        await self._writer.drain()

    async def wire(self, data: bytes) -> None:
        """Send these very bytes, whatever HTTP would have in their place."""
        self._writer.write(data)
        await self._writer.drain()

    async def event(self, body: Any) -> None:
        """Send one server-sent event; a text is sent as it is, anything else as JSON."""
        data = body if isinstance(body, str) else json.dumps(body)
        await self.send(f"data: {data}\n\n".encode("utf-8", "surrogatepass"))

    async def end(self) -> None:
        """End the body as HTTP wants it."""
        if self._chunked:
            self._writer.write(b"0\r\n\r\n")
            await self._writer.drain()

    async def wait(self, gate: Gate) -> None:
        """Wait at a gate."""
        gate.reached += 1
        self._notify()
        await gate.passed()

    async def wait_closed(self) -> None:
        """Wait until the client goes away."""
        connection = self._writer.transport.get_protocol()
        assert isinstance(connection, Connection)
        await connection.gone.wait()

    def cut(self) -> None:
        """Close the connection in the middle of the body."""
        self.keep_alive = False

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.keep_alive = False
        endpoint = self._writer.get_extra_info("socket")
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Answer = Callable[[Recorded, Reply], Awaitable[None]]
