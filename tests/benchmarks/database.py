"""The history's database with a million runs: opening, pages, filters, words, the index, and saving beside it.

Pages are beside what `OFFSET` takes; searches, of the newest 50, beside a `LIKE` through everything or beside the same
with a thousand runs. A search may be in runs that are everywhere, that are rare, or nowhere. Figures go by the wall
clock; what the processor took stands behind them, and is steadier on a busy machine.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.setting import Setting
from benchmarks.harness.show import alone
from benchmarks.many_runs import (
    RARE_ENDPOINT,
    RARE_FINGERPRINT,
    RARE_MODEL,
    SCARCE_KOREAN,
    SCARCE_WORD,
    unique_word,
)
from seedtui.core.query import parse_query
from seedtui.core.request import Request
from seedtui.history import History
from seedtui.history.index.file import index_path
from support.runs import STORY, a_run

FEW: Final = 1_000
MIDDLING: Final = 10_000
NEWEST: Final = 50
OPEN, PAGE, SEARCH = 5, 2, 30
QUERIES: Final = {
    "a common word": "statement",
    "in a word, one run in 1,000": SCARCE_WORD[2:8],
    "Korean, two syllables, common": "우주",
    "Korean, two syllables, one run in 1,000": SCARCE_KOREAN,
    "a word of one run": unique_word(1),
    "no such word": "qqqqzz",
    "two letters, nowhere": "zx",
    "two words, one rare": f"statement {SCARCE_WORD}",
    "seed:123": "seed:123",
    "no such seed": "seed:-5",
    "model, rare": f"model:{RARE_MODEL}",
    "fp, rare": f"fp:{RARE_FINGERPRINT}",
    "endpoint, rare": f"endpoint:{RARE_ENDPOINT}",
    "status, rare": "status:interrupted",
    "since tomorrow": "since:2030-01-01",
    "digest": "digest:ab1",
    "series": "series:1",
    "a common word of a rare model": f"statement model:{RARE_MODEL}",
}
LIKE: Final = """
    SELECT id FROM runs WHERE request LIKE ? OR EXISTS
    (SELECT 1 FROM completions WHERE run_id = runs.id AND text LIKE ?) ORDER BY id DESC LIMIT 50
"""
OFFSET: Final = "SELECT id, created_at, first_words FROM runs ORDER BY id DESC LIMIT 50 OFFSET ?"


class Times(NamedTuple):
    """How long something took, each time, in milliseconds.

    Attributes:
        wall: By the clock.
        processor: Of the processor.
    """

    wall: list[float]
    processor: list[float]

    @property
    def note(self) -> str:
        """What the processor took."""
        return f"processor {statistics.median(self.processor):.2f} ms"


def timed(action: Callable[[], object], times: int) -> Times:
    """Do something, once for nothing, and then so often."""
    found = Times([], [])
    for _ in range(times + 1):
        wall, processor = time.perf_counter(), time.process_time()
        action()
        found.wall.append((time.perf_counter() - wall) * 1000)
        found.processor.append((time.process_time() - processor) * 1000)
    return Times(found.wall[1:], found.processor[1:])


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure the million beside the thousand."""
    paths = [setting.history(setting.many), setting.history(FEW)]
    times = setting.times(50, 20)
    yield _row("open and first page", [timed(partial(_opened, path), times) for path in paths], OPEN)
    with ExitStack() as stack:
        many, few = (stack.enter_context(closing(History.open(path))) for path in paths)
        bare = stack.enter_context(closing(sqlite3.connect(paths[0])))
        yield from _pages(many, bare, times)
        yield from _searches(many, few, bare, setting)
    yield _size(paths[0])
    yield from _building(setting)


def _opened(path: Path) -> None:
    with closing(History.open(path)) as history:
        assert len(history.page(limit=NEWEST)) == NEWEST


def _pages(history: History, bare: sqlite3.Connection, times: int) -> Iterator[Figure]:
    middle = (history.recent(1) or 0) // 2
    offset = timed(lambda: bare.execute(OFFSET, (middle,)).fetchall(), max(times // 5, 3))
    pages: dict[str, Callable[[], object]] = {
        "page below the middle": lambda: history.page(before=middle, limit=NEWEST),
        "page above the middle": lambda: history.page(after=middle, limit=NEWEST),
        "the oldest page": lambda: history.page(after=0, limit=NEWEST),
    }
    for name, page in pages.items():
        yield _row(name, [timed(page, times), offset], PAGE, beside="OFFSET to the middle")


def _searches(many: History, few: History, bare: sqlite3.Connection, setting: Setting) -> Iterator[Figure]:
    for name, typed in QUERIES.items():
        query = parse_query(typed)
        taken = timed(partial(many.page, query, limit=NEWEST), setting.times(20, 7))
        if query.words and not query.filters and len(query.words) == 1:
            pattern = f"%{query.words[0]}%"
            beside, reference = "LIKE", timed(partial(_like, bare, pattern), 1)
        else:
            beside, reference = f"{FEW:,} runs", timed(partial(few.page, query, limit=NEWEST), 7)
        yield _row(f"search: {name}", [taken, reference], SEARCH, beside=beside)


def _like(bare: sqlite3.Connection, pattern: str) -> None:
    bare.execute(LIKE, (pattern, pattern)).fetchall()


def _size(path: Path) -> Figure:
    index, data = (one.stat().st_size / 1e6 for one in (index_path(path), path))
    return Figure("index", index, "MB", beside="the history", reference=data, limits=(Limit(1, "ratio"),))


def _building(setting: Setting) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        shutil.copyfile(setting.history(MIDDLING), path)
        with closing(History.open(path)) as history:
            wall, processor = time.perf_counter(), time.process_time()
            while not history.index_some(1).is_done:
                pass
            taken = time.perf_counter() - wall
            note = f"by the processor {MIDDLING / (time.process_time() - processor):.0f}"
            yield Figure("building the index", MIDDLING / taken, "runs/s", note=note)
            times = setting.times(100, 30)
            alone_, beside = timed(lambda: _saved(history), times), Times([], [])
            with _indexing(history):
                beside = timed(lambda: _saved(history), times)
            yield figure(
                "saving a run while the index is built", beside.wall, "ms", beside="not built", reference=alone_.wall
            )


@contextmanager
def _indexing(history: History) -> Iterator[None]:
    """Build the index over and over, as the app does."""
    stopped = threading.Event()

    def build() -> None:
        while not stopped.wait(0.045):
            if history.index_some(0.015).is_done:
                for ending in ("", "-wal", "-shm"):
                    Path(f"{index_path(history.path)}{ending}").unlink(missing_ok=True)

    thread = threading.Thread(target=build)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _saved(history: History) -> None:
    run_id = history.start(Request(STORY), "local", datetime.now(UTC))
    history.append([(run_id, 0, "Once upon a time.")])
    history.finish(a_run(id=run_id))


def _row(what: str, taken: Sequence[Times], limit: float, *, beside: str = f"{FEW:,} runs") -> Figure:
    ours, reference = taken
    limits = [Limit(limit)]
    return figure(what, ours.wall, "ms", beside=beside, reference=reference.wall, limits=limits, note=ours.note)


if __name__ == "__main__":
    alone(measure)
