"""A comparison as a unified diff, which `patch` applies: A and the patch give B, byte for byte.

What is known of the two stands before it in lines that begin with `# `, cleaned of everything that could act.
The patch itself holds the texts as they are, control characters and all: it would not apply otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from seedtui.core.diff import Diff
from seedtui.core.text import displayable
from seedtui.exchange.marked import Marked
from seedtui.exchange.plain import record_lines, summary_lines
from seedtui.exchange.report import report_of

_CONTEXT: Final = 3
_UNENDED: Final = "\n\\ No newline at end of file\n"


def patch_text(marked: Marked) -> str:
    """Write a comparison as a patch; where changes were chosen, one that makes these alone."""
    report = report_of(marked)
    name_a, name_b = f"seedtui/{marked.a.label}.txt", f"seedtui/{marked.b.label}.txt"
    patch = unified_patch(marked.diff, name_a, name_b)
    use = f"A in a file of its own: patch A.txt < this.patch makes it {_goal(marked)}."
    said = (*summary_lines(report), *record_lines(report), use if patch else "There is nothing to patch.")
    return "".join(f"{_comment(line)}\n" for line in said) + patch


def _goal(marked: Marked) -> str:
    return "B" if marked.changes is None else "A with the chosen changes"


def _comment(line: str) -> str:
    return f"# {displayable(line)}".rstrip()


class _Block(NamedTuple):
    """Lines that differ: from `a` up to `a_end` in A against `b` up to `b_end` in B, counted from 0."""

    a: int
    a_end: int
    b: int
    b_end: int


def unified_patch(diff: Diff, name_a: str, name_b: str) -> str:
    """Write a difference as a unified diff of whole lines; empty if there is none.

    Only a line feed ends a line, so that every other character is part of the text. The time taken
    is linear in the texts' length.

    Args:
        diff: The difference; what was ignored when comparing differs here all the same.
        name_a: What to call A, free of control characters.
        name_b: What to call B.
    """
    a, b = _lines(diff.a), _lines(diff.b)
    hunks = [_hunk(blocks, a, b) for blocks in _grouped(_blocks(diff, a, b))]
    return "".join((f"--- {name_a}\n+++ {name_b}\n", *hunks)) if hunks else ""


def _lines(text: str) -> list[str]:
    *ended, last = text.split("\n")
    lines = [f"{line}\n" for line in ended]
    return [*lines, last] if last else lines


def _blocks(diff: Diff, a: Sequence[str], b: Sequence[str]) -> Iterator[_Block]:
    line_a = line_b = at_a = at_b = 0
    for start_a, start_b, length in _kept(diff):
        next_a = line_a + diff.a.count("\n", at_a, start_a)
        next_b = line_b + diff.b.count("\n", at_b, start_b)
        yield from _trimmed(_Block(line_a, next_a, line_b, next_b), a, b)
        at_a, at_b = start_a + length, start_b + length
        lines = diff.a.count("\n", start_a, at_a) + (diff.a[at_a - 1] != "\n")
        line_a, line_b = next_a + lines, next_b + lines
    yield from _trimmed(_Block(line_a, len(a), line_b, len(b)), a, b)


def _kept(diff: Diff) -> Iterator[tuple[int, int, int]]:
    """Yield the whole lines in equal spans: where they begin in A and in B, and how long they are."""
    for span in diff.spans:
        if span.op != "equal":
            continue
        start, end = span.a_start, span.a_end
        if not (_begins_line(diff.a, span.a_start) and _begins_line(diff.b, span.b_start)):
            start = diff.a.find("\n", start, end) + 1 or end
        if (span.a_end, span.b_end) != (len(diff.a), len(diff.b)):
            end = diff.a.rfind("\n", start, end) + 1
        if start < end:
            yield start, start - span.a_start + span.b_start, end - start


def _begins_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"


def _trimmed(block: _Block, a: Sequence[str], b: Sequence[str]) -> Iterator[_Block]:
    """Take off the lines at a block's ends that are the same on both sides; yield what is left, if anything."""
    start_a, end_a, start_b, end_b = block
    while start_a < end_a and start_b < end_b and a[start_a] == b[start_b]:
        start_a, start_b = start_a + 1, start_b + 1
    while start_a < end_a and start_b < end_b and a[end_a - 1] == b[end_b - 1]:
        end_a, end_b = end_a - 1, end_b - 1
    if start_a < end_a or start_b < end_b:
        yield _Block(start_a, end_a, start_b, end_b)


def _grouped(blocks: Iterator[_Block]) -> Iterator[list[_Block]]:
    """Gather the blocks whose context would meet."""
    group: list[_Block] = []
    for block in blocks:
        if group and block.a - group[-1].a_end > 2 * _CONTEXT:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _hunk(blocks: Sequence[_Block], a: Sequence[str], b: Sequence[str]) -> str:
    before = min(_CONTEXT, blocks[0].a)
    start_a, start_b = blocks[0].a - before, blocks[0].b - before
    after = min(_CONTEXT, len(a) - blocks[-1].a_end)
    end_a, end_b = blocks[-1].a_end + after, blocks[-1].b_end + after
    written = [f"@@ -{_range(start_a, end_a)} +{_range(start_b, end_b)} @@\n"]
    at = start_a
    for block in blocks:
        written += [_line(" ", line) for line in a[at : block.a]]
        written += [_line("-", line) for line in a[block.a : block.a_end]]
        written += [_line("+", line) for line in b[block.b : block.b_end]]
        at = block.a_end
    written += [_line(" ", line) for line in a[at:end_a]]
    return "".join(written)


def _range(start: int, end: int) -> str:
    # An empty range is named by the line before it.
    return f"{start + (start < end)},{end - start}"


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}{_UNENDED}"
