"""Text from outside: made storable, and made safe to show.

Whatever a model, server or file says is stored, compared and exported raw, but for lone
surrogates, which no file or database can hold. What is shown goes through `displayable` first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from seedtui.core.pattern import pattern

REPLACEMENT: Final = "\ufffd"
# Letters and marks that nobody can see: fillers, and a joiner of marks.
INVISIBLE: Final = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"

# C0, C1 and DEL; line and paragraph separators; bidi controls; zero-width and other format
# characters; private use, unassigned and surrogates. ZWJ and ZWNJ stay where they join: emoji
# families and several scripts need them. Variation selectors are marks and stay, too.
_UNSAFE: Final = (
    rf"[\p{{Cc}}\p{{Zl}}\p{{Zp}}\p{{Cs}}\p{{Co}}\p{{Cn}}{INVISIBLE}]"
    rf"|(?!(?<=[\p{{L}}\p{{M}}\p{{So}}\p{{Sk}}])(?<![{INVISIBLE}])"
    rf"[\u200c\u200d](?=[\p{{L}}\p{{M}}\p{{So}}])(?![{INVISIBLE}]))\p{{Cf}}"
)
# Most texts have nothing but these, which need no closer look: Latin and Cyrillic letters, and punctuation …
_WESTERN: Final = " -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
_PLAIN: Final = re.compile(f"[{_WESTERN}]*")
# … or all letters there are, with Chinese punctuation. Spelt out, they would take longer to compile than the rest of
# core to import.
_LETTERS: Final = re.compile(rf"[\w{_WESTERN}\u3001-\u3029\u30fb\uff01-\uff5e]*")
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_MARKS: Final = r"(?<=\p{M}{8})\p{M}+"


def join_surrogates(text: str) -> str:
    """Join split surrogate pairs and replace lone halves, so that the text can be encoded.

    Args:
        text: Any text; most have no surrogate and come back as they are.

    Returns:
        The same text where it can be encoded as UTF-8, else the nearest one that can.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def scrub(value: Any) -> Any:
    """Apply `join_surrogates` to every text and key of a JSON value."""
    if isinstance(value, str):
        return join_surrogates(value)
    if isinstance(value, dict | Mapping):
        return {join_surrogates(str(key)): scrub(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(item) for item in value]
    return value


@lru_cache(maxsize=4096)
def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"‹{code:04X}›"


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text) or (_LETTERS.fullmatch(text) and not _INVISIBLE.search(text)))


def displayable(text: str, *, newlines: bool = False, tabs: str = "␉") -> str:
    """Return the text with nothing in it that could act on a terminal.

    Control characters become their pictures (ESC is ␛), other characters without a shape of their
    own their number (‹202E›), and marks piled more than eight high are cut.

    Args:
        text: Anything that came from outside.
        newlines: Keep line feeds; otherwise they are shown as ␊.
        tabs: What to show for a tab.

    Returns:
        Text whose every character has a shape. It may be longer than what came in.
    """
    if _is_plain(text):
        return text

    def replace(match: Any) -> str:
        character = str(match.group())
        if character == "\n" and newlines:
            return character
        return tabs if character == "\t" else _visible(character)

    return str(pattern(_UNSAFE).sub(replace, pattern(_MARKS).sub("…", text)))


def folded(text: str) -> str:
    """Make texts that a reader takes for the same the same: also a Korean syllable and its letters."""
    # What is ASCII is composed already, and is most of what there is.
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.casefold())


def one_line(text: str, limit: int = 200) -> str:
    """Return the beginning of a text as one displayable line.

    Args:
        text: Anything that came from outside.
        limit: The most characters to return; a longer text ends in an ellipsis.
    """
    head = " ".join(text[: limit * 4].split())
    shown = displayable(head)
    return shown if len(shown) <= limit and len(text) <= limit * 4 else shown[: limit - 1] + "…"
