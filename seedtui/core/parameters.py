"""The parameters of a request that have a field of their own, and what may be typed into each.

One table serves the form, the command line and the help. What is not in it goes through the extra JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from seedtui.core.request import Api, JsonObject, is_deep
from seedtui.core.text import scrub

SEED_MIN: Final = -(2**63)
SEED_MAX: Final = 2**63 - 1

_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_BOTH: Final = frozenset({Api.CHAT, Api.COMPLETIONS})


class Parameter(NamedTuple):
    """A parameter with a field of its own.

    Attributes:
        name: The field's name in the request body.
        parse: Turns what was typed (not blank) into the value to send; raises `ValueError` with
            one plain sentence if it cannot.
        help: One line: what it does and what may be typed.
        apis: The APIs that have it.
    """

    name: str
    parse: Callable[[str], Any]
    help: str
    apis: frozenset[Api] = _BOTH


def _integer(name: str, low: int, high: int) -> Callable[[str], int]:
    def parse(typed: str) -> int:
        # int() of a very long string raises its own, unhelpful error.
        if not _INTEGER.match(typed) or len(typed) > 40:
            raise ValueError(f"{name} must be a whole number from {_readable(low)} to {_readable(high)}.")
        value = int(typed)
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {_readable(low)} to {_readable(high)}.")
        return value

    return parse


def _readable(number: int) -> str:
    powers = {SEED_MIN: "-2^63", SEED_MAX: "2^63-1", 2**31 - 1: "2^31-1"}
    return powers.get(number, str(number))


def _number(name: str, low: float, high: float) -> Callable[[str], int | float]:
    def parse(typed: str) -> int | float:
        wanted = f"{name} must be a number from {low:g} to {high:g}."
        if not _NUMBER.match(typed) or len(typed) > 40:
            raise ValueError(wanted)
        value: int | float = int(typed) if _INTEGER.match(typed) else float(typed)
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError(wanted)
        return value

    return parse


def _stop(typed: str) -> str | list[str]:
    r"""One stop text as typed (with `\n` and the other JSON escapes), or a JSON list of them."""
    if typed.lstrip().startswith(("[", '"')):
        value = read_json(typed, "stop must be a text, or a JSON list of texts.")
        if isinstance(value, str) and value:
            return value
        if isinstance(value, list) and value and all(isinstance(item, str) and item for item in value):
            return value
        raise ValueError("stop must be a text, or a JSON list of texts, none of them empty.")
    return typed.replace("\\n", "\n").replace("\\t", "\t")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is too large a number.")
    return value


def read_json(typed: str, otherwise: str) -> Any:
    """Read JSON that can be sent as it is."""
    otherwise = otherwise.rstrip(".")
    try:
        value = json.loads(typed, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        where = f" ({error.msg} at character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"{otherwise}{where}.") from None
    if is_deep(value):
        raise ValueError(f"{otherwise} (this one is nested too deeply).")
    if scrub(value) != value:
        raise ValueError(f"{otherwise} (this one holds half a character, a lone surrogate).")
    return value


SEED: Final = Parameter(
    "seed",
    _integer("seed", SEED_MIN, SEED_MAX),
    "Asks for the same sampling each time. A whole number from -2^63 to 2^63-1; some servers read -1 as random.",
)

PARAMETERS: Final[tuple[Parameter, ...]] = (
    SEED,
    Parameter(
        "temperature",
        _number("temperature", 0, 2),
        "How freely tokens are drawn: 0 to 2, 0 takes the likeliest.",
    ),
    Parameter("max_tokens", _integer("max_tokens", 1, 2**31 - 1), "The most tokens a completion may have."),
    Parameter("top_p", _number("top_p", 0, 1), "Draws from the likeliest tokens that make up this share: 0 to 1."),
    Parameter("n", _integer("n", 1, 128), "How many choices one run asks for: 1 to 128."),
    Parameter(
        "stop",
        _stop,
        r"Ends the text where this appears: a text (\n for a new line), or a JSON list of texts.",
    ),
    Parameter(
        "presence_penalty",
        _number("presence_penalty", -2, 2),
        "Discourages tokens that have appeared at all: -2 to 2.",
    ),
    Parameter(
        "frequency_penalty",
        _number("frequency_penalty", -2, 2),
        "Discourages tokens the more often they have appeared: -2 to 2.",
    ),
    Parameter(
        "logprobs",
        _integer("logprobs", 0, 20),
        "Records each token's probability and this many alternatives: 0 to 20.",
    ),
)

BY_NAME: Final[Mapping[str, Parameter]] = {parameter.name: parameter for parameter in PARAMETERS}


def parse_extra(typed: str, taken: frozenset[str]) -> JsonObject:
    """Read the extra JSON: further fields of the request body.

    Args:
        typed: What was typed; blank means none.
        taken: Names that are set elsewhere in the form.

    Returns:
        The fields to add.

    Raises:
        ValueError: If it is not a JSON object, sets what is set elsewhere, or a seed beyond its bounds.
    """
    if not typed.strip():
        return {}
    value = read_json(typed, "extra must be a JSON object")
    if not isinstance(value, dict):
        raise ValueError('extra must be a JSON object, like {"top_k": 40}.')
    twice = sorted(taken & value.keys())
    if twice:
        raise ValueError(f"{twice[0]} is set twice: here and in its own field.")
    flags = sorted({"stream", "stream_options"} & value.keys())
    if flags:
        raise ValueError(f"{flags[0]} cannot be set: completions are always streamed.")
    seed = value.get("seed")
    if isinstance(seed, int) and not SEED_MIN <= seed <= SEED_MAX:
        # The same bounds as in its own field: no server can take more than 64 bits.
        SEED.parse(str(seed)[:40])
    return value


def to_body(name: str, value: Any, api: Api) -> JsonObject:
    """Return the body fields that a parameter's value becomes.

    Chat Completions asks for log probabilities with two fields, Completions with one number.
    """
    if name == "logprobs" and api is Api.CHAT:
        return {"logprobs": True, "top_logprobs": value}
    return {name: value}


def to_typed(body: Mapping[str, Any], api: Api) -> tuple[dict[str, str], str]:
    """Turn body fields back into what one would type: the inverse of parsing.

    Args:
        body: The fields of a request body that the form does not show otherwise.
        api: The API the body is for.

    Returns:
        The typed text of each parameter that is sent, and the extra JSON with all that has no
        field of its own (or a value its field would refuse); empty if there is nothing more.
    """
    rest = dict(body)
    typed: dict[str, str] = {}
    if api is Api.CHAT and rest.get("logprobs") is True and "top_logprobs" in rest:
        typed_logprobs = _typed_value(BY_NAME["logprobs"], rest["top_logprobs"])
        if typed_logprobs is not None:
            typed["logprobs"] = typed_logprobs
            del rest["logprobs"], rest["top_logprobs"]
    for parameter in PARAMETERS:
        if parameter.name in rest and not (parameter.name == "logprobs" and api is Api.CHAT):
            text = _typed_value(parameter, rest[parameter.name])
            if text is not None:
                typed[parameter.name] = text
                del rest[parameter.name]
    return typed, json.dumps(rest, ensure_ascii=False) if rest else ""


def _typed_value(parameter: Parameter, value: Any) -> str | None:
    """Return the text that parses back to the value, or None if there is none."""
    candidates = [json.dumps(value, ensure_ascii=False)]
    if isinstance(value, str) and value.isprintable() and value.strip():
        candidates.insert(0, value)
    for text in candidates:
        try:
            back = parameter.parse(text)
        except ValueError:
            continue
        if type(back) is type(value) and back == value:
            return str(text)
    return None
