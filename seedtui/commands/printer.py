"""What `seedtui run` writes while runs go on."""

from __future__ import annotations

import sys
from collections.abc import Callable

import regex

from seedtui.commands.output import on_terminal, print_text, say, shown, silence, summary
from seedtui.core.response import TextDelta
from seedtui.core.run import Completion, Run, label
from seedtui.exchange.jsonl import dumps, run_object
from seedtui.runner import RunEnded, RunEvent, RunNotice, RunStarted, RunText

# Whether a joiner is shown depends on its neighbours, so the last two clusters wait for what follows.
_OPEN_END = regex.compile(r"(?:\X\X|\X)\Z")


class Printer:
    """Prints runs as they go: text or JSON to standard output, all else to standard error.

    Attributes:
        ended: The runs that have ended, in that order.
        failure: What kept it from writing, if anything did.
    """

    def __init__(self, *, live: bool, several: bool, as_json: bool, on_failure: Callable[[], object]) -> None:
        """Set up.

        Args:
            live: Print the text as it comes; else each run's text when it has ended.
            several: Name each run before its text.
            as_json: Print one JSON object a run instead of the text.
            on_failure: Called once if standard output cannot be written to.
        """
        self.ended: list[Run] = []
        self.failure: OSError | None = None
        self._live = live and not as_json
        self._several = several
        self._as_json = as_json
        self._on_failure = on_failure
        self._held = ""
        self._last = "\n"

    def __call__(self, event: RunEvent) -> None:
        """Take in an event of the runner. Never raises for what happens to the output."""
        if isinstance(event, RunNotice):
            say(f"#{event.run_id}: {event.message}")
        elif isinstance(event, RunStarted):
            if self._live and self._several:
                say(f"#{event.run.id}:")
        elif isinstance(event, RunText):
            if self._live:
                self._guard(lambda: self._stream(event.deltas))
        elif isinstance(event, RunEnded):
            self._end(event)

    def _end(self, event: RunEnded) -> None:
        run = event.run
        self.ended.append(run)
        self._guard(lambda: self._print_ended(run))
        say(summary(run))

    def _print_ended(self, run: Run) -> None:
        if self._as_json:
            print(dumps(run_object(run)))
        else:
            if self._live:
                self._end_stream()
            for completion in run.completions:
                if not (self._live and completion.index == 0):
                    self._print_completion(run, completion)
        sys.stdout.flush()

    def _print_completion(self, run: Run, completion: Completion) -> None:
        if self._several or len(run.completions) > 1:
            sys.stdout.flush()
            say(f"#{label(run.id, completion.index, len(run.completions))}:")
        print_text(completion.text)

    def _stream(self, deltas: tuple[TextDelta, ...]) -> None:
        """Print what came of the first choice. The others, if a server sends some, come at the end."""
        text = self._held + "".join(delta.text for delta in deltas if delta.index == 0)
        self._held = ""
        if on_terminal() and not text.isascii():
            match = _OPEN_END.search(text)
            self._held = match.group() if match else ""
            text = text[: len(text) - len(self._held)]
        self._write(text)

    def _end_stream(self) -> None:
        text, self._held = self._held, ""
        self._write(text)
        if self._last != "\n":
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            sys.stdout.write(shown(text))
            sys.stdout.flush()
            self._last = text[-1]

    def _guard(self, write: Callable[[], None]) -> None:
        if self.failure:
            return
        try:
            write()
        except OSError as error:
            self.failure = error
            silence()
            self._on_failure()
