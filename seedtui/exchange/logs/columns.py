"""Which column of a table is what: as the user says, or as its name gives away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seedtui.core.text import one_line

# Our names, and what other people call such a column; the first that a header has is taken.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt": ("prompt", "question", "input", "user_prompt", "query", "instruction", "messages"),
    "text": ("text", "completion", "response", "output", "model_output", "generation", "generated_text", "answer"),
    "system": ("system", "system_prompt", "system_message"),
    "model": ("model", "model_name", "model_id"),
    "served_model": ("served_model", "response_model"),
    "seed": ("seed", "random_seed"),
    "temperature": ("temperature", "temp"),
    "top_p": ("top_p",),
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "fingerprint": ("fingerprint", "system_fingerprint"),
    "finish_reason": ("finish_reason", "stop_reason"),
    "error": ("error", "error_message"),
    "id": ("response_id", "completion_id", "generation_id", "uuid", "id"),
    "created_at": ("created_at", "timestamp", "datetime", "created"),
    "endpoint": ("endpoint", "provider"),
    "run": ("run", "repeat", "repetition", "trial", "iteration", "epoch", "sample"),
}
_NEEDED: Final = ("prompt", "text")
_SHOWN: Final = 40


class ColumnError(ValueError):
    """A table whose columns do not say enough. The message is one plain sentence."""


@dataclass(frozen=True)
class Header:
    """What a table's first row says.

    Attributes:
        places: Where each of our names is in a row.
        names: What the file calls it, safe to show.
        lacking: What is needed, or was named by the user, and is not there.
        chosen: Our names that the user gave a column for.
    """

    places: Mapping[str, int]
    names: Mapping[str, str]
    lacking: tuple[str, ...]
    chosen: frozenset[str]

    @property
    def known(self) -> int:
        """How many columns are known."""
        return len(self.places)

    @property
    def has_own_ids(self) -> bool:
        """Whether the ids are the responses' own: a column called no more than "id" often counts questions."""
        return "id" in self.chosen or self.names.get("id", "").lower() != "id"

    def sentence(self, row: Sequence[str]) -> str:
        """Say what is lacking, and which columns there are."""
        there = listed(one_line(name.strip(), 60) or "(no name)" for name in row[:_SHOWN])
        more = f" and {len(row) - _SHOWN} more" if len(row) > _SHOWN else ""
        return (
            f"no column is the {listed(self.lacking, 'or')}. The columns are: {there}{more}. "
            "Say which is which: --columns prompt=NAME,text=NAME."
        )


def header_of(row: Sequence[str], mapped: Mapping[str, str]) -> Header:
    """Find our columns in a table's first row.

    Args:
        row: The first row.
        mapped: What the user says: our name to the file's, letter by letter or at least alike.
    """
    exact = {name.strip(): at for at, name in reversed(list(enumerate(row)))}
    alike = {_plain(name): at for at, name in reversed(list(enumerate(row)))}
    places: dict[str, int] = {}
    lacking: list[str] = []
    for name, column in mapped.items():
        at = exact.get(column.strip(), alike.get(_plain(column)))
        if at is None:
            lacking.append(f"{name} ({one_line(column, 60)})")
        else:
            places[name] = at
    for name, others in COLUMNS.items():
        if name not in mapped:
            free = (alike[other] for other in others if other in alike and alike[other] not in places.values())
            at = next(free, None)
            if at is not None:
                places[name] = at
    lacking += [name for name in _NEEDED if name not in places and name not in mapped]
    names = {name: one_line(row[at].strip(), 60) for name, at in places.items()}
    return Header(places, names, tuple(lacking), frozenset(mapped))


def listed(names: Iterable[str], word: str = "and") -> str:
    """Write names as people do: `a, b and c`."""
    found = list(names)
    return f" {word} ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")
