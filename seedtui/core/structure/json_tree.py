"""JSON answers as trees whose parts can be compared at once: equal values have equal identities."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from seedtui.core.interrupt import checkpoint
from seedtui.core.request import NESTING_LIMIT, is_deep

SIZE_LIMIT: Final = 1_000_000
"""The longest text, in code points, that is read as JSON."""

Key = tuple[str, int]
"""An object's key, and how often the same key stood before it; an element's is ("", its index)."""

_SPACE: Final = "\ufeff \t\r\n"
_FENCES: Final = ("`", "~")


class Type(StrEnum):
    """What a JSON value is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    NULL = "null"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A JSON value.

    Attributes:
        type: What it is; `1` and `1.0` are of two types.
        identity: Values of one `read_both` have the same number exactly if they are equal. The
            order of an object's keys does not count.
        text: A string, number, boolean or null as JSON; numbers as they were written.
        items: What an object or array holds, in its order.
    """

    type: Type
    identity: int
    text: str = ""
    items: tuple[tuple[Key, Value], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is an object or an array, empty ones too."""
        return self.type in (Type.OBJECT, Type.ARRAY)


class _Integer(str):
    """A whole number as written: it may have more digits than Python would read."""


class _Decimal(str):
    """A number with a fraction or an exponent, as written."""


def read_both(a: str, b: str) -> tuple[Value, Value] | None:
    """Read two answers as JSON.

    Returns:
        The two values; None unless both are an object or an array, and neither is too long or too
        deep to work on. An answer may be wrapped in one Markdown fence.
    """
    first = _parsed(a)
    second = None if first is None else _parsed(b)
    if first is None or second is None:
        return None
    reader = _Reader()
    return reader.value(first), reader.value(second)


def _parsed(text: str) -> Any:
    if len(text) > SIZE_LIMIT:
        return None
    text = unfenced(text.strip(_SPACE))
    if not text.startswith(("{", "[")):
        return None
    try:
        value = json.loads(
            text, parse_int=_Integer, parse_float=_Decimal, parse_constant=_refuse, object_pairs_hook=_object
        )
    except (ValueError, RecursionError):
        return None
    return None if is_deep(value, NESTING_LIMIT) else value


def unfenced(text: str) -> str:
    """Return what is inside, if a text is one Markdown fence from end to end."""
    mark = text[:1]
    if mark not in _FENCES or not text.startswith(mark * 3):
        return text
    length = len(text) - len(text.lstrip(mark))
    opening, _, rest = text.partition("\n")
    inside, _, closing = rest.rpartition("\n")
    whole = closing.strip() == mark * max(length, len(closing.strip())) and mark not in opening[length:]
    return inside.strip(_SPACE) if whole else text


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[Key, Any]:
    found: dict[Key, Any] = {(key, 0): value for key, value in pairs}
    if len(found) == len(pairs):
        return found
    counts: dict[str, int] = {}
    found = {}
    for key, value in pairs:
        found[(key, counts.get(key, 0))] = value
        counts[key] = counts.get(key, 0) + 1
    return found


class _Reader:
    """Makes values, and gives equal ones the same number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def value(self, raw: Any) -> Value:
        if isinstance(raw, Mapping):
            checkpoint()
            items = tuple((key, self.value(one)) for key, one in raw.items())
            return Value(Type.OBJECT, self._number("o", frozenset((k, v.identity) for k, v in items)), "", items)
        if isinstance(raw, list):
            checkpoint()
            items = tuple((("", index), self.value(one)) for index, one in enumerate(raw))
            return Value(Type.ARRAY, self._number("a", tuple(v.identity for _, v in items)), "", items)
        return self._scalar(raw)

    def _scalar(self, raw: Any) -> Value:
        if isinstance(raw, _Integer):
            written = "0" if raw == "-0" else str(raw)
            return Value(Type.INTEGER, self._number("i", written), str(raw))
        if isinstance(raw, _Decimal):
            number = float(raw)
            # Beyond what a double holds, only the same digits are the same number.
            meaning = repr(number) if math.isfinite(number) else str(raw)
            return Value(Type.DECIMAL, self._number("d", meaning), str(raw))
        if isinstance(raw, str):
            return Value(Type.STRING, self._number("s", raw), json.dumps(raw, ensure_ascii=False))
        return Value(Type.NULL if raw is None else Type.BOOLEAN, self._number("c", raw), json.dumps(raw))

    def _number(self, kind: str, meaning: Hashable) -> int:
        return self._numbers.setdefault((kind, meaning), len(self._numbers))


def compact(value: Value, limit: int) -> str:
    """Write a value as JSON on one line.

    Args:
        value: The value.
        limit: About how many characters to write at most; what is longer ends in an ellipsis.
    """
    parts: list[str] = []
    left = limit
    for part in _written(value):
        parts.append(part[:left])
        left -= len(part)
        if left < 0:
            return "".join(parts) + "…"
    return "".join(parts)


def _written(value: Value) -> Iterator[str]:
    if not value.holds:
        yield value.text
        return
    opening, closing = "{}" if value.type is Type.OBJECT else "[]"
    yield opening
    for number, ((key, _), one) in enumerate(value.items):
        if number:
            yield ", "
        if value.type is Type.OBJECT:
            yield json.dumps(key, ensure_ascii=False) + ": "
        yield from _written(one)
    yield closing
