"""The tree of divergences as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size

from seedtui.core.agreement import Share
from seedtui.core.agreement.sentences import percent
from seedtui.core.agreement.tree import Branch
from seedtui.core.agreement.tree_rows import TreeRow
from seedtui.core.logprobs import fork_at, fork_phrase
from seedtui.core.phrases import plural
from seedtui.core.text import displayable
from seedtui.exchange.agreement import Single
from seedtui.exchange.agreement_tables import cut

_LEAST: Final = 16
_BEGINNING: Final = re.compile("^ +")
_BREAKS: Final = re.compile(r"[ \t]*\n\s*")


def tree_lines(single: Single, width: int) -> Iterator[str]:
    """Yield the lines of a tree: how many go each way, and the words of it; under a fork what else was likely there."""
    for row in single.tree:
        count = f"{row.count:>5} {percent(Share(row.count, single.agreement.n)):>7}  "
        # A deep tree leaves the words their place.
        before = cut(_before(row), max(width - len(count) - _LEAST, 4))
        yield f"{count}{before}{_said(row, width - cell_len(count + before))}".rstrip()
        fork = _fork(row, single)
        if fork:
            indent = " " * len(count) + cut("│ " * (row.depth + 1), max(width - len(count) - _LEAST, 4))
            yield cut(f"{indent}  {fork}", width)


def the_words(text: str) -> str:
    """Write a piece of text in one displayable line; space at its beginning, and line breaks, are seen."""
    seen = _BEGINNING.sub(lambda match: "␣" * len(match.group()), text)
    lead = len(seen) - len(seen.lstrip("\n"))
    return displayable(seen[:lead] + _BREAKS.sub("␊", seen[lead:]))


def forking_runs(rows: tuple[TreeRow, ...]) -> list[int]:
    """Return the runs that may tell what else was likely at the forks of a tree."""
    found = (example_of(row) for row in rows if row.opened)
    return list(dict.fromkeys(way.example[0] for way in found if way is not None))


def example_of(row: TreeRow) -> Branch | None:
    """Return the way that most take at a row's fork."""
    ways = row.branch.ways if row.branch else []
    return ways[0] if ways else None


def _before(row: TreeRow) -> str:
    if row.aside:
        return "│ " * (row.depth - 1) + ("├─┐ " if row.opened else "├── ")
    return "│ " * row.depth + ("│ " if row.opened else "└ ")


def _said(row: TreeRow, room: int) -> str:
    if row.ended:
        return "(ends here)"
    if row.branch is None:
        return f"{row.folded} other ways"
    after = f" ┄ {plural(row.forks, 'way')} from word {row.branch.words_to_end + 1}" if row.forks > 1 else ""
    return _both_ends(row.branch.text, max(room - len(after), _LEAST // 2), ends=row.forks > 1) + after


def _both_ends(text: str, room: int, *, ends: bool) -> str:
    """Write a text that is too long by its beginning, and by its end if it goes on from there."""
    whole = the_words(text[: 4 * room])
    if not text:
        return "(nothing in common)"
    if len(text) <= 4 * room and cell_len(whole) <= room:
        return whole
    if not ends or room < 2 * _LEAST:
        return _cut(whole, room)
    half = (room - 3) // 2
    last = the_words(text[-4 * room :])
    while cell_len(last) > half:
        last = last[max(1, (cell_len(last) - half) // 2) :]
    return f"{set_cell_size(whole, half).rstrip()} … {last.lstrip()}"


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) < room else cut(f"{text}…", room)


def _fork(row: TreeRow, single: Single) -> str:
    """Say what was likely where a row's ways part, if that was recorded."""
    way = example_of(row) if row.opened else None
    run = None if way is None else single.runs.get(way.example[0])
    if way is None or run is None:
        return ""
    fork = fork_at(run, way.example[1], way.start)
    return "" if fork is None else f"likely here: {fork_phrase(fork)}"
