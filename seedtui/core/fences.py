"""Fenced code in Markdown: where lines, not sentences, are what a reader compares."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from seedtui.core.interrupt import checkpoint

Fences = list[tuple[int, int]]
"""Where fenced code begins and ends, each with its fences, in code points and in order."""

_MARKS: Final = ("```", "~~~")
_INDENT: Final = 3
_RUN: Final = re.compile("`+|~+")


def fences(text: str) -> Fences:
    """Find fenced code; a fence that nothing closes goes on to the end of the text."""
    found: Fences = []
    at = 0
    # Where each mark comes next: to look for one that never comes from every fence would take too long.
    nexts = {mark: _find(text, mark, 0) for mark in _MARKS}
    while (place := min(nexts.values())) < len(text):
        checkpoint()
        start = text.rfind("\n", at, place) + 1 or at
        marks = text[place : _end_of_run(text, place)]
        end = _line_end(text, place)
        if _opens(text, start, place, place + len(marks), end):
            end = _closing(text, end, marks)
            found.append((start, end))
        at = end
        nexts = {mark: after if after >= at else _find(text, mark, at) for mark, after in nexts.items()}
    return found


def has_marks(text: str) -> bool:
    """Whether there may be fenced code in a text."""
    return any(mark in text for mark in _MARKS)


def clipped(ranges: Fences, start: int, end: int) -> Fences:
    """Return what of some fenced code is inside a stretch of the text, counted from the stretch's start."""
    first, last = _touched(ranges, start, end)
    return [(max(opening, start) - start, min(closing, end) - start) for opening, closing in ranges[first:last]]


def touches(ranges: Fences, start: int, end: int) -> bool:
    """Whether any of some fenced code is inside a stretch of the text."""
    first, last = _touched(ranges, start, end)
    return first < last


def _touched(ranges: Fences, start: int, end: int) -> tuple[int, int]:
    """Return which of some fenced code is inside a stretch of the text: the first, and the one behind the last."""
    first = bisect_left(ranges, (start,))
    last = bisect_left(ranges, (end,), first) if start < end else first
    return (first - 1 if first and ranges[first - 1][1] > start else first), last


def _find(text: str, mark: str, at: int) -> int:
    place = text.find(mark, at)
    return place if place >= 0 else len(text)


def _opens(text: str, start: int, place: int, after: int, end: int) -> bool:
    """Whether the marks in a line open fenced code; what is between backticks in one line is no such thing."""
    return _is_indent(text[start:place]) and not (text[place] == "`" and "`" in text[after:end])


def _closing(text: str, at: int, marks: str) -> int:
    """Return where the line that closes a fence ends."""
    while (place := text.find(marks, at)) >= 0:
        checkpoint()
        start = text.rfind("\n", at, place) + 1 or at
        end = _line_end(text, place)
        if _is_indent(text[start:place]) and not text[place:end].strip().strip(marks[0]):
            return end
        at = end
    return len(text)


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _end_of_run(text: str, at: int) -> int:
    found = _RUN.match(text, at)
    return found.end() if found else at


def _is_indent(before: str) -> bool:
    return len(before) <= _INDENT and not before.strip(" ")
