"""Which colours a program wrote."""

from __future__ import annotations

import re
from typing import Final

_SGR: Final = re.compile(rb"\x1b\[([0-9;]*)m")
_LONG: Final = re.compile(r"\b[34]8;(?:2(?:;\d+){3}|5;\d+)\b")
_SIXTEEN: Final = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


def colors_of(output: bytes | bytearray) -> set[str]:
    """Return the kinds of colours there are: `16`, `256`, `truecolor`; the terminal's own is none."""
    found: set[str] = set()
    for match in _SGR.finditer(bytes(output)):
        parameters = match[1].decode()
        found |= {"truecolor" if long[3] == "2" else "256" for long in _LONG.findall(parameters)}
        short = _LONG.sub("", parameters).split(";")
        found |= {"16" for code in short if code and int(code) in _SIXTEEN}
    return found


def attributes_of(output: bytes | bytearray) -> set[int]:
    """Return the attributes that were switched on: 1 bold, 4 underlined, 7 reversed …."""
    codes = (_LONG.sub("", match[1].decode()).split(";") for match in _SGR.finditer(bytes(output)))
    return {int(code) for some in codes for code in some if code and 1 <= int(code) <= 9}
