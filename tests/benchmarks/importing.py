"""How quickly runs are imported: 100,000 lines of JSON, beside what it takes only to parse them and write them down.

The reference parses each line and inserts it as it is into a table of one column, 2,000 lines a commit.

The command is the real one, as a process of its own, with a history that is empty. The first figure goes by the wall
clock, the second by what the processor takes, which is steadier on a busy machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.setting import SEEDTUI, Setting
from benchmarks.harness.show import alone
from support.measured import line

RUNS: Final = 100_000
AT_LEAST: Final = 20_000
PROMPT_WORDS, TEXT_WORDS = 40, 80
BARE: Final = """
import json, sqlite3, sys
from itertools import islice

connection = sqlite3.connect(sys.argv[2], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, line TEXT)")
with open(sys.argv[1], encoding="utf-8") as file:
    while part := list(islice(file, 2000)):
        for line in part:
            json.loads(line)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO lines (line) VALUES (?)", [(line,) for line in part])
        connection.execute("COMMIT")
connection.close()
"""


def lines(count: int) -> Iterator[str]:
    """Yield lines to import, about 1 kB each; five runs of a request follow one another."""
    pool = words("prose", 60_000, 4)
    for number in range(count):
        at = number * 37 % (len(pool) - TEXT_WORDS)
        of = number // 5 * 53 % (len(pool) - PROMPT_WORDS)
        prompt, text = " ".join(pool[of : of + PROMPT_WORDS]), " ".join(pool[at : at + TEXT_WORDS])
        yield line(f"{number}. {text}", number=number, prompt=f"{number // 5}. {prompt}", temperature=0.7)


def taken(argv: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return the seconds it took, and those of the processor."""
    begun = time.perf_counter()
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said.decode(errors="replace")[-500:]
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def measure(setting: Setting) -> Iterator[Figure]:
    """Import and write down in turn."""
    count = setting.times(RUNS, RUNS // 5)
    ours: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    with setting.environment() as environment:
        file = Path(environment["HOME"]) / "runs.jsonl"
        with file.open("w", encoding="utf-8") as target:
            target.writelines(lines(count))
        for number in range(setting.times(3, 2)):
            environment["SEEDTUI_DB"] = str(Path(environment["HOME"]) / f"{number}.db")
            ours.append(taken([*SEEDTUI, "import", str(file)], environment))
            bare = str(Path(environment["HOME"]) / f"bare-{number}.db")
            plain.append(taken([sys.executable, "-c", BARE, str(file), bare], environment))
    for at, what in enumerate((f"import of {count:,} runs", "  by the processor's time")):
        rates, reference = ([count / one[at] for one in found] for found in (ours, plain))
        limits = [Limit(AT_LEAST, at_least=True)]
        yield figure(what, rates, "runs/s", beside="json.loads, bare insert", reference=reference, limits=limits)


if __name__ == "__main__":
    alone(measure)
