"""A key is put out of sight however it is spelled, and in however many pieces it comes."""

from __future__ import annotations

import base64
import itertools
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.request import Api
from seedtui.core.response import ResponseBuilder
from seedtui.core.secret import PLACEHOLDER, Veil

KEY = 'sk-a/b+c"d\\e=0123456789'
SPELLINGS = [
    KEY,
    quote(KEY),
    quote(KEY, safe=""),
    json.dumps(KEY)[1:-1],
    json.dumps(KEY)[1:-1].replace("/", "\\/"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_put_out_of_sight(spelling: str) -> None:
    assert Veil(KEY).text(f"<{spelling}\n>") == f"<{PLACEHOLDER}\n>"


@given(st.binary(max_size=9), st.binary(max_size=9), st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
def test_the_key_is_put_out_of_sight_anywhere_in_base64(before: bytes, after: bytes, encode: object) -> None:
    assert callable(encode)
    shown = Veil(KEY).text(encode(before + KEY.encode() + after).decode())
    assert PLACEHOLDER in shown
    assert len(shown) <= len(encode(before).decode()) + len(encode(after).decode()) + len(PLACEHOLDER) + 4


@given(st.text("sk-1x "), st.text("sk-1x", min_size=1))
def test_a_veiled_text_holds_the_key_nowhere(text: str, key: str) -> None:
    shown = Veil(key).text(text)
    assert shown.replace(PLACEHOLDER, "\0").count(key) == 0
    assert shown.replace(PLACEHOLDER, key) == text


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_nothing_changes(key: str | None) -> None:
    veil = Veil(key)
    value = {"a": ["sk-1"]}
    assert (veil.text("sk-1"), veil.split("sk-1"), veil.value(value)) == ("sk-1", ("sk-1", ""), value)


def test_names_and_deep_texts_are_veiled_and_all_else_is_left() -> None:
    value = {KEY: [{"a": f"x{KEY}"}, 1, None, True]}
    assert Veil(KEY).value(value) == {PLACEHOLDER: [{"a": f"x{PLACEHOLDER}"}, 1, None, True]}


def test_the_veil_does_not_show_the_key() -> None:
    assert KEY not in repr(Veil(KEY))


@given(st.lists(st.text('ab"\\', max_size=5)), st.text('ab"\\', min_size=1, max_size=5))
def test_a_text_in_pieces_is_veiled_like_the_whole(pieces: list[str], key: str) -> None:
    veil, shown, held = Veil(key), "", ""
    for piece in pieces:
        ready, held = veil.split(held + piece)
        assert len(held) <= 10
        shown += veil.text(ready)
    assert shown + veil.text(held) == veil.text("".join(pieces))


def test_a_text_that_was_cut_shows_no_beginning_of_the_key() -> None:
    assert Veil(KEY).cut(f"Wrong: {KEY[:-1]}") == "Wrong: "


@pytest.mark.parametrize("api", list(Api))
@given(cuts=st.lists(st.integers(0, 60), max_size=6))
def test_a_key_over_several_deltas_is_nowhere(api: Api, cuts: list[int]) -> None:
    """Each delta was looked at alone once, and a key in two of them was kept and shown."""
    text = f"Your key is {KEY}, is it not?"
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    builder = ResponseBuilder(api, Veil(KEY))
    told = ""
    for start, end in itertools.pairwise(edges):
        part = text[start:end]
        one = {"delta": {"content": part, "reasoning": part}} if api is Api.CHAT else {"text": part}
        told += "".join(delta.text for delta in builder.add({"choices": [{"index": 0, **one, "logprobs": {"a": [1]}}]}))
    told += "".join(delta.text for delta in builder.flush())
    expected = f"Your key is {PLACEHOLDER}, is it not?"
    assert told == builder.completions()[0].text == expected
    written = json.dumps(builder.body())
    assert json.dumps(KEY)[1:-1] not in written
    assert "logprobs" not in written


def test_only_what_may_be_the_key_is_held_back() -> None:
    builder = ResponseBuilder(Api.CHAT, Veil(KEY))
    deltas = [builder.add({"choices": [{"delta": {"content": part}}]}) for part in ("Say", " sk", "-a", " now", " s")]
    texts = ["".join(delta.text for delta in found) for found in deltas]
    assert texts == ["Say", " ", "", "sk-a now", " "]
    assert [delta.text for delta in builder.flush()] == ["s"]
