"""Comparisons as Markdown. Nothing that came from outside can act in it: no links, no HTML, no headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from seedtui.core import phrases
from seedtui.core.diff import diff
from seedtui.core.layout.rows import View
from seedtui.exchange.facts import Fact
from seedtui.exchange.marked import Marked
from seedtui.exchange.report import Report, Said, report_of
from seedtui.exchange.text import Look, diff_lines

_ACTIVE: Final = re.compile(r"[&<>*\[\]|~`\\!$^=#@]|(?<![^\W_])_|_(?![^\W_])|:(?=[a-z+-])")
# Many renderers make links of these and some notify whoever is named, however they are written; not in code.
_LINK: Final = re.compile(r"//|www\.|mailto:|xmpp:|[@#]\w|\w\.[^\W\d_]{2}|[.@]xn--", re.IGNORECASE)
_BACKTICKS: Final = re.compile("`+")


def markdown(marked: Sequence[Marked], view: View, width: int) -> str:
    """Write comparisons as one document.

    Raises:
        ValueError: If one has no A.
    """
    parts = [_contents(marked)] if len(marked) > 1 else []
    parts += ["\n\n".join(_section(one, Look(view, width))) for one in marked]
    return "\n\n".join(parts) + "\n"


def _contents(marked: Sequence[Marked]) -> str:
    lines = [f"# {phrases.plural(len(marked), 'comparison')}\n"]
    for number, one in enumerate(marked, 1):
        report = report_of(one)
        lines.append(f"{number}. {_title(report)}: {report.sign} {escaped(report.sentence)}")
    return "\n".join(lines)


def _title(report: Report) -> str:
    return f"{escaped(report.name_a)} and {escaped(report.name_b)}"


def _section(marked: Marked, look: Look) -> Iterator[str]:
    report = report_of(marked)
    yield f"# {_title(report)}"
    yield f"**{report.sign} {escaped(report.sentence)}**"
    if report.summary:
        summary = " · ".join(map(escaped, report.summary))
        yield f"{summary[:1].upper()}{summary[1:]}."
    yield from (f"{escaped(limit)}." for limit in report.limits)
    notes = [*(f"request: {change}" for change in report.request_changes), *(f"note: {note}" for note in report.notes)]
    if notes:
        yield "\n".join(f"- {escaped(note)}" for note in notes)
    yield fenced("\n".join(diff_lines(marked.diff, look)), _language(look))
    if look.view is View.UNIFIED:
        yield "`-` only in A, `+` only in B; the changed words stand in `[-…-]` and `{+…+}`."
    else:
        yield "`~` changed; `[-…-]` only in A, `{+…+}` only in B."
    verdict = Fact("verdict", report.code, report.code)
    yield _table(report, "known", (verdict, *report.facts))
    yield from _request(report, look)


def _language(look: Look) -> str:
    return "diff" if look.view is View.UNIFIED else "text"


def _request(report: Report, look: Look) -> Iterator[str]:
    yield "## Request"
    if report.parameters:
        yield _table(report, "parameter", report.parameters)
    if report.not_sent:
        yield f"Not sent: {', '.join(map(escaped, report.not_sent))}."
    for said in report.said:
        yield from _said(said, look)


def _said(said: Said, look: Look) -> Iterator[str]:
    if said.same or said.a is None or said.b is None:
        name = "" if said.same else " (only in B)" if said.a is None else " (only in A)"
        yield f"**{escaped(said.role)}{name}**"
        yield fenced(said.a or said.b or "", "text")
        return
    yield f"**{escaped(said.role)}** (what differs is marked)"
    yield fenced("\n".join(diff_lines(diff(said.a, said.b), look)), _language(look))


def _table(report: Report, of: str, facts: Iterable[Fact]) -> str:
    rows = [f"| {of} | A {escaped(report.name_a)} | B {escaped(report.name_b)} |", "|---|---|---|"]
    rows += [f"| {escaped(fact.label)} | {escaped(fact.a)} | {escaped(fact.b)} |" for fact in facts]
    return "\n".join(rows)


def fenced(text: str, language: str = "") -> str:
    """Put a displayable text into a code block that nothing in it can end."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def escaped(text: str) -> str:
    """Write a displayable line so that Markdown shows it as it is, in a table's cell or elsewhere.

    What could act is written as a character reference. A text with something like an address, a name
    or an issue's number in it becomes code, since many renderers make links of those wherever they stand.
    """
    if _LINK.search(text):
        return _code(text)
    return _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", text)


def _code(text: str) -> str:
    # No renderer agrees with another on what a bar or a backslash before one means in a cell's code.
    shown = text.replace("|", "¦").strip()
    ticks = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{space}{shown}{space}{ticks}"
