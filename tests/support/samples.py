"""Samples and their texts made by hand, and texts of several scripts, for what is counted in completions."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from seedtui.core.agreement import Agreement, AnswerFinder, agreement_of
from seedtui.core.run import Status
from seedtui.core.sample import Sample

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)

_PIECES = [
    *(
        "The crew ",
        "saw Mars. ",
        "Dr. Kim ",
        "can't ",
        "can ",
        "3.14",
        "wait! ",
        "A",
        "a",
        "b",
        " ",
        "\n",
        "\n\n",
        ". ",
    ),
    *(
        "화성으로 ",
        "가는 길. ",
        "우주선",
        unicodedata.normalize("NFD", "한글 "),
        "去火星",
        "的旅行。",
        "ยาน",
        "อวกาศ",
        " ไป ",
    ),
    *("```python\n", "x = 1\n", "```\n", "🚀", "👩‍🚀", "🇰🇷", "🇰", "é", "e\u0301", "…", "'", "\u200d", "\r\n", "1. "),
]
texts = st.lists(st.sampled_from(_PIECES), max_size=8).map("".join)
"""Short texts, many of which begin the same."""


@st.composite
def completions(draw: st.DrawFn, min_size: int = 0, max_size: int = 10) -> list[str]:
    """Texts of one request's completions: some the same, some beginnings of others, some with the same beginning."""
    stems = draw(st.lists(texts, min_size=1, max_size=3))
    said = st.sampled_from(stems)
    grown = st.tuples(said, texts).map("".join)
    cut = st.tuples(said, st.integers(0, 12)).map(lambda pair: pair[0][: pair[1]])
    return draw(st.lists(said | grown | cut | texts, min_size=min_size, max_size=max_size))


def identity_of(text: str) -> str:
    """Return what two completions have in common exactly if they are identical."""
    return hashlib.sha256(text.encode()).hexdigest()


def a_sample(
    text: str | None = "Once upon a time.",
    *,
    run_id: int = 1,
    index: int = 0,
    digest: str = "d",
    endpoint: str = "openai",
    model: str = "m-1",
    fingerprint: str | tuple[str, ...] | None = "fp_a",
    status: Status = Status.COMPLETE,
    seconds: int | None = None,
) -> Sample:
    """Make a sample of a completion.

    Args:
        text: What it says; None for a run without a completion.
        seconds: When it was sent, counted from the first moment; its run's id if it does not matter.
        run_id, index, digest, endpoint, model, fingerprint, status: As in `Sample`.
    """
    return Sample(
        run_id=run_id,
        index=-1 if text is None else index,
        digest=digest,
        endpoint=endpoint,
        model=model,
        served_model=model,
        fingerprints=(fingerprint,) if isinstance(fingerprint, str) else fingerprint or (),
        created_at=BEGAN + timedelta(seconds=run_id if seconds is None else seconds),
        status=status,
        identity="" if text is None else identity_of(text),
        whole=text is not None and status is Status.COMPLETE,
    )


def agreed(said: Sequence[str], finder: AnswerFinder | None = None) -> Agreement:
    """Work out how far some texts agree, one a run."""
    samples = [a_sample(text, run_id=number) for number, text in enumerate(said, 1)]
    return agreement_of(samples, {(number, 0): text for number, text in enumerate(said, 1)}, digest="d", finder=finder)
