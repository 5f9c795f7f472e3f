"""Checks as JUnit XML, as CI servers read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from seedtui.core.agreement.asked import asked
from seedtui.core.checking import Check, Outcome
from seedtui.core.comparison import Comparison
from seedtui.core.text import displayable, join_surrogates, one_line
from seedtui.exchange.patch import unified_patch

_NAME: Final = "seedtui check"
_CLASS: Final = "seedtui.check"
_WORDS: Final = 80
_MOST_LINES: Final = 200
_MOST_CHARACTERS: Final = 20_000
_ELEMENTS: Final = {Outcome.DIFFERENT: "failure", Outcome.TROUBLE: "error", Outcome.NOT_SENT: "skipped"}


def junit_xml(checks: Sequence[Check], begun: datetime, rounds: int = 1) -> str:
    """Write checks as JUnit XML: `failure` for what differs, `error` for trouble, `skipped` for what was not sent.

    Whatever a model said, it is well-formed XML 1.0: control characters stand there as their pictures.

    Args:
        checks: The checks.
        begun: When they began, in UTC.
        rounds: How often each request was sent; cases are numbered if it was more than once.
    """
    root = ElementTree.Element("testsuites", _counts(checks))
    stamp = begun.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ElementTree.SubElement(root, "testsuite", {**_counts(checks), "timestamp": stamp})
    for check in checks:
        _add_case(suite, check, rounds)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(checks: Sequence[Check]) -> dict[str, str]:
    counts = Counter(check.outcome for check in checks)
    elements = {f"{name}s".replace("skippeds", "skipped"): str(counts[key]) for key, name in _ELEMENTS.items()}
    # The choices of a run came together.
    runs = {id(check.run): check.run.timing.total_ms or 0.0 for check in checks if check.run}
    return {"name": _NAME, "tests": str(len(checks)), **elements, "time": f"{sum(runs.values()) / 1000:.3f}"}


def _add_case(suite: ElementTree.Element, check: Check, rounds: int) -> None:
    took = check.run.timing.total_ms if check.run else None
    facts = {"classname": _CLASS, "name": _case_name(check, rounds), "time": f"{(took or 0.0) / 1000:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", facts)
    if check.outcome is Outcome.SAME:
        ElementTree.SubElement(case, "system-out").text = _block(check.line)
        return
    told = ElementTree.SubElement(case, _ELEMENTS[check.outcome], {"message": one_line(check.why, 1000)})
    if check.outcome is not Outcome.NOT_SENT:
        told.set("type", _type(check))
        told.text = _block("\n".join((check.line, *_difference(check.comparison))))


def _case_name(check: Check, rounds: int) -> str:
    """Name a case the same each time that the same is checked."""
    words = one_line(asked(check.pinned.request).words, _WORDS) if check.pinned else ""
    number = f" ({check.round} of {rounds})" if rounds > 1 else ""
    return f"#{check.baseline} {words}".rstrip() + number


def _type(check: Check) -> str:
    if check.verdict is not None and check.outcome is Outcome.DIFFERENT:
        return check.verdict.code.value
    error = check.run.error if check.run else None
    return one_line(error.kind, 40) if error else check.outcome.value


def _difference(comparison: Comparison | None) -> list[str]:
    if comparison is None or comparison.a is None or not comparison.b.text or comparison.diff.equal:
        return []
    names = (f"baseline #{comparison.a.label}", f"new #{comparison.b.label}")
    patch = unified_patch(comparison.diff, *names)
    lines = patch[:_MOST_CHARACTERS].split("\n")
    cut = len(patch) > _MOST_CHARACTERS or len(lines) > _MOST_LINES
    kept = lines[:_MOST_LINES]
    return [*kept, f"… seedtui diff {comparison.a.label} {comparison.b.label} shows all of it."] if cut else kept


def _block(text: str) -> str:
    """Return text that XML 1.0 can hold."""
    return displayable(join_surrogates(text), newlines=True, tabs="\t")
