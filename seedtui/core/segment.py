"""Texts cut into words and sentences, by Unicode's rules (UAX #29)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from seedtui.core.pattern import pattern

# (?w) switches regex's \b to Unicode's default word boundaries: a word, a run of spaces, or a
# single mark of punctuation each is one token; Chinese, Japanese and Thai come in single characters.
_WORD_BOUNDARY: Final = r"(?wV1)\b"
_FLAG: Final = r"[\U0001F1E6-\U0001F1FF]{2}[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*"
_CLUSTER_REACH: Final = 32
_WORD_LIKE: Final = r"\w"

# A full stop ends a sentence if white space follows and the next letter is no small one; the
# East Asian full stops need no white space; a line feed always ends one.
_SENTENCE_END: Final = (
    r"(?V1)(?:(?<![.!?…‽])[.!?…‽]++[\p{Pe}\p{Pf}\"'*_]*+(?=\s)(?!\s+\p{Ll})[^\S\n]*\n*"
    r"|[。！？｡]++[\p{Pe}\p{Pf}\"']*\s*|\n+)"
)
_ABBREVIATION: Final = r"(?:^|[\s(\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Fig|Vol|Capt|Lt|Sgt|Gen|Col|\p{Lu})\.$"


def tokens(text: str) -> list[str]:
    """Cut a text at its word boundaries.

    Returns:
        Words, runs of spaces, and marks of punctuation; joined they are the text.
    """
    boundary = pattern(_WORD_BOUNDARY)
    if text.isascii() or not pattern(_FLAG).search(text):
        return [token for token in boundary.split(text) if token]
    # To find which of many flags' letters belong together, the pattern would count from the first for each.
    pieces = pattern(f"({_FLAG})").split(text)
    parts = ([piece] if index % 2 else boundary.split(piece) for index, piece in enumerate(pieces))
    return [token for part in parts for token in part if token]


def is_word(token: str) -> bool:
    """Whether a token is a word or a number, rather than space or punctuation."""
    return pattern(_WORD_LIKE).search(token) is not None


def starts(pieces: Sequence[str]) -> list[int]:
    """Return where each piece begins in the joined text, and at the end the text's length (code points)."""
    return [0, *accumulate(len(piece) for piece in pieces)]


def word_ends(text: str) -> list[int]:
    """Return the position behind each word of the text, in code points."""
    pieces = tokens(text)
    return [end for piece, end in zip(pieces, starts(pieces)[1:], strict=True) if is_word(piece)]


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a text begin, in code points; the first at 0.

    An approximation of UAX #29 that also keeps English titles ("Dr. Kim") together.
    """
    found = [0]
    for match in pattern(_SENTENCE_END).finditer(text):
        if match.end() >= len(text):
            break
        stop = text.find(".", match.start(), match.end())
        if stop >= 0 and "\n" not in match.group() and pattern(_ABBREVIATION).search(text, max(0, stop - 8), stop + 1):
            continue
        found.append(match.end())
    return found


def common_prefix(a: str, b: str) -> int:
    """Return how many code points two texts share from the start."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def is_inside_cluster(text: str, position: int) -> bool:
    """Whether a place in a text is inside a character as people see it (grapheme cluster)."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before < "\u0300" and after < "\u0300":
        return before == "\r" and after == "\n"
    start = max(0, position - _CLUSTER_REACH)
    for match in pattern(r"\X").finditer(text, start, min(len(text), position + _CLUSTER_REACH)):
        if match.end() >= position:
            return bool(match.end() > position)
    return False
