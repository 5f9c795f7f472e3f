"""Side notes to a verdict: what was recorded, or is seen in the texts, and may matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from seedtui.core.fingerprint import reads_seed_as_random
from seedtui.core.ignoring import Ignore, fold
from seedtui.core.pattern import pattern
from seedtui.core.request import Change
from seedtui.core.request_phrases import phrase_value
from seedtui.core.run import Side, Status
from seedtui.core.segment import CLUSTER_REACH, common_prefix, is_inside_cluster
from seedtui.core.text import one_line


def notes(a: Side, b: Side, changes: Sequence[Change]) -> Iterator[str]:
    """Say what may matter about two completions beside the verdict, displayable.

    Args:
        a: A.
        b: B.
        changes: The fields in which their requests differ.
    """
    same = a.text == b.text
    if not same and Status.STREAMING not in (a.run.status, b.run.status):
        only = only_difference(a.text, b.text)
        if only:
            yield f"the texts differ only in {only}"
    temperature = b.run.request.get("temperature")
    if not same and isinstance(temperature, int | float) and temperature > 0:
        yield f"temperature is {phrase_value(temperature)}: above 0, tokens are drawn at random from the seed"
    if not changes and a.completion.index != b.completion.index:
        yield "the two are different choices of one request, which servers sample apart"
    for name, side in (("A", a), ("B", b)):
        for note in _side_notes(side):
            yield f"{name} {note}"


def only_difference(a: str, b: str) -> str | None:
    """Say in what alone two different texts differ, if it is something that is easily overlooked.

    A look at the first difference settles nearly all pairs; of texts too long to be gone through
    without being missed, nothing is said.
    """
    if max(len(a), len(b)) > _LONGEST:
        return None
    at = common_prefix(a, b)
    return next((said for said, is_all in _OVERLOOKED if is_all(a, b, at)), None)


_LONGEST: Final = 2_000_000
_SPACE: Final = re.compile(r"\s")


def _trailing_line_break(a: str, b: str, at: int) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return at == len(shorter) and longer[at:] in ("\n", "\r\n", "\r")


def _line_ends(a: str, b: str, at: int) -> bool:
    if {a[at : at + 1], b[at : at + 1]} != {"\r", "\n"}:
        return False
    return a.replace("\r\n", "\n") == b.replace("\r\n", "\n")


def _normalization(a: str, b: str, at: int) -> bool:
    while is_inside_cluster(a, at) or is_inside_cluster(b, at):
        at -= 1
    first = (pattern(r"\X").match(text, at, at + CLUSTER_REACH) for text in (a, b))
    if len({unicodedata.normalize("NFC", found.group()) if found else "" for found in first}) > 1:
        return False
    return unicodedata.normalize("NFC", a[at:]) == unicodedata.normalize("NFC", b[at:])


def _capital_letters(a: str, b: str, at: int) -> bool:
    case = Ignore(case=True)
    if len(a) != len(b) or fold(a[at], case).text != fold(b[at], case).text:
        return False
    return fold(a[at:], case).text == fold(b[at:], case).text


def _white_space(a: str, b: str, at: int) -> bool:
    differing = a[at : at + 1] + b[at : at + 1]
    return bool(_SPACE.search(differing)) and "".join(a[at:].split()) == "".join(b[at:].split())


# The most specific come first.
_OVERLOOKED: Final[tuple[tuple[str, Callable[[str, str, int], bool]], ...]] = (
    ("a trailing line break", _trailing_line_break),
    ("line ends (CR LF and LF)", _line_ends),
    ("Unicode normalization (NFC and NFD forms of the same characters)", _normalization),
    ("capital letters", _capital_letters),
    ("white space", _white_space),
)

_HOW_IT_STANDS: Final = {
    Status.STREAMING: "is still streaming",
    Status.ENDED_WITHOUT_REASON: "ended without saying why",
    Status.CANCELLED: "was cancelled",
    Status.FAILED: "failed",
    Status.INTERRUPTED: "was interrupted: its process died",
}


def _side_notes(side: Side) -> Iterator[str]:
    run = side.run
    if run.status is not Status.COMPLETE:
        yield _HOW_IT_STANDS[run.status]
    if run.cached_tokens:
        yield f"took {run.cached_tokens} prompt tokens from a cache"
    if run.service_tier:
        yield f"was served in tier {one_line(run.service_tier, 40)}"
    if run.retries:
        yield f"was sent again {run.retries} {'time' if run.retries == 1 else 'times'}"
    seed = run.request.seed
    odd = [str(echo) for echo in run.echoed_seeds if seed is not None and echo != seed]
    if odd and run.request.n == 1:
        yield f"was answered with seed {', '.join(odd)}, though {seed} was sent"
    if len(run.fingerprints) > 1:
        yield f"reported {len(run.fingerprints)} fingerprints in one stream"
    if reads_seed_as_random(run):
        yield f"sent seed {seed}, which llama.cpp reads as random"
