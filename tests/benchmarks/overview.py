"""How long it takes to look at a whole history: 100,000 runs.

    python tests/benchmarks/overview.py [REQUESTS] [REPEATS]

A history of 20,000 requests of 1 to 3 kB, 5 runs of each, is made beforehand: round by round, as a series
sends them. One request in ten has a run that says something else; the fingerprint changes half-way.

- samples: every run and completion, all but the texts, as Python sees them. Beside it what SQLite alone takes
  to walk through the same rows, and to count the runs.
- backends: which fingerprints came before the newest run, as is asked whenever a run ends.
- overview: the agreement of each request, without its texts; beside it a loop that only counts texts.
- migration: opening such a history as the first schema left it.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from seedtui.core.agreement.overview import entries
from seedtui.core.agreement.timeline import timelines
from seedtui.core.run import Completion, Run
from seedtui.core.sample import Sample
from seedtui.history import History, codec
from seedtui.history.migrate import STEPS
from support.runs import a_run

REQUESTS: Final = 20_000
REPEATS: Final = 5
ROUNDS: Final = 5
BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)
FINGERPRINTS: Final = ("fp_fefa7b2153", "fp_44709d6fcb")
WALK: Final = """
    SELECT sum(length(digest) + length(fingerprints) + length(sha256))
    FROM runs INDEXED BY runs_facts JOIN completions INDEXED BY completions_facts ON run_id = id
