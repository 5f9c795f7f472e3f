"""A stand-in for the package xllamacpp, put on the module path of the engine's process.

What it does is told by the environment: FAKE_ENGINE names one of the ways below. It writes what
happens, a line each, to the FIFO that FAKE_ENGINE_NEWS names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

import pytest

Way = Literal["serve", "stuck", "missing", "refuse", "crash"]

_PACKAGE = """
import ctypes, json, os, signal, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__version__ = "0.fake"
WAY = os.environ["FAKE_ENGINE"]
NEWS = open(os.environ["FAKE_ENGINE_NEWS"], "w", buffering=1)
if WAY == "missing":
    raise ModuleNotFoundError("No module named 'xllamacpp'", name="xllamacpp")


class Bag:
    def __getattr__(self, name):
        made = self.__dict__[name] = Bag()
        return made


CommonParams = Bag
llama_flash_attn_type = Bag()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def allowed(self):
        ok = self.headers["Authorization"] == "Bearer " + self.server.parameters.api_keys[0]
        if not ok:
            self.send_error(401)
        return ok

    def do_GET(self):
        if self.allowed():
            names = [{"id": name} for name in self.server.parameters.model_alias]
            body = json.dumps({"data": names}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.allowed():
            return
        print("asked", file=NEWS)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        print("answers", file=NEWS)
        self.event({"choices": [{"index": 0, "delta": {"content": "first"}}]})
        if body.get("seed") == 1:
            signal.pause()
        self.event({"choices": [{"index": 0, "delta": {"content": " last"}, "finish_reason": "stop"}]})
        self.wfile.write(b"0\\r\\n\\r\\n")

    def event(self, value):
        data = b"data: " + json.dumps(value).encode() + b"\\n\\n"
        self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(data), data))


class Server:
    def __init__(self, parameters):
        print("loading", os.getpid(), file=NEWS)
        if WAY == "stuck":
            # Like llama.cpp, without giving up Python's lock.
            ctypes.PyDLL(None).pause()
        if WAY == "refuse":
            raise RuntimeError("Failed to init server.")
        if WAY == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        http.parameters = parameters
        threading.Thread(target=http.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{http.server_port}"
"""


class FakeEngine:
    """Says how the engine shall behave, and hears what it did."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        (folder / "xllamacpp.py").write_text(_PACKAGE)
        news = folder / "news"
        os.mkfifo(news)
        # Both ways at once, so that neither side waits for the other to open it.
        self.news: IO[str] = os.fdopen(os.open(news, os.O_RDWR), "r")
        before = os.environ.get("PYTHONPATH")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *([before] if before else [])]))
        monkeypatch.setenv("FAKE_ENGINE_NEWS", str(news))
        self.does("serve")

    def does(self, way: Way) -> None:
        """Set what the next engine does."""
        self._monkeypatch.setenv("FAKE_ENGINE", way)

    def loading(self) -> int:
        """Wait until an engine begins to load; return its process id."""
        word, pid = self.news.readline().split()
        assert word == "loading"
        return int(pid)


@pytest.fixture
def fake_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEngine]:
    """An engine that needs no model."""
    made = FakeEngine(tmp_path, monkeypatch)
    yield made
    made.news.close()
