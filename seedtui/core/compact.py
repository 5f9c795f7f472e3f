"""JSON in as few characters as it takes: how it is kept, hashed and compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final


def _writer(*, sort_keys: bool) -> Callable[[Any], str]:
    """Return what `json.dumps` would do; the part of it that is written in C is made once, not for each value.

    Nothing may contain itself.
    """
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, sort_keys=sort_keys)
    make = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    if make is None:
        return plain.encode
    escape = json.encoder.encode_basestring
    encode = make(None, plain.default, escape, None, ":", ",", sort_keys, False, True)
    join = "".join
    return lambda value: join(encode(value, 0))


compact: Final = _writer(sort_keys=False)
"""Write a JSON value; raises TypeError for what is none, a mapping that is no dict included."""

compact_sorted: Final = _writer(sort_keys=True)
"""Write a JSON value with the keys of its objects in the order of their code points."""


def quoted(text: str) -> str:
    """Return a text of JSON as a JSON string: as `compact` would, and quicker, for it holds no control characters."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
