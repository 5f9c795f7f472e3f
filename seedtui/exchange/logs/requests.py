"""Lines of JSON as records; a request that many lines have is read once."""

from __future__ import annotations

import re
from typing import Final

from seedtui.core.request import JsonObject, Request
from seedtui.exchange.line import LineError, checked_request, parse_json, parse_start
from seedtui.exchange.logs.found import Record

_START: Final = '{"request": '
_NEXT: Final = ', "response": '
# No text of UTF-8 has one but by an escape.
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
# How many characters of requests are kept in mind.
_REMEMBERED: Final = 4_000_000


class Requests:
    """Reads lines, and remembers the requests of those that begin with theirs, as exported lines do."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[JsonObject, Request]] = {}
        self._room = _REMEMBERED

    def record(self, text: str, number: int) -> Record:
        """Read a line.

        Raises:
            LineError: If it is no JSON object.
            RecursionError: If it is nested too deeply.
        """
        if _SURROGATE.search(text):
            return Record(parse_json(text), number)
        found = self._in_parts(text, number) if text.startswith(_START) else None
        return Record(parse_json(text), number, clean=True) if found is None else found

    def _in_parts(self, text: str, number: int) -> Record | None:
        """Read a line's request, and then what follows it; None where the line has to be read as a whole."""
        end = text.find(_NEXT, len(_START))
        known = self._known.get(text[len(_START) : end])
        try:
            if known is None:
                body, end = parse_start(text, len(_START))
                known = body, Request(checked_request(body))
                self._remember(text[len(_START) : end], known)
            if not text.startswith(', "', end):
                return None
            rest = parse_json("{" + text[end + 2 :])
        except (LineError, RecursionError):
            # What it says of where would be wrong.
            return None
        return (
            None if "request" in rest else Record({"request": known[0], **rest}, number, clean=True, request=known[1])
        )

    def _remember(self, text: str, known: tuple[JsonObject, Request]) -> None:
        self._room -= len(text)
        if self._room < 0:
            self._known.clear()
            self._room = _REMEMBERED - len(text)
        if self._room >= 0:
            self._known[text] = known
