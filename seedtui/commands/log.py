"""`seedtui log`: the runs, newest first."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seedtui.commands.common import TROUBLE, NoHistoryError, open_history, query_of, readable_runs
from seedtui.commands.output import local_time, say
from seedtui.commands.table import print_table
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps, run_object

if TYPE_CHECKING:
    from seedtui.core.query import Query
    from seedtui.history import History, Summary

_HEADINGS = ("run", "time", "endpoint", "model", "seed", "temp", "fingerprint", "tokens", "status", "text")
_DISPENSABLE = ("endpoint", "temp", "time", "model")


def main(options: Namespace) -> int:
    """List the runs that a query finds; a history that is not there yet has none."""
    query = query_of(options.query)
    try:
        return _list(options, query)
    except NoHistoryError as error:
        say(str(error))
        return 0


def _list(options: Namespace, query: Query) -> int:
    unreadable: list[int] = []
    with open_history(options) as history:
        found = list(_newest(history, query, options.limit + 1))
        listed = found[: options.limit]
        if options.json:
            for run in readable_runs(history, [one.id for one in listed], unreadable):
                print(dumps(run_object(run)))
        elif listed:
            print_table([_HEADINGS, *(_cells(one) for one in listed)], _DISPENSABLE)
    if not listed:
        say("No run fits the query." if query else 'There are no runs yet: send one with seedtui run "…".')
    elif len(found) > len(listed):
        say(f"These are the newest {len(listed)}; --limit N lists more.")
    return TROUBLE if unreadable else 0


def _newest(history: History, query: Query, limit: int) -> Iterator[Summary]:
    before: int | None = None
    while limit > 0:
        page = history.page(query, before, min(limit, 500))
        yield from page
        if not page:
            return
        before = page[-1].id
        limit -= len(page)


def _cells(one: Summary) -> tuple[str, ...]:
    fingerprint = one.fingerprints[-1] if one.fingerprints else "-"
    return (
        f"#{one.id}",
        local_time(one.created_at),
        one_line(one.endpoint, 20) or "-",
        one_line(one.served_model or one.model, 32) or "-",
        "-" if one.seed is None else str(one.seed),
        _number(one.temperature),
        one_line(fingerprint, 24),
        "-" if one.completion_tokens is None else str(one.completion_tokens),
        one.status.value,
        one_line(one.first_words, 80),
    )


def _number(value: object) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else "-"
