"""`seedtui diff`: do two completions agree, where do they part, what explains it."""

from __future__ import annotations

import re
import shutil
import sys
from argparse import Namespace

from seedtui.commands.common import TROUBLE, CommandError, find_run, open_history, output_file
from seedtui.commands.output import on_terminal, say, shown, with_colour
from seedtui.core import phrases
from seedtui.core.comparison import Comparison, compare
from seedtui.core.ignoring import Ignore
from seedtui.core.layout.rows import View
from seedtui.core.run import Side
from seedtui.core.verdict import Code
from seedtui.exchange.formats import Marked, write

_DEFAULT_WIDTH = 100
_NARROWEST = 40


def main(options: Namespace) -> int:
    """Compare two completions; A is the baseline.

    Returns:
        0 if they are the same, 1 if not, 2 if a run has no text to compare.
    """
    with open_history(options) as history:
        a, b = (
            Side.of(run, reference.choice or 0)
            for run, reference in (find_run(history, typed) for typed in (options.a, options.b))
        )
    found = compare(a, b, Ignore(options.ignore_case, options.ignore_space))
    marked = Marked(found, None if options.changes is None else _chosen(options.changes, found))
    if options.output not in (None, "-"):
        written = _written(marked, options)
        with output_file(options.output) as write_out:
            write_out(written)
    else:
        _print(marked, options)
    code = found.verdict.code if found.verdict else None
    if code is Code.NO_TEXT or (code is Code.INCOMPLETE and found.diff.equal):
        return TROUBLE
    return 0 if found.diff.equal else 1


def _written(marked: Marked, options: Namespace) -> str:
    view = None if options.view is None else View(options.view)
    return write([marked], options.format, view=view, width=_DEFAULT_WIDTH)


def _print(marked: Marked, options: Namespace) -> None:
    if on_terminal() and options.format == "text":
        sys.stdout.write(_fitted(marked, options))
        return
    written = _written(marked, options)
    sys.stdout.write(shown(written))
    if shown(written) != written:
        say("Control characters are shown here as pictures; a file (-o) or a pipe gets them as they are.")


def _fitted(marked: Marked, options: Namespace) -> str:
    """Write a comparison for the terminal it is shown on: what was asked is left to `seedtui show`."""
    from seedtui.exchange.text import Look, marked_text

    columns = shutil.get_terminal_size((_DEFAULT_WIDTH, 24)).columns
    view = View(options.view or View.UNIFIED)
    return marked_text(marked, Look(view, max(_NARROWEST, columns), with_colour(), record=False))


def _chosen(typed: str, found: Comparison) -> frozenset[int]:
    """Read which changes are wanted: `1,3-5`.

    Raises:
        CommandError: If it cannot be read, or there is no such change.
    """
    there = len(found.diff.changes)
    chosen: set[int] = set()
    for part in typed.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,9})(?:-([0-9]{1,9}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise CommandError(f"--changes: it must be numbers of changes like 1,3-5; got {typed!r}.")
        if not 1 <= first <= last <= there:
            missing = first if first < 1 or first > there else last
            raise CommandError(
                f"--changes: there is no change {missing}; the two have {phrases.plural(there, 'change')}."
            )
        chosen.update(range(first - 1, last))
    return frozenset(chosen)
