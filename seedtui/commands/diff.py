"""`seedtui diff`: do two completions agree, where do they part, what explains it."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace

from seedtui.commands.common import TROUBLE, find_run, open_history, output_file
from seedtui.commands.output import on_terminal, with_colour
from seedtui.core.comparison import compare
from seedtui.core.rows import View
from seedtui.core.run import Side
from seedtui.core.verdict import Code
from seedtui.exchange.diff_json import diff_object
from seedtui.exchange.jsonl import dumps
from seedtui.exchange.text import Look, diff_text

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
    found = compare(a, b)
    written = dumps(diff_object(found)) + "\n" if options.format == "json" else diff_text(found, _look(options))
    if options.output not in (None, "-"):
        with output_file(options.output) as write:
            write(written)
    else:
        sys.stdout.write(written)
    code = found.verdict.code if found.verdict else None
    if code is Code.NO_TEXT or (code is Code.INCOMPLETE and found.diff.equal):
        return TROUBLE
    return 0 if found.diff.equal else 1


def _look(options: Namespace) -> Look:
    """Fit the text to the terminal, or to nothing in particular."""
    to_terminal = on_terminal() and not options.output
    columns = shutil.get_terminal_size((_DEFAULT_WIDTH, 24)).columns if to_terminal else _DEFAULT_WIDTH
    return Look(View(options.view), max(_NARROWEST, columns), with_colour() and to_terminal)
