"""Run benchmarks and write down what they find."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.harness.figures import Figure, markdown, plain
from benchmarks.harness.machine import is_busy, machine
from benchmarks.harness.setting import CACHE, Setting

Measure = Callable[[Setting], Iterator[Figure]]


def alone(measure: Measure) -> None:
    """Run one benchmark as a program of its own."""
    options = parser().parse_args()
    name = Path(sys.argv[0]).stem
    written({name: measure}, setting_of(options), in_markdown=options.markdown)


def parser() -> argparse.ArgumentParser:
    """Make what reads the options that all benchmarks have."""
    found = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--quick", action="store_true", help="measure less often, and with 100,000 runs for a million")
    found.add_argument("--markdown", action="store_true", help="write the table in Markdown")
    found.add_argument(
        "--peers",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="look here first for less, tl, posting, elia, harlequin: an environment, or a folder of environments",
    )
    found.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="for histories (%(default)s)")
    return found


def setting_of(options: argparse.Namespace) -> Setting:
    """Return what the options say."""
    return Setting(options.quick, options.cache.absolute(), [folder.absolute() for folder in options.peers])


def written(measures: Mapping[str, Measure], setting: Setting, *, in_markdown: bool) -> list[Figure]:
    """Run benchmarks, tell of each row as it is found, and print the table at the end."""
    rows: list[Figure] = []
    for name, measure in measures.items():
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            for row in measure(setting):
                rows.append(row)
                print("  ", *plain([row])[1:], file=sys.stderr, flush=True)
        except Exception as error:
            # One that does not work must not take the others' figures along.
            reason = (str(error) or type(error).__name__).splitlines()[0]
            print(f"   {name} failed: {error}", file=sys.stderr, flush=True)
            rows.append(Figure(name, None, "", note=f"could not be measured: {reason}"))
    print(f"\n{machine()}\n")
    print("\n".join((markdown if in_markdown else plain)(rows)))
    print(f"\n{summary(rows)}")
    if is_busy():
        print("The machine had other work: times by the clock are too long; ratios and the processor's time say more.")
    return rows


def summary(rows: Sequence[Figure]) -> str:
    """Say how many figures hold, and which do not."""
    held = [row for row in rows if row.holds]
    missed = [row.what.strip() for row in rows if row.holds is False]
    failed = [row.what.strip() for row in rows if row.value is None]
    parts = [f"{len(held)} figures within their limits, {len(missed)} not"]
    if missed:
        parts.append(f"beyond: {'; '.join(missed)}")
    if failed:
        parts.append(f"not measured: {'; '.join(failed)}")
    return "\n".join(parts)
