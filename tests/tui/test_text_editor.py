"""The editor paints the part of a line that is in sight as TextArea would, which paints all of the line for it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from seedtui.tui.widgets.text_editor import TextEditor

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
