"""The tree of divergences: the shared text, then where it branches, and how many went each way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from seedtui.core.agreement.tree import Branch, Tree
from seedtui.core.agreement.tree_lines import tree_line
from seedtui.core.agreement.tree_rows import BranchKey, TreeRow, Wish, key_of, tree_rows
from seedtui.core.layout.cells import cut
from seedtui.tui.widgets.rows_view import Part, RowsView

_LEAST: int = 6


class TreeView(RowsView):
    """As much of the tree as there is room for at first; branches open and fold by keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "open", "Open", show=False),
        Binding("left,h", "fold", "Fold", show=False),
        Binding("space", "turn", "Open or fold", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tree = Tree()
        self._rows: list[TreeRow] = []
        self._wishes: dict[BranchKey, Wish] = {}
        self._n = 0

    @property
    def row(self) -> TreeRow | None:
        """The line under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def branch(self) -> Branch | None:
        """The branch under the cursor; at a line that stands for others, the one they leave."""
        return (self.row.branch or self.row.fork) if self.row else None

    def show(self, tree: Tree, n: int) -> None:
        """Show a tree; the cursor stays on the branch it is on.

        Args:
            tree: The tree; it must not change any more.
            n: How many completions there are in all.
        """
        self._tree, self._n = tree, n
        self._lay_out()

    def _lay_out(self) -> None:
        kept = _place(self.row) if self.row else None
        self._rows = tree_rows(self._tree, max(_LEAST, self.size.height - self.HEADED), self._wishes)
        self.renewed(next((at for at, row in enumerate(self._rows) if _place(row) == kept), self.cursor))

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def head(self, width: int) -> str:
        """Name the columns."""
        return cut("how many    words they share, then the ways they go on", width, cell_len)

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a line of the tree."""
        row = self._rows[index]
        share, stem, words, note = tree_line(row, self._n, width, cell_len)
        said = "text" if row.branch is not None else "muted"
        return [(share, "text"), (stem, "strong"), (words, said), (note, "muted")]

    def on_resize(self) -> None:
        """Lay the tree out for the room there is now."""
        self._lay_out()

    def action_open(self) -> None:
        """Open the branch under the cursor, or all ways that the line stands for; or else go on into it."""
        row = self.row
        if row is None:
            return
        if row.folded and row.fork is not None:
            self._wish(row.fork, Wish.WITH_ALL)
        elif row.branch is not None and row.forks and not row.opened:
            self._wish(row.branch, Wish.OPEN)
        elif row.opened:
            self.action_move(1)

    def action_fold(self) -> None:
        """Fold the branch under the cursor, or else go back to where it leaves."""
        row = self.row
        if row is None:
            return
        if row.opened and row.branch is not None:
            self._wish(row.branch, Wish.FOLDED)
        elif row.fork is not None:
            self.go_to(next(at for at, one in enumerate(self._rows) if one.branch is row.fork))

    def action_turn(self) -> None:
        """Open the branch under the cursor, or fold it."""
        if self.row is not None and self.row.opened:
            self.action_fold()
        elif self.row is not None and (self.row.folded or self.row.forks):
            self.action_open()

    def _wish(self, branch: Branch, wish: Wish) -> None:
        self._wishes[key_of(branch)] = wish
        self._lay_out()


def _place(row: TreeRow) -> tuple[BranchKey | None, BranchKey | None, bool]:
    """Return what a line is known by, also after completions were added."""
    own, fork = (None if one is None else key_of(one) for one in (row.branch, row.fork))
    return own, (fork if own is None else None), row.ended
