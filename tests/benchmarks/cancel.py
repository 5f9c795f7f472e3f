"""How long after a cancel the server sees its connection closed; what is promised is 200 ms.

    python tests/benchmarks/cancel.py [RUNS]

The way is the app's own: a runner on its thread, a history in a file, a server on loopback. Printed
are the median and the slowest of the runs, in milliseconds, for each stage at which a run is cancelled.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from seedtui.config import Endpoint, LocalSettings, Settings
from seedtui.core.request import Request
from seedtui.history import History
from seedtui.runner import RunEvent, RunStarted, RunText
from seedtui.runner.thread import RunnerThread
from support.faults_http import CHUNKED, HELLO, for_ever, written
from support.faults_network import TLS
from support.faults_stream import chunked
from support.scripted_server import Answer, Gate, Recorded, Reply, ScriptedServer

PROMISED = 200.0
REQUEST = Request({"model": "scripted-1", "messages": [{"role": "user", "content": "Hello"}]})


def silent(gate: Gate) -> Answer:
    async def answer(request: Recorded, reply: Reply) -> None:
        await reply.wait(gate)

    return answer


def once_sent(gate: Gate, answer: Answer) -> Answer:
    """Tell that the answer begins."""

    async def play(request: Recorded, reply: Reply) -> None:
        gate.reached += 1
        await answer(request, reply)

    return play


STAGES = {
    "before the headers": lambda gate: silent(gate),
    "in slow headers": lambda gate: once_sent(gate, for_ever(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")),
    "between events": lambda gate: once_sent(gate, for_ever(CHUNKED + chunked(written(HELLO)), b"", 0.1)),
    "in keep-alive comments": lambda gate: once_sent(gate, for_ever(CHUNKED, chunked(b": ping\n\n"))),
    "in a flood": lambda gate: once_sent(gate, for_ever(CHUNKED, chunked(written(HELLO) * 100), 0.0)),
}


class Measured:
    """One runner and one server."""

    def __init__(self, folder: Path, server: ScriptedServer) -> None:
        self.server = server
        self.started = threading.Event()
        self.texts = threading.Event()
        endpoint = Endpoint("scripted", server.base_url, retries=0)
        settings = Settings(folder / "none.toml", {"scripted": endpoint}, "scripted", LocalSettings())
        self.history = History.open(folder / "history.db")
        self.runner = RunnerThread(self.history, settings, self.take)
        self.runner.start()
        self.run_id = 0

    def take(self, event: RunEvent) -> None:
        if isinstance(event, RunStarted):
            self.run_id = event.run.id
            self.started.set()
        elif isinstance(event, RunText):
            self.texts.set()

    def milliseconds(self, stage: str) -> float:
        gate, seen = Gate(), self.server.closed_early
        self.started.clear()
        self.texts.clear()
        self.server.script(STAGES[stage](gate))
        self.runner.send(REQUEST, "scripted")
        self.started.wait()
        while not gate.reached:
            time.sleep(0.001)
        if stage in ("between events", "in a flood"):
            self.texts.wait()
        before = time.perf_counter()
        self.runner.cancel(self.run_id)
        self.server.wait_for(lambda: self.server.closed_early > seen)
        return (time.perf_counter() - before) * 1000

    def close(self) -> None:
        self.runner.close()
        self.history.close()


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    os.environ["SSL_CERT_FILE"] = str(TLS / "ca.pem")
    slowest = 0.0
    for certificate in (None, TLS / "good.pem"):
        with tempfile.TemporaryDirectory() as folder, ScriptedServer(certificate=certificate) as server:
            measured = Measured(Path(folder), server)
            for stage in STAGES:
                took = [measured.milliseconds(stage) for _ in range(runs)]
                slowest = max(slowest, *took)
                how = "TLS" if certificate else "plain"
                print(f"{how:6} {stage:24} {statistics.median(took):7.1f} ms {max(took):7.1f} ms")
            measured.close()
    print(f"slowest {slowest:.1f} ms, promised {PROMISED:.0f} ms")


if __name__ == "__main__":
    main()
