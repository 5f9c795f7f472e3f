"""Answers found in texts, with whatever somebody types and whatever a text is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seedtui.core.agreement.answers import SlowPatternError, answer_finder
from seedtui.core.request import canonical_json
from support.samples import agreed, texts

keys = st.sampled_from(["a", "b", "a/b", "~", "~1", "", "0", "가"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("typed", "text", "answer"),
    [
        (r"[Aa]nswer: (\w+)", "The answer: Yes. Answer: No", "Yes"),
        (r"Answer: (?:(\d+)|(\w+))", "Answer: no", "no"),
        (r"\(([A-E])\)|none", "It is none of these", "none"),
        (r"\w+$", "so it is  yes", "yes"),
        (r"Answer:(.*)", "Answer:   화성  \nmore", "화성"),
        (r"x+", "yyy", None),
        ("/answer", '{"answer": 1.0}', "1"),
        ("/answer", '{"answer": "A"}', '"A"'),
        ("/answer", 'Here it is:\n```json\n{"answer": null}\n```\n', "null"),
        ("/list/1/x", '\ufeff {"list": [0, {"x": {"b": 1, "a": []}}]} ', '{"a":[],"b":1}'),
        ("/list/01", '{"list": [0, 1]}', None),
        ("/list/-", '{"list": [0, 1]}', None),
        ("/list/-1", '{"list": [0, 1]}', None),
        ("/a~1b/~0/~01", '{"a/b": {"~": {"~1": true}}}', "true"),
        ("/", '{"": "empty"}', '"empty"'),
        ("/answer", "plain text", None),
        ("/answer", '"answer"', None),
        ("/answer", "```\n{}\n```\n```\n{}\n```", None),
        ("/" + "9" * 1000, "[1, 2]", None),
    ],
)
def test_an_answer_is_found(typed: str, text: str, answer: str | None) -> None:
    assert answer_finder(typed).find(text) == answer


def all_of(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Return every value in a JSON value, and the pointer to it."""
    found = [(pointer, value)] if pointer else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += all_of(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


@given(values)
def test_every_value_in_json_is_pointed_at(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    for pointer, item in all_of(value):
        assert answer_finder(pointer).find(text) == canonical_json(item)


@pytest.mark.parametrize("typed", [r"\d*", r"(x?)", r"Answer:(\s*)", "$"])
def test_a_pattern_that_matches_nothing_found_the_same_answer_in_every_text(typed: str) -> None:
    finder = answer_finder(typed)
    assert finder.find("Answer: yes") is None
    assert finder.place("Answer: yes") is None
    found = agreed(["One.", "Two."], finder)
    assert found.unanswered == 2
    assert not found.answers_agree


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "[NaN, 1]"])
def test_numbers_that_are_no_json_were_answers(number: str) -> None:
    assert answer_finder("/a").find(f'{{"a": {number}}}') is None


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" * 100_000,
        '{"a": ' + "9" * 100_000 + "}",
        '{"a": "' + "x" * 1_000_000,
        "```json\n" * 10_000,
    ],
    ids=["deep", "deep and open", "many digits", "never closed", "many fences"],
)
def test_json_that_nobody_can_read_has_no_answer(text: str) -> None:
    assert answer_finder("/a").find(text) is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [("(a+)+b", "a" * 5000), (r"(?:a|aa)+$", "a" * 5000 + "b"), ("(?R)*", "a" * 50)],
    ids=["nested", "either", "itself"],
)
def test_a_pattern_that_would_take_for_ever_is_left(typed: str, text: str) -> None:
    with pytest.raises(
        SlowPatternError, match=r"^The answer's pattern takes too long on a text: write a simpler one\.$"
    ):
        answer_finder(typed).find(text)


@pytest.mark.parametrize(
    "typed",
    ["((a{1000}){1000}){1000}", "a{1000000000}", "(?:(?:(?:a?){100}){100}){100}", "(x{3,}){2,999999999999999999999}"],
)
def test_a_pattern_that_repeats_too_often_took_all_memory(typed: str) -> None:
    with pytest.raises(ValueError, match="repeats something far too often"):
        answer_finder(typed)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(r"\d{4}-\d{2}-\d{2}", "2026-11-03"), (r"on .{0,5000}[{}]{0}(\d){2}", "6"), (r"[]{}()]{9999}|\{|on", "on")],
)
def test_patterns_that_people_write_repeat_as_often_as_they_want(typed: str, answer: str) -> None:
    assert answer_finder(typed).find("It was on 2026-11-03") is not None
    assert answer_finder(typed).find("It was on 2026-11-03") == answer or typed.startswith("on")


@pytest.mark.parametrize("typed", ["(" * 900 + "a" + ")" * 900, "(?:" * 400 + "a" + ")" * 400])
def test_a_nested_pattern_is_used_or_refused_in_plain_words(typed: str) -> None:
    said = "a"
    try:
        assert answer_finder(typed).find("a") == said
    except ValueError as error:
        said = str(error)
    assert said in ("a", "The answer's pattern is nested too deep: write a simpler one.")


@pytest.mark.parametrize(
    "typed", ["", "  ", "(", "[a", r"\p{Foo}", "a" * 3000, "/a~2b", "/~", "(?P<x", "*", "a{99999999999}"]
)
def test_what_is_neither_a_pattern_nor_a_pointer_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^The answer.*\.$"):
        answer_finder(typed)


@given(st.text() | st.text(st.sampled_from(r"()[]{}?*+|\^$.,:=!<>a1/~P&-")), texts)
@example("(?<=", "a")
@example(r"\N{LATIN SMALL LETTER A}", "a")
def test_whatever_is_typed_it_finds_or_says_in_one_sentence_why_not(typed: str, text: str) -> None:
    refused = ""
    try:
        finder = answer_finder(typed)
        found = finder.find(text)
    except ValueError as error:
        refused = str(error)
    if refused:
        assert refused.startswith("The answer")
        assert refused.endswith(".")
        return
    place = finder.place(text)
    if finder.is_pointer:
        assert place is None
    else:
        assert found == (None if place is None else text[slice(*place)])
        assert found is None or found == found.strip() != ""
