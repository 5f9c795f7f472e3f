"""`seedtui baseline`: pin runs, to be checked again later."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from seedtui.commands.common import TROUBLE, CommandError, NoHistoryError, open_history, readable_runs
from seedtui.commands.output import local_time, say
from seedtui.commands.table import print_table
from seedtui.core.checking import Check, Rule, checked_by, has_text, judge
from seedtui.core.reference import parse_reference
from seedtui.core.request import JsonObject
from seedtui.core.run import Run, Status
from seedtui.core.series import Plan
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps, timestamp

if TYPE_CHECKING:
    from seedtui.history import History

NOTHING_PINNED: Final = "No run is pinned: seedtui baseline add RUN pins one."
_HEADINGS: Final = ("run", "pinned", "endpoint", "model", "seed", "fingerprint", "last check", "text")
_DISPENSABLE: Final = ("endpoint", "fingerprint", "pinned", "model")
# How far back to look for the last check.
_SERIES: Final = 100


def main(options: Namespace) -> int:
    """Add, list or remove baselines."""
    if options.action == "list":
        try:
            with open_history(options) as history:
                return _list(options, history)
        except NoHistoryError as error:
            say(str(error))
            return 0
    if options.action == "remove" and options.all == bool(options.runs):
        raise CommandError("Name the runs to remove, or all of them with --all.")
    with open_history(options) as history:
        return _add(options, history) if options.action == "add" else _remove(options, history)


def whole_run_id(history: History, typed: str) -> int:
    """Return the id of the run that a reference names, whether or not the run can be read.

    Raises:
        CommandError: If it is no reference, or names a choice, or a position beyond the oldest run.
    """
    try:
        reference = parse_reference(typed)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if reference.choice is not None:
        raise CommandError(f"{reference} is one choice of a run; a baseline is a whole run: leave off the choice.")
    run_id = history.recent(reference.number) if reference.from_newest else reference.number
    if run_id is None:
        raise CommandError(f"There is no run {reference}; seedtui log lists those there are.")
    return run_id


def _add(options: Namespace, history: History) -> int:
    runs = [_found(history, run_id) for run_id in _ids(history, options.runs)]
    for run in runs:
        if not has_text(run):
            raise CommandError(
                f"#{run.id} has no text ({run.status.phrase}), so there is nothing to reproduce: nothing was pinned."
            )
    there = {run_id for run_id, _ in history.baselines()}
    history.pin([run.id for run in runs])
    for run in runs:
        print(f"#{run.id} {'was pinned already' if run.id in there else 'is pinned'}.")
        if run.status is not Status.COMPLETE:
            say(f"Note: #{run.id} is not complete ({run.status.phrase}), so a check may be unable to decide.")
        if not run.endpoint:
            say(f"Note: #{run.id} names no endpoint, so seedtui check needs --endpoint to say where to send it.")
    return 0


def _ids(history: History, typed: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(whole_run_id(history, one) for one in typed))


def _found(history: History, run_id: int) -> Run:
    run = history.run(run_id)
    if run is None:
        raise CommandError(f"There is no run #{run_id}; seedtui log lists those there are.")
    return run


def _remove(options: Namespace, history: History) -> int:
    there = [run_id for run_id, _ in history.baselines()]
    wanted = there if options.all else _ids(history, options.runs)
    history.unpin(wanted)
    for run_id in wanted:
        print(f"#{run_id} {'is no longer pinned' if run_id in there else 'was not pinned'}.")
    if not wanted:
        say(NOTHING_PINNED)
    return 0


@dataclass(frozen=True)
class _Pinned:
    """A baseline in the list: the run, when it was pinned, and how it was checked the last time."""

    run: Run
    at: datetime
    last: Run | None
    checks: Sequence[Check]

    @property
    def worst(self) -> Check | None:
        """The check of its choices that came out worst."""
        order = ("!", "≠", "≈", "=")
        return min(self.checks, key=lambda check: order.index(check.sign), default=None)


def _list(options: Namespace, history: History) -> int:
    unreadable: list[int] = []
    pinned = dict(history.baselines())
    last = _last_checks(history, set(pinned))
    listed = [
        _with_check(history, run, pinned[run.id], last.get(run.id))
        for run in readable_runs(history, list(pinned), unreadable)
    ]
    if options.json:
        for one in listed:
            print(dumps(_object(one)))
    elif listed:
        print_table([_HEADINGS, *(_cells(one) for one in listed)], _DISPENSABLE)
    if not pinned:
        say(NOTHING_PINNED)
    return TROUBLE if unreadable else 0


def _last_checks(history: History, pinned: set[int]) -> dict[int, int]:
    """Find the run that each baseline was checked with the last time, as far as the newest series tell."""
    found: dict[int, int] = {}
    # Only a run in the history can have been checked: without baselines, there is nothing to look for.
    for record in history.series_page(limit=_SERIES) if pinned else ():
        try:
            plan = Plan.from_json(record.plan)
        except ValueError:
            continue
        for slot, (run_id, _) in sorted(record.answers.items(), reverse=True):
            baseline = checked_by(plan.setting_of(slot)) if slot < plan.count else None
            if baseline in pinned and baseline is not None:
                found.setdefault(baseline, run_id)
    return found


def _with_check(history: History, run: Run, at: datetime, last_id: int | None) -> _Pinned:
    from seedtui.history import HistoryError

    try:
        last = None if last_id is None else history.run(last_id)
    except HistoryError as error:
        if error.kind != "damaged":
            raise
        last = None
    return _Pinned(run, at, last, judge(run, last, Rule()) if last else ())


def _cells(one: _Pinned) -> tuple[str, ...]:
    run, seed = one.run, one.run.request.seed
    return (
        f"#{run.id}",
        local_time(one.at),
        one_line(run.endpoint, 20) or "-",
        one_line(run.served_model or run.request.model, 32) or "-",
        "-" if seed is None else str(seed),
        one_line(run.fingerprint or "-", 24),
        f"{one.worst.sign} #{one.last.id}, {local_time(one.last.created_at)}" if one.worst and one.last else "-",
        one_line(run.completions[0].text, 80) if run.completions else "",
    )


def _object(one: _Pinned) -> JsonObject:
    run = one.run
    return {
        "id": run.id,
        "pinned_at": timestamp(one.at),
        "status": run.status.value,
        "endpoint": run.endpoint,
        "model": run.request.model,
        "served_model": run.served_model,
        "seed": run.request.seed,
        "fingerprints": list(run.fingerprints),
        "digest": run.request.digest,
        "first_words": one_line(run.completions[0].text, 80) if run.completions else "",
        "last_check": _last_object(one),
    }


def _last_object(one: _Pinned) -> JsonObject | None:
    if one.last is None or one.worst is None:
        return None
    return {
        "run": str(one.last.id),
        "checked_at": timestamp(one.last.created_at),
        "outcome": one.worst.outcome.value,
        "why": one.worst.why,
    }
