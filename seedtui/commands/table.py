"""Tables on standard output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from seedtui.commands.output import on_terminal

_TEXT_WIDTH = 24
_GAP = "  "


def print_table(rows: Sequence[Sequence[str]], dispensable: Sequence[str]) -> None:
    """Print rows in columns; on a terminal no row is wider than it, and what matters least gives way.

    Args:
        rows: The headings, then the rows; the last cell of each is a text that may be cut.
        dispensable: The headings of the columns that may be left out, the first of them first.
    """
    columns = list(zip(*rows, strict=True))
    limit = shutil.get_terminal_size().columns if on_terminal() else None
    if limit is not None:
        columns = _fitting(columns, limit, dispensable)
    widths = [_width(column) for column in columns]
    for row in zip(*columns, strict=True):
        cells = [set_cell_size(cell, width) for cell, width in zip(row[:-1], widths, strict=False)]
        line = _GAP.join([*cells, row[-1]])
        if limit is not None and cell_len(line) > limit:
            line = set_cell_size(line, limit)
        sys.stdout.write(line.rstrip() + "\n")


def _fitting(columns: list[tuple[str, ...]], limit: int, dispensable: Sequence[str]) -> list[tuple[str, ...]]:
    """Leave columns out, as few as may be, until some of the text can be seen."""
    for heading in dispensable:
        fixed = sum(_width(column) + len(_GAP) for column in columns[:-1])
        if limit - fixed >= _TEXT_WIDTH:
            break
        columns = [column for column in columns if column[0] != heading]
    return columns


def _width(column: Sequence[str]) -> int:
    return max(cell_len(cell) for cell in column)
