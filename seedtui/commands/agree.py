"""`seedtui agree`: how far the completions of each request agree."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from seedtui.commands.agreement_reading import Reader, Waiting
from seedtui.commands.common import TROUBLE, CommandError, open_history, output_file, query_of
from seedtui.commands.output import on_terminal, say, shown
from seedtui.core.agreement import AnswerFinder, answer_finder
from seedtui.core.agreement.answers import SlowPatternError
from seedtui.core.agreement.sentences import overall_sentence

if TYPE_CHECKING:
    from seedtui.exchange.agreement.report import AgreementFormat, AgreementReport

_DEFAULT_WIDTH = 100
_NARROWEST = 40
_LISTED = 20


def main(options: Namespace) -> int:
    """Say how far the completions agree that a query finds.

    Returns:
        0 if the completions of every request agree, 1 if not, 2 if nothing could be compared or something not read.
    """
    query = query_of(options.query)
    format: AgreementFormat = "json" if options.json else options.format
    finder = None if options.answer is None else _finder(options.answer)
    with open_history(options) as history, Waiting() as waiting:
        reader = Reader(history, query, finder, waiting)
        try:
            report = reader.report(_limit(options.limit, format, reader.is_series), format)
        except SlowPatternError as error:
            raise CommandError(str(error)) from None
    _write(report, format, options.output)
    overall = report.overall
    if not overall.agreeing.whole:
        say(overall_sentence(overall))
        return TROUBLE
    if report.damaged:
        return TROUBLE
    agreeing = overall.agreeing if overall.answers is None else overall.answers
    return 0 if agreeing.part == agreeing.whole else 1


def _finder(typed: str) -> AnswerFinder:
    try:
        return answer_finder(typed)
    except ValueError as error:
        raise CommandError(f"--answer: {error}") from None


def _limit(typed: int | None, format: AgreementFormat, is_series: bool) -> int | None:
    """Return how many requests to list; None for all."""
    if typed is None and format == "text" and not is_series:
        return _LISTED
    return typed


def _write(report: AgreementReport, format: AgreementFormat, output: str | None) -> None:
    from seedtui.exchange.agreement.writing import write_agreement

    if output not in (None, "-"):
        assert output is not None
        with output_file(output) as write_out:
            write_out(write_agreement(report, format, width=_DEFAULT_WIDTH))
        return
    columns = shutil.get_terminal_size((_DEFAULT_WIDTH, 24)).columns if on_terminal() else _DEFAULT_WIDTH
    written = write_agreement(report, format, width=max(_NARROWEST, columns))
    # A carriage return is for files; on a terminal it would be shown.
    sys.stdout.write(shown(written.replace("\r\n", "\n") if on_terminal() else written))
