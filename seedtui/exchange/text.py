"""A comparison as text: the verdict, the facts it rests on, then the diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from seedtui.core import phrases
from seedtui.core.comparison import Comparison
from seedtui.core.diff import Diff
from seedtui.core.rows import Kind, Piece, Row, View, lay_out
from seedtui.core.text import one_line
from seedtui.core.verdict import Code, Verdict, phrase_value

# Blue and orange: told apart by eyes that do not tell red from green. The gutter says it too.
_STYLES: Final = {Kind.DELETED: "\x1b[34m", Kind.INSERTED: "\x1b[33m"}
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"
_MARKS: Final = {Kind.DELETED: ("[-", "-]"), Kind.INSERTED: ("{+", "+}")}


@dataclass(frozen=True)
class Look:
    """How to write a comparison.

    Attributes:
        view: How the diff is laid out.
        width: Cells in a line.
        colour: Mark changes by colour; otherwise by brackets.
    """

    view: View = View.UNIFIED
    width: int = 100
    colour: bool = False


def diff_text(comparison: Comparison, look: Look) -> str:
    """Write a comparison; every character of it can be shown on a terminal.

    A line may be wider than the look's width where brackets mark the changes.
    """
    verdict = comparison.verdict
    judged = [] if verdict is None else [_bold(f"{verdict.code.sign} {verdict.sentence}", look)]
    lines = [
        *judged,
        *_side_facts(comparison),
        *_divergence(comparison),
        *(f"  {change}" for change in _request_changes(verdict)),
        *(f"  note: {note}" for note in (verdict.notes if verdict else ())),
        "",
        *_rows(comparison.diff, look),
    ]
    return "\n".join(lines) + "\n"


def _side_facts(comparison: Comparison) -> Iterator[str]:
    for name, side in (("A", comparison.a), ("B", comparison.b)):
        if side is None:
            continue
        run = side.run
        facts = (
            f"#{side.label}",
            one_line(run.endpoint, 40),
            phrases.model(run),
            phrases.seed(run.request),
            phrases.fingerprint(run),
            "" if run.completion_tokens is None else f"{run.completion_tokens} tokens",
            phrases.seconds(run.timing.total_ms),
        )
        yield f"  {name} {' · '.join(fact for fact in facts if fact)}"


def _divergence(comparison: Comparison) -> Iterator[str]:
    diff, verdict = comparison.diff, comparison.verdict
    where = diff.first_divergence
    if where and verdict and verdict.code is not Code.NO_TEXT:
        changes = phrases.plural(len(diff.changes), "change")
        yield f"  they part at word {where.word} (sentence {where.sentence}) · {changes} · {phrases.alike(diff)}"


def _request_changes(verdict: Verdict | None) -> Iterator[str]:
    for change in verdict.changes if verdict else ():
        yield f"{one_line(change.field, 40)}: {phrase_value(change.a, 200)} → {phrase_value(change.b, 200)}"


def _rows(diff: Diff, look: Look) -> Iterator[str]:
    gutter = 2
    if look.view is not View.SPLIT:
        for row in lay_out(diff, look.view, look.width - gutter, cell_len):
            yield f"{row.sign} {_written(row.a, look)}".rstrip()
        return
    half = (look.width - gutter - 3) // 2
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
    marks = 0 if look.colour else 4 * sum(piece.kind is not Kind.EQUAL for piece in shown)
    return sum(cell_len(piece.text) for piece in shown) + marks


def _written(pieces: Sequence[Piece], look: Look) -> str:
    return "".join(_written_piece(piece, look) for piece in _trimmed(pieces))


def _trimmed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Take the space off a row's end, where a mark would set it off."""
    if not pieces or not pieces[-1].text.rstrip():
        return pieces
    return (*pieces[:-1], pieces[-1]._replace(text=pieces[-1].text.rstrip()))


def _written_piece(piece: Piece, look: Look) -> str:
    if piece.kind is Kind.EQUAL:
        return piece.text
    if look.colour:
        return f"{_STYLES[piece.kind]}{_BOLD}{piece.text}{_PLAIN}"
    before, after = _MARKS[piece.kind]
    return f"{before}{piece.text}{after}"


def _bold(text: str, look: Look) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if look.colour else text
