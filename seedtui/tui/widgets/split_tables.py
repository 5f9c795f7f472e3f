"""Pairs within and across fingerprints, endpoints and choices: whether these explain anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from seedtui.core.agreement.findings import Group, Table
from seedtui.core.agreement.sentences import percent
from seedtui.core.layout.cells import broken, cut, pad

_FACTS = 33


class SplitTables(VerticalScroll, can_focus=True):
    """Small tables below each other, each with what it says in a sentence on top."""

    DEFAULT_CSS = """
    SplitTables { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def compose(self) -> Iterator[Static]:
        """Lay out the lines."""
        yield _Lines()

    def show(self, tables: Sequence[Table]) -> None:
        """Show tables."""
        self.query_one(_Lines).show(tables)


class _Lines(Static):
    DEFAULT_CSS = """
    _Lines { height: auto; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._tables: Sequence[Table] = ()

    def show(self, tables: Sequence[Table]) -> None:
        if tables != self._tables:
            self._tables = tables
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(list(_lines(self._tables, width)))

    def render(self) -> Content:
        return Content("\n").join(_lines(self._tables, self.content_size.width))


def _lines(tables: Sequence[Table], width: int) -> Iterator[Content]:
    for number, table in enumerate(tables):
        if number:
            yield Content("")
        if table.sentence:
            for line in broken(table.sentence, max(1, width), cell_len):
                yield Content.styled(line, "bold $foreground")
        if table.groups:
            name = max(1, width - _FACTS)
            head = f"{pad(table.title, name, cell_len)}{'N':>5}{'texts':>7}{'identical pairs':>21}"
            yield Content(cut(head, width, cell_len))
            for group in table.groups:
                yield Content.styled(cut(_line(group, name), width, cell_len), "$foreground")


def _line(group: Group, name: int) -> str:
    n = "" if group.n is None else f"{group.n}"
    unique = "" if group.unique is None else f"{group.unique}"
    pairs = f"{percent(group.pairs)} of {group.pairs.whole:,}" if group.pairs.whole else "–"
    return f"{pad(group.name, name, cell_len)}{n:>5}{unique:>7}{pairs:>21}"
