"""How far completions agree, ready to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from seedtui.core.agreement import Agreement, Interval, Overall, Share
from seedtui.core.agreement.prefix import Prefix
from seedtui.core.agreement.timeline import Timeline
from seedtui.core.agreement.tree_rows import TreeRow
from seedtui.core.request import JsonObject, Request
from seedtui.core.run import Run

AgreementFormat = Literal["text", "json", "csv", "markdown"]

AGREEMENT_FORMATS: Final[tuple[AgreementFormat, ...]] = get_args(AgreementFormat)


@dataclass(frozen=True)
class Asked:
    """What was asked.

    Attributes:
        request: The request; None if no run of it can be read.
        model: The model asked for.
        endpoints: The endpoints it was sent to, in the order they first came.
        labels: Each field that the series sweeps and its value as sent; empty outside of a series.
    """

    request: Request | None
    model: str
    endpoints: tuple[str, ...]
    labels: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Row:
    """How far the completions of one request, or of one setting of a series, agree: figures without texts.

    Attributes:
        asked: What was asked.
        digest: The request's digest.
        round: Which round of its request this is, from 1; 0 if it was asked in one.
        n: How many completions count.
        unique: How many different ones there are.
        modal: How many of them are the commonest.
        modal_interval: The interval of that share.
        pairs: How many of the pairs are identical.
        interval: The interval of that share.
        stable: The beginning that all share.
        half: The longest beginning that half of them share.
        left_out: How a run ended to how many of its completions are left out for that.
        answers: How many different answers there are; None if no answer was asked for.
        unanswered: How many completions have none.
        agrees: Whether there are several and all agree; by their answers, if one was asked for.
        json: The group of `agree --json`, without what was asked; empty if it is not wanted.
    """

    asked: Asked
    digest: str
    round: int
    n: int
    unique: int
    modal: Share
    modal_interval: Interval | None
    pairs: Share
    interval: Interval | None
    stable: Prefix
    half: Prefix
    left_out: Mapping[str, int]
    answers: int | None
    unanswered: int
    agrees: bool
    json: JsonObject


@dataclass(frozen=True)
class SeriesFacts:
    """How far a series has come.

    Attributes:
        id: Its number.
        planned: How many runs it is to have.
        answered: How many have answered.
        settings: How many requests it sends.
    """

    id: int
    planned: int
    answered: int
    settings: int


@dataclass(frozen=True)
class Single:
    """What is told of the only request there is.

    Attributes:
        agreement: Its completions.
        tree: The tree of divergences, in lines.
        runs: The runs that the tree's branches name as their examples, as far as they are needed and can be read.
    """

    agreement: Agreement
    tree: tuple[TreeRow, ...] = ()
    runs: Mapping[int, Run] = field(default_factory=dict)


@dataclass(frozen=True)
class AgreementReport:
    """How far completions agree.

    Attributes:
        rows: The requests, or the settings of a series, in the order they are to be told.
        overall: What they come to, also those that are not among the rows.
        timelines: The fingerprints over time.
        more: How many requests are not among the rows.
        single: More of the only request there is.
        series: The series they are of.
        damaged: The completions that could not be read, like `41.1`, and were left out.
    """

    rows: tuple[Row, ...]
    overall: Overall
    timelines: tuple[Timeline, ...] = ()
    more: int = 0
    single: Single | None = None
    series: SeriesFacts | None = None
    damaged: tuple[str, ...] = ()


def row_of(found: Agreement, asked: Asked, *, whole: bool) -> Row:
    """Take the figures from an agreement, so that its texts need not be kept.

    Args:
        found: The agreement.
        asked: What was asked.
        whole: Whether the group of `agree --json` is wanted, which has more than the figures.
    """
    answers = found.answers
    return Row(
        asked=asked,
        digest=found.digest,
        round=found.round,
        n=found.n,
        unique=found.tally.unique,
        modal=found.tally.modal,
        modal_interval=found.modal_interval,
        pairs=found.tally.pairs,
        interval=found.pairwise_interval,
        stable=found.stable_prefix,
        # Of a single text it is the same, and takes as long again.
        half=found.half_prefix if found.tally.unique > 1 else found.stable_prefix,
        left_out=dict(found.left_out),
        answers=None if answers is None else answers.unique,
        unanswered=found.unanswered,
        agrees=found.tally.agrees if answers is None else found.answers_agree,
        json=found.as_json() if whole else {},
    )


def same_or_none(values: Sequence[Any]) -> Any:
    """Return what all values are; None if they differ, or there are none."""
    return values[0] if values and all(value == values[0] for value in values) else None
