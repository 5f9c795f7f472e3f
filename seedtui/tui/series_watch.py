"""A series as it is looked at: how far it has come, what failed, and how far each setting agrees with itself."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from seedtui.core.agreement import Agreement, Interval, Share
from seedtui.core.agreement.settings import by_setting
from seedtui.core.query import Query
from seedtui.core.run import Run, Status
from seedtui.core.sample import NO_COMPLETION, Sample, SeriesRecord, is_answer
from seedtui.core.series import Plan
from seedtui.core.text import join_surrogates

if TYPE_CHECKING:
    from seedtui.history import History
    from seedtui.runner import Progress

MOST_FAILURES: Final = 200
"""How many failed runs are read from the history for what they say."""

_WORK_SECONDS: Final = 0.002


@dataclass(frozen=True)
class Measured:
    """How far the completions of one setting agree.

    Attributes:
        n: How many count.
        unique: How many different texts there are.
        modal: The share of the commonest.
        pairs: The share of identical pairs.
        interval: Its 95 % confidence interval.
        words: How many words all share from the beginning.
        left_out: How a run ended to how many completions do not count for that.
    """

    n: int
    unique: int
    modal: Share
    pairs: Share
    interval: Interval | None
    words: int
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class _Came:
    """A completion that is to be counted; its text only where it is the first to say so."""

    position: int
    sample: Sample
    text: str | None


class SeriesWatch:
    """Takes in what becomes of a series; what is costly of it is worked out in a thread, by `work_out`.

    Attributes:
        id: The series.
        plan: What it sends.
        created_at: When it was made, in UTC.
        progress: How far it is; None until that is known.
        going: Whether this process sends it now.
        elsewhere: Whether another process seems to send it now.
        cancelled: Whether it was cancelled the last time.
        stopped: Why it stopped by itself, in a sentence; None if it did not.
        notice: The last that was said of one of its runs, or of an endpoint.
        failures: What the runs say that failed, by the slot that is open for it.
        read: Whether what the history has of it was read, or there was nothing to read.
        version: Changes whenever something has come.
        turns: How often it was begun or ended here.
    """

    def __init__(self, series_id: int, plan: Plan, created_at: datetime | None = None, *, read: bool = False) -> None:
        self.id, self.plan = series_id, plan
        self.created_at = created_at or datetime.now(UTC)
        self.progress: Progress | None = None
        self.going = self.elsewhere = self.cancelled = False
        self.stopped: str | None = None
        self.notice = ""
        self.failures: dict[int, str] = {}
        self.read = read
        self.version = self.turns = 0
        self.agreements = [Agreement(setting.request.digest) for setting in plan.settings]
        self._known: list[set[str]] = [set() for _ in plan.settings]
        self._counted: set[tuple[int, int]] = set()
        self._came: deque[_Came] = deque()
        self._measured: dict[int, Measured] = {}

    @property
    def open(self) -> int:
        """How many runs have no answer yet."""
        return self.plan.count - (self.progress.answered if self.progress else 0)

    @property
    def choices(self) -> int:
        """How many completions each run asks for, where that is more than one in some of the settings."""
        return max(setting.request.n for setting in self.plan.settings)

    @property
    def has_news(self) -> bool:
        """Whether something has come that is not worked out yet."""
        return bool(self._came) or not self.read

    def begin(self) -> None:
        """Take in that it is being sent, or sent on."""
        self.going, self.cancelled, self.stopped, self.notice = True, False, None, ""
        self.elsewhere = False
        self.turns += 1
        self.version += 1

    def advance(self, progress: Progress) -> None:
        """Take in how far it is."""
        self.progress = progress
        self.version += 1

    def say(self, notice: str) -> None:
        """Take in what is said of one of its runs."""
        self.notice = notice
        self.version += 1

    def end(self, progress: Progress, *, cancelled: bool, stopped: str | None) -> None:
        """Take in that nothing more is sent."""
        self.progress, self.going, self.cancelled, self.stopped = progress, False, cancelled, stopped
        self.notice = ""
        self.turns += 1
        self.version += 1

    def take(self, run: Run, slot: int) -> None:
        """Take in a run of it that has ended."""
        if run.status is Status.FAILED and run.error is not None:
            self.failures[slot] = run.error.message
        elif is_answer(run.status):
            self.failures.pop(slot, None)
        position = self.plan.position_of(slot)
        known = self._known[position]
        for sample, text in samples_of(run):
            first = bool(sample.identity) and sample.whole and sample.identity not in known
            if first:
                known.add(sample.identity)
            self._came.append(_Came(position, sample, text if first else None))
        self.version += 1

    def work_out(self, history: History, cancelled: Callable[[], bool]) -> list[Measured]:
        """Count what has come, and measure each setting it came for. For a thread: it may take its time.

        Raises:
            HistoryError: If what was there before cannot be read.
            StoppedError: If it was cancelled.
        """
        from seedtui.core.interrupt import interruptible

        if not self.read:
            self._read(history, cancelled)
        with interruptible(_leisurely(cancelled)):
            while self._came:
                self._count(self._came.popleft())
            for position in range(len(self.agreements)):
                if position not in self._measured:
                    self._measured[position] = _measure(self.agreements[position])
        return [self._measured[position] for position in range(len(self.agreements))]

    def reread(self, history: History) -> bool:
        """Look whether another process has sent more of it; return whether anything is new. For a thread.

        Raises:
            HistoryError: If it cannot be read.
        """
        record = history.series(self.id)
        if record is None or self.going:
            return False
        before = self.progress, self.elsewhere
        self._take_record(record)
        if before == (self.progress, self.elsewhere):
            return False
        self.read = False
        return True

    def _read(self, history: History, cancelled: Callable[[], bool]) -> None:
        record = history.series(self.id)
        if record is not None and not self.going:
            self._take_record(record)
        query = Query(filters={"series": str(self.id)})
        samples = [one for batch in history.samples(query, cancelled=cancelled) for one in batch]
        if cancelled():
            return
        groups = [group for _, group in by_setting(self.plan, samples)]
        wanted = dict(_first_refs(groups))
        texts = history.texts(wanted.values())
        for position, group in enumerate(groups):
            for sample in group:
                # One that streams will come again when it has ended.
                if sample.status is not Status.STREAMING:
                    ref = (sample.run_id, sample.index)
                    first = wanted.get((position, sample.identity)) == ref
                    self._count(_Came(position, sample, texts.get(ref) if first else None))
            self._known[position].update(sample.identity for sample in group if sample.whole)
        if record is not None:
            self._read_failures(history, record)
        self.read = True
        self.version += 1

    def _take_record(self, record: SeriesRecord) -> None:
        from seedtui.runner import Progress

        statuses = [status for slot, (_, status) in record.answers.items() if 0 <= slot < self.plan.count]
        going = statuses.count(Status.STREAMING)
        self.progress = Progress(
            planned=self.plan.count,
            answered=sum(is_answer(status) for status in statuses),
            failed=statuses.count(Status.FAILED),
            going=going,
        )
        self.elsewhere = going > 0

    def _read_failures(self, history: History, record: SeriesRecord) -> None:
        failed = [(slot, run_id) for slot, (run_id, status) in record.answers.items() if status is Status.FAILED]
        for slot, run_id in failed[-MOST_FAILURES:]:
            if slot not in self.failures:
                run = history.run(run_id)
                self.failures[slot] = run.error.message if run and run.error else "The run is no longer there."
        answered = [slot for slot, (_, status) in record.answers.items() if is_answer(status)]
        for slot in answered:
            self.failures.pop(slot, None)

    def _count(self, came: _Came) -> None:
        from seedtui.core.interrupt import checkpoint

        checkpoint()
        ref = (came.sample.run_id, came.sample.index)
        if ref in self._counted:
            return
        self._counted.add(ref)
        self._measured.pop(came.position, None)
        text = came.text
        self.agreements[came.position].add(came.sample, lambda: text or "")

    def failures_by_message(self) -> list[tuple[str, int]]:
        """Return what the failed runs say, the commonest first, and how many say so."""
        return Counter(self.failures.values()).most_common()


def samples_of(run: Run) -> Iterator[tuple[Sample, str]]:
    """Return the samples of a run that has just ended, with their texts."""
    for index, text, reason in [(one.index, one.text, one.finish_reason) for one in run.completions] or [
        (NO_COMPLETION, "", None)
    ]:
        there = index != NO_COMPLETION
        kept = join_surrogates(text)
        yield (
            Sample(
                run_id=run.id,
                index=index,
                digest=run.request.digest,
                endpoint=run.endpoint,
                model=run.request.model,
                served_model=run.served_model,
                fingerprints=run.fingerprints,
                created_at=run.created_at,
                status=run.status,
                identity=hashlib.sha256(kept.encode()).hexdigest() if there else "",
                whole=there and (bool(reason) or run.status is Status.COMPLETE),
            ),
            kept,
        )


def _first_refs(groups: Sequence[Iterable[Sample]]) -> Iterator[tuple[tuple[int, str], tuple[int, int]]]:
    """Yield for each text of each setting the first completion that says it: only that one's text is read."""
    for position, group in enumerate(groups):
        seen: set[str] = set()
        for sample in group:
            if sample.whole and sample.identity and sample.identity not in seen:
                seen.add(sample.identity)
                yield (position, sample.identity), (sample.run_id, sample.index)


def _measure(agreement: Agreement) -> Measured:
    tally = agreement.tally
    return Measured(
        agreement.n,
        tally.unique,
        tally.modal,
        tally.pairs,
        agreement.pairwise_interval,
        agreement.stable_prefix.words,
        dict(agreement.left_out),
    )


def _leisurely(cancelled: Callable[[], bool]) -> Callable[[], bool]:
    """Return a check that rests as long as it lets work: the painter has but one interpreter to share with it."""
    worked_from = time.perf_counter()

    def check() -> bool:
        nonlocal worked_from
        now = time.perf_counter()
        if now - worked_from > _WORK_SECONDS:
            time.sleep(_WORK_SECONDS)
            worked_from = time.perf_counter()
        return cancelled()

    return check
