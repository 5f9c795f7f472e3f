"""The answer inside a completion: found by a regular expression, or in its JSON by a pointer."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from seedtui.core.fences import fences
from seedtui.core.request import canonical_json, is_deep
from seedtui.core.structure.json_tree import unfenced

# Seconds that a pattern may take for one text: some, tried on some texts, would take for ever.
_PATIENCE: Final = 0.5
_LONGEST_PATTERN: Final = 2000
_INDEX: Final = re.compile(r"(0|[1-9][0-9]{0,8})\Z")
# A pattern is written out before it is used: with as many parts it takes a tenth of a second.
_MOST_REPEATS: Final = 100_000
_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>[0-9]*),?(?P<most>[0-9]*)\}|.", re.DOTALL)
_SPACE: Final = "\ufeff \t\r\n"


class SlowPatternError(ValueError):
    """A regular expression takes too long to be of use."""


@dataclass(frozen=True)
class AnswerFinder:
    """Finds answers as the user has described them.

    Attributes:
        typed: A regular expression, or a JSON pointer (RFC 6901), which begins with `/`.
    """

    typed: str

    def __post_init__(self) -> None:
        if self.is_pointer:
            _keys(self.typed)
        else:
            _compiled(self.typed)

    @property
    def is_pointer(self) -> bool:
        """Whether it is a JSON pointer."""
        return self.typed.startswith("/")

    def find(self, text: str) -> str | None:
        """Return the answer of a text; None if it has none.

        A regular expression's answer is what its first group that matched matched, or all of the match, of the first
        match, without white space at its ends. A pointer's answer is the value as canonical JSON, so that `1.0` is
        `1`, and a text stands in quotation marks. The JSON is the whole text, or the inside of its only fence.

        A match of nothing is no answer: some patterns match nothing in every text, and all would seem to agree.

        Raises:
            SlowPatternError: If the regular expression takes too long.
        """
        return self._pointed(text) if self.is_pointer else self._matched(text)

    def place(self, text: str) -> tuple[int, int] | None:
        """Return where the answer stands in a text, as start and end; None if it has none, or is pointed at.

        Raises:
            SlowPatternError: If the regular expression takes too long.
        """
        match = None if self.is_pointer else self._match(text)
        if match is None:
            return None
        start, end = match.span(_group(match))
        found = text[start:end]
        if not found.strip():
            return None
        start += len(found) - len(found.lstrip())
        return start, start + len(found.strip())

    def _matched(self, text: str) -> str | None:
        match = self._match(text)
        return None if match is None else str(match.group(_group(match))).strip() or None

    def _match(self, text: str) -> Any:
        try:
            return _compiled(self.typed).search(text, timeout=_PATIENCE)
        except (TimeoutError, MemoryError):
            raise SlowPatternError("The answer's pattern takes too long on a text: write a simpler one.") from None

    def _pointed(self, text: str) -> str | None:
        value = _json(text)
        for key in _keys(self.typed):
            if isinstance(value, Mapping) and key in value:
                value = value[key]
            elif isinstance(value, list) and _INDEX.match(key) and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return canonical_json(value)


def answer_finder(typed: str) -> AnswerFinder:
    """Read what was typed as an answer's description.

    Raises:
        ValueError: With one plain sentence, if it is neither a regular expression nor a JSON pointer.
    """
    if not typed.strip():
        raise ValueError("The answer needs a regular expression, or a JSON pointer like /answer.")
    if len(typed) > _LONGEST_PATTERN:
        raise ValueError(f"The answer's pattern is longer than {_LONGEST_PATTERN} characters.")
    return AnswerFinder(typed)


def _json(text: str) -> Any:
    """Return the JSON value that a text is, or that stands in its only fence; None if there is none."""
    found = list(fences(text))
    inside = text[found[0][0] : found[0][1]] if len(found) == 1 else ""
    for part in (text, inside):
        try:
            value = json.loads(unfenced(part.strip(_SPACE)), parse_constant=_finite, parse_float=_finite)
        except (ValueError, RecursionError):
            continue
        return None if is_deep(value) else value
    return None


def _finite(typed: str) -> float:
    """Read a number; NaN, infinity and what is beyond the greatest are no JSON values."""
    value = float(typed)
    if not math.isfinite(value):
        raise ValueError(typed)
    return value


def _group(match: Any) -> int:
    """Return the number of the first group that matched; 0, the whole match, if there is none."""
    return next((number for number, found in enumerate(match.groups(), 1) if found is not None), 0)


def _compiled(typed: str) -> Any:
    import regex

    if _size(typed) > _MOST_REPEATS:
        raise ValueError("The answer's pattern repeats something far too often: write a simpler one.")
    try:
        # It keeps the last few hundred by itself.
        return regex.compile(typed)
    except RecursionError:
        raise ValueError("The answer's pattern is nested too deep: write a simpler one.") from None
    except (regex.error, OverflowError, ValueError) as error:
        raise ValueError(f"The answer's pattern is no regular expression: {error}.") from None


def _size(typed: str) -> int:
    """Return about how many parts a pattern has once what is to be repeated so many times is written out."""
    sizes, last = [0], 0
    for token in _TOKEN.finditer(typed):
        if token.group() == "(":
            sizes.append(0)
            continue
        if token.group("least") or token.group("most"):
            times = min(int(token.group("most") or token.group("least")), _MOST_REPEATS + 1)
            sizes[-1] += last * max(0, times - 1)
        else:
            last = sizes.pop() if token.group() == ")" and len(sizes) > 1 else 1
            sizes[-1] += last
    return sum(sizes)


def _keys(pointer: str) -> list[str]:
    return list(_unescaped(pointer))


def _unescaped(pointer: str) -> Iterator[str]:
    for key in pointer.split("/")[1:]:
        rest = key.replace("~0", "").replace("~1", "")
        if "~" in rest:
            raise ValueError("The answer's JSON pointer has a ~ that is neither ~0 (for ~) nor ~1 (for /).")
        yield key.replace("~1", "/").replace("~0", "~")
