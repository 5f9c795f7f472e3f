"""Everything that is measured, in one table: each figure beside what it is held against.

    python tests/benchmarks [--quick] [--markdown] [--only NAME ...] [--peers DIR]

Works from a checkout, with the extra `test` installed. Figures come from the real program on a pseudo-terminal of 120
by 40, and so do those of the references: a bare Textual app, `less`, and toolong, posting, elia and harlequin where
they are installed; `--peers` names environments to find them in. Reports have tables of their own and are printed only
when they are asked for by name; what follows `--` goes to them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.harness.figures import Figure
from benchmarks.harness.setting import Setting
from benchmarks.harness.show import Measure, parser, setting_of, written

FIGURES: Final = (
    "first_frame",
    "loading",
    "memory",
    "idle",
    "history_keys",
    "million",
    "typing_keys",
    "switching",
    "streaming",
    "slow_line",
    "database",
    "importing",
)
REPORTS: Final = ("agreement", "cancel", "diff", "live_diff", "overview", "series_keys", "viewer")


def measured(name: str, setting: Setting) -> Iterator[Figure]:
    """Import a benchmark and run it."""
    measure: Measure = import_module(f"benchmarks.{name}").measure
    return measure(setting)


def main() -> int:
    """Run what is asked for."""
    reader = parser()
    reader.prog, reader.description = "python tests/benchmarks", __doc__
    reader.epilog = f"figures: {', '.join(FIGURES)}\nreports: {', '.join(REPORTS)}"
    reader.add_argument("--only", action="append", metavar="NAME", choices=(*FIGURES, *REPORTS), help="run this alone")
    reader.add_argument("rest", nargs="*", metavar="-- …", help="arguments of a report")
    options = reader.parse_args()
    names = options.only or FIGURES
    measures: dict[str, Measure] = {name: partial(measured, name) for name in names if name in FIGURES}
    if measures:
        written(measures, setting_of(options), in_markdown=options.markdown)
    for name in names:
        if name in REPORTS:
            sys.argv = [name, *options.rest]
            import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
