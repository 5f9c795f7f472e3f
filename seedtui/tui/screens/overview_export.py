"""The overview's table in a file: the figures of each request, those included that need its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from seedtui.core.agreement import Agreement, measurements
from seedtui.core.agreement.answers import AnswerFinder, SlowPatternError
from seedtui.core.agreement.overall import Measurement, overall_of
from seedtui.core.agreement.overview import entries
from seedtui.core.agreement.timeline import timelines
from seedtui.core.interrupt import StoppedError, interruptible
from seedtui.core.run import label
from seedtui.core.text import one_line
from seedtui.exchange.agreement.report import AgreementReport, Asked, Row, row_of
from seedtui.exchange.agreement.writing import write_agreement
from seedtui.exchange.files import new_file
from seedtui.tui.screens.base import problem_of
from seedtui.tui.screens.overview_reader import read_samples
from seedtui.tui.screens.undamaged import undamaged_texts

if TYPE_CHECKING:
    from seedtui.core.agreement.tree import Ref
    from seedtui.core.query import Query
    from seedtui.core.request import Request
    from seedtui.history import History
    from seedtui.tui.screens.table_export import TableDestination


def export_table(
    history: History, where: TableDestination, query: Query, finder: AnswerFinder | None, stop: Callable[[], bool]
) -> tuple[str, bool]:
    """Save the table; return what to tell the user, and whether something went wrong."""
    shown = one_line(str(where.path), 120)
    try:
        with interruptible(stop):
            text = write_agreement(_report(history, query, finder, whole=where.format == "json"), where.format)
        with new_file(where.path.expanduser()) as out:
            out(text)
    except StoppedError:
        return "Saving was given up.", True
    except FileExistsError:
        return f"{shown} is there already, and is not overwritten: e offers another name.", True
    except OSError as error:
        return f"{shown} could not be written: {error.strerror}.", True
    except SlowPatternError as error:
        return str(error), True
    except (ValueError, RuntimeError):
        # No path at all: a name with a NUL in it, the home of somebody who is not known.
        return f"{shown} cannot be a file's name: e asks for another.", True
    except Exception as error:
        return problem_of(error), True
    return f"Saved as {shown}.", False


def _report(history: History, query: Query, finder: AnswerFinder | None, *, whole: bool) -> AgreementReport:
    samples = read_samples(history, query, lambda done, of: None)
    order = {(entry.digest, entry.round): at for at, entry in enumerate(entries(samples))}
    groups = sorted(measurements(samples), key=lambda one: order[one.digest, one.round])
    builder = _Builder(history, finder, whole)
    rows = list(builder.rows(groups))
    return AgreementReport(
        rows=tuple(rows),
        overall=overall_of(builder.agreements),
        timelines=tuple(timelines(samples)),
        damaged=tuple(label(*ref, 1) for ref in builder.damaged),
    )


class _Builder:
    """Makes rows, and keeps of each request no more than what is summed up."""

    def __init__(self, history: History, finder: AnswerFinder | None, whole: bool) -> None:
        self._history, self._finder, self._whole = history, finder, whole
        self.agreements: list[Agreement] = []
        self.damaged: list[Ref] = []

    def rows(self, groups: list[Measurement]) -> Iterator[Row]:
        for group in groups:
            found = self._agreement(group)
            request = self._request(group)
            endpoints = tuple(dict.fromkeys(one.endpoint for one in group.samples))
            model = request.model if request is not None else group.samples[0].model
            yield row_of(found, Asked(request, model, endpoints), whole=self._whole)
            self.agreements.append(_without_texts(found, self._finder))

    def _agreement(self, group: Measurement) -> Agreement:
        firsts: dict[str, Ref] = {}
        for sample in group.samples:
            if sample.whole and sample.identity:
                firsts.setdefault(sample.identity, (sample.run_id, sample.index))
        texts = undamaged_texts(self._history, list(firsts.values()))
        found = Agreement(group.digest, self._finder, round=group.round)
        for sample in group.samples:
            first = firsts.get(sample.identity)
            if first is not None and first not in texts and sample.whole:
                self.damaged.append((sample.run_id, sample.index))
            else:
                found.add(sample, lambda first=first: texts[first])  # type: ignore[misc]
        return found

    def _request(self, group: Measurement) -> Request | None:
        from seedtui.history import HistoryError

        try:
            run = self._history.run(group.samples[0].run_id)
        except HistoryError:
            # Its figures are there all the same.
            return None
        return run.request if run is not None else None


def _without_texts(found: Agreement, finder: AnswerFinder | None) -> Agreement:
    """Return what is summed up of an agreement."""
    kept = Agreement(found.digest, finder, round=found.round)
    kept.tally, kept.answers, kept.unanswered, kept.left_out = (
        found.tally,
        found.answers,
        found.unanswered,
        found.left_out,
    )
    return kept
