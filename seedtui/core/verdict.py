"""Do two completions agree, and if not, what explains it?

The verdict looks at what was recorded, row by row; the first row that fits is the verdict. It never
says "deterministic": agreement was observed, or was not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from seedtui.core import phrases
from seedtui.core.backends import both_informative, fingerprint_change, server_changes, why_unexplained
from seedtui.core.diff import first_divergence, words
from seedtui.core.fingerprint import FingerprintClass, class_of, weakest
from seedtui.core.notes import notes
from seedtui.core.request import Change, JsonObject, Unset, changes
from seedtui.core.request_phrases import phrase_change, phrase_difference, phrase_value
from seedtui.core.run import Run, RunError, Side, Status
from seedtui.core.text import one_line

__all__ = ["Code", "Verdict", "phrase_change", "phrase_value", "verdict"]


class Code(StrEnum):
    """The verdicts."""

    NO_TEXT = "no-text"
    SAME_DESPITE_REQUEST = "same-despite-request"
    SAME_UNSEEDED = "same-unseeded"
    REPRODUCED_ACROSS_BACKENDS = "reproduced-across-backends"
    REPRODUCED = "reproduced"
    INCOMPLETE = "incomplete"
    REQUEST_CHANGED = "request-changed"
    UNSEEDED = "unseeded"
    BACKEND_CHANGED = "backend-changed"
    UNEXPLAINED = "unexplained"
    NOT_REPRODUCED = "not-reproduced"

    @property
    def sign(self) -> str:
        """One character: `=` the same, `≠` different, `…` not all there, `!` nothing to compare."""
        return _SIGNS.get(self, "≠")


_SIGNS: Final = {
    Code.NO_TEXT: "!",
    Code.SAME_DESPITE_REQUEST: "=",
    Code.SAME_UNSEEDED: "=",
    Code.REPRODUCED_ACROSS_BACKENDS: "=",
    Code.REPRODUCED: "=",
    Code.INCOMPLETE: "…",
}


@dataclass(frozen=True)
class Verdict:
    """Whether A and B agree, and what explains it.

    Attributes:
        code: Which row of the table fits.
        sentence: One plain sentence, displayable.
        equal: Whether the two texts are the same.
        changes: The fields in which the requests differ.
        fingerprint_class: What the reported fingerprints are worth, by the weaker of the two.
        notes: Side notes that were recorded and may matter, displayable.
    """

    code: Code
    sentence: str
    equal: bool
    changes: tuple[Change, ...]
    fingerprint_class: FingerprintClass
    notes: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """Return `{"code", "sentence", "request_changes", "notes"}`."""
        return {
            "code": self.code.value,
            "sentence": self.sentence,
            "request_changes": [change.as_json() for change in self.changes],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class _Pair:
    a: Side
    b: Side
    changes: tuple[Change, ...]

    @property
    def runs(self) -> tuple[Run, Run]:
        return self.a.run, self.b.run

    @property
    def same(self) -> bool:
        return self.a.text == self.b.text


def verdict(a: Side, b: Side) -> Verdict:
    """Judge two completions; A is the baseline."""
    pair = _Pair(a, b, changes(a.run.request, b.run.request))
    code, sentence = next(found for found in (row(pair) for row in _ROWS) if found is not None)
    if code in _SAME:
        sentence = _as_far_as_they_go(pair, sentence)
    worth = weakest(class_of(a.run), class_of(b.run))
    return Verdict(code, sentence, pair.same, pair.changes, worth, tuple(notes(a, b, pair.changes)))


_Finding = tuple[Code, str] | None


def _no_text(pair: _Pair) -> _Finding:
    silent = {name: side for name, side in (("A", pair.a), ("B", pair.b)) if _has_no_text(side)}
    if len(silent) < 2 and not any(side.run.status is Status.FAILED for side in silent.values()):
        return None
    if len(silent) == 2:
        why = {_why_no_text(side) for side in silent.values()}
        return Code.NO_TEXT, f"Neither has a text: {' and '.join(sorted(why))}."
    name, side = next(iter(silent.items()))
    return Code.NO_TEXT, f"{name} has no text: {_why_no_text(side)}."


def _has_no_text(side: Side) -> bool:
    return not side.text and side.run.status is not Status.COMPLETE


def _why_no_text(side: Side) -> str:
    error = side.run.error
    if side.run.status is not Status.FAILED:
        return {
            Status.STREAMING: "none has arrived yet",
            Status.CANCELLED: "it was cancelled before any came",
            Status.INTERRUPTED: "its process died before any came",
        }.get(side.run.status, "the answer ended before any came")
    return _why_failed(error) if error else "the run failed"


def _why_failed(error: RunError) -> str:
    if error.http_status is not None:
        return f"the endpoint answered {error.http_status}"
    text = one_line(error.message).rstrip(".")
    return text[:1].lower() + text[1:]


def _same_so_far(pair: _Pair) -> _Finding:
    """Two beginnings that agree say nothing of how they will go on."""
    growing = next((side for side in (pair.b, pair.a) if side.run.status is Status.STREAMING), None)
    if not pair.same or growing is None:
        return None
    return Code.INCOMPLETE, f"The same as far as both go: {_where_it_stopped(pair, growing)}."


def _as_far_as_they_go(pair: _Pair, sentence: str) -> str:
    """Say of equal texts that one of them was broken off: nobody knows how it would have gone on."""
    broken = next((side for side in (pair.b, pair.a) if _is_broken(side)), None)
    if broken is None:
        return sentence
    identical, _, rest = sentence.partition("Identical")
    return f"{identical}Identical as far as both go{rest} {_where_it_stopped(pair, broken)}."


def _is_broken(side: Side) -> bool:
    # A stream that ended without a reason may well be whole: some servers never give one.
    return side.run.status in _BROKEN and not side.ended_by_itself


def _where_it_stopped(pair: _Pair, side: Side) -> str:
    name = "B" if side is pair.b else "A"
    verb = "has come to" if side.run.status is Status.STREAMING else "stopped at"
    return f"{name} {verb} word {_word_count(side)} ({_how_it_stopped(side)})"


def _word_count(side: Side) -> int:
    # Of a text that still grows, only what is new is looked at; of one that does not, a viewer needs the places, too.
    growing = side.run.status is Status.STREAMING
    return words.count(side.text) if growing else len(words.ends(side.text))


_BROKEN: Final = frozenset({Status.CANCELLED, Status.FAILED, Status.INTERRUPTED})
_SAME: Final = frozenset(
    {Code.SAME_DESPITE_REQUEST, Code.SAME_UNSEEDED, Code.REPRODUCED_ACROSS_BACKENDS, Code.REPRODUCED}
)


def _same_despite_request(pair: _Pair) -> _Finding:
    if not (pair.same and pair.changes):
        return None
    parts = [phrase_difference(change) for change in pair.changes]
    return Code.SAME_DESPITE_REQUEST, f"Identical, although {_enumerate(parts)}."


def _same_unseeded(pair: _Pair) -> _Finding:
    if pair.same and not pair.b.run.request.has_seed:
        return Code.SAME_UNSEEDED, "Identical, without a seed."
    return None


def _across_backends(pair: _Pair) -> _Finding:
    if not pair.same:
        return None
    found = fingerprint_change(*pair.runs) or next(server_changes(*pair.runs, "served model", "endpoint"), None)
    if found is None:
        return None
    what, change = found
    return Code.REPRODUCED_ACROSS_BACKENDS, f"Identical, although the {what} changed ({change})."


def _reproduced(pair: _Pair) -> _Finding:
    if pair.same:
        return Code.REPRODUCED, f"Identical: same request, {phrases.seed(pair.b.run.request)}."
    return None


def _incomplete(pair: _Pair) -> _Finding:
    shorter, name = (pair.a, "A") if len(pair.a.text) < len(pair.b.text) else (pair.b, "B")
    longer = pair.b if shorter is pair.a else pair.a
    if not longer.text.startswith(shorter.text) or shorter.ended_by_itself:
        return None
    if not _word_count(shorter):
        streaming = shorter.run.status is Status.STREAMING
        begun = "has no text yet" if streaming else "stopped before its first word"
        return Code.INCOMPLETE, f"{name} {begun} ({_how_it_stopped(shorter)})."
    return Code.INCOMPLETE, f"The same as far as {name} goes: {_where_it_stopped(pair, shorter)}."


def _how_it_stopped(side: Side) -> str:
    if side.run.status is Status.COMPLETE and side.completion.finish_reason == "length":
        limit = side.run.request.get("max_tokens")
        return "cut at its length limit" if isinstance(limit, Unset) else f"cut at max_tokens {limit}"
    return side.run.status.phrase


def _request_changed(pair: _Pair) -> _Finding:
    if not pair.changes:
        return None
    return Code.REQUEST_CHANGED, f"Expected: {', '.join(phrase_change(change) for change in pair.changes)}."


def _unseeded(pair: _Pair) -> _Finding:
    if not pair.b.run.request.has_seed:
        return Code.UNSEEDED, "Expected: no seed was sent."
    return None


def _backend_changed(pair: _Pair) -> _Finding:
    found = fingerprint_change(*pair.runs) if both_informative(*pair.runs) else None
    found = found or next(server_changes(*pair.runs, "served model", "provider", "endpoint"), None)
    if found is None:
        return None
    what, change = found
    named = "" if what == "backend" else f"the {what}, "
    return Code.BACKEND_CHANGED, f"Backend changed: {named}{change}."


def _unexplained(pair: _Pair) -> _Finding:
    if both_informative(*pair.runs):
        return None
    return (
        Code.UNEXPLAINED,
        f"Same request and seed; {why_unexplained(*pair.runs)}, so a backend change cannot be ruled out.",
    )


def _not_reproduced(pair: _Pair) -> _Finding:
    divergence = first_divergence(pair.a.text, pair.b.text)
    word = divergence.word if divergence else 1
    return (
        Code.NOT_REPRODUCED,
        f"Same request, seed and fingerprint, yet the outputs part at word {word}.",
    )


_ROWS: Final[tuple[Callable[[_Pair], _Finding], ...]] = (
    _no_text,
    _same_so_far,
    _same_despite_request,
    _same_unseeded,
    _across_backends,
    _reproduced,
    _incomplete,
    _request_changed,
    _unseeded,
    _backend_changed,
    _unexplained,
    _not_reproduced,
)


def _enumerate(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
