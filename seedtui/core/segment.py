"""Texts cut into words and sentences, by Unicode's rules (UAX #29)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from seedtui.core.fences import fences, has_marks
from seedtui.core.interrupt import checked, checkpoint
from seedtui.core.pattern import pattern

DENSE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
"""Ranges of characters of the scripts that put no spaces between words, for a class in a pattern."""

KATAKANA: Final = "\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\uff66-\uff9f"
"""Ranges of characters that make words in Japanese, unlike the others, by standing in a row."""

# Thai and Lao (a vowel written first belongs to the consonant after it), Khmer, Myanmar.
SYLLABLES: Final = (
    "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*"
    "|[\u0ec0-\u0ec4]?[\u0e81-\u0eae][\u0eb0-\u0ebd\u0ec8-\u0ece]*"
    "|[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*"
    "|[\u1000-\u1021](?:\u1039[\u1000-\u1021]|[\u102b-\u1038\u103a-\u103e])*"
)
"""A pattern for the least part of a word in these scripts: about a syllable."""

_MARKS: Final = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*"
# What may belong to the token before it: marks, and the punctuation that may stand inside a word or a number.
_JOINING: Final = (
    r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}\p{WB=MidLetter}\p{WB=MidNumLet}\p{WB=MidNum}"
    r"\p{WB=Single_Quote}\p{WB=Double_Quote}]"
)
# (?w) switches regex's \b to Unicode's default word boundaries: a word, a run of spaces, or a
# single mark of punctuation each is one token; ideographs come singly.
_WORD_BOUNDARY: Final = r"(?wV1)\b"
_FLAG: Final = rf"[\U0001F1E6-\U0001F1FF]{{2}}{_MARKS}"
_WHOLE: Final = rf"((?:{_FLAG})|(?:{SYLLABLES}){_MARKS})"
_HAS_WHOLE: Final = r"[\U0001F1E6-\U0001F1FF\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
# How much is cut between two checkpoints, in code points; and from which length a single token is cut.
_BLOCK: Final = 1 << 14
_LONGEST: Final = 1 << 16
# What follows the text cannot change any token but its last two: a letter behind "can'" makes all of it one.
_UNDECIDED: Final = 2
CLUSTER_REACH: Final = 32
"""How far, in code points, to look for the ends of a character as people see it (grapheme cluster)."""
_FLAGS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_MANY_FLAGS: Final = re.compile(rf"[{_FLAGS}]{{{CLUSTER_REACH},}}")
_WORD_LIKE: Final = r"\w"

# A full stop ends a sentence if white space follows and the next letter is no small one; the
# East Asian full stops need no white space; a line feed always ends one.
_SENTENCE_END: Final = (
    r"(?V1)(?:(?<![.!?…‽])[.!?…‽]++[\p{Pe}\p{Pf}\"'*_]*+(?=\s)(?!\s+\p{Ll})[^\S\n]*\n*"
    r"|[。！？｡]++[\p{Pe}\p{Pf}\"']*\s*|\n+)"
)
_LETTER: Final = re.compile(r"[^\W_]")
_LINE_END: Final = re.compile("\n")
_BEFORE_A_FULL_STOP: Final = 24
_ABBREVIATION: Final = (
    r"(?V1)(?:(?:^|[\s(\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Fig|Vol|Capt|Lt|Sgt|Gen|Col|\p{Lu})"
    # The number, or the letter, of an item in a list.
    r"|(?:^|\n)[\s#>*_-]*+(?:\d{1,3}(?:\.\d{1,3})*|[\p{Ll}가나다라마바사아자차카타파하]))\.$"
)


def tokens(text: str) -> list[str]:
    """Cut a text at its word boundaries.

    Returns:
        Words, runs of spaces, and marks of punctuation; joined they are the text.
    """
    if len(text) <= _BLOCK:
        return _tokens(text)
    return [token for block in token_blocks(text) for token in block]


def token_blocks(text: str) -> Iterator[list[str]]:
    """Cut a text at its word boundaries, block by block, so that other threads get their turn.

    Yields:
        The tokens of a block. Only a token of tens of thousands of characters is cut.
    """
    rest = ""
    for start in range(0, len(text), _BLOCK):
        checkpoint()
        found = _tokens(rest + text[start : start + _BLOCK])
        kept = decided(found)
        rest = "".join(found[kept:])
        if len(rest) >= _LONGEST:
            kept, rest = len(found), ""
        yield found[:kept]
    if rest:
        yield _tokens(rest)


def decided(found: Sequence[str]) -> int:
    """Return how many of a text's tokens stay as they are, whatever follows the text.

    What is behind them can be cut by itself.
    """
    count = max(0, len(found) - _UNDECIDED)
    # By itself, such a token would be joined to what follows it in another way.
    while count and pattern(_JOINING).match(found[count]):
        count -= 1
    return count


def _tokens(text: str) -> list[str]:
    boundary = pattern(_WORD_BOUNDARY)
    if text.isascii() or not pattern(_HAS_WHOLE).search(text):
        return [token for token in boundary.split(text) if token]
    # Of many flags, the pattern for boundaries would count each from the first; and it cuts every letter of Thai.
    pieces = pattern(_WHOLE).split(text)
    parts = ([piece] if index % 2 else boundary.split(piece) for index, piece in enumerate(pieces))
    return [token for part in parts for token in part if token]


def is_word(token: str) -> bool:
    """Whether a token is a word or a number, rather than space or punctuation."""
    # Most tokens are words or single spaces, and texts have many thousands.
    if token == " " or token[:1].isalpha():
        return token != " "
    return pattern(_WORD_LIKE).search(token) is not None


def starts(pieces: Sequence[str]) -> list[int]:
    """Return where each piece begins in the joined text, and at the end the text's length (code points)."""
    return [0, *accumulate(len(piece) for piece in pieces)]


