"""The command line: which module answers what was asked for.

Nothing is imported that reads arguments where there are none, and no command but the one that runs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The arguments without the program's name; those of the process if None.

    Returns:
        The exit status: 0 the same or done, 1 different, 2 trouble.

    Raises:
        SystemExit: After `--help` or `--version` (0), or if the arguments cannot be meant (2).
    """
    from seedtui.commands.streams import prepare

    prepare()
    options = _read(sys.argv[1:] if argv is None else argv)
    from seedtui.commands.common import call

    command = importlib.import_module(f"seedtui.commands.{options.module}")
    return call(command.main, options)


def _read(arguments: Sequence[str]) -> Namespace:
    if not arguments:
        # There is nothing to read, and the parser would be a good part of the app's start.
        from seedtui.commands.common import NO_OPTIONS

        return cast("Namespace", SimpleNamespace(**NO_OPTIONS))
    from seedtui.commands.parser import parser

    return parser().parse_args(arguments)
