"""Fenced code in Markdown: where lines, not sentences, are what a reader compares."""

from __future__ import annotations

from typing import Final

Fences = list[tuple[int, int]]
"""Where fenced code begins and ends, each with its fences, in code points and in order."""

_MARKS: Final = ("```", "~~~")
_INDENT: Final = 3


def fences(text: str) -> Fences:
    """Find fenced code; a fence that nothing closes goes on to the end of the text."""
    found: Fences = []
    at = 0
    while (opening := _next_fence(text, at)) is not None:
        start, mark, after = opening
        end = _closing(text, after, mark)
        found.append((start, end))
        at = end
    return found


def clipped(ranges: Fences, start: int, end: int) -> Fences:
    """Return what of some fenced code is inside a stretch of the text, counted from the stretch's start."""
    return [
        (max(first, start) - start, min(last, end) - start) for first, last in ranges if first < end and last > start
    ]


def _next_fence(text: str, at: int) -> tuple[int, str, int] | None:
    """Return where the next line that opens a fence starts, the fence's marks, and where the line ends."""
    places = [(place, mark) for mark in _MARKS if (place := text.find(mark, at)) >= 0]
    while places:
        place, mark = min(places)
        start = text.rfind("\n", at, place) + 1 or at
        end = _line_end(text, place)
        marks = _run(text, place, mark[0])
        if _is_indent(text[start:place]) and not (mark == "```" and "`" in text[place + len(marks) : end]):
            return start, marks, end
        places = [(place, mark) for mark in _MARKS if (place := text.find(mark, end)) >= 0]
        at = end
    return None


def _closing(text: str, at: int, marks: str) -> int:
    """Return where the line that closes a fence ends."""
    while (place := text.find(marks, at)) >= 0:
        start = text.rfind("\n", at, place) + 1 or at
        end = _line_end(text, place)
        if _is_indent(text[start:place]) and not text[place:end].strip().strip(marks[0]):
            return end
        at = end
    return len(text)


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _run(text: str, at: int, mark: str) -> str:
    end = at
    while end < len(text) and text[end] == mark:
        end += 1
    return text[at:end]


def _is_indent(before: str) -> bool:
    return len(before) <= _INDENT and not before.strip(" ")
