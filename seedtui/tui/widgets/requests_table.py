"""Many requests, the least stable first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from seedtui.core.agreement.asked import Asked, differing
from seedtui.core.agreement.overview import Entry
from seedtui.core.agreement.sentences import percent
from seedtui.core.agreement.tally import Share
from seedtui.core.layout.cells import cut, pad
from seedtui.core.text import one_line
from seedtui.tui.widgets.rows_view import Part, RowsView

_WIDE = 100


class RequestsTable(RowsView):
    """A line for each request: how many completions and texts, how far they agree, what was asked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries: Sequence[Entry] = ()
        self._asked: dict[str, Asked] = {}
        self._differing: Sequence[str] = ()
        self._answers = False
        self._longest = 0

    @property
    def chosen(self) -> Entry | None:
        """The request under the cursor."""
        return self._entries[self.cursor] if self.cursor < len(self._entries) else None

    @property
    def unknown_in_sight(self) -> list[tuple[str, int]]:
        """The requests in sight of which it is not known what they ask: digest, and a run."""
        there = (self._entries[index] for index in self.rows_in_sight)
        return [(one.digest, one.run_id) for one in there if one.digest not in self._asked]

    def show(self, entries: Sequence[Entry], empty: str = "") -> None:
        """Show requests; the cursor stays on its request.

        Args:
            entries: The least stable first.
            empty: What to say if there are none.
        """
        kept = (self.chosen.digest, self.chosen.round) if self.chosen and self.cursor else None
        self._entries, self.empty = entries, empty
        self._longest = max((cell_len(one_line(name, 60)) for name in {entry.model for entry in entries}), default=0)
        self._longest = max(cell_len("model"), self._longest)
        self._answers = any(entry.answers is not None for entry in entries)
        places = (at for at, one in enumerate(entries) if (one.digest, one.round) == kept)
        self.renewed(next(places, 0) if kept else 0)

    def tell(self, asked: Mapping[str, Asked]) -> None:
        """Say what was asked in some of the requests, by digest."""
        self._asked.update(asked)
        self._differing = differing(self._asked.values())
        self.refresh()

    @property
    def count(self) -> int:
        """How many requests there are."""
        return len(self._entries)

    def head(self, width: int) -> str:
        """Name the columns."""
        answers = "  answers" if self._answers else ""
        model = pad("model", self._model(width), cell_len)
        return cut(f"    N texts commonest   pairs{answers}  {model} asked", width, cell_len)

    def _model(self, width: int) -> int:
        return min(self._longest, 22 if width >= _WIDE else 12)

    def line(self, index: int, number: int, width: int) -> Sequence[Part]:
        """Write a request's line."""
        entry = self._entries[index]
        tally = entry.tally
        several = entry.n > 1
        facts = f"{entry.n:>5}{tally.unique:>6}"
        shares = f"{percent(tally.modal) if several else '–':>10}"
        pairs = f"{percent(tally.pairs) if several else '–':>8}"
        # What differs is what one looks for here.
        look = "text" if several and not tally.agrees else "muted"
        parts: list[Part] = [(facts, look), (shares, look), (pairs, "strong" if look == "text" else "muted")]
        if self._answers:
            parts.append((f"{_answers(entry):>9}", "text" if several and not entry.answers_agree else "muted"))
        model = pad(one_line(entry.model, 60), self._model(width), cell_len)
        parts.append((f"  {model} ", "muted"))
        room = width - sum(cell_len(text) for text, _ in parts)
        return [*parts, (cut(self._said(entry), max(0, room), cell_len), look)]

    def _said(self, entry: Entry) -> str:
        asked = self._asked.get(entry.digest)
        round_ = f"round {entry.round}: " if entry.round else ""
        if asked is None:
            return f"{round_}…"
        said = [f"{name} {asked.parameters.get(name, 'not sent')}" for name in self._differing]
        # Names and values are short, and a prompt may be alike in all lines for a long while.
        return f"{round_}{' · '.join([*said, asked.words])}"


def _answers(entry: Entry) -> str:
    if entry.answers is None or entry.n < 2:
        return "–"
    agreeing = max(entry.answers.counts.values(), default=0)
    return percent(Share(agreeing, entry.n))