def word_ends(text: str) -> list[int]:
    """Return the position behind each word of the text, in code points."""
    found: list[int] = []
    at = 0
    for block in token_blocks(text):
        for piece in block:
            at += len(piece)
            if is_word(piece):
                found.append(at)
    return found


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a text begin, in code points; the first at 0.

    An approximation of UAX #29 that also keeps English titles ("Dr. Kim") together.
    """
    found = [0]
    at = 0
    for start, end in fences(text):
        _add_sentences(found, text, at, start)
        _add_lines(found, text, start, end)
        at = end
    _add_sentences(found, text, at, len(text))
    return found


def sentence_starts_on(text: str, before: str, known: Sequence[int]) -> list[int]:
    """Return where the sentences of a text begin that was looked at before it had grown.

    Args:
        text: The text.
        before: What of it there was.
        known: Where the sentences of that began.

    Returns:
        What `sentence_starts` does, at the cost of what has come.
    """
    if not text.startswith(before) or has_marks(text):
        return sentence_starts(text)
    decided = len(known)
    # Whether a sentence ended may depend on the next letter.
    while decided and not before[known[decided - 1] :].strip():
        decided -= 1
    found = list(known[: max(1, decided - 1)])
    _add_sentences(found, text, found[-1], len(text))
    return found


def _add_sentences(found: list[int], text: str, start: int, end: int) -> None:
    for match in checked(_sentence_ends(text, start, end)):
        if match.end() >= len(text):
            break
        if "\n" not in match.group() and _is_abbreviated(text, text.find(".", match.start(), match.end())):
            continue
        found.append(match.end())


def _sentence_ends(text: str, start: int, end: int) -> Iterator[Any]:
    """Find where sentences may end, block by block: no end of one goes beyond a letter."""
    while start < end:
        checkpoint()
        letter = _LETTER.search(text, start + _BLOCK, end)
        stop = letter.end() if letter else end
        yield from pattern(_SENTENCE_END).finditer(text, start, stop)
        start = stop


def _is_abbreviated(text: str, stop: int) -> bool:
    """Whether a full stop, if there is one, only ends an abbreviation or the number of an item in a list."""
    if stop < 0:
        return False
    return pattern(_ABBREVIATION).search(text, max(0, stop - _BEFORE_A_FULL_STOP), stop + 1) is not None


def _add_lines(found: list[int], text: str, start: int, end: int) -> None:
    lines = checked(_LINE_END.finditer(text, start, end))
    found.extend(match.end() for match in lines if match.end() < len(text))


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
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, position) % 2 == 1
    if not _may_join(before, after):
        return False
    start = max(0, position - CLUSTER_REACH)
    for match in pattern(r"\X").finditer(text, start, min(len(text), position + CLUSTER_REACH)):
        if match.end() >= position:
            return bool(match.end() > position)
    return False


def _is_flag(character: str) -> bool:
    """Whether a character is half a flag (regional indicator)."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, position: int) -> int:
    """Count the halves of flags in a row that end at a place."""
    near = text[max(0, position - CLUSTER_REACH) : position]
    count = len(near) - len(near.rstrip(_FLAGS))
    if count < CLUSTER_REACH:
        return count
    runs = _long_runs_of_flags(text)
    return position - runs[bisect_left(runs, position) - 1]


@lru_cache(maxsize=4)
def _long_runs_of_flags(text: str) -> Sequence[int]:
    """Return where there are many flags in a row: at each place in them, one would count from the first."""
    return [match.start() for match in checked(_MANY_FLAGS.finditer(text))]


@lru_cache(maxsize=1 << 14)
def _may_join(before: str, after: str) -> bool:
    """Whether two characters may be parts of one, given what is before them."""
    return (
        pattern(r"\X").match(before + after).end() > 1
        or pattern(r"[\p{M}\p{GCB=Extend}\u200d]").match(before) is not None
    )
