"""Wrapping that does not begin anew at each key: a prompt may be one line of 4,000 words.

Textual's own wraps a whole line for each edit in it, and cuts all of it to know the part that the cursor is in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

from textual._wrap import compute_wrap_offsets
from textual.document._document import DocumentBase, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths

# As many characters as are wrapped before looking whether the rest is as it was.
_STEP: Final = 400
# Where a wide character does not fit, Textual cuts twice in a place.
_LEAST: Final = 2


class LongLines(WrappedDocument):
    """A wrapped document whose long lines are cheap to edit."""

    @property
    def height(self) -> int:
        """How many lines there are, wrapped."""
        return len(self._offset_to_line_info)

    def get_sections(self, line_index: int) -> list[str]:
        """Return the parts of a line."""
        line, offsets = self.document[line_index], self._wrap_offsets[line_index]
        return [line[start:end] for start, end in zip([0, *offsets], [*offsets, len(line)], strict=True)]

    def section(self, line_index: int, number: int) -> tuple[int, int, bool]:
        """Return where a part of a line begins and ends, and whether it is the last."""
        offsets = self._wrap_offsets[line_index]
        start = offsets[number - 1] if number else 0
        is_last = number == len(offsets)
        return start, len(self.document[line_index]) if is_last else offsets[number], is_last

    def line_of(self, place: int) -> tuple[int, int]:
        """Return the line at a height, and which part of it that is."""
        return self._offset_to_line_info[place]

    def section_tab_widths(self, line_index: int, start: int, end: int) -> list[int]:
        """Return how wide the tabs in a part of a line are."""
        line = self.document[line_index]
        before = line.count("\t", 0, start)
        return self._tab_width_cache[line_index][before : before + line.count("\t", start, end)]

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap again what an edit changed.

        Args:
            start: Where it began.
            old_end: Where what it replaced ended.
            new_end: Where it ends now.
        """
        row = start[0]
        is_within_line = row == old_end[0] == new_end[0] and 0 <= row < len(self._wrap_offsets)
        if not is_within_line or self._width < _LEAST or "\t" in (line := self.document[row]):
            super().wrap_range(start, old_end, new_end)
            return
        first = min(start[1], old_end[1])
        offsets = _rewrapped(
            line, self._wrap_offsets[row], (first, new_end[1], new_end[1] - old_end[1]), self._width, self._tab_width
        )
        self._wrap_offsets[row] = offsets
        self._tab_width_cache[row] = [0] if line else []
        self._set_height(row, len(offsets) + 1)

    def _set_height(self, row: int, height: int) -> None:
        before = self._line_index_to_offsets[row]
        grown = height - len(before)
        if not grown:
            return
        top = before[0]
        self._offset_to_line_info[top : top + len(before)] = [(row, number) for number in range(height)]
        self._line_index_to_offsets[row] = list(range(top, top + height))
        for below in range(row + 1, len(self._line_index_to_offsets)):
            self._line_index_to_offsets[below] = [offset + grown for offset in self._line_index_to_offsets[below]]


def height_of(document: DocumentBase, width: int, tab_width: int, most: int) -> int:
    """Return how many lines a document takes at a width, or at least `most`, if it takes more.

    Args:
        document: The document.
        width: The width to wrap at; 0 for none.
        tab_width: How wide a tab is at most.
        most: From here on it is all the same.
    """
    height = 0
    for line in document.lines:
        # So much of it mostly takes as many lines as are counted.
        for part in (line[: (width + 1) * most], line):
            # As Textual does: its own count of tabs takes them to be no wider than a line.
            tabs = get_tab_widths(part, tab_width)
            cuts = compute_wrap_offsets(part, width, tab_width, precomputed_tab_sections=tabs) if part and width else []
            taken = len(cuts) + 1
            if len(part) == len(line) or height + taken >= most:
                break
        height += taken
        if height >= most:
            break
    return height


def _rewrapped(line: str, offsets: list[int], edit: tuple[int, int, int], width: int, tab_width: int) -> list[int]:
    """Return where a line is cut after an edit in it.

    Args:
        line: The line as it is now, without tabs.
        offsets: Where it was cut.
        edit: Where the edit began, where it ends now, and by how much it moved what follows.
        width: The width to wrap at.
        tab_width: How wide a tab is at most.
    """
    first, end, moved = edit
    # A shorter word may fit on the line before, and that is a line or two above.
    kept = max(0, bisect_right(offsets, max(0, first - 1)) - 1)
    while kept and not _begins_word(line, offsets[kept - 1], first):
        kept -= 1
    found = offsets[:kept]
    start = found[-1] if found else 0
    step = _STEP
    while True:
        stop = _word_end(line, max(start, end) + step)
        cuts = [start + cut for cut in compute_wrap_offsets(line[start:stop], width, tab_width)]
        for number, cut in enumerate(cuts):
            if cut <= end or not _begins_word(line, cut, len(line)):
                continue
            at = bisect_left(offsets, cut - moved)
            if at < len(offsets) and offsets[at] == cut - moved:
                return [*found, *cuts[:number], *(offset + moved for offset in offsets[at:])]
        if stop >= len(line):
            return [*found, *cuts]
        step *= 4


def _begins_word(line: str, at: int, end: int) -> bool:
    """Whether a word begins there, so that wrapping from there on is as if the line began there."""
    return 0 < at < end and line[at - 1].isspace() and not line[at].isspace()


def _word_end(line: str, at: int) -> int:
    """Return where the word and the space after it end, from some place in it on."""
    while at < len(line) and not _begins_word(line, at, len(line)):
        at += 1
    return min(at, len(line))
