"""The workbench's part that measures: agreement, the overview, fingerprints over time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import on

from seedtui.core.text import one_line
from seedtui.tui.messages import NewerRead
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase
from seedtui.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from seedtui.core.run import Run
    from seedtui.runner import RunEvent

_ANNOUNCED_SECONDS: Final = 20.0


QUOTE: Final = '"'


class Measuring(WorkbenchBase):
    """Opens the screens that look at many runs, and keeps them informed.

    Attributes:
        do_filter: Opens the filter; the part that browses does it.
    """

    do_filter: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self._announced = ("", 0.0)
        self._told = False

    def do_agreement(self) -> None:
        """Show how far the completions of a request agree."""
        digest = self._digest_now()
        if not digest:
            self.say("There is no run yet: send a request first.")
            return
        from seedtui.tui.screens.agreement import AgreementScreen

        self.app.push_screen(AgreementScreen(self.seedtui.history, digest), self._take_pair)

    def _digest_now(self) -> str:
        """Return the digest of the request under the cursor, or else of B's; empty if there is neither."""
        selected = self.runs.selected
        if selected is not None:
            return selected.digest
        comparison = self.compare_pane.comparison
        return comparison.b.run.request.digest if comparison is not None else ""

    def _take_pair(self, pair: tuple[Ref, Ref] | None) -> None:
        if pair is None:
            return
        self.pair.set_a(pair[0])
        self.pair.set_b(pair[1])
        self.say("A is the version that the others are held against.")
        self.compare_now()
        self.show_pane("compare")

    def do_overview(self) -> None:
        """Show how far each of many requests agrees."""
        from seedtui.tui.screens.overview import OverviewScreen

        typed = self.query_one("#filter", LineInput).typed if self.query("#filter") else ""
        self.app.push_screen(OverviewScreen(self.seedtui.history, typed), self._take_pair)

    def do_fingerprints(self) -> None:
        """Show each model's fingerprints over time."""
        from seedtui.tui.screens.fingerprints import FingerprintsScreen

        self.app.push_screen(FingerprintsScreen(self.seedtui.history), self._list_fingerprint)

    def _list_fingerprint(self, fingerprint: str | None) -> None:
        if fingerprint is None:
            return
        self.do_filter()
        # What a quotation mark begins cannot be written in a query; the beginning finds it as well.
        self.query_one("#filter", LineInput).typed = f'fp:"{fingerprint.partition(QUOTE)[0]}"'
        self.runs.focus()

    # What the screens on top are told.

    def _take_event(self, event: RunEvent) -> None:
        from seedtui.runner import RunEnded
        from seedtui.runner.events import FingerprintAppeared

        if isinstance(event, FingerprintAppeared):
            self._announced = (appeared_sentence(event.run, event.before), time.monotonic())
        self._told = True
        try:
            super()._take_event(event)  # type: ignore[misc]
        finally:
            self._told = False
        if isinstance(event, FingerprintAppeared):
            self.say(self._announced[0])
        elif isinstance(event, RunEnded):
            self._runs_changed()

    def say(self, text: str, *, error: bool = False) -> None:
        """Put a sentence into the status line; what runs report does not wipe out an announcement just made."""
        said, since = self._announced
        fresh = said and time.monotonic() - since < _ANNOUNCED_SECONDS
        if self._told and fresh and not error:
            text = said
        elif not self._told and text != said:
            # The user has gone on.
            self._announced = ("", 0.0)
        super().say(text, error=error)

    @on(NewerRead)
    def _written_elsewhere(self, event: NewerRead) -> None:
        self._runs_changed()

    def _runs_changed(self) -> None:
        from seedtui.tui.screens.full import FullScreen

        for screen in self.app.screen_stack:
            if isinstance(screen, FullScreen):
                screen.runs_changed()


def appeared_sentence(run: Run, before: tuple[str, ...]) -> str:
    """Say that a fingerprint is new: the backend has probably changed."""
    from seedtui.core.agreement.sentences import fingerprint_name

    model = one_line(run.request.model, 40)
    old = f"; before it was {fingerprint_name(before)}" if before else ""
    return f"New fingerprint {fingerprint_name(run.fingerprints)} of {model} in #{run.id}{old}. F shows them all."
