"""Histories in which completions agree by a known rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from seedtui.core.run import Run
from support.runs import a_run

BEGAN: Final = datetime(2026, 11, 3, 9, tzinfo=UTC)
STORY_A: Final = (
    "In the year 2050, a team of courageous astronauts embarked on a groundbreaking mission to Mars. "
    "The journey was long. They landed at dawn."
)
STORY_B: Final = (
    "In the year 2050, a team of astronauts set out on a groundbreaking mission to Mars. "
    "The way was long and arduous, but the crew was determined to make history."
)
ODD: Final = "In the year 2050, a team of courageous astronauts waited. Nobody came to Mars that year."
CHANGE: Final = 12
"""The last run that the first fingerprint served."""


def scripted(count: int = 30, **facts: Any) -> Iterator[Run]:
    """Make runs by the rule: fingerprint A until run 12, then B; every tenth says something else.

    Args:
        count: How many runs.
        facts: As in `a_run`.
    """
    for number in range(1, count + 1):
        before = number <= CHANGE
        text = ODD if not number % 10 else STORY_A if before else STORY_B
        run = a_run(text, id=number, fingerprint="fp_a" if before else "fp_b", seed=123, **facts)
        yield replace(run, created_at=BEGAN + timedelta(days=number - 1))


def many(requests: int, texts: Sequence[str], **facts: Any) -> Iterator[Run]:
    """Make runs of many requests, round by round; the first ones say more different things."""
    for round_, text in enumerate(texts):
        for number in range(requests):
            said = text if number <= round_ else texts[0]
            question = [{"role": "user", "content": f"Question {number + 1}: is it so?"}]
            run = a_run(said, messages=question, seed=7, **facts)
            yield replace(run, created_at=BEGAN + timedelta(minutes=round_ * requests + number))
