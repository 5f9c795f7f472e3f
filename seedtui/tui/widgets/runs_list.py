"""The list of runs, newest first: a window over the history, of which only the rows in sight are painted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.scrollbar import ScrollTo

from seedtui.core.query import Query
from seedtui.core.summary import Summary
from seedtui.tui.commands import Scope, bindings
from seedtui.tui.runs_window import LIMIT, PAGE, Ask, Where
from seedtui.tui.widgets.run_row import WIDE
from seedtui.tui.widgets.runs_view import RunsView

_AHEAD: Final = 100
LEAP: Final = 80
"""How many runs are read first where one leaps to: what is in sight there."""

_MOST_PENDING: Final = LIMIT // 2
# What comes sooner need not be announced.
_PATIENCE: Final = 0.15


class RunsList(RunsView, can_focus=True):
    """Runs with a cursor, and A and B marked where they stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown", "move_page(1)", "Page down", show=False),
        Binding("home,g", "newest", "Newest", show=False),
        Binding("end,G", "oldest", "Oldest", show=False),
        *bindings(Scope.LISTS, Scope.RUNS),
    ]

    class Wanted(Message):
        """Rows are to be read, instead of those that were wanted before; None to read no more."""

        def __init__(self, ask: Ask | None) -> None:
            super().__init__()
            self.ask = ask

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._query = Query()
        self._empty = ""
        # Whether what is held answers another question.
        self._fresh = False
        self._number = 0
        # What is being read; whether some of it has come; since when; how far a search has come.
        self._ask: Ask | None = None
        self._came = False
        self._since = 0.0
        self._reached = 0
        # What was asked for meanwhile.
        self._target = 0
        self._pending = 0
        self._later: deque[Callable[[], object]] = deque()

    # What the screen brings.

    def begin_with(self, rows: Sequence[Summary], *, more: bool, empty: str) -> None:
        """Hold the newest runs from the first frame on. It is to be said before the list has got its size.

        Args:
            rows: Newest first.
            more: Whether there are older ones.
            empty: What to say if there are none.
        """
        self._empty = empty
        self._window.show(rows, newer=False, older=more)
        self._note_ends()
        self.note = self._what_helps()

    def begin(self, query: Query, empty: str) -> None:
        """Ask for the newest runs that a query finds; what is here stays until some come, or it takes a while.

        Args:
            query: Which runs; it is shown where it stands in them.
            empty: What to say if there are none.
        """
        self._query, self._empty = query, empty
        self._painter.look_for(query)
        self._pending, self._target = 0, self.selected.id if self.selected else 0
        self._later.clear()
        self._fresh = True
        self.refresh()
        self._want(Where.NEWEST)

    def take(self, number: int, rows: Sequence[Summary], *, more: bool, done: bool, reached: int = 0) -> None:
        """Take rows that were wanted, all of them or some.

        Args:
            number: The number of what was wanted; if that is no longer wanted, nothing is taken.
            rows: Newest first.
            more: Whether there are more beyond them.
            done: Whether these are the last that come.
            reached: The id that a search has come to.
        """
        ask = self._ask
        if ask is None or ask.number != number:
            return
        anchor = self._anchor()
        self._reached = reached
        more = more or not done
        if ask.where.leaps and not self._came:
            self._came = bool(rows) or done
            self._leap(ask.where, rows, more)
        elif ask.where.upwards:
            self._window.extend_newer(rows, newer=more)
        else:
            self._window.extend_older(rows, older=more)
        if done:
            self._ask = None
        self._note_ends()
        self._rows_changed(anchor)
        if ask.where.leaps:
            self._into_sight()
        self._settle()

    def failed(self, number: int) -> None:
        """Take note that what was wanted cannot be read."""
        if self._ask is not None and self._ask.number == number:
            self._ask, self._pending, self._target = None, 0, 0
            self._later.clear()
            self._say()

    def put(self, summary: Summary, *, move: bool = False) -> None:
        """Replace a run's row, or add it if it is new and what is here goes up to it.

        Args:
            summary: The run.
            move: Put the cursor on it.
        """
        self.put_all([summary])
        if not move:
            return
        at = self._window.index(summary.id)
        if at is not None:
            self._pending = 0
            self.go_to(at)
        else:
            self._target = summary.id
            self._want(Where.NEWEST)

    def put_all(self, summaries: Iterable[Summary]) -> None:
        """Replace the rows of many runs, or add them where they belong; the cursor stays on its run."""
        anchor = self._anchor()
        added = False
        for summary in summaries:
            self._note_newest(summary.id)
            at, new = self._window.put(summary)
            added = added or new
            if at is not None and not new:
                self._refresh_row(at)
        if added:
            self._rows_changed(anchor)
        self._say()

    def put_newest(self, summaries: Sequence[Summary], *, more: bool) -> None:
        """Take the newest runs there are, which others may have written.

        Args:
            summaries: Newest first.
            more: Whether there are older ones than these.
        """
        rows = self._window.rows
        if summaries and more and rows and summaries[-1].id > rows[0].id:
            # Between the two there may be others.
            self._note_newest(summaries[0].id)
            self._window.cut_newer()
            self._settle()
        else:
            self.put_all(summaries)

    def drop(self, run_id: int) -> None:
        """Take a run's row away."""
        anchor = self._anchor()
        if self._window.drop(run_id) is not None:
            self._rows_changed(anchor)
            self._settle()

    # What the user does.

    def when_there(self, action: Callable[[], object]) -> None:
        """Do something to the run under the cursor: at once, or when the cursor is where keys have sent it."""
        if self._waiting or self._later:
            self._later.append(action)
        else:
            action()

    def go_to(self, index: int) -> None:
        """Move the cursor to a row, and the row into sight."""
        self._moved(lambda: self._window.move(index - self._window.cursor))

    def action_move(self, step: int) -> None:
        """Move the cursor by some rows, as soon as they are there."""
        self._in_turn(lambda: self._move(step))

    def action_move_page(self, step: int) -> None:
        """Move the cursor by a screenful."""
        self.action_move(step * max(1, (self.size.height - 1) // self._lines))

    def action_newest(self) -> None:
        """Move the cursor to the newest run."""
        self._in_turn(lambda: self._go_far(Where.NEWEST))

    def action_oldest(self) -> None:
        """Move the cursor to the oldest run."""
        self._in_turn(lambda: self._go_far(Where.OLDEST))

    def _in_turn(self, move: Callable[[], None]) -> None:
        """Move the cursor: not before what is to be done where it is on its way to."""
        if self._later:
            self._later.append(move)
        else:
            move()

    def _move(self, step: int) -> None:
        self._pending += step
        if not self._leaping:
            self._move_pending()
            self._look_ahead()

    def _go_far(self, where: Where) -> None:
        self._pending, self._target = 0, 0
        if self._window.newer if where is Where.NEWEST else self._window.older:
            if self._ask is None or self._ask.where is not where or self._came:
                self._want(where)
            return
        if self._leaping:
            self._ask = None
            self.post_message(self.Wanted(None))
        self.go_to(0 if where is Where.NEWEST else len(self._window) - 1)

    def on_blur(self) -> None:
        """Forget what was to be done here: whoever goes elsewhere does not expect it any more."""
        self._later.clear()

    def on_click(self, event: object) -> None:
        """Move the cursor to the row under the mouse."""
        y = getattr(event, "y", 0)
        if y > 0:
            self.go_to((y - 1 + self.scroll_offset.y) // self._lines)

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Go where the scroll bar's handle was drawn to, also where nothing has been read."""
        if self._window.whole or event.y is None:
            return
        event.prevent_default()
        event.stop()
        self._pending = 0
        self._target = max(self._oldest, self._newest - int(event.y) // self._lines)
        if self._ask is None or self._ask.where is not Where.NEAR:
            self._want(Where.NEAR, self._target)

    # What is read, and when.

    @property
    def _leaping(self) -> bool:
        return self._ask is not None and self._ask.where.leaps and not self._came

    @property
    def _waiting(self) -> bool:
        """Whether the cursor is to go where nothing has been read yet."""
        return self._leaping or bool(self._pending)

    def _want(self, where: Where, run_id: int = 0, limit: int = PAGE) -> None:
        if where.leaps and not self._query:
            limit = max(LEAP, self.size.height)
        self._number += 1
        self._ask = Ask(self._number, where, run_id, limit)
        self._came, self._reached, self._since = False, 0, monotonic()
        self.set_timer(_PATIENCE, self._say)
        self.post_message(self.Wanted(self._ask))

    def _leap(self, where: Where, rows: Sequence[Summary], more: bool) -> None:
        oldest, near = where is Where.OLDEST, where is Where.NEAR
        if self._fresh:
            self._fresh = False
            self._window.begin()
        if near and rows:
            more_above = rows[0].id < self._newest
            self._window.show(rows, newer=more_above, older=more)
            self._window.move(-self._window.cursor)
        elif not near:
            self._window.show(rows, newer=oldest and more, older=not oldest and more, last=oldest)
        if where is Where.NEWEST and self._target and rows:
            self._window.move((self._window.index(self._target) or 0) - self._window.cursor)
            self._target = 0

    def _settle(self) -> None:
        """Do what was asked for while rows were being read, as far as those that came allow."""
        if not self._leaping:
            if self._pending:
                self._move_pending()
            # What opens a screen over the list ends what is done to it.
            while self._later and not self._waiting and self.app.screen is self.screen:
                self._later.popleft()()
            if self._ask is None and self._target and self._window.rows:
                self._follow_the_handle()
        self._look_ahead()
        self._say()

    def _follow_the_handle(self) -> None:
        """Read where the scroll bar's handle has got to meanwhile."""
        target, self._target = self._target, 0
        if abs(self._window.rows[0].id - target) > _AHEAD:
            self._target = target
            self._want(Where.NEAR, target)

    def _look_ahead(self) -> None:
        """Ask for the rows beyond either end before one comes to it."""
        window = self._window
        if self._ask is not None:
            return
        if not window.rows:
            if not window.whole:
                self._want(Where.NEWEST)
            return
        first = min(window.cursor, self.scroll_offset.y // self._lines)
        last = max(window.cursor, (self.scroll_offset.y + self.size.height) // self._lines)
        if window.older and (self._pending > 0 or last > len(window) - _AHEAD):
            self._want(Where.OLDER, window.rows[-1].id, PAGE + max(0, self._pending))
        elif window.newer and (self._pending < 0 or first < _AHEAD):
            self._want(Where.NEWER, window.rows[0].id, PAGE + max(0, -self._pending))

    def _move_pending(self) -> None:
        def move() -> None:
            rest = self._window.move(self._pending)
            unread = self._window.older if rest > 0 else self._window.newer
            self._pending = max(-_MOST_PENDING, min(rest, _MOST_PENDING)) if unread else 0

        self._moved(move)

    def _moved(self, move: Callable[[], object]) -> None:
        before = self._window.cursor
        move()
        if self._window.cursor != before:
            self._refresh_row(before)
            self._refresh_row(self._window.cursor)
        self._into_sight()
        self._looked()

    def _looked(self) -> None:
        self._look_ahead()
        self._say()

    def _note_ends(self) -> None:
        if self._window.rows:
            self._note_newest(self._window.rows[0].id)
            if not self._window.older and not self._query:
                self._oldest = self._window.rows[-1].id

    def _note_newest(self, run_id: int) -> None:
        self._newest = max(self._newest, run_id)
        if self._painter.make_room(run_id):
            self.refresh()

    def _what_helps(self) -> str:
        window, selected = self._window, self.selected
        late = self._ask is not None and monotonic() - self._since >= _PATIENCE
        if self._query:
            found = f"{window.seen:,}{'+' if window.older or window.newer else ''} found"
            if not late:
                return found
            reached = f" #{self._reached:,}" if self._reached else ""
            return f"searching …{reached} · {found}"
        if late and self._waiting:
            return "reading …"
        if window.whole or selected is None:
            return ""
        return f"#{selected.id:,} of #{self._newest:,}"

    def _say(self) -> None:
        note = self._what_helps()
        if note == self.note:
            return
        self.note = note
        if self._width >= WIDE:
            self.refresh(Region(0, 0, self.size.width, 1))
        if self._window.older:
            self._refresh_row(len(self._window))

    def _beyond(self) -> str:
        """What to say below the last row."""
        if self._window.older or (not self._window.rows and self._leaping):
            if not self._query:
                return "reading …"
            return f"searching … #{self._reached:,}" if self._reached else "searching …"
        return "" if self._window.rows else self._empty
