"""A run: one call of the API and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from seedtui.core.request import JsonObject, Request
from seedtui.core.status import Status as Status

# A dict is one by its kind, which is seen at once.
_MAPPINGS: Final = (dict, Mapping)
# Finish reasons by which servers (vLLM, SGLang, DeepSeek, OpenRouter, Mistral …) tell that they gave up.
_BREAKDOWNS: Final = frozenset(
    {
        "abort",
        "aborted",
        "canceled",
        "cancelled",
        "error",
        "failed",
        "insufficient_system_resource",
        "interrupted",
        "timeout",
        "user_cancel",
    }
)


@dataclass(frozen=True)
class RunError:
    """Why a run failed.

    Attributes:
        kind: A short word for the cause: `http`, `connection`, `tls`, `dns`, `refused`, `timeout`,
            `redirect`, `malformed`, `key`, `settings`, `engine`, `disk`, `internal`.
        message: One plain sentence: what happened and what to do.
        http_status: The status the endpoint answered with, if it answered.
    """

    kind: str
    message: str
    http_status: int | None = None

    def as_json(self) -> JsonObject:
        """Return `{"kind", "message", "http_status"}`."""
        return {"kind": self.kind, "message": self.message, "http_status": self.http_status}


@dataclass(frozen=True)
class Timing:
    """When text came, in milliseconds after the request was sent; None where not known."""

    first_token_ms: float | None = None
    total_ms: float | None = None

    def as_json(self) -> JsonObject:
        """Return `{"first_token_ms", "total_ms"}`."""
        return {"first_token_ms": self.first_token_ms, "total_ms": self.total_ms}


@dataclass(frozen=True)
class Completion:
    """The text of one choice.

    Attributes:
        index: The choice's number, from 0.
        text: The raw text, as received.
        finish_reason: Why the model stopped; None if it never said.
    """

    index: int
    text: str
    finish_reason: str | None = None

    @property
    def broke_off(self) -> bool:
        """Whether its finish reason says that the server gave up, rather than that the text is at its end."""
        return (self.finish_reason or "").lower() in _BREAKDOWNS


@dataclass(frozen=True, kw_only=True)
class Run:
    """One call of the API.

    Attributes:
        id: A small positive integer, unique in its history; 0 for a run that is in none.
        request: What was asked.
        response: The response body as received, or as put together from the stream's chunks; None
            if none came.
        endpoint: The name of the endpoint; empty where it is not known (some imports).
        created_at: When it was sent, in UTC.
        status: How far it has come.
        completions: One per choice, by index.
        fingerprints: The distinct `system_fingerprint`s that came, in order; empty if none did.
        timing: When text came.
        error: Why it failed; None if it did not.
        retries: How many times it was sent again before an answer came.
        headers: The response headers worth keeping (request id, timing), lower-case names.
    """

    id: int
    request: Request
    response: Mapping[str, Any] | None
    endpoint: str
    created_at: datetime
    status: Status
    completions: tuple[Completion, ...] = ()
    fingerprints: tuple[str, ...] = ()
    timing: Timing = Timing()
    error: RunError | None = None
    retries: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str | None:
        """The last fingerprint that came; None if it was not reported."""
        return self.fingerprints[-1] if self.fingerprints else None

    @property
    def served_model(self) -> str | None:
        """The model that the response names."""
        return self._text("model")

    @property
    def provider(self) -> str | None:
        """The provider behind a router, where the response names one."""
        return self._text("provider")

    @property
    def service_tier(self) -> str | None:
        """The service tier that the response names."""
        return self._text("service_tier")

    @property
    def usage(self) -> Mapping[str, Any] | None:
        """The token counts of the response, where they came."""
        usage = (self.response or {}).get("usage")
        return usage if isinstance(usage, _MAPPINGS) else None

    @property
    def prompt_tokens(self) -> int | None:
        """The number of tokens in the prompt, as the endpoint counts them."""
        return _integer(self.usage, "prompt_tokens")

    @property
    def completion_tokens(self) -> int | None:
        """The number of tokens in all completions of the run, as the endpoint counts them."""
        return _integer(self.usage, "completion_tokens")

    @property
    def cached_tokens(self) -> int | None:
        """How many prompt tokens the endpoint took from a cache."""
        details = (self.usage or {}).get("prompt_tokens_details")
        return _integer(details if isinstance(details, Mapping) else None, "cached_tokens")

    @property
    def echoed_seeds(self) -> tuple[int, ...]:
        """The seeds that the response says were used (Groq, Together), distinct and in order."""
        return tuple(dict.fromkeys(_echoed_seeds(self.response or {})))

    def completion(self, index: int) -> Completion | None:
        """Return the completion with this index, or None."""
        return next((one for one in self.completions if one.index == index), None)

    def _text(self, key: str) -> str | None:
        value = (self.response or {}).get(key)
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True)
class Side:
    """One of the two completions being compared: a run and which of its choices.

    A run that failed before any text came has an empty completion.
    """

    run: Run
    completion: Completion

    @classmethod
    def of(cls, run: Run, index: int = 0) -> Side:
        """Return the side of a run's choice; one with no text if that choice never came."""
        return cls(run, run.completion(index) or Completion(index, ""))

    @property
    def text(self) -> str:
        """The raw text."""
        return self.completion.text

    @property
    def label(self) -> str:
        """How people write it: `41`, or `41.1` where the run has several choices."""
        return label(self.run.id, self.completion.index, len(self.run.completions))

    @property
    def ended_by_itself(self) -> bool:
        """Whether the model came to its own end, rather than being cut, cancelled or lost.

        One choice may have, though the run was cancelled while another was being written.
        """
        return self.completion.finish_reason not in (None, "", "length") and not self.completion.broke_off


def label(run_id: int, index: int, choices: int) -> str:
    """Write a completion's name: `41`, or `41.1` where there are several choices."""
    return f"{run_id}.{index}" if choices > 1 or index > 0 else str(run_id)


def _integer(mapping: Mapping[str, Any] | None, key: str) -> int | None:
    value = (mapping or {}).get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _echoed_seeds(response: Mapping[str, Any]) -> Iterator[int]:
    groq = response.get("x_groq")
    if isinstance(groq, Mapping):
        seed = _integer(groq, "seed")
        if seed is not None:
            yield seed
    choices = response.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        seed = _integer(choice, "seed") if isinstance(choice, Mapping) else None
        if seed is not None:
            yield seed
