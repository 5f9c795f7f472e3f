"""The different texts of one request's completions, the commonest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from seedtui.core.agreement.findings import Shown
from seedtui.core.agreement.sentences import percent
from seedtui.core.layout.cells import cut, pad
from seedtui.tui.widgets.rows_view import Part, RowsView


class VersionList(RowsView):
    """Each text once, with how many say it, and what it says where it parts from the commonest."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("right", "choose", "Choose", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._versions: Sequence[Shown] = ()
        self._n = 0

    @property
    def chosen(self) -> Shown | None:
        """The version under the cursor."""
        return self._versions[self.cursor] if self.cursor < len(self._versions) else None

    @property
    def commonest(self) -> Shown | None:
        """The commonest version."""
        return self._versions[0] if self._versions else None

    def show(self, versions: Sequence[Shown], n: int) -> None:
        """Show versions; the cursor stays on the text it is on.

        Args:
            versions: The commonest first.
            n: How many completions there are in all.
        """
        kept = self.chosen.identity if self.chosen else ""
        self._versions, self._n = versions, n
        self.renewed(next((at for at, one in enumerate(versions) if one.identity == kept), 0))

    @property
    def count(self) -> int:
        """How many versions there are."""
        return len(self._versions)

    def head(self, width: int) -> str:
        """Name the columns."""
        return cut("  times   share  parts at    what it says there", width, cell_len)

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a version's line."""
        version = self._versions[index]
        # Where no text repeats none is the commonest: the others are held against the oldest.
        first = "commonest" if self._versions[0].count > 1 else "oldest"
        where = first if version.parts_at is None else f"word {version.parts_at}"
        facts = f"{version.count:>6}× {percent(version.count / self._n):>7}  "
        return [
            (facts, "strong" if not index else "text"),
            (pad(where, 11, cell_len) + " ", "muted"),
            (cut(version.words, width - 29, cell_len), "text"),
        ]
