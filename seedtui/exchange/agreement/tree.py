"""The tree of divergences as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

from seedtui.core.agreement.tree import Branch
from seedtui.core.agreement.tree_lines import tree_line
from seedtui.core.agreement.tree_rows import TreeRow
from seedtui.core.layout.cells import cut
from seedtui.core.logprobs import fork_at, fork_phrase
from seedtui.core.text import displayable
from seedtui.exchange.agreement.report import Single

_BEGINNING: Final = re.compile("^ +")
_BREAKS: Final = re.compile(r"[ \t]*\n\s*")


def tree_lines(single: Single, width: int) -> Iterator[str]:
    """Yield the lines of a tree: how many go each way, and the words of it; under a fork what else was likely there."""
    for row in single.tree:
        line = tree_line(row, single.agreement.n, width, cell_len)
        yield "".join(line).rstrip()
        fork = _fork(row, single)
        if fork:
            yield cut(f"{' ' * cell_len(line.share)}{'│ ' * (row.depth + 1)}  likely here: {fork}", width, cell_len)


def the_words(text: str) -> str:
    """Write a piece of text in one displayable line; space at its beginning, and line breaks, are seen."""
    seen = _BEGINNING.sub(lambda match: "␣" * len(match.group()), text)
    lead = len(seen) - len(seen.lstrip("\n"))
    return displayable(seen[:lead] + _BREAKS.sub("␊", seen[lead:]))


def forking_runs(rows: Sequence[TreeRow]) -> list[int]:
    """Return the runs that may tell what else was likely at the forks of a tree."""
    found = (_likeliest(row) for row in rows if row.opened)
    return list(dict.fromkeys(way.example[0] for way in found if way is not None))


def _likeliest(row: TreeRow) -> Branch | None:
    """Return the way that most take at a row's fork."""
    ways = row.branch.ways if row.branch else []
    return ways[0] if ways else None


def _fork(row: TreeRow, single: Single) -> str:
    """Say what was likely where a row's ways part, if that was recorded."""
    way = _likeliest(row) if row.opened else None
    run = None if way is None else single.runs.get(way.example[0])
    if way is None or run is None:
        return ""
    fork = fork_at(run, way.example[1], way.start)
    return "" if fork is None else fork_phrase(fork)
