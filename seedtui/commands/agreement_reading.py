"""Reading what a query finds for the statistics: samples first, then no more texts than are needed."""

from __future__ import annotations

import gc
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from seedtui.commands.common import CommandError
from seedtui.commands.output import say
from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.core.agreement import Agreement, AnswerFinder, measurements, overall_of
from seedtui.core.agreement.agreement import why_left_out
from seedtui.core.agreement.overview import Entry
from seedtui.core.agreement.settings import by_setting
from seedtui.core.agreement.timeline import timelines
from seedtui.core.agreement.tree import Branch, Ref, Tree
from seedtui.core.agreement.tree_rows import tree_rows
from seedtui.core.run import Run, label
from seedtui.core.sample import Sample, SeriesRecord, is_answer
from seedtui.core.series import Plan
from seedtui.exchange.agreement.report import AgreementFormat, AgreementReport, Asked, Row, SeriesFacts, Single, row_of
from seedtui.exchange.agreement.tree import forking_runs

if TYPE_CHECKING:
    from seedtui.core.query import Query
    from seedtui.core.request import Request
    from seedtui.history import History

_TEXTS: Final = 2000
_TREE: Final = 20
_PATIENCE: Final = 0.5


class Waiting:
    """Says on a terminal's standard error how far it is, once that takes longer than a moment."""

    def __init__(self) -> None:
        self._line = RewrittenLine()
        self._next = time.monotonic() + _PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.clear()

    def tell(self, what: str, done: int, of: int) -> None:
        """Tell how far it is."""
        if done < of and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PATIENCE / 2
            self._line.show(f"{what}: {done:,} of {of:,}")

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()


class LateTree(Tree):
    """A tree that is made when it is first looked at: of most requests, nobody asks where their texts part."""

    def __init__(self) -> None:
        super().__init__()
        self._late: list[tuple[str, Ref, int]] = []

    def add(self, text: str, example: Ref = (0, 0), count: int = 1) -> None:
        """Add a completion, or several that say the same."""
        self._late.append((text, example, count))

    @property
    def trunk(self) -> Branch:
        """What all completions share."""
        self._make()
        return super().trunk

    def branches(self) -> Iterator[Branch]:
        """Yield all branches from the root on."""
        self._make()
        return super().branches()

    def _make(self) -> None:
        late, self._late = self._late, []
        for one in late:
            super().add(*one)


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

    @cached_property
    def entry(self) -> Entry:
        """What can be told without any text."""
        first = self.samples[0] if self.samples else None
        found = Entry(self.digest, self.round, first.run_id if first else 0, first.model if first else "")
        for sample in self.samples:
            if sample.whole and sample.identity:
                found.tally.add(sample.identity)
                found.firsts.setdefault(sample.identity, (sample.run_id, sample.index))
            else:
                found.left_out[why_left_out(sample)] += 1
        return found

    def without(self, damaged: Collection[Ref]) -> None:
        """Leave completions out."""
        self.samples = [sample for sample in self.samples if (sample.run_id, sample.index) not in damaged]
        del self.entry


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

    def report(self, limit: int | None, format: AgreementFormat) -> AgreementReport:
        """Read a report.

        Args:
            limit: The most requests to tell of; None for all.
            format: How it will be written.

        Raises:
            CommandError: If the query finds nothing.
            SlowPatternError: If the answer's pattern takes too long on a text.
        """
        record = self._series() if self.is_series else None
        with _uncollected():
            samples = [sample for part in self._samples() for sample in part]
        if not samples and record is None:
            raise CommandError("No run fits the query." if self.query else "There are no runs yet to compare.")
        plan = None if record is None else self._plan(record)
        groups = _settings(plan, samples, len(self.query.filters) + bool(self.query.words)) if plan else []
        if not groups:
            with _uncollected():
                groups = _by_request(samples)
        told = groups[:limit]
        rows, single = self._rows(told, format)
        if self.finder is not None:
            self._count_answers(groups[len(told) :], self.finder)
        overall = overall_of([group.entry for group in groups])
        return AgreementReport(
            rows=tuple(rows),
            overall=overall,
            timelines=tuple(timelines(samples)),
            more=len(groups) - len(told),
            single=single if len(groups) == 1 else None,
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

    def _rows(self, groups: Sequence[Group], format: AgreementFormat) -> tuple[list[Row], Single | None]:
        """Return a row for each group, and more of the last one."""
        rows: list[Row] = []
        single = None
        for part in _portions(groups):
            texts = self._texts(part)
            for group in part:
                found = self._agreement(group, texts)
                rows.append(row_of(found, self._asked(group), whole=format == "json"))
                if len(groups) == 1:
                    tree = tuple(tree_rows(found.tree, _TREE)) if format == "text" else ()
                    single = Single(found, tree, self._runs(forking_runs(tree)))
                self.waiting.tell("Reading completions", len(rows), len(groups))
        return rows, single

    def _agreement(self, group: Group, texts: dict[Ref, str]) -> Agreement:
        said = self._said(group, texts)
        found = Agreement(group.digest, self.finder, round=group.round)
        found.tree = LateTree()
        for sample in group.samples:
            found.add(sample, lambda identity=sample.identity: said[identity])  # type: ignore[misc]
        if self.finder is not None:
            group.entry.answer({version.identity: version.answer for version in found.versions})
        return found

    def _count_answers(self, groups: Sequence[Group], finder: AnswerFinder) -> None:
        """Count the answers of those of which nothing else is told."""
        done = 0
        for part in _portions(groups):
            texts = self._texts(part)
            for group in part:
                said = self._said(group, texts)
                group.entry.answer({identity: finder.find(text) for identity, text in said.items()})
                done += 1
                self.waiting.tell("Looking for answers", done, len(groups))

    def _said(self, group: Group, texts: dict[Ref, str]) -> dict[str, str]:
        """Return the group's texts by their SHA-256; completions that cannot be read are taken out of the group."""
        said: dict[str, str] = {}
        gone: set[Ref] = set()
        for sample in group.samples:
            if sample.whole and sample.identity and sample.identity not in said:
                text = self._text(sample, texts)
                if text is None:
                    gone.add((sample.run_id, sample.index))
                else:
                    said[sample.identity] = text
        if gone:
            group.without(gone)
        return said

    def _text(self, sample: Sample, texts: dict[Ref, str]) -> str | None:
        """Return a text; None if it is damaged, or was deleted meanwhile."""
        ref = (sample.run_id, sample.index)
        if ref not in texts and ref not in self.damaged:
            # The first completion that says the same could not be read.
            texts.update(self._undamaged([ref]))
        return texts.get(ref)

    def _texts(self, groups: Iterable[Group]) -> dict[Ref, str]:
        return self._undamaged([ref for group in groups for ref in group.entry.firsts.values()])

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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage: hundreds of thousands of samples are none, and going through them takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


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
    share = group.entry.tally.pairs.value
    return share is None, share or 0.0, -group.entry.n


def _portions(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Cut groups into portions whose texts can be held at a time."""
    portion: list[Group] = []
    texts = 0
    for group in groups:
        portion.append(group)
        texts += group.entry.tally.unique
        if texts >= _TEXTS:
            yield portion
            portion, texts = [], 0
    if portion:
        yield portion


def _endpoints(samples: Iterable[Sample]) -> list[str]:
    return list(dict.fromkeys(sample.endpoint for sample in samples if sample.endpoint))


def _series_facts(record: SeriesRecord, plan: Plan) -> SeriesFacts:
    answered = sum(is_answer(status) for _, status in record.answers.values())
    return SeriesFacts(record.id, plan.count, answered, len(plan.settings))
