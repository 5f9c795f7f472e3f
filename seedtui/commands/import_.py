"""`seedtui import`: runs from files of JSON lines."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import cast

from seedtui.commands.common import TROUBLE, CommandError, open_history, os_sentence
from seedtui.commands.output import say
from seedtui.core.text import displayable
from seedtui.exchange.jsonl import ImportedRun, LineProblem, read_runs

_BATCH = 200
_PROBLEMS_SHOWN = 20


def main(options: Namespace) -> int:
    """Add the runs that the files hold; name the lines that hold none."""
    added: list[int] = []
    skipped = 0
    problems: list[LineProblem] = []
    with contextlib.ExitStack() as stack:
        # All files are opened before anything is written: a misspelt name changes nothing.
        sources = [(displayable(name), _open(name, stack)) for name in options.files]
        history = stack.enter_context(open_history(options, create=True))
        for batch in _batches(read_runs(sources), problems):
            new, known = history.add([one.run for one in batch], [one.key for one in batch])
            added += new
            skipped += known
    for problem in problems[:_PROBLEMS_SHOWN]:
        say(str(problem))
    if len(problems) > _PROBLEMS_SHOWN:
        say(f"… and {len(problems) - _PROBLEMS_SHOWN} more bad lines.")
    print(_outcome(added, skipped, len(problems)))
    return TROUBLE if problems else 0


def _open(name: str, stack: contextlib.ExitStack) -> BufferedReader:
    if name == "-":
        stdin = sys.stdin.buffer
        return stdin if isinstance(stdin, BufferedReader) else BufferedReader(cast("RawIOBase", stdin))
    try:
        return stack.enter_context(Path(name).open("rb"))
    except OSError as error:
        raise CommandError(f"{os_sentence(error)}. Nothing was imported.") from None


def _batches(found: Iterator[ImportedRun | LineProblem], problems: list[LineProblem]) -> Iterator[list[ImportedRun]]:
    while part := list(islice(found, _BATCH)):
        problems += [one for one in part if isinstance(one, LineProblem)]
        if good := [one for one in part if isinstance(one, ImportedRun)]:
            yield good


def _outcome(added: list[int], skipped: int, bad: int) -> str:
    """Say how many runs came in: `4 runs added (#1 to #4), 1 there already, 2 lines bad.`."""
    said = f"{len(added)} run{'' if len(added) == 1 else 's'} added"
    if added:
        said += f" (#{added[0]})" if len(added) == 1 else f" (#{added[0]} to #{added[-1]})"
    if skipped:
        said += f", {skipped} there already"
    if bad:
        said += f", {bad} bad line{'' if bad == 1 else 's'} passed over"
    return f"{said}."
