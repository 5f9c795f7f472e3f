"""Comparisons as one page of HTML that needs nothing else: no network, no script.

All that came from outside is text, escaped; the page's own policy refuses whatever else there might be.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from seedtui.core import phrases
from seedtui.core.diff import diff
from seedtui.core.layout.rows import View
from seedtui.exchange.facts import Fact
from seedtui.exchange.html_style import STYLE
from seedtui.exchange.html_table import diff_table
from seedtui.exchange.marked import Marked
from seedtui.exchange.report import Report, Said, report_of


def html_page(marked: Sequence[Marked], view: View) -> str:
    """Write comparisons as a page: side by side where there is room for it, one above the other elsewhere.

    Args:
        marked: The comparisons.
        view: Unified puts A above B everywhere; inline makes one text of the two.

    Raises:
        ValueError: If one has no A.
    """
    reports = [report_of(one) for one in marked]
    several = len(reports) > 1
    level = 2 if several else 1
    parts = [*_head(reports), "<body>", '<main class="page">']
    if several:
        parts += _contents(reports)
    for number, (one, report) in enumerate(zip(marked, reports, strict=True), 1):
        parts.append(f'<section id="pair-{number}">')
        parts += _heading(report, level)
        parts += _diff(one, report, view)
        parts += _known(report, level + 1)
        parts += _request(report, level + 1)
        parts.append("</section>")
    parts += ["<footer>Written by seedtui.</footer>", "</main>", "</body>", "</html>"]
    return "\n".join(parts) + "\n"


def _head(reports: Sequence[Report]) -> Iterator[str]:
    first = reports[0]
    title = f"{first.name_a} and {first.name_b}: {first.sentence}"
    if len(reports) > 1:
        title = phrases.plural(len(reports), "comparison")
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"


def _contents(reports: Sequence[Report]) -> Iterator[str]:
    yield f"<nav><h1>{phrases.plural(len(reports), 'comparison')}</h1>"
    yield "<ol>"
    for number, report in enumerate(reports, 1):
        link = f'<a href="#pair-{number}">{escape(report.name_a)} and {escape(report.name_b)}</a>'
        yield f"<li>{link}<span>{_sentence(report)}</span></li>"
    yield "</ol></nav>"


def _sentence(report: Report) -> str:
    return f'<span class="verdict-sign">{report.sign}</span> <bdi>{escape(report.sentence)}</bdi>'


def _heading(report: Report, level: int) -> Iterator[str]:
    yield "<header>"
    yield f'<p class="pair">{escape(report.name_a)} and {escape(report.name_b)}</p>'
    yield f'<h{level} class="verdict">{_sentence(report)}</h{level}>'
    summary = " · ".join(report.summary)
    said = f"{escape(summary[:1].upper() + summary[1:])} · " if summary else ""
    yield f'<p class="summary">{said}<span class="code">{escape(report.code)}</span></p>'
    yield from (f'<p class="limits">{escape(limit)}</p>' for limit in report.limits)
    notes = [*(f"request: {change}" for change in report.request_changes), *report.notes]
    if notes:
        yield '<ul class="notes">'
        yield from (f'<li dir="auto">{escape(note)}</li>' for note in notes)
        yield "</ul>"
    yield "</header>"


def _diff(marked: Marked, report: Report, view: View) -> Iterator[str]:
    heads = (
        _head_cell("a", "A", report.name_a, report.brief_a),
        _head_cell("b", "B", report.name_b, report.brief_b),
    )
    yield f'<div class="{"stacked" if view is View.UNIFIED else "wide"}">'
    yield from diff_table(marked.diff, heads, single=view is View.INLINE)
    yield '<p class="legend"><del>only in A</del> <ins>only in B</ins></p>'
    yield "</div>"


def _head_cell(side: str, name: str, label: str, brief: Iterable[str]) -> str:
    facts = " · ".join(f"<bdi>{escape(fact)}</bdi>" for fact in brief)
    return f'<th class="{side}" scope="col"><strong>{name} {escape(label)}</strong>{facts}</th>'


def _known(report: Report, level: int) -> Iterator[str]:
    yield f'<h{level} class="part">What is known</h{level}>'
    yield from _table(report, report.facts)


def _request(report: Report, level: int) -> Iterator[str]:
    yield f'<h{level} class="part">Request</h{level}>'
    if report.parameters:
        yield from _table(report, report.parameters)
    if report.not_sent:
        yield f'<p class="unsent">Not sent: {escape(", ".join(report.not_sent))}</p>'
    for said in report.said:
        yield from _said(said, level + 1)


def _table(report: Report, facts: Iterable[Fact]) -> Iterator[str]:
    yield '<table class="facts">'
    yield f"<thead><tr><th></th><th>A {escape(report.name_a)}</th><th>B {escape(report.name_b)}</th></tr></thead>"
    yield "<tbody>"
    for fact in facts:
        differs = "" if fact.same else ' class="differs"'
        values = f'<td colspan="2">{_value(fact.a)}</td>' if fact.same else "".join(_values(fact))
        yield f'<tr{differs}><th scope="row">{escape(fact.label)}</th>{values}</tr>'
    yield "</tbody></table>"


def _values(fact: Fact) -> Iterator[str]:
    for value in (fact.a, fact.b):
        yield f"<td>{_value(value)}</td>"


def _value(value: str) -> str:
    return f"<bdi>{escape(value)}</bdi>"


def _said(said: Said, level: int) -> Iterator[str]:
    if said.same or said.a is None or said.b is None:
        name = "" if said.same else " in B alone" if said.a is None else " in A alone"
        yield f'<h{level} class="role">{escape(said.role)}{name}</h{level}>'
        yield f'<div class="said" lang="" dir="auto">{escape(said.a or said.b or "")}</div>'
        return
    yield f'<h{level} class="role">{escape(said.role)}</h{level}>'
    yield from diff_table(
        diff(said.a, said.b), ('<th class="a" scope="col">in A</th>', '<th class="b" scope="col">in B</th>')
    )
