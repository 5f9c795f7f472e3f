"""A compositor that asks for few lines paints the same as Textual's, which asks for all."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from textual._compositor import Compositor
from textual.geometry import Region, Size
from textual.strip import Strip

from seedtui.tui.cells import sparse
from seedtui.tui.cells.sparse import SparseCompositor
from support.cell_terminal import CellTerminal

WIDTH, HEIGHT = 24, 8
SCREEN = Region(0, 0, WIDTH, HEIGHT)


class Letters:
    """A widget whose cells tell which they are; its lines may be too short. It notes what it was asked for."""

    def __init__(self, letter: str, region: Region, short: int = 0) -> None:
        self.letter, self.region, self.short = letter, region, short
        self.asked: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        return [self._line(y).crop(crop.x, crop.right) for y in crop.line_range]

    def _line(self, y: int) -> Strip:
        text = "".join(chr((ord(self.letter) + x + 5 * y) % 26 + 97) for x in range(self.region.width))
        return Strip([Segment(text[: max(0, len(text) - self.short)])])


def composed(kind: type[Compositor], widgets: list[tuple[Letters, Region]], dirty: list[Region]) -> Compositor:
    compositor = kind()
    compositor.size = Size(WIDTH, HEIGHT)
    placed = {widget: (widget.region, clip) for widget, clip in widgets if widget.region.overlaps(clip)}
    compositor._visible_widgets = cast("Any", placed)
    compositor._dirty_regions = set(dirty)
    return compositor


def shown(compositor: Compositor) -> list[list[Any]]:
    """What is on the terminal after an update."""
    terminal = CellTerminal(WIDTH, HEIGHT)
    update = compositor.render_partial_update()
    if update is not None:
        terminal.feed(update.render_segments(Console(file=io.StringIO(), force_terminal=True)))
    return terminal.seen


def regions(within: Region) -> st.SearchStrategy[Region]:
    """Regions inside another."""
    x, y, width, height = within
    corners = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1), st.integers(1, 12), st.integers(1, 4))
    return corners.map(lambda one: Region(x + one[0], y + one[1], one[2], one[3]).intersection(within))


places = st.tuples(regions(Region(-4, -2, WIDTH + 8, HEIGHT + 4)), regions(SCREEN), st.sampled_from((0, 0, 3)))


@given(st.lists(places, max_size=5), st.lists(regions(SCREEN), max_size=4))
def test_the_terminal_shows_the_same(placed: list[tuple[Region, Region, int]], dirty: list[Region]) -> None:
    def widgets() -> list[tuple[Letters, Region]]:
        front = [(Letters(chr(98 + at), region, short), clip) for at, (region, clip, short) in enumerate(placed)]
        return [*front, (Letters("a", SCREEN), SCREEN)]

    few, all_of_it = composed(SparseCompositor, widgets(), dirty), composed(Compositor, widgets(), dirty)
    assert shown(few) == shown(all_of_it)
    assert few._dirty_regions == all_of_it._dirty_regions == set()


def test_only_the_lines_that_are_to_be_painted_are_asked_for() -> None:
    left, right = Letters("l", Region(0, 0, 12, HEIGHT)), Letters("r", Region(12, 0, 12, HEIGHT))
    behind = Letters("b", SCREEN)
    dirty = [Region(0, 2, 12, 1), Region(14, 5, 3, 2)]
    shown(composed(SparseCompositor, [(left, SCREEN), (right, SCREEN), (behind, SCREEN)], dirty))
    assert left.asked == [Region(0, 2, 12, 1)]
    assert right.asked == [Region(0, 5, 12, 2)]
    assert not behind.asked


def test_a_line_that_nothing_divides_is_not_made_to_remember_itself() -> None:
    line = Strip([Segment("a" * WIDTH)])
    widget = Letters("a", SCREEN)
    widget.render_lines = lambda crop: [line]  # type: ignore[method-assign]
    update = composed(SparseCompositor, [(widget, SCREEN)], [Region(3, 3, 4, 1)]).render_partial_update()
    assert update is not None
    assert update.chops[3][0] is line
    assert not line._divide_cache.keys()


def test_a_fault_is_left_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = Letters("a", SCREEN)
    compositor = composed(SparseCompositor, [(widget, SCREEN)], [Region(3, 3, 4, 1)])
    monkeypatch.setattr(sparse._Chops, "fill", lambda *_: 1 / 0)
    terminal = shown(compositor)
    assert compositor._dirty_regions == set()
    assert terminal == shown(composed(Compositor, [(widget, SCREEN)], [Region(3, 3, 4, 1)]))


def test_another_textual_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sparse.is_known()
    monkeypatch.setattr(
        Compositor, "visible_widgets", property(lambda self: dict(reversed(self._visible_widgets.items())))
    )
    assert not sparse.is_known()


def test_what_the_painting_makes_dirty_is_painted_next() -> None:
    class Restless(Letters):
        def render_lines(self, crop: Region) -> list[Strip]:
            compositor._dirty_regions.add(Region(0, 0, 1, 1))
            return super().render_lines(crop)

    compositor = composed(SparseCompositor, [(Restless("a", SCREEN), SCREEN)], [Region(3, 3, 4, 1)])
    shown(compositor)
    assert compositor._dirty_regions == {Region(0, 0, 1, 1)}
