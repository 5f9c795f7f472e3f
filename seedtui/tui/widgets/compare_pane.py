"""The Compare pane: the verdict, the facts, the diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult

from seedtui.core.rows import Row, View, lay_out
from seedtui.core.run import Status
from seedtui.tui.widgets.bars import PaneTitle
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.diff_view import DiffView, text_width
from seedtui.tui.widgets.verdict_line import VerdictLine

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.tui.widgets.facts import Facts

_NARROW = 100
_NOTHING = "Nothing to compare yet."


class ComparePane(Box):
    """Shows one comparison at a time."""

    DEFAULT_CSS = """
    ComparePane > Facts { border-bottom: solid $panel-lighten-1; }
    ComparePane > DiffView { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison: Comparison | None = None
        self._chosen: View | None = None
        self._welcome = ""
        self._facts: Facts | None = None

    def compose(self) -> ComposeResult:
        """Make the pane's parts."""
        yield PaneTitle("Compare")
        yield VerdictLine(_NOTHING)
        yield DiffView(id="diff")

    @property
    def comparison(self) -> Comparison | None:
        """What is shown."""
        return self._comparison

    @property
    def view(self) -> View:
        """The layout: the chosen one, else side by side, or unified in a narrow terminal."""
        return self._chosen or (View.UNIFIED if self.app.size.width < _NARROW else View.SPLIT)

    def show(self, comparison: Comparison | None, *, welcome: str = "") -> None:
        """Show a comparison.

        Another pair is shown from its first change; the same pair, grown, keeps the place.

        Args:
            comparison: The two completions, judged; None for nothing yet.
            welcome: What to say where there is nothing.
        """
        before, self._comparison, self._welcome = self._comparison, comparison, welcome
        same_pair = _pair(before) == _pair(comparison)
        live = comparison is not None and comparison.b.run.status is Status.STREAMING
        self._paint(follow=same_pair and live)
        if comparison is not None:
            self._keep_change(comparison, same_pair)

    def _keep_change(self, comparison: Comparison, same_pair: bool) -> None:
        """Show the first divergence of another pair, and of the same pair as soon as there is one."""
        view = self.query_one(DiffView)
        last = len(comparison.diff.changes) - 1
        if not same_pair or (view.change < 0 <= last) or view.change > last:
            view.go_to_change(min(0, last))

    def repaint(self) -> None:
        """Lay everything out again: the terminal has another size."""
        self._paint()

    def next_view(self) -> View:
        """Change to the next layout, keeping the current change in sight."""
        views = list(View)
        self._chosen = views[(views.index(self.view) + 1) % len(views)]
        self._paint()
        diff = self.query_one(DiffView)
        diff.go_to_change(diff.change)
        return self._chosen

    def move_change(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) change."""
        if self._comparison is None or not self._comparison.diff.changes:
            return
        diff = self.query_one(DiffView)
        count = len(self._comparison.diff.changes)
        diff.go_to_change(max(0, min(count - 1, diff.change + step)))

    def on_diff_view_moved(self, event: DiffView.Moved) -> None:
        """Say which change is the current one."""
        event.stop()
        self._show_facts(event.change)

    def on_diff_view_resized(self, event: DiffView.Resized) -> None:
        """Lay the rows out for the new width."""
        event.stop()
        self._paint()

    def _paint(self, *, follow: bool = False) -> None:
        diff = self.query_one(DiffView)
        comparison = self._comparison
        self._show_facts(diff.change)
        title = self.query_one(PaneTitle)
        verdict = comparison.verdict if comparison else None
        otherwise = "" if comparison is None else "One run so far: send again, or choose A with a."
        self.query_one(VerdictLine).show(verdict, otherwise or _NOTHING)
        title.detail = _names(comparison)
        view = self.view if verdict else View.UNIFIED
        diff.show(self._rows(view, diff.layout_width), view, note=self._note(), follow=follow)

    def _show_facts(self, change: int) -> None:
        """Show the facts of the comparison. They are made with the first one: a start has none to show."""
        if self._facts is None and self._comparison is not None:
            from seedtui.tui.widgets.facts import Facts

            self._facts = Facts()
            self.mount(self._facts, before="#diff")
        if self._facts is not None:
            self._facts.display = self._comparison is not None
            self._facts.show(self._comparison, change)

    def _rows(self, view: View, width: int) -> Sequence[Row]:
        if self._comparison is None:
            return ()
        return lay_out(self._comparison.diff, view, text_width(view, width), cell_len)

    def _note(self) -> str:
        if self._comparison is None:
            return self._welcome
        return "" if self._comparison.diff.b or self._comparison.diff.a else "No text yet."


def _names(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    a = f"A #{comparison.a.label}   " if comparison.a else ""
    return f"{a}B #{comparison.b.label}"


def _pair(comparison: Comparison | None) -> tuple[tuple[int, int] | None, tuple[int, int]] | None:
    if comparison is None:
        return None
    a, b = comparison.a, comparison.b
    return (a.run.id, a.completion.index) if a else None, (b.run.id, b.completion.index)
