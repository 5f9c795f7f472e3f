"""Reads many requests for the overview, in steps that let the keys have their turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from seedtui.core.agreement.answers import AnswerFinder
from seedtui.core.agreement.asked import Asked, asked
from seedtui.core.agreement.overall import Overall, overall_of
from seedtui.core.agreement.overview import Entry, entries
from seedtui.core.interrupt import checked, checkpoint
from seedtui.tui.screens.undamaged import undamaged_texts
from seedtui.tui.widgets.answers_preview import Answer

if TYPE_CHECKING:
    from seedtui.core.query import Query
    from seedtui.core.sample import Sample
    from seedtui.history import History

Progress = Callable[[int, int], None]

_TEXTS: Final = 200
_PREVIEWED: Final = 30
# Long enough for the event loop to be the next to run.
_BREATH: Final = 0.001
_AROUND: Final = 200


def read_samples(history: History, query: Query, progress: Progress) -> list[Sample]:
    """Read the completions of a query.

    Raises:
        HistoryError: If the history cannot be read.
        StoppedError: If it was given up.
    """
    samples: list[Sample] = []
    for batch in history.samples(query, progress=progress):
        checkpoint()
        samples += batch
        time.sleep(_BREATH)
    return samples


@dataclass(frozen=True)
class Listing:
    """Many requests.

    Attributes:
        entries: The least stable first.
        overall: What they come to.
        completions: How many of their completions count.
    """

    entries: Sequence[Entry]
    overall: Overall
    completions: int


def _listing(found: Sequence[Entry]) -> Listing:
    return Listing(found, overall_of(found), sum(entry.n for entry in found))


def read_listing(history: History, query: Query, progress: Progress) -> Listing:
    """Read the requests of a query: see `read_samples`."""
    return _listing(entries(read_samples(history, query, progress)))


def answered(history: History, found: Listing, finder: AnswerFinder, progress: Progress) -> Listing:
    """Return the same requests with their answers.

    Raises:
        HistoryError: If the history cannot be read.
        SlowPatternError: If the answer's pattern takes too long on a text.
        StoppedError: If it was given up.
    """
    wanted = {ref: identity for entry in found.entries for identity, ref in entry.firsts.items()}
    # In the order in which they lie.
    refs = sorted(wanted)
    answers: dict[str, str | None] = {}
    for start in range(0, len(refs), _TEXTS):
        checkpoint()
        progress(start, len(refs))
        for ref, text in undamaged_texts(history, refs[start : start + _TEXTS]).items():
            answers[wanted[ref]] = finder.find(text)
        time.sleep(_BREATH)
    told = []
    for entry in checked(found.entries):
        told.append(replace(entry))
        told[-1].answer(answers)
    return _listing(told)


def previewed(history: History, entry: Entry, finder: AnswerFinder) -> list[Answer]:
    """Return the answers of one request's versions, the commonest first, with what stands about them.

    Raises:
        HistoryError: If the history cannot be read.
        SlowPatternError: If the answer's pattern takes too long on a text.
    """
    counts = sorted(entry.tally.counts.items(), key=lambda item: -item[1])[:_PREVIEWED]
    texts = undamaged_texts(history, [entry.firsts[str(identity)] for identity, _ in counts])
    found = []
    for identity, count in counts:
        text = texts.get(entry.firsts[str(identity)])
        if text is None:
            found.append(Answer(count, None, "(damaged)", "", ""))
            continue
        start, end = finder.place(text) or (0, 0)
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        found.append(Answer(count, finder.find(text), before, text[start : min(end, start + _AROUND)], after))
    return found


def read_asked(history: History, wanted: Iterable[tuple[str, int]], stop: Callable[[], bool]) -> Mapping[str, Asked]:
    """Read what was asked in some requests.

    Args:
        history: Where they are.
        wanted: Their digests, and a run of each.
        stop: Whether to give up.
    """
    from seedtui.history import HistoryError

    found: dict[str, Asked] = {}
    for digest, run_id in wanted:
        if stop():
            break
        try:
            run = history.run(run_id)
        except HistoryError:
            # Its figures are there all the same.
            continue
        if run is not None:
            found[digest] = asked(run.request)
    return found
