"""How requests are called beside each other: by their first words, and by what sets them apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from seedtui.core.conversation import asked_text
from seedtui.core.request import Request, canonical_json
from seedtui.core.response import content_text
from seedtui.core.segment import common_prefix
from seedtui.core.sweep import value_phrase
from seedtui.core.text import one_line
from seedtui.exchange.agreement.report import Row

TITLE: Final = 80
_TEXTS: Final = ("model", "messages", "prompt")
# Below this, what all prompts begin with is no burden.
_SHARED: Final = 24
_MOST_FIELDS: Final = 4
_WORD_END: Final = re.compile(r"\S*\Z")


def title(request: Request | None, limit: int = TITLE) -> str:
    """Return the first words of what was asked, displayable."""
    return one_line(asked_text(request), limit)


def titles(requests: Sequence[Request | None], limit: int = TITLE) -> list[str]:
    """Return titles for requests that stand beside each other.

    What all prompts begin with, as the examples of one task do, is left out if it is long.
    """
    texts = [asked_text(request) for request in requests]
    different = sorted({text for text in texts if text})
    shared = common_prefix(different[0], different[-1]) if len(different) > 1 else 0
    if shared < _SHARED:
        return [one_line(text, limit) for text in texts]
    begin = _WORD_END.sub("", different[0][:shared])
    return [one_line("… " + text[len(begin) :], limit) if text else "" for text in texts]


def label_columns(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """Return what sets rows apart as columns, each with its heading; all displayable.

    In a series these are the swept fields, all of them; else the parameters that differ, a few of them, and the
    system message if it does.
    """
    names = list(dict.fromkeys(name for row in rows for name, _ in row.asked.labels))
    if names:
        return [(one_line(name, 40), [_label(row, name) for row in rows]) for name in names]
    requests = [row.asked.request for row in rows]
    found = []
    for name in _fields(requests):
        values = ["" if one is None else value_phrase(one.get(name), 24) for one in requests]
        if len(set(values)) > 1:
            found.append((one_line(name, 24), values))
    return found[:_MOST_FIELDS] + _systems(requests)


def _label(row: Row, name: str) -> str:
    return next((value_phrase(value) for label, value in row.asked.labels if label == name), "")


def _fields(requests: Sequence[Request | None]) -> list[str]:
    """The parameters that are not the same in all requests."""
    names = dict.fromkeys(name for one in requests if one for name in one.body if name not in _TEXTS)
    return [name for name in names if len({_canonical(one, name) for one in requests if one}) > 1]


def _canonical(request: Request, name: str) -> str | None:
    return canonical_json(request.body[name]) if name in request.body else None


def _systems(requests: Sequence[Request | None]) -> list[tuple[str, list[str]]]:
    said = [_system(one) for one in requests]
    if len(set(said)) < 2:
        return []
    return [("system", [one_line(text, 24) or "–" for text in said])]


def _system(request: Request | None) -> str:
    messages: tuple[Any, ...] = () if request is None else request.messages
    return next((content_text(one.get("content")) for one in messages if one.get("role") == "system"), "")
