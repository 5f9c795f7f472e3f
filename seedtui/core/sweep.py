"""Sweeps: one request, and the fields to vary in it.

An axis is typed as `NAME=VALUES`. Values are separated by commas:

- `seed=1..20`, `seed=1..21:5`, `temperature=0..1:0.25`: a range with both its ends, and its step after a colon;
- `seed=unset,0,-1`: `unset` leaves the field out, which is not the same as any value;
- `prompt=["a, b", "c"]`: a JSON list, for texts with commas in them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from seedtui.core.conversation import Conversation, is_message
from seedtui.core.parameters import BY_NAME, read_json, to_body
from seedtui.core.request import STREAMING_FLAGS, UNSET, Api, JsonObject, Request, Unset, canonical_json
from seedtui.core.series import MOST_RUNS, Plan, Setting, check_count
from seedtui.core.text import one_line, scrub

UNSET_WORD: Final = "unset"

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]{1,4}\])?\Z")
_NUMBER: Final = r"[+-]?[0-9]{1,25}(?:\.[0-9]{1,25})?"
_RANGE: Final = re.compile(rf"(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(:(?P<step>{_NUMBER}))?\Z")
_VALUES_SHOWN: Final = 4
_LONG_TEXT: Final = 24
_BLANKS: Final = re.compile(r"\s*")


@dataclass(frozen=True)
class Axis:
    """A field and the values it takes.

    Attributes:
        name: The field: a parameter, `model`, `endpoint`, `prompt`, `system`, `messages[2]`, or any other of the body.
        values: What is sent, in order; `UNSET` where the field is left out.
    """

    name: str
    values: tuple[Any, ...]


def parse_axis(typed: str) -> Axis:
    """Read an axis.

    Raises:
        ValueError: If it cannot be meant, with one plain sentence that names the field.
    """
    name, equals, values = typed.partition("=")
    name = name.strip()
    if name.replace("-", "_") in BY_NAME:
        name = name.replace("-", "_")
    if not equals or not _NAME.match(name):
        raise ValueError(f"{one_line(typed, 60)} is no sweep: write it like seed=1..20 or temperature=0,0.7,1.")
    _check_name(name)
    if scrub(values) != values:
        raise ValueError(f"{name} has a value that is no text (a lone surrogate).")
    read = _reader(name)
    if values.lstrip().startswith("["):
        found: list[Any] = [read.from_json(value) for value in _json_list(name, values)]
    else:
        found = [value for part in _parts(values) for value in read.from_text(part)]
    if not found:
        raise ValueError(f"{name} has no values to sweep.")
    return Axis(name, tuple(found))


def expand(
    request: Request, endpoint: str, axes: Sequence[Axis], models: Mapping[str, str] | None = None
) -> tuple[Setting, ...]:
    """Return every combination of the axes' values, the last axis changing fastest.

    Args:
        request: What is sent where no axis says otherwise.
        endpoint: Where it is sent unless the endpoint is swept.
        axes: What to vary; without any, there is one setting without labels.
        models: For endpoints by name, the model to ask for instead of the request's; it gives way to a swept model.

    Raises:
        ValueError: If a field is swept twice, the request cannot have it, two combinations are the same request, or
            there are too many; with one plain sentence.
    """
    names = [axis.name for axis in axes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} is swept twice: give all its values at once.")
    check_count(math.prod(len(axis.values) for axis in axes))
    given = {} if "model" in names else (models or {})
    conversation = Conversation.of(request, [name for name in names if is_message(name)])
    settings = [
        _setting(request, endpoint, tuple(zip(names, values, strict=True)), conversation, given)
        for values in product(*(axis.values for axis in axes))
    ]
    _check_distinct(settings, _touched(request, names))
    return tuple(settings)


def label_phrase(labels: Sequence[tuple[str, Any]], limit: int = 60) -> str:
    """Say in a few words what sets a setting apart: `seed 2 · temperature not sent`; empty if nothing does.

    Args:
        labels: The setting's labels.
        limit: The most characters of one value.
    """
    return " · ".join(f"{one_line(name, 60)} {value_phrase(value, limit)}" for name, value in labels)


def value_phrase(value: Any, limit: int = 60) -> str:
    """Return a swept value in one displayable line."""
    if isinstance(value, Unset):
        return "not sent"
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), limit)


def plan_phrase(plan: Plan) -> str:
    """Say in one line what a series varies: `seed 1..20 × temperature not sent, 0.7, each 5 times`."""
    swept = " × ".join(f"{name} {_values_phrase(values)}" for name, values in plan.swept)
    if not swept:
        swept = "one request" if len(plan.settings) == 1 else f"{len(plan.settings)} requests"
    return swept if plan.repeat == 1 else f"{swept}, {'each ' if len(plan.settings) > 1 else ''}{plan.repeat} times"


def _values_phrase(values: Sequence[Any]) -> str:
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    if whole and len(values) > 2 and list(values) == list(range(values[0], values[-1] + 1)):
        return f"{values[0]}..{values[-1]}"
    if len(values) > 1 and any(isinstance(value, str) and len(value) > _LONG_TEXT for value in values):
        return f"({len(values)} texts)"
    shown = ", ".join(value_phrase(value, 30) for value in values[:_VALUES_SHOWN])
    more = len(values) - _VALUES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _check_name(name: str) -> None:
    if name in STREAMING_FLAGS:
        raise ValueError(f"{name} cannot be swept: completions are always streamed.")
    if name == "messages":
        raise ValueError("messages cannot be swept as a whole: sweep prompt, system, or one of them like messages[2].")
    if "[" in name and not is_message(name):
        raise ValueError(f"{name} cannot be swept: only messages have a number, like messages[2].")


@dataclass(frozen=True)
class _Reader:
    """How the values of one axis are read: a part of a list with commas, or an item of a JSON list."""

    from_text: Callable[[str], Iterator[Any]]
    from_json: Callable[[Any], Any]


def _reader(name: str) -> _Reader:
    if name in ("model", "endpoint") or is_message(name):
        return _Reader(lambda part: _text(name, part), lambda value: _checked_text(name, value))
    if name in BY_NAME:
        parse = BY_NAME[name].parse
        if name == "stop":
            return _Reader(lambda part: _stops(part), lambda value: parse(json.dumps(value, ensure_ascii=False)))
        return _Reader(
            lambda part: _numbers(name, part, lambda text: _parsed(name, text)),
            lambda value: parse(json.dumps(value, ensure_ascii=False)),
        )
    return _Reader(lambda part: _numbers(name, part, lambda text: _any(name, text)), lambda value: value)


def _text(name: str, part: str) -> Iterator[Any]:
    text = part.strip()
    if text == UNSET_WORD:
        if name != "system":
            raise ValueError(f"{name} cannot be left unset.")
        yield UNSET
    elif text.startswith('"'):
        try:
            yield _checked_text(name, json.loads(text))
        except json.JSONDecodeError:
            yield text
    else:
        yield _checked_text(name, text)


def _checked_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text; got {value_phrase(value, 40)}.")
    if not value.strip():
        raise ValueError(f"{name} has an empty value.")
    return value


def _stops(part: str) -> Iterator[Any]:
    if part.strip() == UNSET_WORD:
        yield UNSET
    elif part:
        yield BY_NAME["stop"].parse(part)
    else:
        raise ValueError("stop has an empty value.")


def _numbers(name: str, part: str, one: Callable[[str], Any]) -> Iterator[Any]:
    text = part.strip()
    if text == UNSET_WORD:
        yield UNSET
        return
    if not text:
        raise ValueError(f"{name} has an empty value: take out a comma, or write unset.")
    found = _RANGE.match(text)
    if found is None:
        yield one(text)
        return
    for number in _range(name, text, *(found[key] for key in ("low", "high", "step"))):
        yield one(number)


def _parsed(name: str, text: str) -> Any:
    return BY_NAME[name].parse(text)


def _any(name: str, text: str) -> Any:
    return read_json(text, f"{name} must be JSON: a number, true, false, null, or a text in quotes")


def _range(name: str, typed: str, low: str, high: str, step: str | None) -> Iterator[str]:
    """Yield the numbers of a range as one would type them, with no more digits than its ends and step have."""
    # Whole multiples of the smallest digit: exact, where floats would give 0.30000000000000004.
    scale = max(_decimals(text) for text in (low, high, step or "1"))
    first, last, stride = (_scaled(text, scale) for text in (low, high, step or "1"))
    if stride == 0:
        raise ValueError(f"{name}: the range {typed} has a step of 0.")
    count = (last - first) // stride + 1
    if count < 1:
        hint = f"; for a falling one give its step, like {low}..{high}:-1" if step is None else ""
        raise ValueError(f"{name}: the range {typed} is empty{hint}.")
    if count > MOST_RUNS:
        raise ValueError(f"{name}: the range {typed} has {count:,} values; a series has at most {MOST_RUNS:,} runs.")
    for index in range(count):
        yield _decimal(first + index * stride, scale)


def _scaled(text: str, scale: int) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(scale, "0"))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _decimal(number: int, scale: int) -> str:
    """Write number / 10**scale without zeros at its end."""
    digits = str(abs(number)).rjust(scale + 1, "0")
    whole, fraction = digits[: len(digits) - scale], digits[len(digits) - scale :].rstrip("0")
    return ("-" if number < 0 else "") + whole + (f".{fraction}" if fraction else "")


def _json_list(name: str, typed: str) -> list[Any]:
    values = read_json(typed, f"{name}: a list of values must be JSON")
    assert isinstance(values, list)
    return values


def _parts(typed: str) -> Iterator[str]:
    """Split at the commas, but not at those within a JSON text, object or list."""
    decoder, position = json.JSONDecoder(), 0
    while True:
        end = _end_of_json(decoder, typed, position)
        if end is None:
            end = typed.find(",", position)
            end = len(typed) if end < 0 else end
        yield typed[position:end]
        if end >= len(typed):
            return
        position = end + 1


def _end_of_json(decoder: json.JSONDecoder, typed: str, position: int) -> int | None:
    """Where a JSON value that is a whole part ends; None if there is none here."""
    blanks = _BLANKS.match(typed, position)
    start = blanks.end() if blanks else position
    if typed[start : start + 1] not in ('"', "{", "["):
        return None
    try:
        _, end = decoder.raw_decode(typed, start)
    except (ValueError, RecursionError):
        return None
    blanks = _BLANKS.match(typed, end)
    end = blanks.end() if blanks else end
    return end if end == len(typed) or typed[end] == "," else None


def _setting(
    request: Request,
    endpoint: str,
    labels: tuple[tuple[str, Any], ...],
    conversation: Conversation,
    models: Mapping[str, str],
) -> Setting:
    body = dict(request.body)
    texts: dict[str, Any] = {}
    for name, value in labels:
        if name == "endpoint":
            endpoint = value
        elif is_message(name):
            texts[name] = value
        else:
            _set(body, request, name, value)
    if endpoint in models:
        body["model"] = models[endpoint]
    body.update(conversation.with_texts(texts))
    return Setting(endpoint, Request(body), labels)


def _set(body: JsonObject, request: Request, name: str, value: Any) -> None:
    for field in to_body(name, None, request.api):
        body.pop(field, None)
    if value is not UNSET:
        body.update(to_body(name, value, request.api))


def _touched(request: Request, names: Sequence[str]) -> tuple[str, ...]:
    """The body's fields in which the settings may differ."""
    texts = "prompt" if request.api is Api.COMPLETIONS else "messages"
    fields = [field for name in names for field in ([texts] if is_message(name) else to_body(name, None, request.api))]
    return tuple(dict.fromkeys(["model", *(field for field in fields if field != "endpoint")]))


def _check_distinct(settings: Sequence[Setting], fields: Sequence[str]) -> None:
    # As good as comparing the digests, which take ten times as long.
    seen: dict[tuple[str, ...], Setting] = {}
    for setting in settings:
        body = setting.request.body
        values = (canonical_json(body[field]) if field in body else "" for field in fields)
        other = seen.setdefault((setting.endpoint, *values), setting)
        if other is not setting:
            one, two = label_phrase(other.labels, 30), label_phrase(setting.labels, 30)
            both = f"{one} comes twice" if one == two else f"{one} and {two} are the same request"
            raise ValueError(f"{both}: leave one out; to send each request several times, repeat the series.")
