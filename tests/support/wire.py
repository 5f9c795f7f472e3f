"""What a program wrote to a terminal, looked at byte by byte."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from seedtui.core.text import INVISIBLE
from support.corpus import FRAGMENTS

# What Textual writes for this app, and nothing else: colours, cursor, erasing, its modes and their end.
APP_SEQUENCES: Final = re.compile(
    r"\x1b\[[0-9;]*m"
    r"|\x1b\[[0-9]+;[0-9]+H"
    r"|\x1b\[[0-9]*[ABCDGHJKLM]"
    # Margins, for rows that move.
    r"|\x1b\[(?:[0-9]+;[0-9]+)?r"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[>[0-9]+u|\x1b\[<u"
    # The shape of the mouse pointer.
    r"|\x1b\]22;[a-z-]*\x07"
)
# What the commands write: bold, two colours, and a line that is written anew.
COMMAND_SEQUENCES: Final = re.compile(r"\x1b\[(?:0|1|33|34)?m|\r?\x1b\[K|\r(?=[0-9,]+ added|[ 0-9.]+ of )")

MODES: Final = {
    "alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
    "hidden cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    "mouse": (b"\x1b[?1000h", b"\x1b[?1000l"),
    "mouse moves": (b"\x1b[?1003h", b"\x1b[?1003l"),
    "mouse, urxvt": (b"\x1b[?1015h", b"\x1b[?1015l"),
    "mouse, SGR": (b"\x1b[?1006h", b"\x1b[?1006l"),
    "mouse, pixels": (b"\x1b[?1016h", b"\x1b[?1016l"),
    "focus": (b"\x1b[?1004h", b"\x1b[?1004l"),
    "bracketed paste": (b"\x1b[?2004h", b"\x1b[?2004l"),
    "no line wrap": (b"\x1b[?7l", b"\x1b[?7h"),
    "synchronized output": (b"\x1b[?2026h", b"\x1b[?2026l"),
    "resize reports": (b"\x1b[?2048h", b"\x1b[?2048l"),
}
"""Modes of a terminal that a program may leave on: how each is set, and reset."""

_JOINERS: Final = "\u200c\u200d"
_CONTEXT: Final = 40


_BEGUN: Final = re.compile(
    rb"(?:\x1b(?:\[[0-9;?<>$]*|\][^\x07]{0,30})?"
    rb"|[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)


def so_far(output: bytes) -> bytes:
    """Return what a program has written while it goes on: a sequence or a character that has only begun left out."""
    return _BEGUN.sub(b"", output)


def strange(output: bytes, allowed: re.Pattern[str] = APP_SEQUENCES) -> list[str]:
    """Return what a program should not have written: anything that acts but is none of its own sequences.

    Args:
        output: All that it wrote.
        allowed: The sequences that it may write.
    """
    found = [f"{fragment!r} of the corpus" for fragment in FRAGMENTS if fragment in output]
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        return [*found, str(error)]
    rest = allowed.sub("\n", text).replace("\r\n", "\n")
    # Only what is no plain text needs a look at its place.
    suspects = {character for character in set(rest) if acts(character)}
    for suspect in sorted(suspects):
        at = rest.index(suspect)
        found.append(f"U+{ord(suspect):04X} in {rest[max(0, at - _CONTEXT) : at + _CONTEXT]!r}")
    return found


def acts(character: str) -> bool:
    """Whether a character acts, hides, or has no shape; a line feed and joiners are let through."""
    if character in INVISIBLE:
        return True
    if character == "\n" or character in _JOINERS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def left_on(output: bytes) -> list[str]:
    """Name the modes that a program set and did not reset; the kitty keyboard's, too."""
    found = [name for name, (on, off) in MODES.items() if output.rfind(on) > output.rfind(off)]
    pushed = len(re.findall(rb"\x1b\[>[0-9]+u", output)) - output.count(b"\x1b[<u")
    shapes = re.findall(rb"\x1b\]22;([a-z-]*)\x07", output)
    pointer = bool(shapes) and shapes[-1] not in (b"", b"default")
    return [*found, *(["kitty keyboard"] if pushed > 0 else []), *(["pointer"] if pointer else [])]
