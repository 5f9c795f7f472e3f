"""A hundred processes are killed while they stream: what had come is there, in order, and nothing is damaged.

Each process streams several runs at once from a server that notes when it sent which words. What it sent more than a
quarter of a second before the kill must be in the history. A process that the system did not let run can save nothing:
so each says every few milliseconds that it is running, and what counts is up to when it was. `MARGIN` is for the way
that a word takes inside a process, from its socket to the place where it waits to be saved.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedtui.core.run import Status
from seedtui.history import History
from seedtui.history.health import examine
from support.database import environment, line_of, tell
from support.scripted_server import Recorded, Reply, ScriptedServer, chunk

KILLS = 100
# Two parts run at once where the tests do; each kills so many processes one after the other.
PARTS = 2
AT_ONCE = 25
# How long the last of them streams, on an average.
STREAMED = 1.2
RUNS = 3
PAUSE = 0.06
PROMISED = 0.25
MARGIN = 0.25

# Everything is imported once; each line that it reads names a history and a file for the beats, and makes a process.
STREAMING = """
import asyncio, mmap, os, signal, struct, sys, time
from pathlib import Path
from seedtui.config import ad_hoc, load
from seedtui.core.request import Request
from seedtui.endpoints.registry import Endpoints
from seedtui.history import History
from seedtui.runner import Runner
import openai, openai.resources.chat.completions, seedtui.endpoints.client

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
url, runs = sys.argv[1], int(sys.argv[2])


async def beat(place):
    with open(place, "r+b") as file:
        shared = mmap.mmap(file.fileno(), 8)
    while True:
        shared[:] = struct.pack("d", time.monotonic())
        await asyncio.sleep(0.01)


async def stream(path, place):
    endpoint = ad_hoc(url, {})
    settings = load(Path("/nonexistent"), {}).with_endpoint(endpoint)
    runner = Runner(History.open(path), Endpoints(settings).client)
    body = {"model": "m", "messages": [{"role": "user", "content": "Once"}]}
    asking = [runner.run(Request({**body, "user": f"{path.stem}-{number}"}), endpoint.name) for number in range(runs)]
    beating = asyncio.create_task(beat(place))
    await asyncio.gather(*asking)


print("ready", flush=True)
for line in sys.stdin:
    path, place = map(Path, line.split())
    pid = os.fork()
    if pid == 0:
        asyncio.run(stream(path, place))
        os._exit(0)
    print(pid, flush=True)
"""


class Log:
    """What the server sent to whom, and when."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[float, str]]] = {}
        self.changed = threading.Condition()

    async def answer(self, request: Recorded, reply: Reply) -> None:
        """Send words until the other side is gone."""
        words = self.sent.setdefault(request.json["user"], [])
        await reply.head()
        for number in itertools.count():
            word = f"{number} "
            await reply.event(chunk(word))
            with self.changed:
                words.append((time.monotonic(), word))
                self.changed.notify_all()
            await asyncio.sleep(PAUSE)

    def wait_for(self, names: list[str]) -> None:
        """Wait until all of them have been sent something."""
        with self.changed:
            assert self.changed.wait_for(lambda: all(self.sent.get(name) for name in names), timeout=60)

    def text_until(self, name: str, moment: float) -> str:
        """Return what was sent by then."""
        return "".join(word for time_sent, word in self.sent.get(name, []) if time_sent <= moment)


@contextlib.contextmanager
def forking(url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", STREAMING, url, str(RUNS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment()) as process:
        try:
            yield process
        finally:
            process.kill()


class Victim:
    """A process that streams into a history of its own."""

    def __init__(self, parent: subprocess.Popen[str], folder: Path, number: int) -> None:
        self.path = folder / f"h{number}.db"
        self.names = [f"{self.path.stem}-{run}" for run in range(RUNS)]
        beats = folder / f"b{number}"
        beats.write_bytes(bytes(8))
        with beats.open("r+b") as file:
            self._beat = mmap.mmap(file.fileno(), 8)
        tell(parent, f"{self.path} {beats}")
        self.pid = int(line_of(parent))

    def kill(self) -> float:
        """Kill it; return up to when it was seen running."""
        os.kill(self.pid, signal.SIGKILL)
        while Path(f"/proc/{self.pid}").exists():
            time.sleep(0.001)
        return float(struct.unpack("d", self._beat[:])[0])


def check(victim: Victim, running: float, log: Log) -> int:
    """Check that all that it must have saved is there, in order, and the history sound; return how much that was."""
    saved = 0
    with contextlib.closing(History.open(victim.path)) as history:
        page = history.page()
        assert len(page) == RUNS
        assert {row.status for row in page} == {Status.INTERRUPTED}
        for row in page:
            run = history.run(row.id)
            assert run is not None
            text = run.completions[0].text if run.completions else ""
            name = run.request.body["user"]
            due = log.text_until(name, running - PROMISED - MARGIN)
            assert text.startswith(due)
            saved += len(due)
            assert log.text_until(name, float("inf")).startswith(text)
    assert examine(victim.path).is_sound
    return saved


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_hundred_kills_lose_nothing_that_had_to_be_saved(tmp_path: Path, part: int) -> None:
    drawn = random.Random(part)
    log = Log()
    saved = 0
    with ScriptedServer() as server, forking(server.base_url) as parent:
        server.script(*[log.answer] * (KILLS // PARTS * RUNS))
        assert line_of(parent) == "ready"
        for first in range(0, KILLS // PARTS, AT_ONCE):
            victims = [Victim(parent, tmp_path, number) for number in range(first, first + AT_ONCE)]
            log.wait_for([name for victim in victims for name in victim.names])
            killed = []
            for victim in victims:
                time.sleep(drawn.uniform(0, 2 * STREAMED / AT_ONCE))
                killed.append((victim, victim.kill()))
            saved += sum(check(victim, running, log) for victim, running in killed)
    assert saved
