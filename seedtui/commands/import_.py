"""`seedtui import`: runs from logs, its own and other tools'."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from seedtui.commands.common import TROUBLE, CommandError, open_history, os_sentence
from seedtui.commands.output import say
from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.core.text import displayable
from seedtui.exchange.logs.found import ImportedRun, LineProblem
from seedtui.exchange.logs.reading import read_runs
from seedtui.exchange.logs.table import parse_columns

if TYPE_CHECKING:
    from seedtui.history import History

_BATCH = 200
_PROBLEMS_SHOWN = 20


def main(options: Namespace) -> int:
    """Add the runs that the files hold; name the records that hold none."""
    try:
        columns = parse_columns(options.columns) if options.columns else {}
    except ValueError as error:
        raise CommandError(str(error)) from None
    with contextlib.ExitStack() as stack:
        # All files are opened before anything is written: a misspelt name changes nothing.
        sources = [(displayable(name), _open(name, stack)) for name in options.files]
        history = stack.enter_context(open_history(options, create=True))
        count = _Count()
        try:
            _add(read_runs(sources, columns), history, count)
            interrupted = False
        except KeyboardInterrupt:
            interrupted = True
        finally:
            count.end()
    for problem in count.problems[:_PROBLEMS_SHOWN]:
        say(str(problem))
    if len(count.problems) > _PROBLEMS_SHOWN:
        say(f"… and {len(count.problems) - _PROBLEMS_SHOWN} more bad records.")
    if count.cached:
        say(
            f"{count.cached} of these answers came from promptfoo's cache: "
            "copies of an earlier answer, which agree with it for no other reason."
        )
    print(count.outcome)
    if interrupted:
        say("Interrupted. What was added is kept; import again what was to come in for the rest.")
    return TROUBLE if count.problems or interrupted else 0


class _Count:
    """What came of an import so far; shown while it goes on, if somebody is there to see it."""

    def __init__(self) -> None:
        self.added: list[int] = []
        self.known = 0
        self.cached = 0
        self.problems: list[LineProblem] = []
        self._line = RewrittenLine()

    def show(self) -> None:
        """Write the count over the one before."""
        self._line.show(f"{len(self.added):,} added, {self.known:,} there already …")

    def end(self) -> None:
        """Take the count away again."""
        self._line.clear()

    @property
    def outcome(self) -> str:
        """How many runs came in: `4 runs added (#1 to #4), 1 there already, 2 bad lines passed over.`."""
        said = f"{len(self.added)} run{'' if len(self.added) == 1 else 's'} added"
        if self.added:
            only = len(self.added) == 1
            said += f" (#{self.added[0]})" if only else f" (#{self.added[0]} to #{self.added[-1]})"
        if self.known:
            said += f", {self.known} there already"
        if self.problems:
            kind = "line" if all(one.line for one in self.problems) else "record"
            said += f", {len(self.problems)} bad {kind}{'' if len(self.problems) == 1 else 's'} passed over"
        return f"{said}."


def _add(found: Iterator[ImportedRun | LineProblem], history: History, count: _Count) -> None:
    """Add runs, a batch of them or none at a time."""
    while part := list(islice(found, _BATCH)):
        count.problems += [one for one in part if isinstance(one, LineProblem)]
        good = [one for one in part if isinstance(one, ImportedRun)]
        if good:
            new, known = history.add([one.run for one in good], [one.key for one in good])
            count.added += new
            count.known += known
            count.cached += sum((one.run.response or {}).get("cached") is True for one in good)
        count.show()


def _open(name: str, stack: contextlib.ExitStack) -> BufferedReader:
    if name == "-":
        stdin = sys.stdin.buffer
        return stdin if isinstance(stdin, BufferedReader) else BufferedReader(cast("RawIOBase", stdin))
    try:
        return stack.enter_context(Path(name).open("rb"))
    except OSError as error:
        raise CommandError(f"{os_sentence(error)}. Nothing was imported.") from None
