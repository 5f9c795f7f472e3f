"""`seedtui import`: runs from logs, its own and other tools'."""

from __future__ import annotations

import contextlib
import math
import os
import stat
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from seedtui.commands.common import TROUBLE, CommandError, open_history, os_sentence
from seedtui.commands.import_rows import Prepared, Preparing, pack, unpack
from seedtui.commands.output import say
from seedtui.commands.rewritten_line import RewrittenLine
from seedtui.commands.workers import WorkerError, Workers
from seedtui.core.text import displayable
from seedtui.exchange.logs.found import ImportedRun, LineProblem
from seedtui.exchange.logs.lines import LineReader
from seedtui.exchange.logs.reading import read_made
from seedtui.exchange.logs.table import parse_columns

if TYPE_CHECKING:
    from seedtui.history import History, RunRow

BATCH: Final = 4_000
"""How many runs are added at once."""

_CHARACTERS: Final = 16_000_000
_PROBLEMS_SHOWN: Final = 20
_PAUSE: Final = 0.2


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
        stack.enter_context(history.in_bulk())
        count = _Count(_Share(sources))
        cut_short = ""
        reader = LineReader(Preparing().prepare)
        try:
            # Lines of JSON are read in several processes, where there are many of them.
            with Workers(reader.read, pack, unpack) as workers:
                _add(read_made(count.share.told(), reader, columns, workers.map), history, count)
        except KeyboardInterrupt:
            cut_short = "Interrupted."
        except WorkerError as error:
            cut_short = str(error)
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
    if cut_short:
        say(f"{cut_short} What was added is kept; import again what was to come in for the rest.")
    return TROUBLE if count.problems or cut_short else 0


class _Share:
    """How much of the files was read, in bytes."""

    def __init__(self, sources: Sequence[tuple[str, BufferedReader]]) -> None:
        self._sources = sources
        self._sizes = [_size(file) for _, file in sources]
        self._place = 0

    def told(self) -> Iterator[tuple[str, BufferedReader]]:
        """Give the files, and take note of which is being read."""
        for place, source in enumerate(self._sources):
            self._place = place
            yield source
        self._place = len(self._sources)

    @property
    def phrase(self) -> str:
        """The share in words; empty where it is not known."""
        sizes = [size for size in self._sizes if size is not None]
        if self._place == len(self._sources) or len(sizes) < len(self._sizes) or not sum(sizes):
            return ""
        read = sum(sizes[: self._place]) + self._sources[self._place][1].tell()
        share = 100 * read // sum(sizes)
        return f"{share} % read" if 0 < share < 100 else ""


class _Count:
    """What came of an import so far; shown while it goes on, if somebody is there to see it."""

    def __init__(self, share: _Share) -> None:
        self.share = share
        self.added: list[int] = []
        self.known = 0
        self.cached = 0
        self.problems: list[LineProblem] = []
        self._line = RewrittenLine()
        self._began = time.monotonic()
        self._shown = -math.inf

    def show(self) -> None:
        """Write the count over the one before, unless that was a moment ago."""
        now = time.monotonic()
        if not self._line.possible or now - self._shown < _PAUSE:
            return
        self._shown = now
        done, passed = len(self.added) + self.known, now - self._began
        rate = f"{done / passed:,.0f} a second" if done and passed >= _PAUSE else ""
        parts = (f"{len(self.added):,} added, {self.known:,} there already", rate, self.share.phrase)
        self._line.show(" · ".join(part for part in parts if part) + " …")

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


def _add(found: Iterator[ImportedRun[Prepared] | LineProblem], history: History, count: _Count) -> None:
    """Add runs, a batch of them or none at a time."""
    more = True
    while more:
        rows: list[RunRow] = []
        keys: list[str] = []
        cached = size = 0
        for one in found:
            if isinstance(one, LineProblem):
                count.problems.append(one)
                continue
            rows.append(one.run.row)
            keys.append(one.key)
            cached += one.run.cached
            size += one.run.size
            if len(rows) >= BATCH or size >= _CHARACTERS:
                break
        else:
            more = False
        if rows:
            new, known = history.add_rows(rows, keys)
            count.added += new
            count.known += known
            count.cached += cached
        count.show()


def _size(file: BufferedReader) -> int | None:
    """Return a file's size in bytes; None of what is no file on disk."""
    try:
        status = os.fstat(file.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _open(name: str, stack: contextlib.ExitStack) -> BufferedReader:
    if name == "-":
        stdin = sys.stdin.buffer
        return stdin if isinstance(stdin, BufferedReader) else BufferedReader(cast("RawIOBase", stdin))
    try:
        return stack.enter_context(Path(name).open("rb"))
    except OSError as error:
        raise CommandError(f"{os_sentence(error)}. Nothing was imported.") from None
