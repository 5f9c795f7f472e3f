"""Reading what a query finds for the statistics: samples first, then no more texts than are needed."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from seedtui.commands.common import CommandError
from seedtui.commands.output import say
from seedtui.core.agreement import Agreement, AnswerFinder, Overall, measurements, overall_of
from seedtui.core.agreement.settings import by_setting
from seedtui.core.agreement.timeline import timelines
from seedtui.core.agreement.tree_rows import tree_rows
from seedtui.core.run import Run, label
from seedtui.core.sample import Sample, SeriesRecord, is_answer
from seedtui.core.series import Plan
from seedtui.exchange.agreement import AgreementReport, Asked, Row, SeriesFacts, Single, row_of, sum_of
from seedtui.exchange.agreement_tree import forking_runs

if TYPE_CHECKING:
    from seedtui.core.query import Query
    from seedtui.core.request import Request
    from seedtui.history import History

Ref = tuple[int, int]

_TEXTS: Final = 2000
_TREE: Final = 20
_PATIENCE: Final = 0.5
_CLEAR: Final = "\r\x1b[K"


class Waiting:
    """Says on a terminal's standard error how far it is, once that takes longer than a moment."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._next = time.monotonic() + _PATIENCE
        self._said = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.clear()

    def tell(self, what: str, done: int, of: int) -> None:
        """Tell how far it is."""
        if self._terminal and done < of and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PATIENCE / 2
            self._said = True
            self._write(f"{_CLEAR}{what}: {done:,} of {of:,}")

    def clear(self) -> None:
        """Take the line away."""
        if self._said:
            self._said = False
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._terminal = False


@dataclass
class Group:
    """The completions that are held against each other, and what was asked.

    Attributes:
        digest: The request's digest.
        round: Which round of its request this is; 0 if there is but one.
        samples: The completions, oldest first.
        labels: What sets a setting of a series apart.
        request: The request where it is known already.
        endpoint: The setting's endpoint.
    """

    digest: str
    round: int
    samples: Sequence[Sample]
    labels: tuple[tuple[str, Any], ...] = ()
    request: Request | None = None
    endpoint: str = ""

    def agreement(self, without: Collection[Ref]) -> Agreement:
        """Return the agreement as far as it can be told without any text.

        Args:
            without: Completions to leave out.
        """
        found = Agreement(self.digest, round=self.round)
        for sample in self.samples:
            if not without or (sample.run_id, sample.index) not in without:
                found.add(sample, str)
        return found


