"""How people name a run or a completion: `41`, `#41`, `41.1` (choice 1), `@1` (the newest), `@2` ….

The text is read here; which run is the newest, the history knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from seedtui.core.text import one_line

_REFERENCE: Final = re.compile(r"(?P<sign>[#@]?)(?P<number>[0-9]{1,18})(\.(?P<choice>[0-9]{1,9}))?\Z")


@dataclass(frozen=True)
class Reference:
    """A run as somebody named it.

    Attributes:
        number: The run's id, or its position from the newest, counted from 1.
        from_newest: Whether the number is a position.
        choice: The choice that was named; None if none was.
    """

    number: int
    from_newest: bool = False
    choice: int | None = None

    def __str__(self) -> str:
        choice = "" if self.choice is None else f".{self.choice}"
        return f"{'@' if self.from_newest else '#'}{self.number}{choice}"


def parse_reference(typed: str) -> Reference:
    """Read a reference.

    Raises:
        ValueError: With one plain sentence, if it is none.
    """
    match = _REFERENCE.match(typed.strip())
    if match is None or int(match["number"]) == 0:
        raise ValueError(f"{one_line(typed, 60)} names no run: write 41, #41, 41.1 (choice 1) or @1 (the newest).")
    choice = match["choice"]
    return Reference(int(match["number"]), match["sign"] == "@", None if choice is None else int(choice))
