"""The Compare pane: the verdict, the facts, the diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.message import Message

from seedtui.core.layout.rows import View
from seedtui.core.layout.sheet import Folds, Layout, Sheet, SideName, fold_start, make_sheet
from seedtui.core.status import Status
from seedtui.tui.widgets.bars import PaneTitle
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.diff_view import DiffView, text_width
from seedtui.tui.widgets.verdict_line import VerdictLine

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.tui.widgets.facts import Facts

_NARROW: Final = 100
_NOTHING: Final = "Nothing to compare yet."

LARGE: Final = 40_000
"""From this many code points, both sides together, rows are laid out by somebody else than the painter."""


class ComparePane(Box):
    """Shows one comparison at a time."""

    DEFAULT_CSS = """
    ComparePane > Facts { border-bottom: solid $panel-lighten-1; }
    ComparePane > DiffView { height: 1fr; }
    """

    class SheetWanted(Message):
        """A large diff must be laid out anew, for `layout`; `take` takes the result."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison: Comparison | None = None
        self._chosen: View | None = None
        self._folds = Folds()
        self._welcome = ""
        self._marked: frozenset[int] = frozenset()
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
    def diff_view(self) -> DiffView:
        """The diff's widget."""
        return self.query_one(DiffView)

    @property
    def view(self) -> View:
        """The chosen layout, else side by side; in a narrow terminal that becomes unified."""
        chosen = self._chosen or View.SPLIT
        if chosen is View.STRUCTURE and (self._comparison is None or not self._comparison.has_structure):
            # These two have no keys to compare.
            chosen = View.SPLIT
        return View.UNIFIED if chosen is View.SPLIT and self.app.size.width < _NARROW else chosen

    @property
    def layout_now(self) -> Layout:
        """How a comparison would be laid out now."""
        return self._layout(self.view)

    def _layout(self, view: View) -> Layout:
        return Layout(view, text_width(view, self.diff_view.layout_width), self._folds)

    def show(self, comparison: Comparison | None, sheet: Sheet | None = None, *, welcome: str = "") -> None:
        """Show a comparison.

        Another pair is shown from its first change; the same pair, grown, keeps the place.

        Args:
            comparison: The two completions, judged; None for nothing yet.
            sheet: Its rows, if somebody has laid them out already.
            welcome: What to say where there is nothing.
        """
        before, self._comparison, self._welcome = self._comparison, comparison, welcome
        same_pair = pair_of(before) == pair_of(comparison)
        other_changes = before is not None and comparison is not None and before.diff.ignore != comparison.diff.ignore
        if not same_pair:
            self._folds = Folds(self._folds.on)
            self.mark(frozenset())
        near = self._place_of_change() if same_pair and other_changes else None
        # The last of the text comes together with the end.
        live = any(one is not None and one.b.run.status is Status.STREAMING for one in (before, comparison))
        self._paint(sheet, follow=same_pair and live, keep=same_pair)
        if near is not None:
            # The changes are counted otherwise now: the one that is nearest is the current one.
            self.diff_view.go_to_nearest(near)
        elif comparison is not None:
            self._keep_change(same_pair)

    def _place_of_change(self) -> tuple[int, int]:
        view = self.diff_view
        return view.sheet.place(view.sheet.first_rows.get(view.change, view.scroll_offset.y))

    def take(self, comparison: Comparison, sheet: Sheet) -> None:
        """Take rows that somebody has laid out; rows of another comparison or another layout are passed over."""
        if comparison is self._comparison and sheet.layout == self.layout_now:
            self._paint(sheet)

    def _keep_change(self, same_pair: bool) -> None:
        """Show the first divergence of another pair, and of the same pair as soon as there is one."""
        view = self.diff_view
        last = view.sheet.count - 1
        if not same_pair or (view.change < 0 <= last) or view.change > last:
            view.go_to_change(min(0, last))

    def repaint(self) -> None:
        """Lay everything out again: the terminal has another size."""
        self._paint()

    def choose_view(self, view: View) -> None:
        """Change to a layout, and keep the place."""
        before, self._chosen = self.view, view
        structural = View.STRUCTURE in (before, self.view)
        self._paint(keep=not structural)
        if structural:
            # Its changes are other ones.
            self.diff_view.go_to_change(min(0, self.diff_view.sheet.count - 1))

    def next_view(self) -> View:
        """Change to the next layout that makes sense here; return which."""
        views = [View.SPLIT, View.UNIFIED, View.INLINE]
        if self.app.size.width < _NARROW:
            views.remove(View.SPLIT)
        if self._comparison is not None and self._comparison.has_structure:
            views.append(View.STRUCTURE)
        at = views.index(self.view) if self.view in views else -1
        self.choose_view(views[(at + 1) % len(views)])
        return self.view

    def toggle_folds(self) -> bool:
        """Fold long equal stretches away, or open them all; return whether they are folded now."""
        self._folds = self._folds.toggled()
        self._paint()
        return self._folds.on

    def open_fold(self) -> bool:
        """Open the first fold in sight; return whether there is one."""
        start = self.diff_view.fold_in_sight()
        if start is None:
            return False
        self._folds = self._folds.with_opened(start)
        self._paint()
        return True

    def go_to(self, side: SideName, position: int, *, at_top: bool = False) -> None:
        """Bring a code point of one side into sight, out of its fold if it is in one."""
        sheet = self.diff_view.sheet
        row = sheet.rows[sheet.row_of(side, position)] if sheet.rows else None
        if row is not None and row.folded:
            self._folds = self._folds.with_opened(fold_start(row))
            self._paint()
        self.diff_view.go_to(side, position, at_top=at_top)

    def move_change(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) change."""
        diff = self.diff_view
        if diff.sheet.count:
            diff.go_to_change(max(0, min(diff.sheet.count - 1, diff.change + step)))

    def mark(self, changes: frozenset[int]) -> None:
        """Show which changes are marked for export."""
        self._marked = changes
        self.diff_view.mark(changes)

    @property
    def marked(self) -> frozenset[int]:
        """The changes that are marked for export."""
        return self._marked

    def on_diff_view_moved(self, event: DiffView.Moved) -> None:
        """Say which change is the current one."""
        event.stop()
        self._show_facts(event.change)

    def on_diff_view_resized(self, event: DiffView.Resized) -> None:
        """Lay the rows out for the new width."""
        event.stop()
        self._paint()

    def _paint(self, sheet: Sheet | None = None, *, follow: bool = False, keep: bool = True) -> None:
        diff = self.diff_view
        comparison = self._comparison
        self._show_facts(diff.change)
        verdict = comparison.verdict if comparison else None
        otherwise = "" if comparison is None else "One run so far: send again, or choose A with a."
        self.query_one(VerdictLine).show(verdict, otherwise or _NOTHING)
        self.query_one(PaneTitle).detail = _names(comparison)
        rows = self._sheet(sheet, self._layout(self.view if verdict else View.UNIFIED))
        if rows is not None:
            diff.show(rows, note=self._note(), follow=follow, keep=keep)

    def _sheet(self, sheet: Sheet | None, layout: Layout) -> Sheet | None:
        """Return rows in the layout wanted now; None if they have to be waited for."""
        if self._comparison is None:
            return Sheet((), layout)
        if sheet is not None and sheet.layout == layout:
            return sheet
        found = self._comparison.diff
        if len(found.a) + len(found.b) > LARGE:
            self.post_message(self.SheetWanted())
            return sheet
        return make_sheet(found, layout, cell_len)

    def _show_facts(self, change: int) -> None:
        """Show the facts of the comparison. They are made with the first one: a start has none to show."""
        if self._facts is None and self._comparison is not None:
            from seedtui.tui.widgets.facts import Facts

            self._facts = Facts()
            self.mount(self._facts, before="#diff")
        if self._facts is not None:
            count = self.diff_view.sheet.count if self.view is View.STRUCTURE else None
            # Of another pair, or of text that still comes, there may be fewer.
            there = len(self._comparison.diff.changes) if count is None and self._comparison else count or 0
            self._facts.display = self._comparison is not None
            self._facts.show(self._comparison, change if change < there else -1, count)

    def _note(self) -> str:
        if self._comparison is None:
            return self._welcome
        return "" if self._comparison.diff.b or self._comparison.diff.a else "No text yet."


def _names(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    a = f"A #{comparison.a.label}   " if comparison.a else ""
    return f"{a}B #{comparison.b.label}"


def pair_of(comparison: Comparison | None) -> tuple[tuple[int, int] | None, tuple[int, int]] | None:
    """Return which two completions a comparison is of: run and choice of A, and of B."""
    if comparison is None:
        return None
    a, b = comparison.a, comparison.b
    return (a.run.id, a.completion.index) if a else None, (b.run.id, b.completion.index)
