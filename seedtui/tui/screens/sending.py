"""The workbench's part that sends: requests out, events in, and the way to quit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer

from seedtui.core import phrases
from seedtui.core.draft import DraftError, to_request
from seedtui.core.request import Request
from seedtui.core.status import Status
from seedtui.core.summary import summarize
from seedtui.core.text import displayable, one_line
from seedtui.tui.messages import ModelsListed, RunnerWoke
from seedtui.tui.screens.base import WorkbenchBase
from seedtui.tui.widgets.model_field import ModelField
from seedtui.tui.widgets.request_form import RequestForm

if TYPE_CHECKING:
    from seedtui.core.run import Run
    from seedtui.runner import RunEvent


class Sending(WorkbenchBase):
    """Sends what stands in the form, and takes in what the runner says."""

    def __init__(self) -> None:
        super().__init__()
        self._frames: Timer | None = None
        self._arrived: set[int] = set()
        self._noticed: set[int] = set()
        self._asked_for_models: set[str] = set()

    def do_send(self) -> None:
        """Send the request once."""
        self._when_typed(partial(self._send, 1))

    def do_send_twice(self) -> None:
        """Send the request twice and compare the two completions as they come."""
        self._when_typed(partial(self._send, 2))

    def _when_typed(self, action: Callable[[], None], rounds: int = 6) -> None:
        """Do something when the fields have taken in what was typed before it.

        A sending key acts at once, while letters wait in the queue of the field they were typed into,
        and after a Tab in the queue of the next one. So this queues behind them, a few times.
        """
        focused = self.focused
        if focused is None or not rounds:
            action()
        else:
            focused.call_later(self.app.call_later, self._when_typed, action, rounds - 1)

    def request_typed(self) -> Request | None:
        """Return the form's request; None if it cannot be sent, which is said at its fields."""
        try:
            return to_request(self.form.draft)
        except DraftError as error:
            self.show_pane("request", focus=False)
            self.form.show_problems(error.problems)
            self.say(f"Not sent: {one_line(next(iter(error.problems.values())), 300)}", error=True)
            return None

    def _send(self, count: int) -> None:
        request, endpoint = self.request_typed(), self.form.draft.endpoint
        if request is None:
            return
        if self.seedtui.needs_weights(endpoint):
            self.seedtui.get_weights(lambda: self._start(request, endpoint, count))
        else:
            self._start(request, endpoint, count)

    def _start(self, request: Request, endpoint: str, count: int) -> None:
        self.pair.expect(count)
        self.say("Sending …" if count == 1 else "Sending twice …")
        self.seedtui.runner.send(request, endpoint, count=count)

    def do_cancel(self) -> None:
        """Cancel the run under the cursor, or else B, or else the newest that is going."""
        selected = self.runs.selected
        candidates = [selected.id if selected else None, self.pair.b.run_id if self.pair.b else None]
        run_id = next((one for one in (*candidates, *reversed(self.live.ids)) if one in self.live), None)
        if run_id is None:
            self.say("Nothing is running.")
        else:
            self.seedtui.runner.cancel(run_id)

    def do_cancel_all(self) -> None:
        """Cancel every run that is going."""
        self.seedtui.runner.cancel_all()

    def do_quit(self) -> None:
        """Leave; ask first if something is going."""
        from seedtui.tui.screens.confirm import ConfirmScreen

        if isinstance(self.app.screen, ConfirmScreen):
            return
        question = self._leaving_question()
        if question:
            self.app.push_screen(ConfirmScreen(question, "Leave", "Stay"), self._leave)
        else:
            self._leave(True)

    def _leaving_question(self) -> str:
        """What to ask before leaving; empty if nothing is going."""
        count = len(self.live)
        if not count:
            return ""
        runs = "A run is" if count == 1 else f"{count} runs are"
        return f"{runs} still going. Leave now? What has come so far is kept."

    def _leave(self, yes: bool | None) -> None:
        if not yes:
            return
        problem = self.seedtui.save_draft(self.form.draft)
        if problem is None:
            self.app.exit()
            return
        from seedtui.tui.screens.confirm import ConfirmScreen

        def answered(anyway: bool | None) -> None:
            if anyway:
                self.app.exit()

        self.say(problem, error=True)
        self.app.push_screen(ConfirmScreen(f"{displayable(problem)} Leave all the same?", "Leave", "Stay"), answered)

    @on(RunnerWoke)
    def _take_mail(self, event: RunnerWoke) -> None:
        event.stop()
        self._take_all()

    def _take_all(self) -> None:
        for said in self.seedtui.take_mail():
            self._take_event(said)

    def _take_event(self, event: RunEvent) -> None:
        from seedtui.runner import RunEnded, RunIdentified, RunNotice, RunStarted, RunText

        if isinstance(event, RunStarted):
            self._run_started(event.run)
        elif isinstance(event, RunIdentified):
            self.live.identify(event.run)
        elif isinstance(event, RunText):
            self.live.add(event.run_id, event.deltas)
            self._arrived.add(event.run_id)
            if event.run_id in self._noticed:
                # What it waited for is over.
                self._noticed.discard(event.run_id)
                self._say_running()
        elif isinstance(event, RunNotice):
            self._noticed.add(event.run_id)
            self.say(f"#{event.run_id}: {event.message}" if event.run_id else event.message)
        elif isinstance(event, RunEnded):
            self._run_ended(event.run)

    def _run_started(self, run: Run) -> None:
        if not run.id:
            # It has no place in the history, and its end comes next.
            self.pair.not_started()
            return
        self.live.start(run)
        role = self.pair.started(run.id)
        if not self.query_now:
            self.runs.put(summarize(run), move=bool(role))
        self._run_frames()
        self._say_running()
        if role and self.has_class("-narrow"):
            self.show_pane("compare")
        if role == "next":
            self.compare_with_previous(run.id)
        elif role:
            self.compare_now()

    def _run_ended(self, run: Run) -> None:
        if not run.id:
            self._say_ended(run)
            return
        self.live.end(run.id)
        self._arrived.discard(run.id)
        self._noticed.discard(run.id)
        self.read_runs.pop(run.id, None)
        if not self.query_now or run.id in self.runs:
            self.runs.put(summarize(run))
        self._run_frames()
        self._say_ended(run)
        if run.id in self.pair.marks:
            # A run that could not be stored is in no history: it is shown from here.
            self.read_runs[run.id] = run
            self.compare_now()

    def _say_running(self) -> None:
        count = len(self.live)
        if count:
            self.say(f"{phrases.plural(count, 'run')} going. F8 cancels.")

    def _say_ended(self, run: Run) -> None:
        if run.status is Status.FAILED and run.error is not None:
            what = f"#{run.id} failed" if run.id else "Not sent"
            self.say(f"{what}: {one_line(run.error.message, 400)}", error=True)
        elif self.live:
            self._say_running()
        else:
            self.say(f"#{run.id} {_ending(run)}. {phrases.unfinished(run)}".rstrip())

    def _run_frames(self) -> None:
        # A timer only while something streams: an idle app sends nothing.
        if self._frames is None:
            each = 1 / self.seedtui.settings.screen.frames_per_second
            self._frames = self.set_interval(each, self._frame, pause=True)
        if self.live:
            self._frames.resume()
        else:
            self._frames.pause()

    def _frame(self) -> None:
        # Text wakes nobody: it is fetched when there is something to be painted.
        self._take_all()
        arrived, self._arrived = self._arrived, set()
        for run_id in arrived:
            run = self.live.run(run_id)
            if run is not None and not self.query_now:
                self.runs.put(summarize(run))
        if arrived & self.pair.marks.keys():
            self.compare_now()

    @on(ModelField.Wanted)
    def _models_wanted(self, event: ModelField.Wanted) -> None:
        event.stop()
        self.want_models()

    def want_models(self) -> None:
        """Ask the form's endpoint which models it serves, unless it has said so."""
        endpoint = self.form.draft.endpoint
        if not self.form.models and not self.seedtui.needs_weights(endpoint):
            self.ask_for_models(endpoint)

    def ask_for_models(self, endpoint: str) -> None:
        """Ask an endpoint in the background which models it serves, unless it is being asked already."""
        if endpoint in self._asked_for_models:
            return
        self._asked_for_models.add(endpoint)

        def answered(future: Future[tuple[str, ...]]) -> None:
            if future.cancelled():
                self._asked_for_models.discard(endpoint)
                return
            error = future.exception()
            models = () if error else future.result()
            self.post_message(ModelsListed(endpoint, models, str(error) if error else ""))

        self.seedtui.runner.models(endpoint).add_done_callback(answered)

    @on(ModelsListed)
    def _show_models(self, event: ModelsListed) -> None:
        event.stop()
        self._asked_for_models.discard(event.endpoint)
        self.form.set_models(event.endpoint, event.models)
        if self.app.screen is not self:
            # The set-up of a series offers them, too.
            self.app.screen.post_message(ModelsListed(event.endpoint, event.models))
        if event.problem and event.endpoint == self.form.draft.endpoint:
            self.say(f"{event.endpoint} does not list its models: {event.problem}")

    @on(RequestForm.EndpointChanged)
    def _endpoint_changed(self, event: RequestForm.EndpointChanged) -> None:
        event.stop()
        if not self.seedtui.needs_weights(event.name):
            self.ask_for_models(event.name)

    @on(RequestForm.Changed)
    def _draft_changed(self, event: RequestForm.Changed) -> None:
        event.stop()
        self.seedtui.draft_changed(event.draft)


def _ending(run: Run) -> str:
    took = phrases.seconds(run.timing.total_ms)
    after = f" after {took}" if took else ""
    endings = {
        Status.COMPLETE: f"is complete{after}",
        Status.CANCELLED: "was cancelled; what had come is kept",
        Status.ENDED_WITHOUT_REASON: f"ended without saying why{after}",
    }
    return endings.get(run.status, run.status.phrase)
