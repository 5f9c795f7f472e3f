"""The runs that are going, as far as their text has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedtui.core.response import TextDelta
    from seedtui.core.run import Run


class LiveRuns:
    """Collects the text of several runs at once. Adding costs what is added, not what is there."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}
        self._texts: dict[int, dict[int, list[str]]] = {}

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._runs

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of the runs that are going, oldest first."""
        return tuple(self._runs)

    def start(self, run: Run) -> None:
        """Take in a run that has begun."""
        self._runs[run.id] = run
        self._texts[run.id] = {}

    def identify(self, run: Run) -> None:
        """Take in who answers a run; one that has ended is passed over."""
        if run.id in self._runs:
            self._runs[run.id] = run

    def add(self, run_id: int, deltas: Sequence[TextDelta]) -> None:
        """Add text to a run; one that has ended is passed over."""
        texts = self._texts.get(run_id)
        if texts is not None:
            for delta in deltas:
                texts.setdefault(delta.index, []).append(delta.text)

    def end(self, run_id: int) -> None:
        """Forget a run that has ended."""
        self._runs.pop(run_id, None)
        self._texts.pop(run_id, None)

    def run(self, run_id: int) -> Run | None:
        """Return a run with what has come of its text; None if it is not going."""
        from seedtui.core.run import Completion

        run = self._runs.get(run_id)
        if run is None:
            return None
        texts = self._texts[run_id]
        for index, parts in texts.items():
            texts[index] = ["".join(parts)]
        completions = tuple(Completion(index, texts[index][0]) for index in sorted(texts))
        return replace(run, completions=completions)
