"""`seedtui check`: send the requests of the baselines again, and say whether they still reproduce."""

from __future__ import annotations

import asyncio
import contextlib
import os
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seedtui.commands.baseline import NOTHING_PINNED, whole_run_id
from seedtui.commands.common import TROUBLE, CommandError, load_settings, open_history, os_sentence, output_file
from seedtui.commands.output import say
from seedtui.commands.rechecking import Recheck, send
from seedtui.core.agreement.answers import answer_finder
from seedtui.core.checking import (
    Check,
    Outcome,
    Rule,
    as_object,
    exit_status,
    has_text,
    setting_of,
    summary,
    unsent_sentence,
)
from seedtui.core.phrases import plural
from seedtui.core.run import Run
from seedtui.core.series import Plan
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps

if TYPE_CHECKING:
    from seedtui.config import Settings
    from seedtui.history import History


@dataclass(frozen=True)
class _Job:
    """A baseline to check: the run and where to send its request, or why that cannot be done."""

    run_id: int
    run: Run | None = None
    endpoint: str = ""
    trouble: str = ""


def main(options: Namespace) -> int:
    """Check baselines, all or some.

    Returns:
        0 if all pass, 1 if something no longer reproduces, 2 if there was trouble.
    """
    rule = _rule(options)
    settings, endpoint = _place(options)
    if options.junit is not None and not options.junit.strip():
        raise CommandError("--junit is empty: name a file, or leave the option off.")
    with contextlib.ExitStack() as stack:
        history = stack.enter_context(open_history(options))
        jobs = [_job(history, settings, run_id, endpoint) for run_id in _wanted(history, options.runs)]
        # Before anything is sent: a file that cannot be written must not cost an answer.
        write_out = stack.enter_context(output_file(options.junit)) if options.junit else None
        return _check(options, settings, history, jobs, rule, write_out)


def _rule(options: Namespace) -> Rule:
    try:
        return Rule(None if options.answer is None else answer_finder(options.answer), options.similarity)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _place(options: Namespace) -> tuple[Settings, str | None]:
    """Return the settings, and the endpoint that everything is sent to, if one is named."""
    settings = load_settings(options)
    if not options.base_url:
        return settings, options.endpoint or None
    if options.endpoint:
        raise CommandError("--base-url is an endpoint of its own: leave off --endpoint and --local.")
    from seedtui.config import ad_hoc

    endpoint = ad_hoc(options.base_url, os.environ)
    return settings.with_endpoint(endpoint), endpoint.name


def _wanted(history: History, typed: Iterable[str]) -> list[int]:
    pinned = [run_id for run_id, _ in history.baselines()]
    if not pinned:
        raise CommandError(NOTHING_PINNED)
    wanted = list(dict.fromkeys(whole_run_id(history, one) for one in typed))
    for run_id in wanted:
        if run_id not in pinned:
            raise CommandError(f"#{run_id} is no baseline; seedtui baseline add {run_id} makes it one.")
    return wanted or pinned


def _job(history: History, settings: Settings, run_id: int, endpoint: str | None) -> _Job:
    from seedtui.history import HistoryError

    try:
        run = history.run(run_id)
    except HistoryError as error:
        if error.kind != "damaged":
            raise
        return _Job(run_id, trouble=str(error))
    if run is None:
        return _Job(run_id, trouble="The baseline was deleted just now.")
    if not has_text(run):
        return _Job(
            run_id, run, trouble=f"The baseline has no text ({run.status.phrase}): there is nothing to compare."
        )
    name = endpoint or run.endpoint
    if name in settings.endpoints:
        return _Job(run_id, run, name)
    lack = f"Its endpoint, {one_line(name, 60)}, is not configured" if name else "It names no endpoint"
    return _Job(run_id, run, trouble=f"{lack}: say with --endpoint or --base-url where to send it.")


def _check(
    options: Namespace,
    settings: Settings,
    history: History,
    jobs: list[_Job],
    rule: Rule,
    write_out: Callable[[str], None] | None,
) -> int:
    begun = datetime.now(UTC)
    checks = [_not_begun(job) for job in jobs if job.trouble]
    ready = [job for job in jobs if not job.trouble]
    show = None if options.json else _show
    recheck = None
    for check in checks:
        (show or say)(check.line)
    if ready:
        plan = _plan(options, ready)
        recheck = _sent(settings, history, plan, ready, rule, show)
        checks += [check for slot in range(plan.count) for check in recheck.checks(slot)]
    order = {job.run_id: place for place, job in enumerate(jobs)}
    checks.sort(key=lambda check: (order[check.run_id], check.round))
    if write_out is not None:
        from seedtui.exchange.junit import junit_xml

        write_out(junit_xml(checks, begun, options.repeat))
    return _told(options, checks, recheck.failure if recheck else None)


def _not_begun(job: _Job) -> Check:
    return Check(baseline=str(job.run_id), outcome=Outcome.TROUBLE, why=job.trouble, pinned=job.run)


def _plan(options: Namespace, ready: list[_Job]) -> Plan:
    settings = tuple(setting_of(job.run, job.endpoint) for job in ready if job.run)
    try:
        return Plan(settings, options.repeat, options.concurrency, options.timeout)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _sent(
    settings: Settings,
    history: History,
    plan: Plan,
    ready: list[_Job],
    rule: Rule,
    show: Callable[[str], object] | None,
) -> Recheck:
    if any(settings.endpoint(job.endpoint).local for job in ready):
        from seedtui.commands.pull import ensure_weights

        ensure_weights(settings)
    times = "" if plan.repeat == 1 else f", {plural(plan.repeat, 'time')} each"
    say(f"Checking {plural(len(ready), 'baseline')}{times}: A is the baseline, B the new run of the same request.")
    recheck = Recheck(plan, {job.run_id: job.run for job in ready if job.run}, rule, show)
    asyncio.run(send(settings, history, plan, recheck))
    return recheck


def _show(line: str) -> None:
    print(line, flush=True)


def _told(options: Namespace, checks: list[Check], failure: OSError | None) -> int:
    if failure is not None:
        if not isinstance(failure, BrokenPipeError):
            say(f"{os_sentence(failure)}.")
        return TROUBLE
    unsent = unsent_sentence(checks)
    if unsent:
        say(unsent)
    if options.json:
        print(dumps(as_object(checks)))
    else:
        print(summary(checks))
    first = next((check for check in checks if check.outcome is Outcome.DIFFERENT), None)
    if first is not None and first.name is not None:
        say(f"Where they part: seedtui diff {first.baseline} {first.name}")
    return exit_status(checks)
