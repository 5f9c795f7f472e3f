"""What a query asks of the index, and what the index keeps of a run's facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from seedtui.core.query import Query
from seedtui.history.index.grams import grams_to_find

# Of runs that cannot be read. A gram has no space in it, so what begins with one is none.
UNREADABLE: Final = " ?"
_NOT_REPORTED: Final = " fp-none"
_KEPT: Final = 100
_LAST: Final = "\U0010ffff"


class Term(NamedTuple):
    """One thing that a run must have.

    Attributes:
        key: What the index has it under.
        is_beginning: Whether everything counts that begins like this.
    """

    key: str
    is_beginning: bool = False


def fact(name: str, value: str) -> str:
    """Return what the index has a fact under; a long one is cut, for what is found is looked at."""
    return f" {name}:{value[:_KEPT]}"


def facts_of(
    endpoint: str, model: str, served_model: str | None, seed: str | None, status: str, fingerprints: tuple[str, ...]
) -> Iterator[str]:
    """Give what the index keeps of a run's facts."""
    yield fact("endpoint", endpoint)
    yield fact("status", status)
    yield fact("model", model)
    yield fact("seed", "none" if seed is None else seed)
    if served_model is not None:
        yield fact("model", served_model)
    if not fingerprints:
        yield _NOT_REPORTED
    for fingerprint in fingerprints:
        yield fact("fp", fingerprint)


def terms_of(query: Query) -> list[Term]:
    """Return what a run must have that a query finds; less than it asks, never more."""
    found = [Term(gram) for word in query.words for gram in grams_to_find(word)]
    for name, value in query.filters.items():
        if name == "fp" and value == "none":
            found.append(Term(_NOT_REPORTED))
        elif name in ("fp", "model"):
            found.append(Term(fact(name, value), is_beginning=True))
        elif name == "seed":
            found.append(Term(fact(name, value if value == "none" else str(int(value)))))
        elif name in ("endpoint", "status"):
            found.append(Term(fact(name, value)))
    return list(dict.fromkeys(found))


def beyond(beginning: str) -> str:
    """Return the first text that comes after all that begin like this, as the index orders them."""
    kept = beginning.rstrip(_LAST)
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)
