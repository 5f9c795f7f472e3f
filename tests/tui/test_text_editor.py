"""The editor paints the part of a line that is in sight as TextArea would, which paints all of the line for it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from seedtui.tui.widgets.text_editor import TextEditor
from support.calm import calm

TEXTS = ("", "short", "a\tb\tlonger than the width of the editor \x1b[31m\tand 한글 漢字 " * 4 + "\n\n\tlast", "x" * 95)


class Sample(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.editor = TextEditor(text)

    def compose(self) -> ComposeResult:
        yield self.editor


@pytest.mark.parametrize("text", TEXTS)
async def test_a_part_of_a_line_is_painted_as_the_whole_line_is(text: str) -> None:
    app = Sample(text)
    async with app.run_test(size=(30, 12)) as pilot:
        editor = app.editor
        end = editor.document.end
        for selection in (
            Selection.cursor((0, 0)),
            Selection.cursor(end),
            Selection((0, 3), end),
            Selection(end, (0, 40)),
        ):
            editor.selection = selection
            await pilot.pause()
            for y in range(6):
                assert editor._render_line(y) == TextArea._render_line(editor, y)


async def test_a_line_more_below_what_is_in_sight_lays_nothing_out_anew() -> None:
    app = Sample("word " * 200)
    async with app.run_test(size=(30, 12)) as pilot:
        editor = app.editor
        editor.focus()
        await pilot.pause()
        before, bar = editor.virtual_size.height, editor.vertical_scrollbar
        laid_out: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(editor, laid_out.append)
        await pilot.press(*"and a few words more")
        await pilot.pause()
        assert editor.virtual_size.height == editor.wrapped_document.height == before + 1
        assert bar.window_virtual_size == before + 1
        editor.move_cursor(editor.document.end)
        await pilot.pause()
        assert editor.scroll_offset.y == editor.max_scroll_y == before + 1 - editor.size.height
        assert not laid_out


async def test_where_the_cursor_goes_is_in_sight_in_the_same_frame() -> None:
    app = Sample("\n".join("123456789"))
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.pause()
        editor = app.editor
        for place in (editor.document.end, (0, 0)):
            editor.move_cursor(place)
            assert 0 <= place[0] - editor.scroll_offset.y < editor.size.height
            await pilot.pause()


async def test_the_cursor_stays_in_sight_where_lines_are_added_at_the_end() -> None:
    app = Sample("\n".join("12345"))
    async with app.run_test(size=(30, 12)) as pilot:
        editor = app.editor
        editor.focus()
        editor.move_cursor(editor.document.end)
        for key, lines in (("enter", 6), ("enter", 7), ("enter", 8), ("backspace", 7), ("backspace", 6)):
            await pilot.press(key)
            await calm(pilot)
            assert (editor.virtual_size.height, editor.size.height) == (lines, min(lines, 6))
            assert editor.show_vertical_scrollbar == (lines > 6)
            assert editor.cursor_location[0] - editor.scroll_offset.y < editor.size.height
