"""Comparisons as a picture of the diff pane: it scales, and holds its texts as text, without scripts or fonts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from rich.cells import cell_len

from seedtui.core.layout.rows import Kind, Piece, Row, View, lay_out
from seedtui.core.layout.wrap import wrap
from seedtui.core.pattern import pattern
from seedtui.exchange.marked import Marked
from seedtui.exchange.plain import record_lines, summary_lines
from seedtui.exchange.report import report_of

_CELL: Final = 8.4
_LINE: Final = 21

_MARGIN: Final = 24
_GUTTER: Final = 2
# Programs that show pictures refuse much higher ones.
_MOST_LINES: Final = 1500

_STYLE: Final = """
text{white-space:pre;font:14px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f242c}
.paper{fill:#fbfaf7}.rule{fill:#dfdbd2}
.bold{font-weight:700}.soft{fill:#5a6577}.sign{fill:#5a6577;font-weight:700}
.a{fill:#7a3a00}.b{fill:#123f70}.a-bed{fill:#fae3cf}.b-bed{fill:#d8e7fa}
.a-line{stroke:#7a3a00;stroke-dasharray:3 3}.b-line{stroke:#123f70}
@media (prefers-color-scheme:dark){
text{fill:#d5dae3}.paper{fill:#14171d}.rule{fill:#2b323e}.soft,.sign{fill:#97a2b5}
.a{fill:#f0bf9b}.b{fill:#a9d0f5}.a-bed{fill:#43291b}.b-bed{fill:#1c3857}
.a-line{stroke:#f0bf9b}.b-line{stroke:#a9d0f5}}
""".replace("\n", "")
_SIDES: Final = {Kind.DELETED: "a", Kind.INSERTED: "b"}


class _Text(NamedTuple):
    """Text in a line: the cell it begins in, the text, its class, and whose it is if it is marked."""

    cell: int
    text: str
    style: str = ""
    side: str = ""


class _Line(NamedTuple):
    """A line of the picture: its texts, and where a rule stands between two columns (-1 for none)."""

    texts: tuple[_Text, ...] = ()
    rule: int = -1


def svg_picture(marked: Sequence[Marked], view: View, width: int) -> str:
    """Draw comparisons, one below the other.

    Args:
        marked: The comparisons.
        view: How to lay out their diffs.
        width: Cells in a line.

    Raises:
        ValueError: If one has no A.
    """
    lines: list[_Line] = []
    for one in marked:
        lines += [_Line(), _Line()] if lines else []
        lines += _pane(one, view, width)
    left_out = len(lines) - _MOST_LINES
    if left_out > 0:
        lines[_MOST_LINES:] = [
            _Line((_Text(_GUTTER, f"… {left_out} lines more; the other formats hold all.", "soft"),))
        ]
    title = " · ".join(report_of(one).sentence for one in marked[:3])
    return "\n".join(_document(lines, title, width, strike=view is View.INLINE)) + "\n"


def _pane(marked: Marked, view: View, width: int) -> Iterator[_Line]:
    report = report_of(marked)
    verdict, *summary = summary_lines(report)
    yield from _prose(verdict, width, "bold")
    for line in summary:
        yield from _prose(line, width, "soft")
    yield _Line()
    yield from _diff(marked, view, width)
    yield _Line()
    for line in record_lines(report):
        yield from _prose(line, width, "soft")


def _prose(line: str, width: int, style: str) -> Iterator[_Line]:
    """Break a line; what follows its first part is indented like it."""
    indent = len(line) - len(line.lstrip())
    for row in wrap([Piece(line.strip(), Kind.EQUAL)], max(1, width - indent), cell_len) or [()]:
        yield _Line((_Text(indent, "".join(piece.text for piece in row), style),))


def _diff(marked: Marked, view: View, width: int) -> Iterator[_Line]:
    if view is not View.SPLIT:
        for row in lay_out(marked.diff, view, width - _GUTTER, cell_len):
            yield _Line((*_sign(row), *_pieces(row.a, _GUTTER)))
        return
    half = (width - _GUTTER - 3) // 2
    for row in lay_out(marked.diff, view, half, cell_len):
        right = _pieces(row.b, _GUTTER + half + 3)
        yield _Line((*_sign(row), *_pieces(row.a, _GUTTER), *right), _GUTTER + half + 1)


def _sign(row: Row) -> tuple[_Text, ...]:
    return (_Text(0, row.sign, "sign"),) if row.sign != " " else ()


def _pieces(pieces: Sequence[Piece], cell: int) -> Iterator[_Text]:
    for index, piece in enumerate(pieces):
        text = piece.text if index < len(pieces) - 1 else piece.text.rstrip()
        side = _SIDES.get(piece.kind, "")
        yield _Text(cell, text, "soft" if piece.kind is Kind.UNREACHED else side, side)
        cell += cell_len(text)


def _document(lines: Sequence[_Line], title: str, width: int, *, strike: bool) -> Iterator[str]:
    across, down = round(width * _CELL) + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {across} {down}" '
        f'xml:space="preserve" role="img">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="paper" width="{across}" height="{down}" rx="6"/>'
    for number, line in enumerate(lines):
        yield from _draw(line, _MARGIN + number * _LINE, strike=strike)
    yield "</svg>"


def _draw(line: _Line, top: int, *, strike: bool) -> Iterator[str]:
    if line.rule >= 0:
        yield f'<rect class="rule" x="{_x(line.rule)}" y="{top}" width="1" height="{_LINE}"/>'
    for text in line.texts:
        if not text.text:
            continue
        if text.side:
            yield from _bed(text, top, strike=strike)
        style = f' class="{text.style}"' if text.style else ""
        yield f'<text y="{top + 15}"{style}>{"".join(_runs(text.text, text.cell))}</text>'


def _bed(text: _Text, top: int, *, strike: bool) -> Iterator[str]:
    """Draw what marks a change, beside its colour: a bed, and a line of another kind for each side."""
    left, right = _x(text.cell), _x(text.cell + cell_len(text.text))
    level = top + (10 if strike and text.side == "a" else 18) + 0.5
    yield f'<rect class="{text.side}-bed" x="{left}" y="{top + 1}" width="{right - left:g}" height="{_LINE - 2}"/>'
    yield f'<path class="{text.side}-line" d="M{left} {level}H{right}"/>'


def _runs(text: str, cell: int) -> Iterator[str]:
    """Cut a text into runs of narrow characters, and wide ones by themselves: fonts disagree on how wide those are."""
    narrow = ""
    for cluster in [text] if text.isascii() else pattern(r"\X").findall(text):
        cells = cell_len(cluster)
        if text.isascii() or cells == 1:
            narrow += cluster
            continue
        if narrow:
            yield _run(narrow, cell)
            cell += cell_len(narrow)
            narrow = ""
        yield f'<tspan x="{_x(cell)}">{escape(cluster)}</tspan>'
        cell += cells
    if narrow:
        yield _run(narrow, cell)


def _run(text: str, cell: int) -> str:
    # Browsers drop spaces at the ends and stretch the rest.
    cell += len(text) - len(text.lstrip(" "))
    text = text.strip(" ")
    length = f"{cell_len(text) * _CELL:g}"
    return f'<tspan x="{_x(cell)}" textLength="{length}" lengthAdjust="spacingAndGlyphs">{escape(text)}</tspan>'


def _x(cell: int) -> float:
    return round(_MARGIN + cell * _CELL, 1)
