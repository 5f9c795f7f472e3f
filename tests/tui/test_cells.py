"""The display layer in an app: what a terminal shows, when it is on, when it is not, and when it steps aside."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static, TextArea

from seedtui.tui.cells import ChangedCells
from seedtui.tui.cells.known import is_known
from seedtui.tui.cells.painter import Painter
from support.cell_terminal import Cell, CellTerminal

WORDS = "In the year 2050 — 한글 漢字 e\u0301 👩\u200d👩\u200d👧 a team of astronauts\n" * 30


@pytest.fixture(autouse=True)
def terminal_that_scrolls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


class ToTerminal(HeadlessDriver):
    """A driver that writes to a terminal in this process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._writer_thread = object()
        self.written = 0
        self.terminal = CellTerminal(*self._get_terminal_size())

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written += len(data.encode())
        self.terminal.feed(data)

    def taken_over(self) -> None:
        """Have another program write on the terminal, and come back from it."""
        width, height = self._app.size
        self.terminal = CellTerminal(width, height)
        for y in range(height):
            self.terminal.feed(f"\x1b[{y + 1}H{'#' * width}")
        self._writer_thread = object()


class Message(ModalScreen[None]):
    CSS = "Message { align: center middle; } Static { width: 20; height: 3; background: red; }"

    def compose(self) -> ComposeResult:
        yield Static("What 한글 says")


class Sample(ChangedCells[None]):
    CSS = "TextArea { width: 1fr; } OptionList { width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield Static("0", id="count")
        with Horizontal():
            yield OptionList(*(f"{number} 漢 row {number * number}" for number in range(60)))
            yield TextArea(WORDS)

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        self._driver = ToTerminal(self, size=size)
        return self._driver

    @property
    def terminal(self) -> ToTerminal:
        assert isinstance(self._driver, ToTerminal)
        return self._driver


def wanted(app: Sample) -> list[list[Cell]]:
    """What Textual paints on an empty terminal."""
    terminal = CellTerminal(*app.size)
    whole = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(whole, LayoutUpdate)
    terminal.feed(whole.render_segments(app.console))
    return terminal.seen


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause()


async def assert_right(app: Sample, pilot: Pilot[None]) -> None:
    await settled(pilot)
    assert app.terminal.terminal.seen == wanted(app)


async def walk(app: Sample, pilot: Pilot[None]) -> None:
    """Use the app; check the terminal at every step."""
    await assert_right(app, pilot)
    for keys in (["down"] * 3, ["pagedown"], ["end", "up"], ["tab", "x", "한", "enter", "backspace"], ["pagedown"]):
        await pilot.press(*keys)
        await assert_right(app, pilot)
    await app.push_screen(Message())
    await assert_right(app, pilot)
    app.pop_screen()
    await assert_right(app, pilot)


async def test_an_app_shows_what_textual_paints() -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await walk(app, pilot)
        assert app._cells is not None


async def test_a_typed_character_is_all_that_is_written() -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("tab")
        await settled(pilot)
        before = app.terminal.written
        await pilot.press("x")
        await settled(pilot)
        assert app.terminal.written - before < 400


async def test_after_another_size_and_another_program_everything_is_painted() -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        app.terminal.terminal = CellTerminal(80, 10)
        await pilot.resize_terminal(80, 10)
        await assert_right(app, pilot)
        app.terminal.taken_over()
        app.refresh(layout=True)
        await assert_right(app, pilot)
        app.terminal.terminal.feed("\x1b[2Hsomebody wrote to this terminal")
        app.redraw()
        await assert_right(app, pilot)


@pytest.mark.parametrize("fault", [AttributeError("chop_ends"), TypeError("other arguments"), RuntimeError("a bug")])
async def test_after_an_exception_textual_paints_all_and_goes_on(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise fault

    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        # What it took for shown may have been wrong before.
        app.terminal.terminal.feed("\x1b[2H####")
        monkeypatch.setattr(Painter, "_paint", fails)
        await pilot.press("down")
        await walk(app, pilot)
        assert app._cells is None


async def test_an_update_of_another_kind_is_left_to_textual() -> None:
    class Strange(CompositorUpdate):
        def render_segments(self, console: Console) -> str:
            return "\x1b[3H####"

    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        app._display(app.screen, Strange())  # type: ignore[arg-type]
        assert app.terminal.terminal.cells[2][0].text == "#"
        app.screen.refresh()
        await assert_right(app, pilot)
        assert app._cells is not None


@pytest.mark.parametrize("kind", ["is_inline", "is_web", "is_headless"])
async def test_a_driver_for_less_than_a_terminal_is_left_alone(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        update = ChopsUpdate([], [], [])
        with monkeypatch.context() as patch:
            patch.setattr(ToTerminal, kind, True)
            assert app._changes_of(update) is update


def test_another_textual_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_known()
    original = ChopsUpdate.render_segments
    monkeypatch.setattr(ChopsUpdate, "render_segments", lambda self, console: original(self, console) + "\x1b[0m")
    assert not is_known()


async def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sample, "paints_changes", False)
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await walk(app, pilot)
        assert app._cells is None


async def test_an_update_that_changes_nothing_writes_nothing() -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await assert_right(app, pilot)
        before = app.terminal.written
        app.screen.refresh()
        app.query_one(OptionList).refresh()
        await assert_right(app, pilot)
        assert app.terminal.written == before
        # The cursor is where a terminal puts what is being composed.
        app.cursor_position = Offset(7, 7)
        app.query_one(OptionList).refresh()
        await settled(pilot)
        assert app.terminal.written > before
        await assert_right(app, pilot)


async def test_what_a_batch_held_back_is_not_taken_for_shown() -> None:
    app = Sample()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        with app.batch_update():
            app.query_one("#count", Static).update("1")
            app.screen._compositor.update_widgets({app.query_one("#count")})
            app._display(app.screen, app.screen._compositor.render_update(full=True))
        app.screen.refresh()
        await assert_right(app, pilot)
