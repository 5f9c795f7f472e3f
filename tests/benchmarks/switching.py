"""Another B: from the key to the last byte of the comparison with it, for completions of 200 words.

The runs are of one request; their texts part after some sentences. Beside it a bare Textual app that has two texts side
by side and shows another one: it compares nothing.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from benchmarks.harness.apps import LAST, TWO_TEXTS, python
from benchmarks.harness.compare import Hand, in_turn, repeated, rows
from benchmarks.harness.figures import Figure, Limit
from benchmarks.harness.setting import SEEDTUI, Setting, history_with
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed
from benchmarks.history_keys import to_runs
from support.runs import a_run

RUNS: Final = 30
WORDS: Final = 200
# To older runs and back.
KEYS: Final = (*"[" * 12, *"]" * 12)


def texts() -> list[str]:
    """Return completions that agree for a while, each with the first."""
    drawn = random.Random(2)
    pool = words("prose", WORDS * (RUNS + 1), 2)
    found = []
    for number in range(RUNS):
        shared = drawn.randint(WORDS // 10, WORDS * 3 // 4)
        found.append(" ".join(pool[:shared] + pool[(number + 1) * WORDS : (number + 2) * WORDS - shared]))
    return found


def measure(setting: Setting) -> Iterator[Figure]:
    """Switch in both, in turn."""
    said = texts()
    with ExitStack() as stack:
        runs = [a_run(text, id=number, seed=1) for number, text in enumerate(said, 1)]
        environment = stack.enter_context(history_with(*runs))
        file = Path(environment["HOME"]) / "texts"
        file.write_text("\0".join(said))
        ours = stack.enter_context(Timed(SEEDTUI, environment))
        bare = stack.enter_context(Timed(python(TWO_TEXTS, file), environment))
        to_runs(ours)
        ours.send("c")
        ours.settle(0.6)
        bare.until_written(LAST)
        bare.settle()
        times = setting.times(120, 48)
        hands = [Hand(terminal, repeated(KEYS, times)) for terminal in (ours, bare)]
        in_turn(*hands)
    yield from rows("another pair", hands[0], {"two Static": hands[1]}, {"ms": [Limit(30)]})


if __name__ == "__main__":
    alone(measure)
