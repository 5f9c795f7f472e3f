"""A comparison as text: the verdict, the facts it rests on, the diff, and what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from seedtui.core.comparison import Comparison
from seedtui.core.diff import Diff
from seedtui.core.layout.rows import Kind, Piece, Row, View, lay_out
from seedtui.exchange.facts import brief
from seedtui.exchange.marked import Marked
from seedtui.exchange.plain import record_lines, summary_lines
from seedtui.exchange.report import report_of

# Orange and blue: told apart by eyes that do not tell red from green. The gutter says it too.
_STYLES: Final = {Kind.DELETED: "\x1b[33m", Kind.INSERTED: "\x1b[34m"}
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"
_MARKS: Final = {Kind.DELETED: ("[-", "-]"), Kind.INSERTED: ("{+", "+}")}
_GUTTER: Final = 2


@dataclass(frozen=True)
class Look:
    """How to write a comparison.

    Attributes:
        view: How the diff is laid out.
        width: Cells in a line.
        colour: Mark changes by colour; otherwise by brackets.
        record: Say after the diff all that is known: what was asked, what answered, when.
    """

    view: View = View.UNIFIED
    width: int = 100
    colour: bool = False
    record: bool = True


def diff_text(comparison: Comparison, look: Look) -> str:
    """Write a comparison with all its changes: see `marked_text`. Of a single completion, its text."""
    if comparison.a is not None:
        return marked_text(Marked(comparison), look)
    side = f"  B {' · '.join((f'#{comparison.b.label}', *brief(comparison.b)))}"
    return _joined([side, "", *diff_lines(comparison.diff, look)])


def marked_text(marked: Marked, look: Look) -> str:
    """Write a comparison; every character of it can be shown on a terminal.

    A line may be wider than the look's width where brackets mark the changes.
    """
    report = report_of(marked)
    verdict, *summary = summary_lines(report)
    lines = [_bold(verdict, look), *summary, "", *diff_lines(marked.diff, look)]
    if look.record:
        lines += ["", *record_lines(report)]
    return _joined(lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def diff_lines(diff: Diff, look: Look) -> Iterator[str]:
    """Yield the lines of a diff: a sign, then the text with its changes marked."""
    if look.view is not View.SPLIT:
        for row in lay_out(diff, look.view, look.width - _GUTTER, cell_len):
            yield f"{row.sign} {_written(row.a, look)}".rstrip()
        return
    half = (look.width - _GUTTER - 3) // 2
    rows = lay_out(diff, look.view, half, cell_len)
    # Brackets may have made the left side wider than it was laid out.
    wide = max([half, *(_cells(row.a, look) for row in rows)])
    for row in rows:
        yield _split_line(row, wide, look)


def _split_line(row: Row, wide: int, look: Look) -> str:
    padding = " " * (wide - _cells(row.a, look))
    return f"{row.sign} {_written(row.a, look)}{padding} │ {_written(row.b, look)}".rstrip()


def _cells(pieces: Sequence[Piece], look: Look) -> int:
    shown = _trimmed(pieces)
    marks = 0 if look.colour else 4 * sum(piece.kind in _MARKS for piece in shown)
    return sum(cell_len(piece.text) for piece in shown) + marks


def _written(pieces: Sequence[Piece], look: Look) -> str:
    return "".join(_written_piece(piece, look) for piece in _trimmed(pieces))


def _trimmed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Take the space off a row's end, where a mark would set it off."""
    if not pieces or not pieces[-1].text.rstrip():
        return pieces
    return (*pieces[:-1], pieces[-1]._replace(text=pieces[-1].text.rstrip()))


def _written_piece(piece: Piece, look: Look) -> str:
    if piece.kind not in _MARKS:
        return piece.text
    if look.colour:
        return f"{_STYLES[piece.kind]}{_BOLD}{piece.text}{_PLAIN}"
    before, after = _MARKS[piece.kind]
    return f"{before}{piece.text}{after}"


def _bold(text: str, look: Look) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if look.colour else text
