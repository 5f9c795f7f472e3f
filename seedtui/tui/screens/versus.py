"""Every run of one request, held against a baseline: where each parts from it, and how alike it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.worker import Worker, get_current_worker

from seedtui.core import phrases
from seedtui.core.query import Query
from seedtui.core.run import Side
from seedtui.core.text import one_line
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.listing import MOST, ListScreen
from seedtui.tui.widgets.run_row import fit

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.core.ignoring import Ignore
    from seedtui.history import History

_AT_A_TIME: Final = 20
_AROUND: Final = 60
_BEFORE: Final = 20


class VersusScreen(ListScreen):
    """Holds runs against the baseline, one after the other, and lists what it finds as it goes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,w", "leave", "Close", show=False)]

    AUTO_FOCUS = "OptionList"
    SUBTITLE = "Enter makes it B, Esc closes"

    @dataclass
    class Held(Message):
        """Some runs have been held against the baseline.

        Attributes:
            rows: What is listed of them.
            same: How many of them are identical with the baseline.
            done: Whether these were the last.
            note: What else there is to say: runs that could not be read, and those beyond the newest.
        """

        rows: list[tuple[Ref, Content]] = field(default_factory=list)
        same: int = 0
        done: bool = False
        note: str = ""

    def __init__(self, baseline: Side, history: History, ignore: Ignore) -> None:
        """Make the list.

        Args:
            baseline: What the others are held against.
            history: Where they are.
            ignore: What is ignored when differences are counted.
        """
        super().__init__()
        self._baseline, self._history, self._ignore = baseline, history, ignore
        self._same = self._count = 0

    @property
    def title_text(self) -> str:
        """What they are held against."""
        ignoring = f", {self._ignore.phrase}" if self._ignore else ""
        return f"Runs of the request of A #{self._baseline.label}{ignoring}"

    @property
    def columns(self) -> str:
        """What the columns are."""
        return "   id        parts at   alike   fingerprint         what it says there"

    def on_mount(self) -> None:
        """Begin."""
        self.say("Reading …")
        self._hold()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _hold(self) -> None:
        from seedtui.core.interrupt import StoppedError, interruptible

        worker = get_current_worker()
        try:
            with interruptible(lambda: worker.is_cancelled):
                self._hold_all(worker)
        except StoppedError:
            return
        except Exception as error:
            self.post_message(self.Held(done=True, note=problem_of(error)))

    def _hold_all(self, worker: Worker[None]) -> None:
        from seedtui.core.comparison import compare

        held = self.Held()
        for side in self._others(held):
            if worker.is_cancelled:
                return
            comparison = compare(self._baseline, side, self._ignore)
            held.rows.append(_row(comparison))
            held.same += comparison.diff.equal
            if len(held.rows) == _AT_A_TIME:
                self.post_message(held)
                held = self.Held(note=held.note)
        held.done = True
        self.post_message(held)

    def _others(self, held: Held) -> Iterator[Side]:
        from seedtui.history import HistoryError

        query = Query(filters={"digest": self._baseline.run.request.digest})
        here = (self._baseline.run.id, self._baseline.completion.index)
        rows = self._history.page(query, None, MOST)
        if len(rows) == MOST:
            held.note = f"These are the newest {MOST} runs."
        for row in rows:
            try:
                run = self._history.run(row.id)
            except HistoryError as error:
                # One that is damaged keeps no other from being listed.
                held.note = str(error)
                continue
            for completion in run.completions if run else ():
                if run and (run.id, completion.index) != here:
                    yield Side(run, completion)

    def on_versus_screen_held(self, event: Held) -> None:
        """Add what was found."""
        event.stop()
        self.add(event.rows)
        self._count += len(event.rows)
        self._same += event.same
        said = f"{self._same} of {phrases.plural(self._count, 'completion')} identical with A"
        if not self._count and event.done:
            said = "There is no other run of this request yet"
        self.say(f"{said}. {event.note}" if event.done else f"{said} so far …")


def _row(comparison: Comparison) -> tuple[Ref, Content]:
    side, verdict = comparison.b, comparison.verdict
    where = comparison.diff.first_divergence
    sign = verdict.code.sign if verdict else " "
    alike = "same" if comparison.diff.equal else phrases.alike(comparison.diff).removesuffix(" alike")
    fingerprint = one_line(side.run.fingerprint or "–", 60)
    cells = (
        f"{sign}  "
        + fit(f"#{side.label}", 10)
        + fit(f"word {where.word}" if where else "nowhere", 11)
        + fit(alike, 8)
        + fit(fingerprint, 20)
    )
    start = _word_before(side.text, where.character) if where else 0
    said = one_line(side.text[start : start + _AROUND * 2], _AROUND)
    words = f"{'… ' if start else ''}{said}" if said else f"({side.run.status.phrase})"
    return Ref(side.run.id, side.completion.index), Content(cells + words)


def _word_before(text: str, position: int) -> int:
    """Return where the word before a place begins, or the place itself if that is far."""
    space = text.rfind(" ", max(0, position - _BEFORE), max(0, position - 1))
    return space + 1 if space >= 0 else position if position > _BEFORE else 0
