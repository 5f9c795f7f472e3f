"""Texts cut into words and sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import corpus
from seedtui.core import segment
from seedtui.core.interrupt import StoppedError, interruptible
from seedtui.core.layout.starts import SentenceStarts
from seedtui.core.segment import (
    common_prefix,
    decided,
    is_inside_cluster,
    is_word,
    sentence_starts,
    starts,
    token_blocks,
    tokens,
    word_ends,
)

texts = st.text() | st.text(st.sampled_from('ab .!?"\n。한é 1,’'), max_size=40)

_MIXED = [
    *"ab .!?\n\r\t。한é1,’'\"\u0301\u200d_)*:;`火カひアﾟ\u3000…\u00ad\u0600א",
    *("can't ", "3.14", "Dr. ", "```\n", "~~~", "  ", "e\u0301", "ﾊﾟ", "🇩🇪", "🇩", "👨‍👩‍👧", "👨"),
    *("เ", "ก", "็", "ະ", "ລ", "ក", "្", "မ", "\u1039"),
]
mixed = st.lists(st.sampled_from(_MIXED), max_size=50).map("".join)


@given(mixed, st.integers(1, 12))
def test_cut_in_blocks_a_text_has_the_tokens_and_sentences_of_the_whole(text: str, block: int) -> None:
    whole, sentences = tokens(text), sentence_starts(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "_BLOCK", block)
        assert tokens(text) == whole
        assert [piece for found in token_blocks(text) for piece in found] == whole
        assert sentence_starts(text) == sentences


@given(mixed, mixed)
def test_what_is_decided_stays_whatever_follows(text: str, more: str) -> None:
    found = tokens(text)
    count = decided(found)
    assert tokens(text + more) == [*found[:count], *tokens("".join(found[count:]) + more)]


@pytest.mark.parametrize("work", [tokens, word_ends, sentence_starts])
@pytest.mark.parametrize("kind", ["prose", "thai", "chinese"])
def test_a_long_text_can_be_left_at_many_places(kind: str, work: Callable[[str], object]) -> None:
    long = corpus.text(kind, corpus.words(kind, 40_000, 1)).replace(".", "").replace("。", "")
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return False

    with interruptible(stop):
        work(long)
    assert asked >= len(long) // 20_000
    with pytest.raises(StoppedError), interruptible(lambda: True):
        work(long)


def test_a_word_without_an_end_is_cut_but_not_lost() -> None:
    text = "a" * 200_000
    found = tokens(text)
    assert "".join(found) == text
    assert len(found) < 5
    assert tokens("a" * 60_000 + " b") == ["a" * 60_000, " ", "b"]


@given(texts)
def test_tokens_are_the_text_and_none_is_empty(text: str) -> None:
    found = tokens(text)
    assert "".join(found) == text
    assert all(found)


@given(texts)
def test_starts_are_where_the_pieces_begin(text: str) -> None:
    found = tokens(text)
    for piece, (start, end) in zip(found, pairwise(starts(found)), strict=True):
        assert text[start:end] == piece


@given(texts)
def test_words_end_where_a_word_ends(text: str) -> None:
    ends = word_ends(text)
    assert ends == sorted(set(ends))
    assert len(ends) == sum(is_word(piece) for piece in tokens(text))
    assert all(0 < end <= len(text) for end in ends)


@given(texts)
def test_sentences_begin_at_the_start_and_then_after_some_end(text: str) -> None:
    found = sentence_starts(text)
    assert found[0] == 0
    assert found == sorted(set(found))
    for start in found[1:]:
        assert start < len(text)
        last = text[start - 1]
        assert last.isspace() or last in "。！？｡\"'" or unicodedata.category(last) in ("Pe", "Pf")


@given(st.lists(mixed, max_size=8))
def test_sentences_of_a_text_that_grows_begin_where_they_do_in_all_of_it(pieces: list[str]) -> None:
    text, kept = "", SentenceStarts()
    for piece in pieces:
        text += piece
        assert list(kept.of(text)) == sentence_starts(text)


@given(st.lists(mixed, max_size=6), st.lists(mixed, max_size=6))
def test_two_texts_grow_beside_each_other(pieces: list[str], others: list[str]) -> None:
    kept = SentenceStarts()
    for end in range(7):
        for text in ("".join(pieces[:end]), "".join(others[:end])):
            assert list(kept.of(text)) == sentence_starts(text)


def test_only_what_has_come_is_cut_into_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, text = SentenceStarts(), "One sentence. " * 1000
    kept.of(text)
    seen: list[int] = []
    find = segment._sentence_ends

    def noting(text: str, start: int, end: int) -> Iterator[Any]:
        seen.append(start)
        return find(text, start, end)

    monkeypatch.setattr(segment, "_sentence_ends", noting)
    assert len(kept.of(text + "Another one. Last")) == 1002
    assert seen == [len("One sentence. ") * 998]


@given(st.text("abé여\n"), st.text("abé여\n"))
def test_the_common_prefix_is_common_and_no_longer_one_is(a: str, b: str) -> None:
    length = common_prefix(a, b)
    assert a[:length] == b[:length]
    assert length == min(len(a), len(b)) or a[length] != b[length]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("The cat sat.", ["The", "cat", "sat"]),
        ("can't stop 3.14, won't", ["can't", "stop", "3.14", "won't"]),
        ("화성으로 떠난 여행", ["화성으로", "떠난", "여행"]),
        ("火星", ["火", "星"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("a-b a_b", ["a", "b", "a_b"]),
        ("🚀 go", ["go"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [piece for piece in tokens(text) if is_word(piece)] == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", [""]),
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("Dr. Kim went. She won.", ["Dr. Kim went. ", "She won."]),
        ("J. R. Smith came. Yes.", ["J. R. Smith came. ", "Yes."]),
        ("It cost 3.50 dollars. Fine.", ["It cost 3.50 dollars. ", "Fine."]),
        ("He said e.g. this. Then", ["He said e.g. this. ", "Then"]),
        ('"Go." "Now."', ['"Go." ', '"Now."']),
        ("Title\n\nText. More", ["Title\n\n", "Text. ", "More"]),
        ("첫째. 둘째.", ["첫째. ", "둘째."]),
        ("火星。地球！", ["火星。", "地球！"]),
        ("Wait… What", ["Wait… ", "What"]),
        ("no end", ["no end"]),
        ("End.\n", ["End.\n"]),
        ("1. Go. Now.\n12. Stay.\n\n  a. Rest.", ["1. Go. ", "Now.\n", "12. Stay.\n\n", "  a. Rest."]),
        ("## 1. Mars\n> - 3.1. Air.", ["## 1. Mars\n", "> - 3.1. Air."]),
        (
            "She is 12. He is 7. I left in\n1984. It rained.",
            ["She is 12. ", "He is 7. ", "I left in\n", "1984. ", "It rained."],
        ),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    found = [*sentence_starts(text), len(text)]
    assert [text[start:end] for start, end in pairwise(found)] == sentences


@given(
    st.lists(st.sampled_from(["🇩", "🇩🇪" * 20, "a", "\u0301", "\u200d", "👨", "\r", "\n", "é"]), max_size=12).map(
        "".join
    )
)
def test_a_place_is_inside_a_character_where_no_character_ends(text: str) -> None:
    ends = {match.end() for match in regex.finditer(r"\X", text)}
    assert [place for place in range(1, len(text)) if is_inside_cluster(text, place)] == [
        place for place in range(1, len(text)) if place not in ends
    ]


def test_a_run_of_flags_is_not_counted_from_the_first_at_each_place() -> None:
    """It once was: half an hour for this many."""
    text = "a" + "🇩🇪" * 100_000
    assert [is_inside_cluster(text, place) for place in range(1, len(text))] == [False, *[True, False] * 99_999, True]
