"""Apps to compare with: as little as Textual allows for the same task. Their last text on the screen is `LAST`."""

from __future__ import annotations

import sys
from typing import Final

LAST: Final = "everything-is-here"

BARE: Final = f"""
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("{LAST}")

Bare().run()
"""

TABLE: Final = f"""
import sys
from textual.app import App
from textual.widgets import DataTable, Static

class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
        yield Static("{LAST}")

    def on_mount(self):
        table = self.query_one(DataTable)
        table.styles.height = "1fr"
        table.add_columns("id", "time", "status", "seed", "temp.", "fingerprint", "text")
        table.add_rows(
            (f"#{{n}}", "22 Nov", "complete", str(n * 7919 % 1000), "0.7", f"fp_{{n:010x}}", "In the year 2050, a team")
            for n in range(int(sys.argv[1]), 0, -1)
        )
        table.focus()

Table().run()
"""

AREA: Final = f"""
import sys
from textual.app import App
from textual.widgets import Static, TextArea

class Area(App):
    def compose(self):
        yield TextArea(open(sys.argv[1]).read())
        yield Static("{LAST}")

    def on_mount(self):
        area = self.query_one(TextArea)
        area.styles.width, area.styles.height = int(sys.argv[2]), int(sys.argv[3])
        area.move_cursor((area.document.line_count // 2, 0))
        area.scroll_cursor_visible(animate=False)
        area.focus()

Area().run()
"""

TWO_TEXTS: Final = f"""
import sys
from textual.app import App
from textual.containers import Horizontal
from textual.widgets import Static

TEXTS = open(sys.argv[1]).read().split("\\0")

class Two(App):
    at = 0

    def compose(self):
        with Horizontal():
            yield Static(TEXTS[0], id="a")
            yield Static(TEXTS[1], id="b")
        yield Static("{LAST}")

    def on_mount(self):
        for one in self.query("Horizontal > Static"):
            one.styles.width = "1fr"
        self.query_one("Horizontal").styles.height = "1fr"

    def on_key(self):
        self.at += 1
        self.query_one("#b", Static).update(TEXTS[1 + self.at % (len(TEXTS) - 1)])

Two().run()
"""

LOADING: Final = f"""
import threading
from textual.app import App
from textual.widgets import Static

class Loading(App):
    def compose(self):
        yield Static("{LAST}")

    def on_ready(self):
        threading.Timer(0.5, __import__, ["openai"]).start()

Loading().run()
"""


def python(code: str, *arguments: object) -> list[str]:
    """Return the command that runs an app."""
    return [sys.executable, "-c", code, *map(str, arguments)]
