"""A million runs, beside a thousand: the first frame, PageDown, End and Home, and typing into the filter.

PageDown is timed to the last byte. The others may show first what there is and let the rest follow: they are timed to
the end of the first frame that follows the key, and a row of its own says when the last byte came.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.first_frame import KEY_BAR, start
from benchmarks.harness.compare import Hand, in_turn, repeated
from benchmarks.harness.figures import Figure, Limit, figure
from benchmarks.harness.setting import SEEDTUI, Setting, newest
from benchmarks.harness.show import alone
from benchmarks.harness.terminal import Timed
from benchmarks.history_keys import to_runs
from benchmarks.streaming import HOME_KEY

FEW: Final = 1_000
LIMIT: Final = 20
END_KEY: Final = "\x1b[F"
# The word is in one run of a thousand, the second in as many, inside of others; the third is in most.
TYPED: Final = ("zygomorphic", "쿼카", "the")
# Results may come late.
SEARCHED: Final = 0.6


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure the million and the thousand in turn."""
    yield from first_frames(setting)
    with ExitStack() as stack:
        terminals = []
        for count in (setting.many, FEW):
            history = setting.history(count)
            environment = stack.enter_context(setting.environment(history))
            terminals.append(stack.enter_context(Timed(SEEDTUI, environment)))
            to_runs(terminals[-1], history)
        many = f"{setting.many:,} runs"
        paged = _pressed(terminals, ["pagedown"], setting.times(60, 20))
        yield _figure(f"PageDown, {many}", [hand.last for hand in paged])
        ends = _pressed(terminals, [END_KEY, HOME_KEY], setting.times(40, 10), SEARCHED)
        yield _figure(f"End and Home, {many}, first frame", [hand.first for hand in ends])
        yield _figure(f"  End and Home, {many}, last byte", [hand.last for hand in ends], limited=False)
        typed = typing(terminals, setting.times(3, 1))
        yield _figure(f"filter, {many}, a key, first frame", [hand.first for hand in typed])
        yield _figure(f"  filter, {many}, a key, last byte", [hand.last for hand in typed], limited=False)


def first_frames(setting: Setting) -> Iterator[Figure]:
    """Start with each in turn."""
    times: dict[int, list[float]] = {setting.many: [], FEW: []}
    for _ in range(setting.times(8, 4) + 1):
        for count, found in times.items():
            history = setting.history(count)
            with setting.environment(history) as environment:
                found.append(start(SEEDTUI, (newest(history), KEY_BAR), environment).milliseconds)
    many, few = (found[1:] for found in times.values())
    name = f"first full frame, {setting.many:,} runs"
    yield figure(name, many, "ms", beside=f"{FEW:,} runs", reference=few, limits=[Limit(1.1, "ratio")])


def typing(terminals: Sequence[Timed], rounds: int) -> list[Hand]:
    """Type into the filter, letter by letter, and empty it again."""
    found = [Hand(terminal, iter(())) for terminal in terminals]
    for word in TYPED * rounds:
        for terminal in terminals:
            terminal.send("/")
            terminal.settle(0.3)
        for hand in found:
            hand.quiet, hand.keys = SEARCHED, iter([*word, *["backspace"] * len(word)])
        in_turn(*found)
        for terminal in terminals:
            terminal.send("escape")
            terminal.settle(0.3)
    return found


def _pressed(terminals: Sequence[Timed], keys: Sequence[str], times: int, quiet: float = 0.1) -> list[Hand]:
    hands = [Hand(terminal, repeated(keys, times), quiet) for terminal in terminals]
    in_turn(*hands)
    return hands


def _figure(what: str, values: Sequence[Sequence[float]], *, limited: bool = True) -> Figure:
    many, few = values
    limits = [Limit(LIMIT)] if limited else []
    return figure(what, many, "ms", beside=f"{FEW:,} runs", reference=few, limits=limits)


if __name__ == "__main__":
    alone(measure)
