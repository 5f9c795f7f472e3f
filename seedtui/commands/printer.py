"""What `seedtui run` writes while runs go on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import assert_never

import regex

from seedtui.commands.agreeing import AgreementSoFar
from seedtui.commands.output import local_time, on_terminal, print_text, shown, silence, summary
from seedtui.commands.progress_line import ProgressLine, duration
from seedtui.core.phrases import plural
from seedtui.core.response import TextDelta
from seedtui.core.run import Completion, Status, label
from seedtui.core.series import Plan
from seedtui.core.sweep import label_phrase, plan_phrase
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps, run_object
from seedtui.runner import (
    FingerprintAppeared,
    RunEnded,
    RunEvent,
    RunIdentified,
    RunNotice,
    RunStarted,
    RunText,
    SeriesEnded,
    SeriesProgress,
    SeriesStarted,
)

# Whether a joiner is shown depends on its neighbours, so the last two clusters wait for what follows.
_OPEN_END = regex.compile(r"(?:\X\X|\X)\Z")


class Printer:
    """Prints runs as they go: text or JSON to standard output, all else to standard error.

    Attributes:
        ended: How many runs have ended.
        complete: How many of them are complete.
        failure: What kept it from writing, if anything did.
        agreement: How far the answers agree so far.
    """

    def __init__(
        self,
        *,
        live: bool,
        several: bool,
        as_json: bool,
        on_failure: Callable[[], object],
        quiet: bool = False,
        resume: str = "",
    ) -> None:
        """Set up.

        Args:
            live: Print the text as it comes; else each run's text when it has ended.
            several: Name each run before its text.
            as_json: Print one JSON object a run instead of the text.
            on_failure: Called once if standard output cannot be written to.
            quiet: Print no texts, and of runs only those that are not complete.
            resume: Further options that `seedtui run --resume` will need.
        """
        self.ended = self.complete = 0
        self.failure: OSError | None = None
        self.agreement = AgreementSoFar()
        self._live = live and not as_json and not quiet
        self._several = several
        self._as_json = as_json
        self._quiet = quiet
        self._resume = resume
        self._on_failure = on_failure
        self._line = ProgressLine(texts=as_json or not quiet)
        self._say = self._line.say
        self._plan: Plan | None = None
        self._held = ""
        self._last = "\n"

    def __call__(self, event: RunEvent) -> None:
        """Take in an event of the runner. Never raises for what happens to the output."""
        match event:
            case RunNotice():
                if not (self._quiet and event.run_id):
                    self._say(f"#{event.run_id}: {event.message}" if event.run_id else event.message)
            case RunStarted():
                if self._live and self._several:
                    self._say(self._name(event.run.id, event.slot))
            case RunText():
                if self._live:
                    self._guard(lambda: self._stream(event.deltas))
            case RunEnded():
                self._end(event)
            case FingerprintAppeared():
                self._say(_appeared(event))
            case SeriesStarted():
                self._plan = event.plan
                self._say(_started(event, self._resume))
            case SeriesProgress():
                self._line.show(event.progress, self.agreement.phrase)
            case SeriesEnded():
                self._line.pause()
                for sentence in _ended(event, self.agreement.phrase, self._resume):
                    self._say(sentence)
            case RunIdentified():
                pass
            case _:
                assert_never(event)

    def _end(self, event: RunEnded) -> None:
        run = event.run
        self.ended += 1
        self.complete += run.status is Status.COMPLETE
        self.agreement.add(run)
        if self._as_json or not self._quiet:
            self._line.pause()
            self._guard(lambda: self._print_ended(event))
        if not self._quiet or run.status is not Status.COMPLETE:
            self._say(summary(run))

    def _print_ended(self, event: RunEnded) -> None:
        run = event.run
        if self._as_json:
            place = {} if event.slot is None else {"series": event.slot[0], "slot": event.slot[1]}
            print(dumps({**run_object(run), **place}))
        else:
            if self._live:
                self._end_stream()
            for completion in run.completions:
                if not (self._live and completion.index == 0):
                    self._print_completion(event, completion)
        sys.stdout.flush()

    def _print_completion(self, event: RunEnded, completion: Completion) -> None:
        count = len(event.run.completions)
        if self._several or count > 1:
            sys.stdout.flush()
            self._say(self._name(label(event.run.id, completion.index, count), event.slot))
        print_text(completion.text)

    def _name(self, name: str | int, slot: tuple[int, int] | None) -> str:
        """Name a text: its run, and what sets that apart from the others of a sweep."""
        phrase = "" if slot is None or self._plan is None else label_phrase(self._plan.setting_of(slot[1]).labels)
        return f"#{name} ({phrase}):" if phrase else f"#{name}:"

    def _stream(self, deltas: tuple[TextDelta, ...]) -> None:
        """Print what came of the first choice. The others, if a server sends some, come at the end."""
        text = self._held + "".join(delta.text for delta in deltas if delta.index == 0)
        self._held = ""
        if on_terminal() and not text.isascii():
            match = _OPEN_END.search(text)
            self._held = match.group() if match else ""
            text = text[: len(text) - len(self._held)]
        self._write(text)

    def _end_stream(self) -> None:
        text, self._held = self._held, ""
        self._write(text)
        if self._last != "\n":
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            sys.stdout.write(shown(text))
            sys.stdout.flush()
            self._last = text[-1]

    def _guard(self, write: Callable[[], None]) -> None:
        if self.failure:
            return
        try:
            write()
        except OSError as error:
            self.failure = error
            silence()
            self._on_failure()


def _appeared(event: FingerprintAppeared) -> str:
    run = event.run
    new, before = (" → ".join(one_line(one, 60) for one in found) for found in (run.fingerprints, event.before))
    seen = "" if event.last_seen is None else f", last seen {local_time(event.last_seen)}"
    model, endpoint = one_line(run.request.model, 60), one_line(run.endpoint, 60)
    return f"#{run.id}: the fingerprint {new} is new for {model} at {endpoint}; before it: {before}{seen}."


def _started(event: SeriesStarted, resume: str) -> str:
    plan, number = event.plan, event.series_id
    before = f", {event.answered} of them answered before" if event.answered else ""
    return (
        f"Series {number}: {plan_phrase(plan)}; {plural(plan.count, 'run')}{before}, {plan.concurrency} at a time. "
        f"If it is stopped, seedtui run --resume {number}{resume} goes on with it."
    )


def _ended(event: SeriesEnded, agreement: str, resume: str) -> list[str]:
    progress = event.progress
    facts = (
        f"{progress.answered} of {progress.planned} answered",
        f"{progress.failed} failed" if progress.failed else "",
        f"{progress.retried} sent again" if progress.retried else "",
        agreement,
        duration(progress.elapsed_s),
    )
    began = f"Series {event.series_id}{' was cancelled' if event.cancelled else ''}"
    told = [event.stopped] if event.stopped else []
    told.append(f"{began}: {', '.join(fact for fact in facts if fact)}.")
    if progress.answered < progress.planned:
        told.append(f"To send what is open: seedtui run --resume {event.series_id}{resume}")
    if progress.answered > 1:
        told.append(f"To see how far they agree: seedtui agree series:{event.series_id}")
    return told
