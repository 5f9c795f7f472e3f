"""Text made to fit a number of cells. All of it must be displayable already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

CellWidth = Callable[[str], int]


def cut(text: str, width: int, cell_width: CellWidth) -> str:
    """Return as much of a text as there is room for; one that is cut ends in an ellipsis.

    Args:
        text: The text.
        width: Cells.
        cell_width: Tells how many cells a text takes.
    """
    if cell_width(text) <= width:
        return text
    return _head(text, width - 1, cell_width) + "…" if width > 0 else ""


def cut_middle(text: str, width: int, cell_width: CellWidth) -> str:
    """Return a text without its middle, if there is no room for it: both its ends matter."""
    if cell_width(text) <= width:
        return text
    if width < 8:
        return cut(text, width, cell_width)
    head = _head(text, (width - 3) * 2 // 3, cell_width).rstrip()
    room = width - 3 - cell_width(head)
    tail = text[-room:]
    while cell_width(tail) > room:
        tail = tail[1:]
    return f"{head} … {tail.lstrip()}"


def _head(text: str, width: int, cell_width: CellWidth) -> str:
    head = text[: max(0, width)]
    while cell_width(head) > width:
        head = head[:-1]
    return head


def pad(text: str, width: int, cell_width: CellWidth, *, right: bool = False) -> str:
    """Cut or pad a text to a number of cells.

    Args:
        text: The text.
        width: Cells.
        cell_width: Tells how many cells a text takes.
        right: Whether it stands at the right edge.
    """
    shown = cut(text, width, cell_width)
    space = " " * max(0, width - cell_width(shown))
    return space + shown if right else shown + space


def joined(phrases: Sequence[str], width: int, cell_width: CellWidth) -> Iterator[str]:
    """Join phrases with dots into lines; a line breaks between phrases, and inside one where that is too long."""
    line = ""
    for phrase in phrases:
        if not phrase:
            continue
        longer = f"{line} · {phrase}" if line else phrase
        if line and cell_width(longer) > width:
            yield line
            longer = phrase
        *full, line = broken(longer, width, cell_width)
        yield from full
    if line:
        yield line


def broken(text: str, width: int, cell_width: CellWidth) -> list[str]:
    """Break a text at spaces into lines; a word that is wider than a line is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_width(longer) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(cut(word, width, cell_width))
        else:
            lines[-1] = cut(word, width, cell_width)
    return lines
