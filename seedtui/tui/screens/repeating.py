"""The workbench's part that sends series and keeps baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on, work
from textual.timer import Timer

from seedtui.core.phrases import plural
from seedtui.core.summary import summarize
from seedtui.core.text import one_line
from seedtui.tui.messages import Pinned, PinsRead
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.sending import Sending
from seedtui.tui.widgets.bars import StatusLine

if TYPE_CHECKING:
    from seedtui.core.run import Run
    from seedtui.core.series import Plan
    from seedtui.runner import RunEvent, SeriesEnded, SeriesStarted
    from seedtui.tui.pair import Ref
    from seedtui.tui.screens.series_setup import SetUp
    from seedtui.tui.series_draft import SeriesDraft
    from seedtui.tui.series_watch import SeriesWatch

_ROWS_SECONDS: Final = 0.25
"""How often the list of runs takes in what a series has brought."""

_OTHERS_SECONDS: Final = 5.0
"""How long what else was said stays in the status line."""

OnEnded = Callable[[int, "Run"], None]
"""Takes a slot of a series and the run that has ended in it."""

OnAllEnded = Callable[[str], None]
"""Takes why a series stopped before all was sent; empty if it did not."""


class _Wanted(NamedTuple):
    """A series that is to be sent, and who wants to know what becomes of it."""

    plan: Plan
    ended: OnEnded | None
    all_ended: OnAllEnded | None


class Repeating(Sending):
    """Sends many runs together, shows how far they are, and pins runs."""

    def __init__(self) -> None:
        super().__init__()
        self.pins: frozenset[int] = frozenset()
        self._series_draft: SeriesDraft | None = None
        self._wanted: list[_Wanted] = []
        self._known_series: dict[int, SeriesWatch] = {}
        self._listening: dict[int, _Wanted] = {}
        self._of_series: dict[int, bool] = {}
        self._changed_rows: dict[int, Run | None] = {}
        self._rows_timer: Timer | None = None
        self._series_said = ""
        self._others_since: float | None = None

    # Setting up and starting.

    def do_series(self) -> None:
        """Set up a series of the form's request and send it."""
        self._when_typed(self._set_up)

    def _set_up(self) -> None:
        from seedtui.tui.screens.series_setup import SeriesSetup
        from seedtui.tui.series_draft import Places, SeriesDraft

        request = self.request_typed()
        if request is None:
            return
        self.want_models()
        models = {name: endpoint.model for name, endpoint in self.seedtui.settings.endpoints.items()}
        places = Places(self.form.draft.endpoint, models, self.form.models)
        self.app.push_screen(SeriesSetup(self._series_draft or SeriesDraft(), request, places), self._set_up_ended)

    def _set_up_ended(self, found: SetUp | None) -> None:
        if found is None:
            return
        self._series_draft = found.draft
        if found.plan is not None:
            self.send_plan(found.plan)

    def send_plan(self, plan: Plan, ended: OnEnded | None = None, all_ended: OnAllEnded | None = None) -> None:
        """Send a series.

        Args:
            plan: What to send.
            ended: Takes its runs as they end; without it, the series gets a screen of its own.
            all_ended: Called when nothing more is sent, also if it could not even be begun.
        """
        # The very object comes back with the event that says it was begun.
        self._wanted.append(_Wanted(plan, ended, all_ended))
        self._with_weights(plan, lambda: self.seedtui.runner.start_series(plan))

    def resume_series(self, series: SeriesWatch) -> None:
        """Send what has no answer yet."""
        self._known_series[series.id] = series
        self._with_weights(series.plan, lambda: self.seedtui.runner.resume_series(series.id))

    def _with_weights(self, plan: Plan, send: Callable[[], None]) -> None:
        """Send, once the built-in model is there, if it is asked."""
        endpoints = dict.fromkeys(setting.endpoint for setting in plan.settings)
        if any(self.seedtui.needs_weights(endpoint) for endpoint in endpoints):
            self.seedtui.get_weights(send)
        else:
            self.say("Sending …")
            send()

    def cancel_series(self, series: SeriesWatch) -> None:
        """Cancel a series; what came is kept."""
        self.seedtui.runner.cancel_series(series.id)

    # What the runner says.

    def _take_event(self, event: RunEvent) -> None:
        from seedtui.runner import RunEnded, RunNotice, RunStarted, RunText, SeriesEnded, SeriesProgress, SeriesStarted

        if isinstance(event, RunStarted) and event.slot is not None:
            self._series_run_started(event.run)
        elif isinstance(event, RunText) and event.run_id in self._of_series:
            self._series_text(event)
        elif isinstance(event, RunNotice) and (event.run_id in self._of_series or (not event.run_id and self.going)):
            # That a run is sent again is counted; that an endpoint gets no more is to be said.
            if not event.run_id:
                self._endpoint_given_up(event.message)
        elif isinstance(event, RunEnded) and event.slot is not None:
            self._series_run_ended(event.run, *event.slot)
        elif isinstance(event, SeriesStarted):
            self._series_started(event)
        elif isinstance(event, SeriesProgress):
            if event.series_id in self._known_series:
                self._known_series[event.series_id].advance(event.progress)
        elif isinstance(event, SeriesEnded):
            self._series_ended(event)
        else:
            super()._take_event(event)

    @property
    def going(self) -> list[SeriesWatch]:
        """The series that are being sent, oldest first."""
        return [series for series in self._known_series.values() if series.going]

    def _endpoint_given_up(self, message: str) -> None:
        for series in self.going:
            series.say(message)
        self.say(message)

    def _series_started(self, event: SeriesStarted) -> None:
        from seedtui.tui.series_watch import SeriesWatch as Watch

        ours = next((one for one in self._wanted if one.plan is event.plan), None)
        if ours is not None:
            self._wanted.remove(ours)
        fresh = Watch(event.series_id, event.plan, read=not event.answered)
        series = self._known_series.setdefault(event.series_id, fresh)
        series.begin()
        if ours is not None and ours.ended is not None:
            self._listening[event.series_id] = ours
        elif ours is not None:
            self.open_series(series)
        self._run_rows()
        self._say_series()

    def _series_ended(self, event: SeriesEnded) -> None:
        from seedtui.tui.screens.series import SeriesScreen

        series = self._known_series.get(event.series_id)
        told = [self._listening.pop(event.series_id)] if event.series_id in self._listening else []
        self._put_rows()
        if series is None:
            # It could not even be begun.
            told, self._wanted = self._wanted, []
        for one in told:
            if one.all_ended is not None:
                one.all_ended(event.stopped or ("Cancelled before it was sent." if event.cancelled else ""))
        if series is None:
            self.say(event.stopped or "The series could not be begun.", error=True)
            if isinstance(self.app.screen, SeriesScreen):
                self.app.screen.say(event.stopped or "")
            return
        series.end(event.progress, cancelled=event.cancelled, stopped=event.stopped)
        self._forget_series()
        done = f"{event.progress.answered} of {event.progress.planned} answered"
        if event.stopped:
            self.say(f"Series {series.id} stopped with {done}: {one_line(event.stopped, 300)}", error=True)
        elif not series.open:
            self.say(f"Series {series.id} is complete, {done}: R lists the series, Enter opens it.")
        else:
            why = "was cancelled" if event.cancelled else "has ended"
            self.say(f"Series {series.id} {why} with {done}: R opens it, and r there sends the rest.")

    def _forget_series(self) -> None:
        """Keep of the series that have ended only what a screen shows: the history has them all."""
        from seedtui.tui.screens.series import SeriesScreen

        shown = {screen.series.id for screen in self.app.screen_stack if isinstance(screen, SeriesScreen)}
        self._known_series = {key: series for key, series in self._known_series.items() if series.going or key in shown}

    def _series_run_started(self, run: Run) -> None:
        if not run.id:
            # It has no place in the history, and its end comes next.
            return
        self.live.start(run)
        self._of_series[run.id] = False
        self._changed_rows[run.id] = run
        self._run_frames()

    def _series_text(self, event: RunEvent) -> None:
        from seedtui.runner import RunText

        assert isinstance(event, RunText)
        self.live.add(event.run_id, event.deltas)
        if event.run_id in self.pair.marks:
            self._arrived.add(event.run_id)
        elif not self._of_series[event.run_id]:
            # The row shows the first words only: it is painted anew once, not with every word.
            self._of_series[event.run_id] = True
            self._changed_rows[event.run_id] = None

    def _series_run_ended(self, run: Run, series_id: int, slot: int) -> None:
        series = self._known_series.get(series_id)
        if series is not None:
            series.take(run, slot)
        listening = self._listening.get(series_id)
        if listening is not None and listening.ended is not None:
            listening.ended(slot, run)
        if not run.id:
            return
        self.live.end(run.id)
        self._of_series.pop(run.id, None)
        self._arrived.discard(run.id)
        self.read_runs.pop(run.id, None)
        self._changed_rows[run.id] = run
        self._run_frames()
        if run.id in self.pair.marks:
            self.read_runs[run.id] = run
            self.compare_now()

    # The list of runs and the status line, a few times a second.

    def _run_rows(self) -> None:
        if self._rows_timer is None:
            self._rows_timer = self.set_interval(_ROWS_SECONDS, self._rows_due, pause=True)
        self._rows_timer.resume()

    def _rows_due(self) -> None:
        if self.app.screen is self:
            # While something else is in front, they can wait.
            self._put_rows()
        self._say_series()
        if not self.going and not self._changed_rows and self._rows_timer is not None:
            self._rows_timer.pause()

    def _put_rows(self) -> None:
        changed, self._changed_rows = self._changed_rows, {}
        found = [run for run_id, known in changed.items() if (run := known or self.live.run(run_id)) is not None]
        if self.query_now:
            found = [run for run in found if run.id in self.runs]
        self.runs.put_all([summarize(run) for run in found])

    def _say_series(self) -> None:
        """Say how far the series are; what else was said stays for a while."""
        from seedtui.tui.series_words import status_phrase

        if not self.going:
            return
        now = self.app._loop.time() if self.app._loop else 0.0
        if self.query_one(StatusLine).text not in ("", self._series_said, "Sending …"):
            self._others_since = now if self._others_since is None else self._others_since
            if now - self._others_since < _OTHERS_SECONDS:
                return
        self._others_since = None
        self._series_said = " ".join(status_phrase(series) for series in self.going)
        self.say(self._series_said)

    # Looking at series.

    def do_series_list(self) -> None:
        """List the series there are, and open one."""
        from seedtui.tui.screens.series_list import SeriesList

        def chosen(series: SeriesWatch | None) -> None:
            if series is not None:
                self.open_series(self._known_series.setdefault(series.id, series))

        self.app.push_screen(SeriesList(self.seedtui.history, self._known_series), chosen)

    def open_series(self, series: SeriesWatch) -> None:
        """Show a series; the workbench is behind it."""
        from seedtui.tui.screens.series import SeriesScreen

        self.app.push_screen(SeriesScreen(series, self), lambda _: self._forget_series())

    def compare_pair(self, a: Ref, b: Ref) -> None:
        """Compare two completions."""
        self.pair.set_a(a)
        self.pair.set_b(b)
        self.show_pane("compare")
        self.compare_now()

    # Leaving.

    def do_cancel(self) -> None:
        """Cancel the run under the cursor, or else B; one of a series only from within the list of runs."""
        selected = self.runs.selected
        pointed = [selected.id if selected else None, self.pair.b.run_id if self.pair.b else None]
        alone = [one for one in pointed if one in self.live and (self.runs.has_focus or one not in self._of_series)]
        if self.going and not alone:
            self.say(f"R opens series {self.going[-1].id}, and F8 there cancels it; Shift+F8 cancels everything.")
        else:
            super().do_cancel()

    def _leaving_question(self) -> str:
        if not self.going:
            return super()._leaving_question()
        told = " and ".join(f"Series {series.id}" for series in self.going)
        verb = "is" if len(self.going) == 1 else "are"
        left = sum(series.open for series in self.going)
        return f"{told} {verb} still going, {plural(left, 'run')} open. Leave now? What came is kept, and R resumes it."

    # Baselines.

    def do_pin(self) -> None:
        """Pin the run under the cursor as a baseline, or let it be one no longer."""
        selected = self.runs.selected
        if selected is None:
            self.say("There is no run yet: send a request first.")
        elif selected.id in self.live:
            self.say(f"#{selected.id} is still going: it can be pinned when it has ended.")
        else:
            self.set_pinned(selected.id, selected.id not in self.pins)

    @work(thread=True, group="pin", exit_on_error=False)
    def set_pinned(self, run_id: int, pinned: bool) -> None:
        """Pin a run, or unpin it."""
        history = self.seedtui.history
        try:
            (history.pin if pinned else history.unpin)([run_id])
            self.post_message(Pinned(run_id, pinned))
        except Exception as error:
            self.post_message(Pinned(run_id, pinned, problem_of(error)))

    @on(Pinned)
    def _show_pinned(self, event: Pinned) -> None:
        if event.problem:
            self.say(event.problem, error=True)
        elif event.pinned:
            self._take_pins({*self.pins, event.run_id})
            self.say(f"#{event.run_id} is a baseline now, marked ^. P lists the baselines; p takes it back.")
        else:
            self._take_pins(self.pins - {event.run_id})
            self.say(f"#{event.run_id} is a baseline no longer; p pins it again.")

    @work(thread=True, group="pins", exclusive=True, exit_on_error=False)
    def read_pins(self) -> None:
        """Read which runs are pinned."""
        try:
            self.post_message(PinsRead(frozenset(run_id for run_id, _ in self.seedtui.history.baselines())))
        except Exception as error:
            self.log.warning(problem_of(error))

    @on(PinsRead)
    def _show_pins(self, event: PinsRead) -> None:
        self._take_pins(event.run_ids)

    def _take_pins(self, run_ids: Iterable[int]) -> None:
        self.pins = frozenset(run_ids)
        self.runs.pin(self.pins)

    def do_baselines(self) -> None:
        """List the baselines, and check them."""
        from seedtui.tui.screens.baselines import BaselinesScreen

        def chosen(found: tuple[Ref, Ref | None] | None) -> None:
            self._forget_series()
            if found is None:
                return
            a, b = found
            if b is None:
                self.pair.set_a(a)
                self.say(f"A is the baseline #{a.run_id}; no other run of its request is there yet.")
                self.compare_now()
            else:
                self.say(f"A is the baseline #{a.run_id}, B the newest run of the same request.")
                self.compare_pair(a, b)

        self.app.push_screen(BaselinesScreen(self.seedtui.history, self), chosen)