@dataclass
class Reader:
    """Reads what a report needs.

    Attributes:
        history: Where from.
        query: Which runs.
        finder: Finds the answer in a text; None if it is not asked for.
        waiting: Told how far it is.
        damaged: The completions that could not be read.
    """

    history: History
    query: Query
    finder: AnswerFinder | None
    waiting: Waiting
    damaged: list[Ref] = field(default_factory=list)

    @property
    def is_series(self) -> bool:
        """Whether the query names a series."""
        return "series" in self.query.filters

    def report(self, limit: int | None, *, words: bool) -> AgreementReport:
        """Read a report.

        Args:
            limit: The most requests to tell of; None for all.
            words: Whether the texts of all requests are wanted, rather than of those to be told of.

        Raises:
            CommandError: If the query finds nothing.
            SlowPatternError: If the answer's pattern takes too long on a text.
        """
        record = self._series() if self.is_series else None
        samples = [sample for part in self._samples() for sample in part]
        if not samples and record is None:
            raise CommandError("No run fits the query." if self.query else "There are no runs yet to compare.")
        plan = None if record is None else self._plan(record)
        groups = _settings(plan, samples, len(self.query.filters) + bool(self.query.words)) if plan else []
        if not groups:
            groups = _by_request(samples)
        told = groups if limit is None else groups[:limit]
        wanted = groups if words or self.finder else told
        rows, parts, single = self._rows(wanted, len(told), alone=len(groups) == 1)
        # Only answers are in the texts; all else can be counted without them.
        overall = sum_of(parts) if self.finder else overall_of([one.agreement(self.damaged) for one in groups])
        return AgreementReport(
            rows=tuple(rows),
            overall=overall,
            timelines=tuple(timelines(samples)),
            more=len(groups) - len(told),
            single=single,
            series=None if record is None or plan is None else _series_facts(record, plan),
            damaged=tuple(label(*ref, 1) for ref in self.damaged),
        )

    def _samples(self) -> Iterator[list[Sample]]:
        return self.history.samples(self.query, progress=lambda done, of: self.waiting.tell("Reading runs", done, of))

    def _series(self) -> SeriesRecord:
        number = int(self.query.filters["series"])
        record = self.history.series(number)
        if record is None:
            raise CommandError(f"There is no series {number}; seedtui series lists those there are.")
        return record

    def _plan(self, record: SeriesRecord) -> Plan | None:
        try:
            return Plan.from_json(record.plan)
        except ValueError as error:
            say(str(error))
            return None

    def _rows(
        self, groups: Sequence[Group], told: int, *, alone: bool
    ) -> tuple[list[Row], list[Overall], Single | None]:
        rows: list[Row] = []
        parts: list[Overall] = []
        single = None
        for part in _portions(groups):
            texts = self._texts(part)
            for group in part:
                found = self._agreement(group, texts)
                parts.append(overall_of([found]))
                if len(rows) < told:
                    rows.append(row_of(found, self._asked(group)))
                if alone:
                    tree = tuple(tree_rows(found.tree, _TREE))
                    single = Single(found, tree, self._runs(forking_runs(tree)))
            self.waiting.tell("Reading completions", len(parts), len(groups))
        return rows, parts, single

    def _agreement(self, group: Group, texts: dict[Ref, str]) -> Agreement:
        found = Agreement(group.digest, self.finder, round=group.round)
        said: dict[str, str] = {}
        for sample in group.samples:
            if not sample.whole or sample.identity in said:
                found.add(sample, lambda identity=sample.identity: said[identity])  # type: ignore[misc]
                continue
            text = self._text(sample, texts)
            if text is not None:
                said[sample.identity] = text
                found.add(sample, lambda text=text: text)  # type: ignore[misc]
        return found

    def _text(self, sample: Sample, texts: dict[Ref, str]) -> str | None:
        """Return a text; None if it is damaged, or was deleted meanwhile."""
        ref = (sample.run_id, sample.index)
        if ref not in texts and ref not in self.damaged:
            # The first completion that says the same could not be read.
            texts.update(self._undamaged([ref]))
        return texts.get(ref)

    def _texts(self, groups: Iterable[Group]) -> dict[Ref, str]:
        return self._undamaged([ref for group in groups for ref in _firsts(group.samples)])

    def _undamaged(self, refs: Sequence[Ref]) -> dict[Ref, str]:
        """Return the texts that can be read; name those that are damaged."""
        from seedtui.history import HistoryError

        try:
            return self.history.texts(refs)
        except HistoryError as error:
            if error.kind != "damaged":
                raise
            if len(refs) == 1:
                self._damage(refs[0], str(error))
                return {}
        middle = len(refs) // 2
        return {**self._undamaged(refs[:middle]), **self._undamaged(refs[middle:])}

    def _damage(self, ref: Ref, sentence: str) -> None:
        self.waiting.clear()
        say(sentence)
        self.damaged.append(ref)

    def _asked(self, group: Group) -> Asked:
        endpoints = tuple(dict.fromkeys([*([group.endpoint] if group.endpoint else []), *_endpoints(group.samples)]))
        request = group.request
        for sample in group.samples:
            if request is not None:
                break
            run = self._run(sample.run_id)
            request = None if run is None else run.request
        model = request.model if request is not None else group.samples[0].model if group.samples else ""
        return Asked(request, model, endpoints, group.labels)

    def _runs(self, run_ids: Iterable[int]) -> dict[int, Run]:
        return {run_id: run for run_id in run_ids if (run := self._run(run_id)) is not None}

    def _run(self, run_id: int) -> Run | None:
        from seedtui.history import HistoryError

        try:
            return self.history.run(run_id)
        except HistoryError as error:
            if error.kind != "damaged":
                raise
            if not any(run_id == one for one, _ in self.damaged):
                self._damage((run_id, 0), str(error))
            return None


def _settings(plan: Plan, samples: Sequence[Sample], filters: int) -> list[Group]:
    """Return the settings of a series; all of them, unless the query has more filters than the series."""
    return [
        Group(setting.request.digest, 0, found, setting.labels, setting.request, setting.endpoint)
        for setting, found in by_setting(plan, samples)
        if found or filters == 1
    ]


def _by_request(samples: Iterable[Sample]) -> list[Group]:
    """Return the requests, the least stable first; those that have not two completions last."""
    groups = [Group(one.digest, one.round, one.samples) for one in measurements(samples)]
    return sorted(groups, key=_stability)


def _stability(group: Group) -> tuple[bool, float, int]:
    counts = Counter(sample.identity for sample in group.samples if sample.whole and sample.identity)
    n = counts.total()
    identical = sum(count * (count - 1) for count in counts.values())
    return n < 2, identical / (n * (n - 1)) if n > 1 else 0.0, -n


def _portions(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Cut groups into portions whose texts can be held at a time."""
    portion: list[Group] = []
    texts = 0
    for group in groups:
        portion.append(group)
        texts += sum(1 for _ in islice(_firsts(group.samples), _TEXTS))
        if texts >= _TEXTS:
            yield portion
            portion, texts = [], 0
    if portion:
        yield portion


def _firsts(samples: Iterable[Sample]) -> Iterator[Ref]:
    """Yield the first completion of each version."""
    seen: set[str] = set()
    for sample in samples:
        if sample.whole and sample.identity and sample.identity not in seen:
            seen.add(sample.identity)
            yield sample.run_id, sample.index


def _endpoints(samples: Iterable[Sample]) -> list[str]:
    return list(dict.fromkeys(sample.endpoint for sample in samples if sample.endpoint))


def _series_facts(record: SeriesRecord, plan: Plan) -> SeriesFacts:
    answered = sum(is_answer(status) for _, status in record.answers.values())
    return SeriesFacts(record.id, plan.count, answered, len(plan.settings))
