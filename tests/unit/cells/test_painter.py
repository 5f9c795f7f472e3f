"""What is written for the changes shows the same as what Textual would have written."""

from __future__ import annotations

import io
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from seedtui.tui.cells.painter import Painter
from seedtui.tui.cells.unmodelled import UnmodelledError
from support.cell_terminal import CellTerminal, as_rich_has_it

CHUNKS = (
    "a", "b", "word", "two words", " ", "    ", "        ", "─│", "한글", "漢", "e\u0301", "\u1112\u1161\u11ab",
    "👩\u200d👩\u200d👧",
    "☺\ufe0f", "नमस्ते", "👍🏽", "กำ", "…", "\u0301", "\ufe0f", "\U00100000", "\ufdd0",
)  # fmt: skip
STYLES = (
    None, Style(), Style.parse("red"), Style.parse("bold #102030 on #405060"), Style.parse("#102030 on #405060"),
    Style.parse("dim underline"), Style.parse("bold underline #102030"), Style.parse("reverse"),
    Style.parse("on #405060"),    Style.parse("italic strike blink on color(200)"), Style.parse("underline2 conceal"),
    Style.parse("bold dim overline"),
)  # fmt: skip

Strips = dict[int, Strip]


def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")


def strips_of(segments: list[tuple[str, Style | None]], cuts: list[int], width: int) -> Strips:
    """Return a row's strips. None begins with a mark, which would be another widget's character's."""
    whole = Strip([Segment("."), *(Segment(*segment) for segment in segments)]).adjust_cell_length(width)
    places = sorted({0, *(cut % width for cut in cuts), width})
    strips = dict(zip(places, whole.divide(places[1:]), strict=False))
    return strips if all(cell_len(strip.text[:1]) for strip in strips.values()) else {0: whole}


segments = st.lists(st.tuples(st.sampled_from(CHUNKS), st.sampled_from(STYLES)), max_size=12)
cuts = st.lists(st.integers(0, 60), max_size=3)


class Screens:
    """The same updates on two terminals: written by Textual on one, and only their changes on the other.

    Args:
        terminal: Makes a terminal of a width and a height.
    """

    def __init__(self, width: int, height: int, terminal: Callable[[int, int], CellTerminal] = CellTerminal) -> None:
        self.painter = Painter(scrolls=True)
        self.terminal = terminal
        self.written = 0
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Make both terminals anew, with rubbish on one."""
        self.width, self.height = width, height
        self.rows: list[Strips] = [{0: Strip.blank(width)}] * height
        self.plain, self.changes = self.terminal(width, height), self.terminal(width, height)
        self.spoil()

    def spoil(self) -> None:
        """Have another program write on the terminal."""
        self.painter.forget()
        for y in range(self.height):
            self.changes.feed(f"\x1b[{y + 1};1H\x1b[31m{('漢#' * self.width)[: self.width // 2]}\x1b[0m")

    def show(self, rows: list[Strips]) -> None:
        """Paint a whole screen."""
        self.rows = rows
        self._display(LayoutUpdate([row.values() for row in rows], Region(0, 0, self.width, self.height)))

    def change(self, rows: dict[int, Strips], first: int, last: int) -> None:
        """Paint some rows between two columns."""
        ends = [[*sorted(rows.get(y, row)), self.width][1:] for y, row in enumerate(self.rows)]
        chops = [rows.get(y, dict.fromkeys(row)) for y, row in enumerate(self.rows)]
        self._display(ChopsUpdate(chops, [(y, first, last) for y in sorted(rows)], ends))
        self.rows = [rows.get(y, row) for y, row in enumerate(self.rows)]

    def _display(self, update: CompositorUpdate) -> None:
        whole = update.render_segments(console())
        self.plain.feed(whole)
        try:
            changes = self.painter.paint(update, console())
        except UnmodelledError:
            changes = whole
        self.changes.feed(changes)
        self.written = len(changes.encode())
        assert self.changes.at_rest


@st.composite
def screens(draw: st.DrawFn, terminal: Callable[[int, int], CellTerminal] = CellTerminal) -> Screens:
    """Draw a sequence of screens; check each of them."""
    made = Screens(draw(st.integers(2, 30)), draw(st.integers(1, 8)), terminal)
    known = False

    def row() -> Strips:
        return strips_of(draw(segments), draw(cuts), made.width)

    for act in ["show", *draw(st.lists(st.sampled_from(ACTS), max_size=8))]:
        if act == "resize":
            made.resize(draw(st.integers(2, 30)), draw(st.integers(1, 8)))
            known = False
        elif act == "spoil":
            made.spoil()
            known = False
        elif act == "show" or not known:
            kept = draw(st.integers(0, made.height))
            made.show([*made.rows[:kept], *(row() for _ in range(made.height - kept))])
            known = True
        elif act == "scroll":
            by = draw(st.integers(1, made.height))
            rows = [*made.rows[by:], *(row() for _ in range(by))]
            made.show(rows if draw(st.booleans()) else rows[::-1][by:] + rows[::-1][:by])
        else:
            first = draw(st.integers(0, made.width - 1))
            ys = draw(st.sets(st.integers(0, made.height - 1), min_size=1, max_size=4))
            made.change({y: row() for y in ys}, first, draw(st.integers(first + 1, made.width)))
        if known and terminal is CellTerminal:
            assert made.changes.seen == made.plain.seen
    return made


ACTS = ("show", "change", "change", "scroll", "spoil", "resize")


def stubborn(width: int, height: int) -> CellTerminal:
    """A terminal that joins nothing, and has emoji and spacing marks as wide as it pleases."""
    return CellTerminal(width, height, width_of=stubborn_width, joins=False)


def stubborn_width(character: str) -> int:
    if character in "\u200d\ufe0f":
        return 0
    if character in "👩👧👍\u0947\u1161":
        return 1
    return 2 if character in "☺न" else as_rich_has_it(character)


@settings(max_examples=60, deadline=None)
@given(screens())
def test_the_changes_show_what_textual_shows(screens: Screens) -> None:
    assert screens.changes.at_rest


@settings(max_examples=40, deadline=None)
@given(screens(stubborn))
def test_a_terminal_that_counts_cells_otherwise_shows_no_rubbish(screens: Screens) -> None:
    screens.show(screens.rows)
    anew = stubborn(screens.width, screens.height)
    whole = LayoutUpdate([row.values() for row in screens.rows], Region(0, 0, screens.width, screens.height))
    anew.feed(Painter().paint(whole, console()))
    assert screens.changes.seen == anew.seen
