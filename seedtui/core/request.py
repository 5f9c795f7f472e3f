"""A request as it is sent: its canonical form, its digest, and how two requests differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, NamedTuple

from seedtui.core.compact import compact, compact_sorted

JsonObject = dict[str, Any]

STREAMING_FLAGS: Final = frozenset({"stream", "stream_options"})
NESTING_LIMIT: Final = 100

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_WHOLE_FLOAT: Final = re.compile(r"\.0(?:[,}\]]|\Z)")


class Api(StrEnum):
    """The two APIs that take a seed: messages in (chat), or one prompt in (completions)."""

    CHAT = "chat"
    COMPLETIONS = "completions"


class Unset:
    """The value of a parameter that is not sent. There is one: `UNSET`."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset()


@dataclass(frozen=True)
class Request:
    """A request body without its streaming flags.

    Attributes:
        body: The JSON object that goes on the wire. Treat it as read-only. A parameter that is
            not in it is not sent.
    """

    body: Mapping[str, Any]

    def __post_init__(self) -> None:
        if STREAMING_FLAGS & self.body.keys():
            kept = {key: value for key, value in self.body.items() if key not in STREAMING_FLAGS}
            object.__setattr__(self, "body", kept)

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def api(self) -> Api:
        """Which API the body is for: one with a prompt and no messages is for completions."""
        prompt_alone = self.body.get("prompt") is not None and self.body.get("messages") is None
        return Api.COMPLETIONS if prompt_alone else Api.CHAT

    @property
    def model(self) -> str:
        """The model asked for; empty where none is named."""
        model = self.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def seed(self) -> int | None:
        """The seed as sent; None where none was, or what was sent is no whole number."""
        seed = self.body.get("seed")
        if isinstance(seed, float) and seed.is_integer():
            # What a spreadsheet or JavaScript made of a whole number.
            return int(seed)
        return seed if isinstance(seed, int) and not isinstance(seed, bool) else None

    @property
    def has_seed(self) -> bool:
        """Whether a seed is sent, even one that is no whole number."""
        return self.body.get("seed") is not None

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """The messages of a chat request; empty for a completions request."""
        messages = self.body.get("messages")
        if not isinstance(messages, list):
            return ()
        return tuple(message for message in messages if isinstance(message, Mapping))

    @property
    def prompt(self) -> str:
        """The prompt of a completions request; empty for a chat request."""
        prompt = self.body.get("prompt")
        return prompt if isinstance(prompt, str) else ""

    @property
    def n(self) -> int:
        """How many choices were asked for: 1 unless the body says more."""
        n = self.body.get("n")
        return n if isinstance(n, int) and not isinstance(n, bool) and n > 0 else 1

    @cached_property
    def canonical(self) -> str:
        """The body as canonical JSON: see `canonical_json`."""
        return canonical_json(self.body)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as 64 hexadecimal digits. Same digest, same request."""
        # It brings along OpenSSL, which no screen needs.
        import hashlib

        return hashlib.sha256(self.canonical.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, field: str) -> Any:
        """Return a top-level field of the body, or `UNSET` if it is not sent."""
        return self.body.get(field, UNSET)


def is_deep(value: Any, limit: int = NESTING_LIMIT) -> bool:
    """Whether a JSON value is nested so deeply that working on it could exhaust the stack.

    Args:
        value: A JSON value.
        limit: How many objects and lists may lie within each other; no API's bodies have nearly as many
            as `NESTING_LIMIT`.
    """
    level = _nested((value,))
    for _ in range(limit):
        if not level:
            return False
        level = [inner for one in level for inner in _nested(one.values() if isinstance(one, Mapping) else one)]
    return bool(level)


def may_be_deep(text: str) -> bool:
    """Whether a text of JSON has enough brackets for its value to be deep: seldom so, and quickly found out."""
    return text.count("{") + text.count("[") > NESTING_LIMIT


def _nested(values: Iterable[Any]) -> list[Any]:
    # Most values are none of these, and to ask what is a Mapping takes longest.
    return [value for value in values if type(value) not in _PLAIN and isinstance(value, dict | list | tuple | Mapping)]


def canonical_json(value: Any) -> str:
    """Write a JSON value so that equal values give equal text.

    Follows RFC 8785 where it matters here: keys sorted by UTF-16 code units, no white space, no
    escapes beyond those JSON needs, and a number without a fraction written as an integer, so that
    `1` and `1.0` are one value. Integers keep all their digits: a seed may have 19.
    """
    try:
        text = compact_sorted(value)
    except TypeError:
        # A mapping of another kind.
        return compact(_normal(value))
    # Nearly always that is all: it was written by C.
    return compact(_normal(value)) if _WHOLE_FLOAT.search(text) or _may_be_out_of_order(text) else text


def _may_be_out_of_order(text: str) -> bool:
    """Whether keys sorted by code points may not be sorted by UTF-16 code units.

    Those above U+FFFF are written with surrogates, which come before U+E000.
    """
    if text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return False
    # Compiled when it is needed: so large a set takes milliseconds.
    return re.search("[\ud800-\uffff]", text) is not None


def _normal(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return int(value) if kind is float and value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Mapping):
        keys = sorted(value, key=_utf_16)
        return {str(key): _normal(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return value


def _utf_16(key: Any) -> bytes:
    return str(key).encode("utf-16-be", "surrogatepass")


class Change(NamedTuple):
    """One field in which two requests differ.

    Attributes:
        field: The field's name in the body; `messages[1]` for the second message.
        a: The value in A, or `UNSET`.
        b: The value in B, or `UNSET`.
    """

    field: str
    a: Any
    b: Any

    def as_json(self) -> JsonObject:
        """Return `{"field", "a", "b"}`; a value that is not sent is null."""
        return {
            "field": self.field,
            "a": None if isinstance(self.a, Unset) else self.a,
            "b": None if isinstance(self.b, Unset) else self.b,
        }


def changes(a: Request, b: Request) -> tuple[Change, ...]:
    """List the fields in which two requests differ, parameters first, then the messages or prompt.

    Empty if the two digests are equal. A seed of null is no seed, as if none were sent.
    """
    if a.digest == b.digest:
        return ()
    texts = ("messages", "prompt")
    fields = [key for key in (*a.body, *b.body) if key not in texts]
    found = [_change(field, a, b) for field in dict.fromkeys(fields)]
    found += [*_message_changes(a, b), _change("prompt", a, b)]
    return tuple(change for change in found if change is not None)


def _change(field: str, a: Request, b: Request) -> Change | None:
    if field == "seed" and not (a.has_seed or b.has_seed):
        return None
    left, right = a.get(field), b.get(field)
    return None if _same(left, right) else Change(field, left, right)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Unset) or isinstance(right, Unset):
        return left is right
    return canonical_json(left) == canonical_json(right)


def _message_changes(a: Request, b: Request) -> Iterator[Change]:
    left, right = a.get("messages"), b.get("messages")
    if not (isinstance(left, list) and isinstance(right, list)):
        change = _change("messages", a, b)
        if change is not None:
            yield change
        return
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else UNSET
        two = right[index] if index < len(right) else UNSET
        if not _same(one, two):
            yield Change(f"messages[{index}]", one, two)
