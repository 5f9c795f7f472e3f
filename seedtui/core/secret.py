"""A secret key, kept out of whatever is shown, stored or exported.

A server may send back the key that it was given: in an error, a header, a text; written out, or as
URLs, JSON and base64 write it; in one piece, or over several pieces of a stream.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

PLACEHOLDER: Final = "[key]"

# A spelling shorter than this might well be a word.
_SHORTEST: Final = 8
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Veil:
    """Puts `[key]` in place of a key, however it is spelled.

    Args:
        key: The key; without one, nothing is changed.
    """

    def __init__(self, key: str | None = None) -> None:
        spellings = sorted(set(_spellings(key)), key=len, reverse=True) if key else []
        self._beginnings = frozenset(one[:end] for one in spellings for end in range(1, len(one)))
        self._longest = len(spellings[0]) if spellings else 0
        self._shortest = len(spellings[-1]) if spellings else 0
        self._pattern = re.compile("|".join(re.escape(one) for one in spellings)) if spellings else None

    def __repr__(self) -> str:
        return "Veil()"

    def text(self, text: str) -> str:
        """Return the text without the key."""
        if self._pattern is None or len(text) < self._shortest:
            return text
        return self._pattern.sub(PLACEHOLDER, text)

    def value(self, value: Any) -> Any:
        """Return a JSON value without the key in any text or name of it."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return value

    def split(self, text: str) -> tuple[str, str]:
        """Part a text that goes on: what can be judged now, and an end that may be the beginning of the key.

        Judging the parts one after the other, the second with what follows it, gives what the whole would.
        """
        if self._pattern is None:
            return text, ""
        found: list[tuple[int, int]] | None = None
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            if text[start:] not in self._beginnings:
                continue
            if found is None:
                found = [match.span() for match in self._pattern.finditer(text)]
            if not any(first < start < end for first, end in found):
                return text[:start], text[start:]
        return text, ""

    def cut(self, text: str) -> str:
        """Return a text that was cut off somewhere, without the key and without a beginning of it at its end."""
        return self.text(self.split(text)[0])


NO_VEIL: Final = Veil()


def _spellings(key: str) -> Iterator[str]:
    yield key
    written = json.dumps(key)[1:-1]
    yield from (written, written.replace("/", "\\/"))
    for plain in (_PLAIN, _PLAIN | {"/"}):
        for digits in ("02X", "02x"):
            yield "".join(
                one if one in plain else "".join(f"%{byte:{digits}}" for byte in one.encode("utf-8", "replace"))
                for one in key
            )
    yield from (one for one in _in_base64(key.encode("utf-8", "replace")) if len(one) >= _SHORTEST)


def _in_base64(key: bytes) -> Iterator[str]:
    """Yield what base64 makes of the key in the middle of any text: without the digits that its neighbours share."""
    for before in range(3):
        digits = binascii.b2a_base64(bytes(before) + key, newline=False).decode()
        whole = digits[-(-before * 8 // 6) : (before + len(key)) * 8 // 6]
        yield from (whole, whole.replace("+", "-").replace("/", "_"))
