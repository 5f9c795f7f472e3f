"""The tokens that a response tells of, and where in the text each of them stands.

Both APIs' shapes are read wherever they occur, since servers mix them: `content` with an entry a
token, and the parallel lists `tokens`, `token_logprobs`, `top_logprobs`. What has another shape or
does not agree with the text is passed over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

# Servers write "not among the likeliest" as this, or lower.
_NEVER: Final = -9999.0
# The most bytes of text that one token whose text is not known may stand for.
_WIDEST: Final = 16
_ESCAPED: Final = re.compile(r"bytes:((?:\\x[0-9a-fA-F]{2})+)\Z|<0x([0-9a-fA-F]{2})>\Z")
_LONE_BYTE: Final = re.compile("[\udc80-\udcff]")


class Entry(NamedTuple):
    """What a response says of one token, as it stands there."""

    token: Any = None
    data: bytes | None = None
    logprob: Any = None
    top: Any = None
    id: Any = None


class Token(NamedTuple):
    """A token in its place.

    Attributes:
        start: Where it begins, in bytes of the text's UTF-8.
        end: Where it ends; it may have no width.
        position: Its number, from 0.
        entry: What the response says of it.
    """

    start: int
    end: int
    position: int
    entry: Entry


class Alternative(NamedTuple):
    """Another token that might have stood there."""

    text: str
    share: float


def choice_of(response: Any, index: int) -> Mapping[str, Any]:
    """Return a choice of a response body by its index; empty if there is none."""
    choices = response.get("choices") if isinstance(response, Mapping) else None
    for choice in choices if isinstance(choices, list) else ():
        number = choice.get("index") if isinstance(choice, Mapping) else None
        # As where the text was read: a choice without a number is the first one.
        if isinstance(choice, Mapping) and (number if isinstance(number, int) else 0) == index:
            return choice
    return {}


def placed_tokens(choice: Mapping[str, Any], text: str) -> list[Token]:
    """Return the tokens of a choice, each in its place in the choice's text; empty if they do not agree with it."""
    entries = list(_entries(choice.get("logprobs")))
    # A character whose end never came is one of these in the text.
    data = text.rstrip("\ufffd").encode("utf-8", "replace")
    known = [entry.data for entry in entries if entry.data is not None]
    if len(known) < len(entries):
        return list(_around_gaps(entries, data))
    joined = b"".join(known)
    # The text may be a part of what was written: thoughts were taken out, or a space at the beginning.
    begin = 0 if (data and joined.startswith(data)) or data.startswith(joined) else joined.rfind(data)
    return [] if begin < 0 else list(_in_a_row(entries, known, -begin))


def _in_a_row(entries: Sequence[Entry], known: Sequence[bytes], at: int) -> Iterator[Token]:
    for position, (entry, data) in enumerate(zip(entries, known, strict=True)):
        start, at = at, at + len(data)
        if at > 0 or (at == 0 and not data):
            yield Token(max(0, start), at, position, entry)


def _around_gaps(entries: Sequence[Entry], data: bytes) -> Iterator[Token]:
    """Place tokens of which some are parts of characters: those lie between the ones that are known."""
    at = 0
    waiting: list[int] = []
    for position, entry in enumerate(entries):
        if not entry.data:
            waiting.append(position)
            continue
        if waiting:
            found = data.find(entry.data, at, at + _WIDEST * len(waiting) + len(entry.data))
            if found < 0:
                return
            # Which of them stands where is not known: the first one has all of the gap.
            yield Token(at, found, waiting[0], entries[waiting[0]])
            at, waiting = found, []
        if not (data.startswith(entry.data, at) or entry.data.startswith(data[at:])):
            return
        yield Token(at, at + len(entry.data), position, entry)
        at += len(entry.data)
    if waiting:
        yield Token(at, len(data), waiting[0], entries[waiting[0]])


def _entries(logprobs: Any) -> Iterator[Entry]:
    if not isinstance(logprobs, Mapping):
        return
    said = [logprobs.get("content"), logprobs.get("refusal")]
    if any(isinstance(one, list) for one in said):
        for one in said:
            yield from (_entry(item) for item in (one if isinstance(one, list) else ()))
        return
    tokens, shares, tops = (logprobs.get(name) for name in ("tokens", "token_logprobs", "top_logprobs"))
    for position, token in enumerate(tokens if isinstance(tokens, list) else ()):
        yield Entry(token, _data(token, None), _at(shares, position), _at(tops, position))


def _entry(item: Any) -> Entry:
    if not isinstance(item, Mapping):
        return Entry()
    token = item.get("token")
    data = _data(token, item.get("bytes"))
    return Entry(token, data, item.get("logprob"), item.get("top_logprobs"), item.get("id"))


def _at(values: Any, position: int) -> Any:
    return values[position] if isinstance(values, list) and position < len(values) else None


def _data(token: Any, given: Any) -> bytes | None:
    """Return a token's bytes; None if they are not known."""
    if isinstance(given, list) and all(type(one) is int and 0 <= one < 256 for one in given) and (given or not token):
        return bytes(given)
    if not isinstance(token, str) or "\ufffd" in token:
        return None
    escaped = _ESCAPED.match(token)
    if escaped:
        return bytes.fromhex((escaped[1] or escaped[2]).replace("\\x", ""))
    return token.encode("utf-8", "replace")


def readable(entry: Entry) -> str:
    """Return a token's text; bytes that are no whole character read `<0xF0>`."""
    if entry.data is None:
        return entry.token if isinstance(entry.token, str) else ""
    return _decoded(entry.data)


def _decoded(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return _LONE_BYTE.sub(lambda match: f"<0x{ord(match.group()) - 0xDC00:02X}>", text)


def share_of(logprob: Any) -> float | None:
    """Return a probability from its logarithm; None if it is none, or stands for "not known"."""
    if isinstance(logprob, bool) or not isinstance(logprob, int | float) or not _NEVER < logprob < 0.01:
        return None
    return min(1.0, math.exp(logprob))


def alternatives_of(entry: Entry) -> tuple[list[Alternative], bool]:
    """Return the other tokens that an entry lists, the likeliest first.

    Returns:
        The tokens, and whether the entry is about the last part of its token only: llama.cpp reports a
        character that it wrote in several tokens as one. The others are then put together likewise.
    """
    others = list(_listed(entry.top))
    taken = next((one for one in others if _is_same(one, entry)), None)
    begun = b""
    if taken is not None and taken.data and entry.data and taken.data != entry.data:
        begun = entry.data.removesuffix(taken.data)
    found = []
    for one in others:
        share = share_of(one.logprob)
        if one is not taken and share is not None:
            whole = _decoded(begun + one.data) if begun and one.data is not None else readable(one)
            found.append(Alternative(whole, share))
    return sorted(found, key=lambda one: -one.share), bool(begun)


def _listed(top: Any) -> Iterator[Entry]:
    if isinstance(top, Mapping):
        yield from (Entry(token, _data(token, None), logprob) for token, logprob in top.items())
    elif isinstance(top, list):
        yield from (_entry(one) for one in top if isinstance(one, Mapping))


def _is_same(one: Entry, taken: Entry) -> bool:
    if one.id is not None and taken.id is not None:
        return bool(one.id == taken.id)
    return one.data == taken.data if one.data is not None else bool(one.token == taken.token)
