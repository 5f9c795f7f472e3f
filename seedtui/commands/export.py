"""`seedtui export`: runs as JSON lines."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from seedtui.commands.common import TROUBLE, open_history, output_file, query_of, readable_runs
from seedtui.commands.output import say
from seedtui.core.run import Run
from seedtui.core.text import displayable
from seedtui.exchange.jsonl import dumps, line_object

if TYPE_CHECKING:
    from seedtui.core.query import Query
    from seedtui.history import History


def main(options: Namespace) -> int:
    """Write the runs that a query finds, oldest first, so that an import numbers them alike."""
    query = query_of(options.query)
    unreadable: list[int] = []
    with open_history(options) as history:
        runs = readable_runs(history, _ids(history, query), unreadable)
        if options.output == "-":
            count = _write(runs, sys.stdout.write)
        else:
            with output_file(options.output) as write:
                count = _write(runs, write)
    where = "" if options.output == "-" else f" to {displayable(options.output)}"
    say(f"{count} run{'' if count == 1 else 's'} exported{where}.")
    return TROUBLE if unreadable else 0


def _ids(history: History, query: Query) -> list[int]:
    ids: list[int] = []
    before: int | None = None
    while page := history.page(query, before, 500):
        ids += [one.id for one in page]
        before = page[-1].id
    return ids[::-1]


def _write(runs: Iterable[Run], write: Callable[[str], object]) -> int:
    count = 0
    for run in runs:
        write(dumps(line_object(run)) + "\n")
        count += 1
    return count
