"""What is known of how two completions came about. All of it is displayable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Final, NamedTuple

from seedtui.core import phrases
from seedtui.core.fingerprint import class_of
from seedtui.core.run import Run, Side
from seedtui.core.text import one_line

_DIGITS: Final = 12
_UNKNOWN: Final = "not reported"


class Fact(NamedTuple):
    """One thing that is known of both sides.

    Attributes:
        label: What it is.
        a: What it is for A.
        b: What it is for B.
    """

    label: str
    a: str
    b: str

    @property
    def same(self) -> bool:
        """Whether it reads the same on both sides."""
        return self.a == self.b


def brief(side: Side) -> tuple[str, ...]:
    """Return a side's most telling facts: endpoint, model, seed, fingerprint, tokens, time."""
    run = side.run
    facts = (
        one_line(run.endpoint, 40),
        phrases.model(run),
        phrases.seed(run.request),
        phrases.fingerprint(run),
        "" if run.completion_tokens is None else f"{run.completion_tokens} tokens",
        phrases.seconds(run.timing.total_ms),
    )
    return tuple(fact for fact in facts if fact)


def facts(a: Side, b: Side) -> Iterator[Fact]:
    """Yield all that is known of how two completions came about; nothing of what neither side has."""
    for label, fact in _KINDS.items():
        left, right = fact(a), fact(b)
        if left or right:
            yield Fact(label, left or _UNKNOWN, right or _UNKNOWN)


def _sent(side: Side) -> str:
    return side.run.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _outcome(side: Side) -> str:
    reason = side.completion.finish_reason
    error = side.run.error
    parts = (
        side.run.status.phrase,
        f"finish reason {one_line(reason, 40)}" if reason else "no finish reason",
        one_line(error.message, 500) if error else "",
    )
    return ", ".join(part for part in parts if part)


def _echoed(side: Side) -> str:
    return ", ".join(map(str, side.run.echoed_seeds))


def _fingerprint(side: Side) -> str:
    return " → ".join(one_line(one, 60) for one in side.run.fingerprints) or _UNKNOWN


def _worth(side: Side) -> str:
    found = class_of(side.run)
    return f"{found.value}: {found.meaning[:1].lower()}{found.meaning[1:].rstrip('.')}"


def _tokens(run: Run) -> str:
    counts = ((run.prompt_tokens, "prompt"), (run.cached_tokens, "cached"), (run.completion_tokens, "completion"))
    return ", ".join(f"{count} {name}" for count, name in counts if count is not None)


def _time(run: Run) -> str:
    first, total = phrases.seconds(run.timing.first_token_ms), phrases.seconds(run.timing.total_ms)
    parts = (first and f"first text after {first}", total and f"{total} in all")
    return ", ".join(part for part in parts if part)


def _response_id(run: Run) -> str:
    found = (run.response or {}).get("id")
    return one_line(found, 80) if isinstance(found, str) else ""


_KINDS: Final[Mapping[str, Callable[[Side], str]]] = {
    "sent": _sent,
    "endpoint": lambda side: one_line(side.run.endpoint, 80),
    "provider": lambda side: one_line(side.run.provider or "", 80),
    "model asked for": lambda side: one_line(side.run.request.model, 80),
    "served model": lambda side: one_line(side.run.served_model or "", 80),
    "seed echoed": _echoed,
    "fingerprint": _fingerprint,
    "fingerprint class": _worth,
    "outcome": _outcome,
    "tokens": lambda side: _tokens(side.run),
    "time": lambda side: _time(side.run),
    "service tier": lambda side: one_line(side.run.service_tier or "", 40),
    "sent again": lambda side: phrases.plural(side.run.retries, "time") if side.run.retries else "",
    "response id": lambda side: _response_id(side.run),
    "request digest": lambda side: side.run.request.digest[:_DIGITS],
}
