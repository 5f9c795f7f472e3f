"""One table of the settings file, read field by field, each with its type checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, Final

from seedtui.core.text import one_line

_SECRETS: Final = r"(api_?|secret_?|access_?)?(key|token|password|secret)\Z"


class FieldError(Exception):
    """A field is wrong. The message begins with the field's dotted name."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        self.path = path
        super().__init__(f"{'.'.join(one_line(part, 60) for part in path)} {message}")

    def line(self, text: str) -> int | None:
        """Return the line of the file where the field, else its table, stands, from 1; None if not found."""
        lines: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            assigned = re.match(r"\s*([^=#]+?)\s*=", line)
            if header:
                table = _dotted(header[1])
                lines.setdefault(table, number)
            elif assigned:
                lines.setdefault((*table, *_dotted(assigned[1])), number)
        ends = range(len(self.path), 0, -1)
        return next((lines[self.path[:end]] for end in ends if self.path[:end] in lines), None)


def _dotted(name: str) -> tuple[str, ...]:
    return tuple(bare or quoted for quoted, bare in re.findall(r"[\"']([^\"']*)[\"']|([^\s.\"']+)", name))


def _shown(value: Any) -> str:
    """Name a value that should be a number. A text is not repeated: it may be a secret in the wrong place."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return one_line(str(value), 40)
    kinds = ((str, "a text"), (list, "a list"), (Mapping, "a table"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a date or time")


class Fields:
    """The fields of one table.

    Args:
        values: The table.
        path: Its dotted name, empty for the top.
    """

    def __init__(self, values: Mapping[str, Any], path: tuple[str, ...] = ()) -> None:
        self._values = values
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields, as written."""
        return tuple(self._values)

    def problem(self, name: str, message: str) -> FieldError:
        """Return the error for a field; raise it."""
        return FieldError((*self._path, name), message)

    def only(self, *known: str) -> None:
        """Refuse fields that there are not, and those that look like a key.

        Raises:
            FieldError: For the first such field.
        """
        for name in self._values:
            if name in known:
                continue
            if re.match(_SECRETS, name, re.IGNORECASE):
                raise self.problem(
                    name,
                    "does not belong in a file: put the key in an environment variable and name that with"
                    ' key_env, or in the keyring with key_keyring = "service/user".',
                )
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}."
            raise self.problem(name, f"is no setting; {hint}")

    def text(self, name: str, otherwise: str) -> str:
        """Return a text."""
        value = self._values.get(name, otherwise)
        if not isinstance(value, str):
            raise self.problem(name, "must be a text in quotation marks.")
        return value

    def flag(self, name: str, otherwise: bool) -> bool:
        """Return true or false."""
        value = self._values.get(name, otherwise)
        if not isinstance(value, bool):
            raise self.problem(name, "must be true or false.")
        return value

    def integer(self, name: str, otherwise: int, low: int, high: int) -> int:
        """Return a whole number within bounds; `otherwise` need not be."""
        value = self._values.get(name, otherwise)
        if name in self._values and (type(value) is not int or not low <= value <= high):
            raise self.problem(name, f"must be a whole number from {low} to {high}, not {_shown(value)}.")
        return int(value)

    def number(self, name: str, otherwise: float) -> float:
        """Return a number above 0; `otherwise` need not be."""
        value = self._values.get(name, otherwise)
        # Beyond the largest float a whole number has no other form.
        if name in self._values and (type(value) not in (int, float) or not 0 < value <= sys.float_info.max):
            raise self.problem(name, f"must be a number above 0, not {_shown(value)}.")
        return float(value)

    def table(self, name: str) -> Fields:
        """Return a table within this one; an empty one if it is not there."""
        value = self._values.get(name, {})
        if not isinstance(value, Mapping):
            raise self.problem(name, f"must be a table: [{'.'.join((*self._path, name))}].")
        return Fields(value, (*self._path, name))

    def texts(self) -> dict[str, str]:
        """Return the whole table as name to text."""
        return {name: self.text(name, "") for name in self._values}
