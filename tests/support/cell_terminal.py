"""A small terminal that knows what the app writes, and raises at anything else.

Unlike pyte it knows wide characters' halves, clusters, margins and erasing with the pen's background, and can be
told how wide characters are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from rich._unicode_data import load
from rich.cells import get_character_cell_size

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<private>[?>]?)(?P<numbers>[0-9;]*)(?P<final>[A-Za-z])|(?P<text>[^\x1b\r\n]+)|(?P<control>[\r\n])"
    # The shape of the mouse pointer is nothing to see here.
    r"|\x1b\]22;[a-z-]*\x07",
    re.DOTALL,
)
_COLOURS: Final = {"38": "foreground", "48": "background"}
_ON: Final = {
    "1": "1",
    "2": "2",
    "3": "3",
    "4": "4",
    "5": "5",
    "6": "6",
    "7": "7",
    "8": "8",
    "9": "9",
    "21": "21",
    "53": "53",
}
_OFF: Final = {"22": "12", "23": "3", "24": "4", "25": "56", "27": "7", "28": "8", "29": "9"}
_SHOWN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})


class Cell(NamedTuple):
    """What a cell shows. The right half of a wide character holds nothing."""

    text: str = " "
    foreground: str = ""
    background: str = ""
    attributes: frozenset[str] = frozenset()

    @property
    def seen(self) -> Cell:
        """The cell, without what nobody sees of it."""
        if self.text != " " or self.attributes & _SHOWN_ON_BLANKS:
            return self
        return Cell(" ", "", self.background)


def as_rich_has_it(character: str) -> int:
    """Return a character's width, as Textual reckons with it."""
    return get_character_cell_size(character)


class CellTerminal:
    """See the module's docstring.

    Args:
        width: Cells a row.
        height: Rows.
        width_of: How many cells a character takes.
        joins: Whether joiners join, and variation selectors widen.
    """

    def __init__(
        self, width: int, height: int, *, width_of: Callable[[str], int] = as_rich_has_it, joins: bool = True
    ) -> None:
        self.width = width
        self.height = height
        self.cells = [[Cell()] * width for _ in range(height)]
        self._width_of = width_of
        self._joins = joins
        self._pen = Cell()
        self._x = self._y = 0
        self._joining = False
        self._margins = (0, height)

    @property
    def seen(self) -> list[list[Cell]]:
        """What there is to see."""
        return [[cell.seen for cell in row] for row in self.cells]

    @property
    def at_rest(self) -> bool:
        """Whether the pen and the margins are as they were at the start."""
        return self._pen == Cell() and self._margins == (0, self.height)

    def feed(self, output: str) -> None:
        """Take in what was written.

        Raises:
            AssertionError: If that is none of the sequences known here.
        """
        at = 0
        while at < len(output):
            token = _TOKEN.match(output, at)
            assert token, f"unknown: {output[at : at + 30]!r}"
            at = token.end()
            if token["text"]:
                for character in token["text"]:
                    self._put(character)
            elif token["control"] == "\r":
                self._x = 0
            elif token["control"]:
                self._y = min(self._y + 1, self.height - 1)
            elif token["final"] and not token["private"]:
                self._act(token["final"], token["numbers"])

    def _act(self, final: str, numbers: str) -> None:
        given = [int(number) if number else 0 for number in numbers.split(";")]
        first = max(1, given[0])
        if final == "m":
            self._style(numbers.split(";"))
        elif final == "H":
            self._x = min(max(1, given[1] if len(given) > 1 else 1), self.width) - 1
            self._y = min(first, self.height) - 1
        elif final == "C":
            self._x = min(self._x + first, self.width - 1)
        elif final == "K":
            assert not numbers
            self._blank(range(self._x, self.width))
        elif final == "r":
            self._margins = (first - 1, given[1]) if numbers else (0, self.height)
            self._x = self._y = 0
        elif final in "LM":
            self._lines(first if final == "M" else -first)
        else:
            raise AssertionError(f"unknown: {final!r}")

    def _lines(self, up: int) -> None:
        top, bottom = self._y, self._margins[1]
        assert self._margins[0] <= top < bottom <= self.height
        # What the new lines show differs between terminals: here, nothing that is ever wanted.
        gone = [[Cell("?")] * self.width for _ in range(min(abs(up), bottom - top))]
        moved = self.cells[top:bottom]
        self.cells[top:bottom] = [*moved[up:], *gone] if up > 0 else [*gone, *moved[:up]]

    def _style(self, parameters: list[str]) -> None:
        rest = list(parameters)
        while rest:
            code = rest.pop(0)
            if code in {"", "0"}:
                self._pen = Cell()
            elif code in _COLOURS:
                count = 4 if rest[0] == "2" else 2
                self._colour(_COLOURS[code], ";".join(rest[:count]))
                del rest[:count]
            elif code in _ON:
                self._pen = self._pen._replace(attributes=self._pen.attributes | {_ON[code]})
            elif code in _OFF:
                self._pen = self._pen._replace(attributes=self._pen.attributes - set(_OFF[code]))
            elif code in {"39", "49"}:
                self._colour(_COLOURS[f"{code[0]}8"], "")
            else:
                assert int(code) in range(30, 108), code
                name = "foreground" if int(code) // 10 in (3, 9) else "background"
                self._colour(name, code)

    def _colour(self, name: str, value: str) -> None:
        pen = self._pen
        self._pen = pen._replace(foreground=value) if name == "foreground" else pen._replace(background=value)

    def _put(self, character: str) -> None:
        width = self._width_of(character)
        if self._joins and (self._joining or character in "\u200d\ufe0f"):
            self._joining = character == "\u200d"
            self._mark(character)
            if character == "\ufe0f":
                self._widen()
            return
        if not width:
            self._mark(character)
            return
        self._x = min(self._x, self.width - width)
        self._blank_halves(self._x, width)
        row = self.cells[self._y]
        row[self._x] = self._pen._replace(text=character)
        if width == 2:
            row[self._x + 1] = self._pen._replace(text="")
        self._x += width

    def _before(self) -> int:
        """Return the column of the character left of the cursor; less than nothing for none."""
        x = self._x - 1
        return x if x < 0 or self.cells[self._y][x].text else x - 1

    def _mark(self, character: str) -> None:
        x = self._before()
        if x >= 0:
            cell = self.cells[self._y][x]
            self.cells[self._y][x] = cell._replace(text=cell.text + character)

    def _widen(self) -> None:
        x = self._before()
        if x < 0 or x != self._x - 1 or self._x == self.width:
            return
        cell = self.cells[self._y][x]
        if cell.text[0] in load("auto").narrow_to_wide:
            self._blank_halves(self._x, 1)
            self.cells[self._y][self._x] = cell._replace(text="")
            self._x += 1

    def _blank(self, columns: range) -> None:
        self._blank_halves(columns.start, len(columns))
        for x in columns:
            self.cells[self._y][x] = Cell(background=self._pen.background)

    def _blank_halves(self, x: int, width: int) -> None:
        """Blank what is left of wide characters that are written over in part."""
        row = self.cells[self._y]
        if 0 < x < self.width and not row[x].text:
            row[x - 1] = row[x - 1]._replace(text=" ")
        if x + width < self.width and not row[x + width].text:
            row[x + width] = row[x + width]._replace(text=" ")
