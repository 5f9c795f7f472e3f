"""A report as plain lines, for formats that have nothing but lines. Every line is displayable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seedtui.exchange.facts import Fact
from seedtui.exchange.report import Report, Said


def summary_lines(report: Report) -> Iterator[str]:
    """Yield the verdict and what it rests on."""
    yield f"{report.sign} {report.sentence}"
    yield f"  A {' · '.join((report.name_a, *report.brief_a))}"
    yield f"  B {' · '.join((report.name_b, *report.brief_b))}"
    if report.summary:
        yield f"  {' · '.join(report.summary)}"
    yield from (f"  {limit}" for limit in report.limits)
    yield from (f"  request: {change}" for change in report.request_changes)
    yield from (f"  note: {note}" for note in report.notes)


def record_lines(report: Report) -> Iterator[str]:
    """Yield all that is known of how the two came about: what was asked, and what answered."""
    yield f"verdict: {report.code}"
    yield from _facts(report.facts)
    yield from _facts(report.parameters)
    if report.not_sent:
        yield f"not sent: {', '.join(report.not_sent)}"
    for said in report.said:
        yield from _said(said)


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"{fact.label}: {fact.a if fact.same else f'A {fact.a}; B {fact.b}'}"


def _said(said: Said) -> Iterator[str]:
    if said.same:
        yield from _message(said.role, said.a)
        return
    yield from _message(f"{said.role} (A)", said.a)
    yield from _message(f"{said.role} (B)", said.b)


def _message(role: str, text: str | None) -> Iterator[str]:
    if text is None:
        yield f"{role}: not sent"
        return
    yield f"{role}:"
    yield from (f"  {line}" for line in text.split("\n"))
