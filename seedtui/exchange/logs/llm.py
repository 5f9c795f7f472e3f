"""The history of the command `llm`: its `logs.db`, in each of the shapes it has had.

- `log`, later `logs`: the first versions; a number for an id, `chat_id` for what belongs together.
- `responses` (from 0.5 of 2023 on): ids of their own, conversations, attachments, fragments, tools.
- `turns` (from 0.36 of 2026 on): messages in a tree, see `llm_turns`. The older rows stay where they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from seedtui.core.request import JsonObject
from seedtui.exchange.logs import llm_turns
from seedtui.exchange.logs.database import Database, Row, UnreadableError
from seedtui.exchange.logs.found import BadRecord, Found, Record
from seedtui.exchange.logs.llm_bodies import restored, row_line
from seedtui.exchange.logs.source import Source
from seedtui.exchange.logs.values import is_chat, loads_or_none, mapping, text

_TABLES: Final = ("log", "logs", "responses", "turns")
_FRAGMENTS: Final = (
    'SELECT content FROM {0} JOIN fragments ON fragments.id = {0}.fragment_id WHERE response_id = ? ORDER BY "order"'
)
_ATTACHMENTS: Final = (
    "SELECT attachments.id, type, url FROM prompt_attachments JOIN attachments ON attachments.id = attachment_id "
    'WHERE response_id = ? ORDER BY "order"'
)


def read_database(source: Source) -> Iterator[Found] | None:
    """Return the records of a history; None if the database is nothing of the kind."""
    try:
        database = Database(source)
        known = [table for table in _TABLES if database.has(table) and _is_ours(database, table)]
    except UnreadableError as error:
        return iter([BadRecord(f"the database cannot be read: {error}.", "")])
    return _read(database, known) if known else None


def _read(database: Database, known: Sequence[str]) -> Iterator[Found]:
    try:
        for table in known:
            if table == "turns":
                yield from llm_turns.read(database)
            elif table == "responses":
                yield from _responses(database)
            else:
                yield from _log(database, table)
    except UnreadableError as error:
        yield BadRecord(f"the database cannot be read on: {error}.", "")


def _is_ours(database: Database, table: str) -> bool:
    columns = {str(row["name"]) for row in database.rows("SELECT name FROM pragma_table_info(?)", table)}
    needed = {"thread_id", "tip_message_hash"} if table == "turns" else {"model", "prompt", "response"}
    return needed <= columns


def _log(database: Database, table: str) -> Iterator[Found]:
    """Read the table of the first versions."""
    chats: dict[Any, list[Row]] = {}
    for row in database.rows(f"SELECT rowid AS number, * FROM {table} ORDER BY rowid"):
        where = f"{table} {row['number']}"
        # The first call of a chat has no chat's id: the others have its own.
        chat = row.get("chat_id") if row.get("chat_id") is not None else row.get("id", row["number"])
        earlier = chats.setdefault(chat, [])
        moment = row.get("datetime_utc") or row.get("timestamp_utc") or row.get("timestamp")
        named = "\x00".join(str(row.get(name)) for name in ("number", "model", "prompt", "response"))
        key = hashlib.sha256(f"{moment}\x00{named}".encode("utf-8", "surrogatepass")).hexdigest()
        yield _record(database, {**row, "datetime_utc": moment}, earlier, where, f"llm-log-{key}")
        earlier.append(row)


def _responses(database: Database) -> Iterator[Found]:
    """Read the responses; those that are among the turns are read there."""
    without = "WHERE id NOT IN (SELECT id FROM turns)" if database.has("turns") else ""
    before = "SELECT * FROM responses WHERE conversation_id = ? AND id < ? ORDER BY id"
    for row in database.rows(f"SELECT * FROM responses {without} ORDER BY id"):
        where = f"response {row.get('id')}"
        if not text(row.get("id")):
            yield BadRecord("responses.id must be a text.", where)
            continue
        known = is_chat(mapping(loads_or_none(row.get("prompt_json"))).get("messages"))
        earlier = [] if known else list(database.rows(before, row.get("conversation_id"), row["id"]))
        yield _record(database, row, earlier, where, f"llm-{row['id']}")


def _record(database: Database, row: Row, earlier: Sequence[Row], where: str, identity: str) -> Found:
    if not isinstance(row.get("response"), str):
        return BadRecord("response must be a text.", where)
    texts = {f"r:{row.get('id')}": row["response"], **_fragments_by_id(database, row)}
    messages = _sent(database, row, texts) or _rebuilt(database, [*earlier, row])
    if not messages:
        return BadRecord("prompt: there is none.", where)
    return Record(row_line(row, messages, row["response"], texts), where, identity)


def _sent(database: Database, row: Row, texts: Mapping[str, str]) -> list[Any]:
    """Return the messages as they were sent, where the log kept them."""
    try:
        messages = mapping(restored(loads_or_none(row.get("prompt_json")), texts)).get("messages")
    except ValueError:
        return []
    if not is_chat(messages):
        return []
    system = _system(database, row)
    given = any(one["role"] in ("system", "developer") for one in messages)
    return [{"role": "system", "content": system}, *messages] if system and not given else messages


def _rebuilt(database: Database, rows: Sequence[Row]) -> list[JsonObject]:
    """Put the messages together from the rows of a conversation, as llm does; the last one is not answered yet."""
    messages: list[JsonObject] = []
    said: str | None = None
    for position, row in enumerate(rows):
        system = _system(database, row)
        if system and system != said:
            messages.append({"role": "system", "content": system})
            said = system
        messages += _tool_results(database, row)
        if content := _user_content(database, row):
            messages.append({"role": "user", "content": content})
        if position < len(rows) - 1:
            messages += _answered(database, row)
    return messages


def _user_content(database: Database, row: Row) -> Any:
    fragments = _fragments(database, row, "prompt_fragments")
    prompt = "\n".join([*fragments, *filter(None, [text(row.get("prompt"))])])
    if not database.has("prompt_attachments", "attachments"):
        return prompt
    attached = [
        {"type": "attachment", "attachment": {key: value for key, value in one.items() if isinstance(value, str)}}
        for one in database.rows(_ATTACHMENTS, row.get("id"))
    ]
    return [{"type": "text", "text": prompt}, *attached] if attached else prompt


def _tool_results(database: Database, row: Row) -> list[JsonObject]:
    if not database.has("tool_results"):
        return []
    select = "SELECT output, tool_call_id FROM tool_results WHERE response_id = ? ORDER BY id"
    found = database.rows(select, row.get("id"))
    return [{"role": "tool", "tool_call_id": one["tool_call_id"], "content": one["output"]} for one in found]


def _answered(database: Database, row: Row) -> list[JsonObject]:
    content = text(row.get("response"))
    messages: list[JsonObject] = [{"role": "assistant", "content": content}] if content else []
    if database.has("tool_calls"):
        select = "SELECT name, arguments, tool_call_id FROM tool_calls WHERE response_id = ? ORDER BY id"
        calls = [
            {
                "type": "function",
                "id": one["tool_call_id"],
                "function": {"name": one["name"], "arguments": one["arguments"]},
            }
            for one in database.rows(select, row.get("id"))
        ]
        messages += [{"role": "assistant", "tool_calls": calls}] if calls else []
    return messages


def _system(database: Database, row: Row) -> str:
    parts = [*_fragments(database, row, "system_fragments"), text(row.get("system")) or ""]
    return "\n\n".join(stripped for part in parts if (stripped := part.strip()))


def _fragments(database: Database, row: Row, table: str) -> list[str]:
    if not database.has(table, "fragments"):
        return []
    found = database.rows(_FRAGMENTS.format(table), row.get("id"))
    return [one["content"] for one in found if isinstance(one["content"], str)]


def _fragments_by_id(database: Database, row: Row) -> dict[str, str]:
    """Return the texts that stand as `f1` and so on in what is kept of a call."""
    if not database.has("prompt_fragments", "system_fragments", "fragments"):
        return {}
    select = (
        "SELECT id, content FROM fragments WHERE id IN "
        "(SELECT fragment_id FROM prompt_fragments WHERE response_id = ?1 UNION"
        " SELECT fragment_id FROM system_fragments WHERE response_id = ?1)"
    )
    return {f"f{one['id']}": one["content"] for one in database.rows(select, row.get("id")) if text(one["content"])}
