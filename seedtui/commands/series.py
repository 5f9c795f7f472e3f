"""`seedtui series`: the series there are, newest first."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from seedtui.commands.common import NoHistoryError, open_history
from seedtui.commands.output import local_time, say
from seedtui.commands.table import print_table
from seedtui.core.run import Status
from seedtui.core.sample import SeriesRecord, is_answer
from seedtui.core.series import Plan
from seedtui.core.sweep import plan_phrase
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps, timestamp

if TYPE_CHECKING:
    from seedtui.history import History

_HEADINGS = ("series", "time", "answered", "failed", "what")
_PAGE = 100


def main(options: Namespace) -> int:
    """List series; a history that is not there yet has none."""
    try:
        with open_history(options) as history:
            found = list(_newest(history, int(options.limit) + 1))
    except NoHistoryError as error:
        say(str(error))
        return 0
    listed = found[: options.limit]
    if options.json:
        for record in listed:
            print(dumps(_object(record)))
    elif listed:
        print_table([_HEADINGS, *(_cells(record) for record in listed)], ("failed", "time"))
    if not listed:
        say("There is no series yet: seedtui run with --repeat or --sweep makes one.")
    elif len(found) > len(listed):
        say(f"These are the newest {len(listed)}; --limit N lists more.")
    return 0


def _newest(history: History, limit: int) -> Iterator[SeriesRecord]:
    before: int | None = None
    while limit > 0:
        page = history.series_page(before, min(limit, _PAGE))
        yield from page
        if not page:
            return
        before = page[-1].id
        limit -= len(page)


def _counts(record: SeriesRecord) -> tuple[int, int]:
    statuses = [status for _, status in record.answers.values()]
    return sum(is_answer(status) for status in statuses), statuses.count(Status.FAILED)


def _plan(record: SeriesRecord) -> Plan | str:
    try:
        return Plan.from_json(record.plan)
    except ValueError as error:
        return str(error)


def _cells(record: SeriesRecord) -> tuple[str, ...]:
    plan = _plan(record)
    answered, failed = _counts(record)
    if isinstance(plan, str):
        told, planned = one_line(plan), "?"
    else:
        told, planned = f"{_where(plan)}: {plan_phrase(plan)}", str(plan.count)
        if answered < plan.count:
            told = f"open: seedtui run --resume {record.id}; {told}"
    return str(record.id), local_time(record.created_at), f"{answered} of {planned}", str(failed or "-"), told


def _where(plan: Plan) -> str:
    """The endpoint and model, where there is one; what is swept is told with the rest."""
    endpoints = {setting.endpoint for setting in plan.settings}
    models = {setting.request.model for setting in plan.settings}
    told = [one_line(next(iter(names)), 40) for names in (endpoints, models) if len(names) == 1]
    return " ".join(told) or f"{len(endpoints)} endpoints"


def _object(record: SeriesRecord) -> dict[str, Any]:
    plan = _plan(record)
    answered, failed = _counts(record)
    known = {"planned": None} if isinstance(plan, str) else {"planned": plan.count}
    return {
        "id": record.id,
        "created_at": timestamp(record.created_at),
        **known,
        "answered": answered,
        "failed": failed,
        "plan": record.plan,
    }
