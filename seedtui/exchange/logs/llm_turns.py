"""The turns of an `llm` history: calls whose messages lie in a tree, each with its parent (from version 0.36 on)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from seedtui.core.request import JsonObject
from seedtui.exchange.logs.database import Database
from seedtui.exchange.logs.found import BadRecord, Found, Record
from seedtui.exchange.logs.llm_bodies import row_line
from seedtui.exchange.logs.values import items, loads_or_none, mapping, text

_MOST_MESSAGES = 20_000


class _ChainError(ValueError):
    """The messages of a turn cannot be found. The message is one plain sentence."""


def read(database: Database) -> Iterator[Found]:
    """Read all turns."""
    for row in database.rows("SELECT * FROM turns ORDER BY id"):
        where = f"turn {row.get('id')}"
        if not text(row.get("id")):
            yield BadRecord("turns.id must be a text.", where)
            continue
        try:
            sent = _chain(database, row.get("parent_message_hash"), None)
            answered = _chain(database, row.get("tip_message_hash"), row.get("parent_message_hash"))
        except _ChainError as error:
            yield BadRecord(str(error), where)
            continue
        if not sent:
            yield BadRecord("parent_message_hash: no message was sent.", where)
            continue
        yield _record(row, sent, answered, where)


def _record(row: Mapping[str, Any], sent: list[_Message], answered: list[_Message], where: str) -> Found:
    answer = "".join(one.text for one in answered)
    calls = [call for one in answered for call in one.calls]
    # A reference names the message, the part of it, and the field.
    texts = {
        f"{number}.{place}.text": said
        for number, message in enumerate(answered)
        for place, said in message.texts.items()
    }
    messages = [body for one in sent for body in one.bodies]
    return Record(row_line(row, messages, answer, texts, calls), where, f"llm-{row['id']}")


class _Message:
    """One message, put together from its parts."""

    def __init__(self, role: str, parts: list[tuple[int, JsonObject]]) -> None:
        self._role = role
        self._parts = [part for _, part in parts]
        self.texts = {place: part["text"] for place, part in parts if isinstance(part.get("text"), str)}

    @property
    def text(self) -> str:
        """All its text, without the reasoning."""
        return "".join(part.get("text") or "" for part in self._parts if part["type"] == "text")

    @property
    def calls(self) -> list[JsonObject]:
        """The calls of tools in it."""
        return [
            {
                "type": "function",
                "id": part.get("tool_call_id"),
                "function": {"name": part.get("name"), "arguments": json.dumps(part.get("arguments"))},
            }
            for part in self._parts
            if part["type"] == "tool_call"
        ]

    @property
    def bodies(self) -> Iterator[JsonObject]:
        """The messages that it is on the wire: each result of a tool is one of its own."""
        for part in self._parts:
            if part["type"] == "tool_result":
                yield {"role": "tool", "tool_call_id": part.get("tool_call_id"), "content": part.get("output")}
        attached = [
            {"type": "attachment", "attachment": part.get("attachment")}
            for part in self._parts
            if part["type"] == "attachment"
        ]
        if attached:
            yield {"role": self._role, "content": [{"type": "text", "text": self.text}, *attached]}
        elif self.text or self.calls:
            yield {"role": self._role, "content": self.text, **({"tool_calls": self.calls} if self.calls else {})}


def _chain(database: Database, tip: Any, before: Any) -> list[_Message]:
    """Return the messages up to one, oldest first; only those after another, if one is given."""
    found: list[_Message] = []
    seen: set[Any] = set()
    while tip is not None and tip != before:
        row = next(database.rows("SELECT * FROM messages WHERE hash = ?", tip), None)
        if row is None or tip in seen or len(seen) >= _MOST_MESSAGES:
            raise _ChainError("messages: the conversation cannot be followed to its beginning.")
        seen.add(tip)
        found.append(_Message(str(row.get("role")), list(_parts(database, tip))))
        tip = row.get("parent_hash")
    return found[::-1]


def _parts(database: Database, message: Any) -> Iterator[tuple[int, JsonObject]]:
    for row in database.rows("SELECT * FROM parts WHERE message_hash = ? ORDER BY position", message):
        part = {**mapping(loads_or_none(row.get("payload"))), "type": row.get("type")}
        if "text_ref" in part:
            part["text"] = "".join(_piece(database, one) for one in items(part.pop("text_ref")))
        elif isinstance(row.get("text"), str):
            part["text"] = row["text"]
        if not isinstance(part.get("text"), str):
            part.pop("text", None)
        yield int(row["position"]) if isinstance(row.get("position"), int) else 0, part


def _piece(database: Database, piece: Any) -> str:
    """Return a piece of a text: as it stands there, or a fragment that is kept once for all."""
    literal, fragment = mapping(piece).get("literal"), mapping(piece).get("fragment")
    if isinstance(literal, str):
        return literal
    if not isinstance(fragment, int) or abs(fragment) >= 2**63 or not database.has("fragments"):
        return ""
    row = next(database.rows("SELECT content FROM fragments WHERE id = ?", fragment), None)
    return (text(row["content"]) if row else None) or ""
