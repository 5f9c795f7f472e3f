"""A comparison as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.comparison import compare
from seedtui.core.diff import Diff, Span
from seedtui.core.layout.rows import View
from seedtui.core.run import Status
from seedtui.core.text import displayable
from seedtui.exchange.marked import Marked
from seedtui.exchange.text import Look, diff_text, marked_text
from support.hostile import MARKUP, TEXT, hostile_pair
from support.mars import MARS
from support.runs import a_side


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(View))
def test_every_character_can_be_shown(a: str, b: str, view: View) -> None:
    written = diff_text(compare(a_side(a), a_side(b, id=2)), Look(view, 40))
    assert displayable(written, newlines=True) == written


@pytest.mark.parametrize("text", [MARKUP, TEXT])
def test_hostile_fields_are_shown(text: str) -> None:
    written = marked_text(hostile_pair(text), Look())
    assert displayable(written, newlines=True) == written


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("one two", "one  two", "{+␣␣+}"),
        ("one", "one\n", "{+⏎+}"),
        ("one\ttwo", "one two", "[-⇥   -]"),
        ("one\r\ntwo", "one\ntwo", "[-␍⏎-]"),
        ("one", "one\u200b", "‹200B›"),
        ("one two", "one\u00a0two", "‹00A0›"),
    ],
)
def test_white_space_that_differs_is_shown(a: str, b: str, shown: str) -> None:
    assert shown in diff_text(compare(a_side(a), a_side(b, id=2)), Look(View.INLINE))


def test_the_record_is_left_out_on_request() -> None:
    marked = Marked(compare(a_side(MARS[0]), a_side(MARS[1], id=2)))
    long, short = marked_text(marked, Look()), marked_text(marked, Look(record=False))
    assert long.startswith(short)
    assert "Generate a short story" in long
    assert "Generate a short story" not in short


def test_messages_that_differ_are_told_apart() -> None:
    messages = [{"role": "user", "content": "Tell me\n\nmore."}]
    text = marked_text(Marked(compare(a_side("one"), a_side("two", id=2, messages=messages))), Look())
    assert "  request: message 1 edited\n  request: message 2 removed\n" in text
    assert "system (A):\n  You are" not in text
    assert "system → user (A):\n  You are a helpful assistant that generates short stories.\n" in text
    assert "system → user (B):\n  Tell me\n  \n  more.\n" in text
    assert "user (A):\n  Generate a short story about a journey to Mars.\nuser (B): not sent\n" in text


def test_one_completion_is_shown_alone() -> None:
    text = diff_text(compare(None, a_side("one", id=7)), Look())
    assert text.startswith("  B #7 · openai · m-1 · no seed")
    assert text.endswith("\n  one\n")


def test_a_near_tie_where_the_two_part_is_told() -> None:
    def said(word: str, other: str) -> dict[str, object]:
        top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in ((word, -0.9), (other, -0.95))]
        token = {**top[0], "top_logprobs": top}
        message = {"role": "assistant", "content": word}
        return {
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": {"content": [token]}}]
        }

    marked = Marked(compare(a_side("red", extra=said("red", "blue")), a_side("blue", id=2, extra=said("blue", "red"))))
    text = marked_text(marked, Look())
    assert '  note: where they part, A chose "red" 41 % · "blue" 39 %\n' in text
    assert "  note: a near tie: 41 % against 39 %\n" in text


def test_what_is_still_to_come_is_no_change() -> None:
    a, b = a_side("One cat sat."), a_side("One cat", id=2, status=Status.STREAMING)
    spans = (Span("equal", 0, 7, 0, 7), Span("delete", 7, 12, 7, 7))
    found = compare(a, b, found=Diff(a.text, b.text, spans, unreached=7))
    for view in View:
        assert "[-" not in diff_text(found, Look(view))
