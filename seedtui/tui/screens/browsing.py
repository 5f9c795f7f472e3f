"""The workbench's part that browses: pages of the history, the filter, deleting, loading."""

from __future__ import annotations

from typing import Final

from textual import on, work
from textual.widgets import Input
from textual.worker import get_current_worker

from seedtui.core.draft import from_request
from seedtui.core.query import Query, parse_query
from seedtui.core.summary import Summary, summarize
from seedtui.history import HistoryError
from seedtui.tui.messages import Deleted, NewerRead, PinsRead, RowsRead, RunRead
from seedtui.tui.run_pages import read_parts
from seedtui.tui.runs_window import PAGE, Ask
from seedtui.tui.screens.base import WorkbenchBase, problem_of
from seedtui.tui.widgets.bars import PaneTitle
from seedtui.tui.widgets.filter_hint import FilterHint
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.runs_list import LEAP, RunsList

_LOOK_SECONDS: Final = 2.0
_NO_RUNS: Final = "No runs yet: F5 sends the request."


class Browsing(WorkbenchBase):
    """Reads the history in threads, and shows what it finds."""

    def begin_with_newest(self) -> bool:
        """Have the newest runs in the first frame, as reading a page takes less time than a second frame.

        Returns:
            Whether they could be read; if not, `read_page` says why.
        """
        title = self.query_one("#runs-title", PaneTitle)

        def show(note: str) -> None:
            title.detail = note

        # At once, and not by a message: it belongs to the frame of the key that changes it.
        self.watch(self.runs, "note", show)
        try:
            rows = self.seedtui.history.page(limit=LEAP)
        except HistoryError:
            return False
        self.runs.begin_with(rows, more=len(rows) == LEAP, empty=_NO_RUNS)
        return True

    def read_page(self) -> None:
        """Read the newest runs that the filter lets through; the cursor stays on its run if it is one of them."""
        self.runs.begin(self.query_now, "No run matches." if self.query_now else _NO_RUNS)

    @on(RunsList.Wanted)
    def _read_wanted(self, event: RunsList.Wanted) -> None:
        event.stop()
        if event.ask is None:
            self.workers.cancel_group(self, "page")
        else:
            self._read(self.query_now, event.ask)

    @work(thread=True, group="page", exclusive=True, exit_on_error=False)
    def _read(self, query: Query, ask: Ask) -> None:
        worker = get_current_worker()
        try:
            for part in read_parts(self.seedtui.history, query, ask, lambda: worker.is_cancelled):
                self.post_message(RowsRead(ask.number, *part))
        except Exception as error:
            self.post_message(RowsRead(ask.number, problem=problem_of(error)))

    @on(RowsRead)
    def _show_rows(self, event: RowsRead) -> None:
        if event.problem:
            self.runs.failed(event.number)
            self.say(event.problem, error=True)
            return
        rows = [self._as_it_is(row) for row in event.rows]
        self.runs.take(event.number, rows, more=event.more, done=event.done, reached=event.reached)

    def _as_it_is(self, row: Summary) -> Summary:
        """Return a run that is going as far as it has come: the history has it a little later."""
        run = self.live.run(row.id) if row.id in self.live else None
        return row if run is None else summarize(run)

    def watch_history(self) -> None:
        """Look now and then whether another process has written: a second window, the command line."""
        self.set_interval(_LOOK_SECONDS, self._look_elsewhere)

    @work(thread=True, group="elsewhere", exclusive=True, exit_on_error=False)
    def _look_elsewhere(self) -> None:
        history, query = self.seedtui.history, self.query_now
        # What was there before may have changed, too; a filter is not asked again for that.
        after = self.runs.newest if query else None
        try:
            if history.changed_elsewhere():
                rows = history.page(query, None, PAGE, after=after)
                self.post_message(NewerRead(query, rows, len(rows) == PAGE))
                self.post_message(PinsRead(frozenset(run_id for run_id, _ in history.baselines())))
        except Exception as error:
            # What is here stays; whoever reads or writes next is told.
            self.log.warning(problem_of(error))

    @on(NewerRead)
    def _show_newer(self, event: NewerRead) -> None:
        if event.query == self.query_now:
            self.runs.put_newest([self._as_it_is(row) for row in event.rows], more=event.more)

    def do_filter(self) -> None:
        """Open the filter."""
        self.show_pane("runs", focus=False)
        if not self.query("#filter"):
            box = LineInput(placeholder="words, seed:123 fp:… status:failed", id="filter")
            self.mount(box, FilterHint(id="filter-hint"), after="#runs-title")
        self.query_one("#filter").display = True
        self.query_one("#filter").focus()

    @property
    def filter_is_open(self) -> bool:
        """Whether the filter is open."""
        return any(box.display for box in self.query("#filter"))

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        typed, hint = self.query_one("#filter", LineInput).typed, self.query_one(FilterHint)
        try:
            query = parse_query(typed)
        except ValueError as error:
            # What was found last stays in sight.
            hint.show(str(error), unfinished=typed.endswith((":", '"')))
            return
        hint.show("")
        if query != self.query_now:
            self.query_now = query
            self.read_page()

    @on(Input.Submitted, "#filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        if self.query_one(FilterHint).display:
            self.app.bell()
        else:
            self.runs.focus()

    def close_filter(self) -> None:
        """Clear the filter and show every run."""
        box = self.query_one("#filter", LineInput)
        box.typed = ""
        box.display = False
        self.query_one(FilterHint).show("")
        self.runs.focus()

    def do_delete(self) -> None:
        """Delete the run under the cursor, after asking."""
        selected = self.runs.selected
        if selected is None:
            return
        if selected.id in self.live:
            self.say(f"#{selected.id} is still going: cancel it first, with F8.")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._delete(selected.id, back=False)

        from seedtui.tui.screens.confirm import ConfirmScreen

        self.app.push_screen(ConfirmScreen(f"Delete run #{selected.id}? u brings it back.", "Delete", "Keep"), answered)

    def do_undo_delete(self) -> None:
        """Bring back what was deleted last."""
        if self.deleted:
            # Taken off at once: the key may be pressed again before this one is back.
            self._delete(self.deleted.pop(), back=True)
        else:
            self.say("Nothing was deleted in this session.")

    @work(thread=True, group="delete", exit_on_error=False)
    def _delete(self, run_id: int, back: bool) -> None:
        history = self.seedtui.history
        try:
            (history.undelete if back else history.delete)([run_id])
            row = next(iter(history.page(Query(), run_id + 1, 1)), None) if back else None
            self.post_message(Deleted(run_id, back, row=row))
        except Exception as error:
            self.post_message(Deleted(run_id, back, problem_of(error)))

    @on(Deleted)
    def _show_deleted(self, event: Deleted) -> None:
        if event.problem:
            self.say(event.problem, error=True)
            if event.back:
                self.deleted.append(event.run_id)
        elif event.back:
            self.say(f"#{event.run_id} is back.")
            if self.query_now:
                # It may be none of those that are looked for.
                self.read_page()
            elif event.row is not None and event.row.id == event.run_id:
                self.runs.put(event.row)
        else:
            self.deleted.append(event.run_id)
            self.read_runs.pop(event.run_id, None)
            self.pair.forget(event.run_id)
            self.marks = {
                pair: changes
                for pair, changes in self.marks.items()
                if event.run_id not in (pair[0].run_id, pair[1].run_id)
            }
            self.runs.drop(event.run_id)
            self.say(f"#{event.run_id} is deleted. u brings it back.")
            self.compare_now()

    def do_load_request(self) -> None:
        """Load the request of the run under the cursor into the form."""
        selected = self.runs.selected
        if selected is not None:
            self._read_run(selected.id)

    @work(thread=True, group="load", exclusive=True, exit_on_error=False)
    def _read_run(self, run_id: int) -> None:
        try:
            self.post_message(RunRead(self.seedtui.history.run(run_id)))
        except Exception as error:
            self.post_message(RunRead(None, problem_of(error)))

    @on(RunRead)
    def _load_run(self, event: RunRead) -> None:
        if event.run is None:
            self.say(event.problem or "That run is no longer there.", error=True)
            return
        before = self.form.draft
        known = event.run.endpoint in self.seedtui.settings.endpoints
        self.form.load(from_request(event.run.request, event.run.endpoint if known else before.endpoint, before))
        self.seedtui.draft_changed(self.form.draft)
        where = "" if known else " Its endpoint is not configured here, so the form's own is kept."
        self.say(f"The request of #{event.run.id} is in the form.{where}")
        self.show_pane("request")
