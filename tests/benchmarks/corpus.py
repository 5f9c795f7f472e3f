"""Texts to compare: prose and other scripts, edited in known ways. The same every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

_ALPHABETS: Final = {
    "prose": "abcdefghijklmnoprstuvwy",
    "korean": "가나다라마바사아자차카타파하고노도로모보소오조초",
    "chinese": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能",
    "japanese": "あいうえおかきくけこさしすせそたちつてと日本語漢字世界火星旅行",
    "thai": "กขคงจฉชซญดตถทธนบปผพฟภมยรลวสหอ",
}
_JOINED: Final = frozenset({"chinese", "japanese", "thai"})


def words(kind: str, count: int, seed: int) -> list[str]:
    """Return words as they follow one another in a language: few are common, most are rare.

    Args:
        kind: `prose`, `korean`, `chinese`, `japanese`, `thai`, `emoji`, `json`, `code` or `repetition`.
        count: How many.
        seed: Another seed, another text.
    """
    if kind == "repetition":
        return _repetition(count, seed)
    if kind in _OTHERS:
        return _OTHERS[kind](count, random.Random(seed))
    alphabet = _ALPHABETS[kind]
    maker = random.Random(kind)
    longest = 2 if kind in _JOINED else 4 if kind == "korean" else 9
    vocabulary = ["".join(maker.choices(alphabet, k=maker.randint(1, longest))) for _ in range(6000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    drawn = random.Random(seed)
    found = drawn.choices(vocabulary, weights, k=count)
    left = 0
    for index in range(count):
        if left == 0:
            left = drawn.randint(6, 18)
        left -= 1
        if left == 0:
            found[index] += "。" if kind in _JOINED else "."
    return found


def text(kind: str, parts: list[str]) -> str:
    """Join words as their language does."""
    return ("" if kind in _JOINED else " ").join(parts)


def _emoji(count: int, drawn: random.Random) -> list[str]:
    return drawn.choices(["🚀", "👩‍🚀", "👨‍👩‍👧", "🇰🇷", "e\u0301te\u0301", "Mars", "👍🏽", "☀️"], k=count)


def _json(count: int, drawn: random.Random) -> list[str]:
    return [f'{{"id": {drawn.randint(1, 9999)}, "name": "n{drawn.randint(1, 99)}"}},\n' for _ in range(count)]


def _code(count: int, drawn: random.Random) -> list[str]:
    return [f"    value_{drawn.randint(1, 99)} = compute({drawn.randint(1, 9)})\n" for _ in range(count)]


_SENTENCES: Final = (
    "The crew of the ship saw the red planet.",
    "A small boat came home with nine fish again.",
)


def _repetition(count: int, seed: int) -> list[str]:
    sentence = _SENTENCES[seed % len(_SENTENCES)].split()
    return (sentence * (count // len(sentence) + 1))[:count]


_OTHERS: Final[dict[str, Callable[[int, random.Random], list[str]]]] = {
    "emoji": _emoji,
    "json": _json,
    "code": _code,
}

KINDS: Final = ("korean", "chinese", "japanese", "thai", "emoji", "json", "code", "repetition")
EDITS: Final = ("few", "tenth", "parted", "unrelated")


def pair(kind: str, count: int, edit: str) -> tuple[str, str]:
    """Return two texts of a kind.

    Args:
        kind: As in `words`.
        count: Words a side.
        edit: `few` (one word in a thousand), `tenth` (one in ten), `parted` (the first 30 % shared),
            `unrelated`.
    """
    a = words(kind, count, 1)
    other = words(kind, count, 2)
    drawn = random.Random(3)
    b = list(a)
    if edit == "unrelated":
        b = other
    elif edit == "parted":
        b[count * 3 // 10 :] = other[count * 3 // 10 :]
    else:
        share = 0.1 if edit == "tenth" else 0.001
        for index in drawn.sample(range(count), max(3, int(count * share))):
            b[index] = other[index]
    return text(kind, a), text(kind, b)