"""


def a_request(number: int, drawn: random.Random, pool: list[str]) -> Run:
    """Make a run of a request of 1 to 3 kB, with a text of 100 to 300 words."""
    start, length = drawn.randrange(len(pool) - 1000), drawn.randint(140, 480)
    prompt = " ".join(pool[start : start + length])
    text = " ".join(pool[start + length : start + length + drawn.randint(100, 300)])
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": f"{number}. {prompt}"},
    ]
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return a_run(text, messages=messages, seed=12, temperature=0, extra={"choices": [choice]})


def rows_of(run: Run, repeats: int, odd: bool) -> Iterator[tuple[dict[str, Any], str]]:
    """Give the rows of a request's runs, and the text of each."""
    text = run.completions[0].text
    row = codec.run_row(run)
    for repeat in range(repeats):
        fingerprint = FINGERPRINTS[repeat * len(FINGERPRINTS) // repeats]
        varied = f"{text} And so on." if odd and repeat == repeats - 1 else text
        yield {**row, "fingerprints": json.dumps([fingerprint]), "seal": None}, varied


def build(path: Path, requests: int, repeats: int) -> None:
    """Make the history: past the runner and in one transaction, for that is not what is measured."""
    History.open(path).close()
    drawn = random.Random(1)
    pool = words("prose", 200_000, 1)
    runs = [[*rows_of(a_request(number, drawn, pool), repeats, number % 10 == 0)] for number in range(requests)]
    columns = list(runs[0][0][0])
    marks = ", ".join("?" * (len(columns) + 1))
    with closing(sqlite3.connect(path)) as connection, connection:
        for repeat in range(repeats):
            for number, of_request in enumerate(runs):
                row, text = of_request[repeat]
                run_id = 1 + number + repeat * requests
                row["created_at"] = codec.moment(BEGAN + timedelta(seconds=run_id))
                values = (run_id, *row.values())
                connection.execute(f"INSERT INTO runs (id, {', '.join(columns)}) VALUES ({marks})", values)
                completion = codec.completion_rows(run_id, [Completion(0, text, "stop")])
                connection.executemany("INSERT INTO completions VALUES (?, ?, ?, ?, ?)", completion)


def make_old(path: Path) -> None:
    """Leave the history as the first schema would have it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        first = {
            line.split()[2] for line in next(STEPS.glob("0001_*.sql")).read_text().splitlines() if "CREATE" in line
        }
        kept = first | {"migrations", "sqlite_sequence"}
        for kind in ("index", "table"):
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = ? AND sql NOT NULL", (kind,))
            for name in [name for (name,) in found if name not in kept]:
                connection.execute(f"DROP {kind} {name}")
        connection.execute("ALTER TABLE runs DROP COLUMN seal")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("DELETE FROM migrations WHERE number > 1")


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long something takes: the median of a few times."""
    return statistics.median(_once(action) for _ in range(ROUNDS))


def _once(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def all_samples(history: History) -> list[Sample]:
    """Read every sample."""
    return [sample for batch in history.samples() for sample in batch]


def sizes(path: Path) -> tuple[float, float]:
    """Return the size of the tables and of the indexes, in megabytes."""
    select = (
        "SELECT sum(pgsize) / 1e6 FROM dbstat WHERE aggregate = true AND name {} "
        "IN (SELECT name FROM sqlite_master WHERE type = 'index')"
    )
    with closing(sqlite3.connect(path)) as connection:
        tables, indexes = (connection.execute(select.format(which)).fetchone()[0] for which in ("NOT", ""))
    return float(tables), float(indexes)


def line(what: str, value: str, target: str = "", reference: str = "") -> None:
    """Print a row of the table; one that misses its target is marked."""
    missed = target.startswith("≤") and float(value.split()[0]) > float(target.split()[1])
    print(f"{what:<44} {value:>12} {target:>12} {reference:>12}{'  missed' if missed else ''}", flush=True)


def measure_history(path: Path) -> tuple[list[Sample], float]:
    """Measure what the history does; return its samples, and how many milliseconds it took to read them."""
    with closing(History.open(path)) as history, closing(sqlite3.connect(path)) as bare:
        samples = all_samples(history)
        walked = milliseconds(lambda: bare.execute(WALK).fetchone())
        counted = milliseconds(lambda: bare.execute("SELECT count(*) FROM runs").fetchone())
        taken = milliseconds(lambda: all_samples(history))
        newest = samples[-1]
        before = milliseconds(lambda: history.backends_before(newest.run_id, newest.endpoint, newest.model))
    line(f"samples of {len(samples)} completions", f"{taken:.0f} ms", "", f"{walked:.0f} ms")
    line("samples / SQLite's walk through the same rows", f"{taken / walked:.1f}", "≤ 12")
    line("samples / SELECT count(*)", f"{taken / counted:.0f}", "", f"{counted:.2f} ms")
    line("backends before the newest run", f"{before:.2f} ms", "≤ 1 ms")
    return samples, taken


def measure_agreement(samples: list[Sample], read: float) -> None:
    """Measure what is made of the samples: agreement, request by request, and fingerprints over time.

    Args:
        samples: The samples.
        read: How long it took to read them, in milliseconds.
    """
    counted = milliseconds(lambda: Counter((sample.digest, sample.identity) for sample in samples))
    grouped = milliseconds(lambda: entries(samples))
    placed = milliseconds(lambda: timelines(samples))
    line("overview: entries of all requests", f"{grouped:.0f} ms", "", f"{counted:.0f} ms")
    line("overview / counting texts in one loop", f"{grouped / counted:.1f}")
    line("fingerprints over time", f"{placed:.0f} ms", "", f"{counted:.0f} ms")
    line("overview, reading included", f"{(read + grouped) / 1000:.1f} s", "≤ 2 s")


def main() -> None:
    """Measure and print."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else REPEATS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        build(path, requests, repeats)
        line("", "seedtui", "target", "beside it")
        measure_agreement(*measure_history(path))
        tables, indexes = sizes(path)
        line("indexes", f"{indexes:.0f} MB", f"≤ {tables:.0f} MB", f"{tables:.0f} MB")
        make_old(path)
        line("migration from the first schema", f"{_once(lambda: History.open(path).close()) / 1000:.1f} s", "≤ 10 s")


if __name__ == "__main__":
    main()
