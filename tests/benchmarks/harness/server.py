"""A loopback server in a process of its own, which answers every request with words at a steady pace.

python server.py WORDS PER_SECOND
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent.parent)

from benchmarks.harness.setting import SEEDTUI
from support.reply import Recorded, Reply
from support.scripted_server import ScriptedServer, chunk, usage_chunk
from support.stories import story

MODEL: Final = "scripted-1"
_ANSWERS: Final = 1000
_SETTINGS: Final = """
[endpoints.scripted]
base_url = "{url}"
model = "{model}"
"""


class Pace:
    """An answer of the scripted server that sends words at a steady pace.

    Attributes:
        began: When the first word was sent; 0 before.
        ended: When the last one was sent; 0 before.
    """

    def __init__(self, text: str, per_second: float) -> None:
        self._words = [word if index == 0 else f" {word}" for index, word in enumerate(text.split(" "))]
        self._per_second = per_second
        self.began = 0.0
        self.ended = 0.0

    async def __call__(self, request: Recorded, reply: Reply) -> None:
        """Answer a request."""
        await reply.head()
        self.began = time.perf_counter()
        for index, word in enumerate(self._words):
            await asyncio.sleep(max(0.0, self.began + index / self._per_second - time.perf_counter()))
            await reply.event(chunk(word))
        self.ended = time.perf_counter()
        for closing_chunk in (chunk(finish_reason="stop"), usage_chunk(7, len(self._words)), "[DONE]"):
            await reply.event(closing_chunk)
        await reply.end()


@contextmanager
def serving(words: int, per_second: float) -> Iterator[str]:
    """Run the server; give its base URL."""
    argv = [sys.executable, __file__, str(words), str(per_second)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def sending_to(url: str, environment: dict[str, str], more: str = "") -> list[str]:
    """Name the server in a settings file of this environment; return the command that starts seedtui with it."""
    settings = Path(environment["HOME"]) / "settings.toml"
    settings.write_text(_SETTINGS.format(url=url, model=MODEL) + more)
    environment["SEEDTUI_CONFIG"] = str(settings)
    return [*SEEDTUI, "--endpoint", "scripted"]


def main(arguments: Mapping[int, str]) -> None:
    """Serve until somebody ends it."""
    words, per_second = int(arguments[1]), float(arguments[2])
    with ScriptedServer() as server:
        server.script(*(Pace("".join(story(str(seed), words)), per_second) for seed in range(_ANSWERS)))
        print(server.base_url, flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main(dict(enumerate(sys.argv)))
