"""Two JSON answers compared key by key, and the rows that show it."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.interrupt import StoppedError, interruptible
from seedtui.core.layout.rows import Kind, Row
from seedtui.core.layout.structure_rows import lay_out_structure
from seedtui.core.request import NESTING_LIMIT
from seedtui.core.structure import State, Structure, structure

scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("abcdef") | st.text(), inner),
    max_leaves=20,
)
answers = st.lists(values, max_size=6) | st.dictionaries(st.sampled_from("abcdef"), values)


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def compared(a: Any, b: Any) -> Structure:
    found = structure(a if isinstance(a, str) else written(a), b if isinstance(b, str) else written(b))
    assert found is not None
    return found


def changes(a: Any, b: Any) -> list[tuple[str, State]]:
    return [(node.path, node.state) for node in compared(a, b).changes]


def said(row: Row) -> str:
    return "".join(piece.text for piece in row.a)


def rows(a: Any, b: Any, width: int = 60) -> list[tuple[str, str]]:
    return [(row.sign, said(row)) for row in lay_out_structure(compared(a, b), width, cell_len)]


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(one) for key, one in reversed(value.items())}
    return [reordered(one) for one in value] if isinstance(value, list) else value


@settings(max_examples=40)
@given(answers)
def test_an_answer_compared_with_itself_has_no_change(answer: Any) -> None:
    found = compared(answer, answer)
    assert found.same
    assert found.same_text
    assert found.phrase == "the same JSON"


@settings(max_examples=40)
@given(answers)
def test_the_order_of_keys_and_white_space_make_no_difference(answer: Any) -> None:
    found = compared(answer, json.dumps(reordered(answer), indent=3) + "\n")
    assert found.same
    assert found.phrase == "the same JSON, written differently"


@settings(max_examples=40)
@given(answers, answers)
def test_swapping_the_two_mirrors_the_changes(a: Any, b: Any) -> None:
    mirror = {State.CHANGED: State.CHANGED, State.ONLY_A: State.ONLY_B, State.ONLY_B: State.ONLY_A}
    there, back = compared(a, b).changes, compared(b, a).changes
    assert len(there) == len(back)
    assert sorted(mirror[node.state] for node in there) == sorted(node.state for node in back)


@settings(max_examples=40)
@given(answers, answers)
def test_different_values_are_never_called_the_same(a: Any, b: Any) -> None:
    # A text of the value with sorted keys tells 1 from 1.0 and from true, as == does not.
    equal = json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)
    assert compared(a, b).same == equal


@given(answers, answers, st.integers(1, 50))
def test_no_row_is_wider_than_asked_for_and_every_change_has_one(a: Any, b: Any, width: int) -> None:
    found = compared(a, b)
    laid_out = lay_out_structure(found, width, cell_len)
    for row in laid_out:
        # A character of two cells has no place in a row of one.
        assert cell_len(said(row)) <= max(2, width)
        assert row.change == next((piece.change for piece in row.a if piece.change >= 0), -1)
    numbers = [piece.change for row in laid_out for piece in row.a if piece.kind is not Kind.EQUAL]
    assert list(dict.fromkeys(numbers)) == list(range(len(found.changes)))


@settings(max_examples=40)
@given(answers, answers)
def test_rows_hold_nothing_that_acts_on_a_terminal(a: Any, b: Any) -> None:
    left, right = {"\x1b[2J": a, "x\x9b0m": "\x7f\u202e"}, {"\x1b[2J": b, "x\x9b0m": "\u2028\ud800"}
    for _, text in rows(left, right, 30):
        assert "\u202e" not in text
        assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("{}", "no JSON"),
        ("12", "12"),
        ('"text"', "[]"),
        ("[NaN]", "[1]"),
        ("[Infinity]", "[1]"),
        ("[1", "[1"),
        ("[1] and more", "[1]"),
        ("", ""),
        ("[" * 100_000, "[]"),
        ("[" * 100_000 + "]" * 100_000, "[]"),
        ("[" * (NESTING_LIMIT + 1) + "]" * (NESTING_LIMIT + 1), "[]"),
        ("[" + " " * 1_000_000 + "]", "[]"),
        ("```json\n[1]\n```\nAnd that is all.", "[1]"),
        ("```json\n[1]", "[1]"),
    ],
)
def test_what_is_no_json_or_too_much_of_it_has_no_structure(a: str, b: str) -> None:
    assert structure(a, b) is None
    assert structure(b, a) is None


@pytest.mark.parametrize(
    "fenced",
    [
        '```json\n{"a": 1}\n```',
        '\n ```\n{"a": 1}\n```  \n',
        '~~~~ json\n\n{"a":\n1}\n~~~~',
        '\ufeff{"a": 1}',
        '```json\r\n{"a": 1}\r\n```\r\n',
    ],
)
def test_a_fence_around_the_whole_answer_is_no_difference(fenced: str) -> None:
    assert compared(fenced, '{"a":1}').same


def test_numbers_of_any_size_are_compared() -> None:
    huge = "9" * 20_000
    assert changes(f"[{huge}]", f"[{huge}]") == []
    assert changes(f"[{huge}]", f"[{huge[:-1]}8]") == [("[0]", State.CHANGED)]
    assert changes("[1e999]", "[1e998]") == [("[0]", State.CHANGED)]
    assert changes("[1.50, -0, 1e2]", "[1.5, 0, 100.0]") == []


def test_a_type_is_part_of_a_value_and_is_shown() -> None:
    assert rows({"a": 1, "b": "1", "c": True}, {"a": 1.0, "b": 1, "c": None}) == [
        ("~", "a: 1 → 1.0 (integer → decimal)"),
        ("~", 'b: "1" → 1 (string → integer)'),
        ("~", "c: true → null (boolean → null)"),
    ]


def test_a_key_that_stands_twice_is_not_lost() -> None:
    assert changes('{"a": 1, "a": 2}', '{"a": 1}') == [("a (2)", State.ONLY_A)]
    assert changes('{"a": 1, "a": 2}', '{"a": 1, "a": 2}') == []


def test_paths_read_as_people_write_them() -> None:
    a = {"answer": {"items": [{"name": "x"}], "two words": {"": 1}}}
    b = {"answer": {"items": [{"name": "y"}], "two words": {"": 2}}}
    assert [path for path, _ in changes(a, b)] == ["answer.items[0].name", 'answer["two words"][""]']


def test_keys_stand_in_the_order_of_a_and_new_ones_where_b_has_them() -> None:
    found = compared({"x": 1, "y": 2, "z": 3}, {"first": 0, "z": 3, "after z": 0, "x": 1, "y": 2, "last": 0})
    names = [node.name for node in found.root.children]
    assert names == ["first", "x", "y", "last", "z", '"after z"']


def test_an_element_that_is_added_changes_none_after_it() -> None:
    people = [{"id": number, "name": f"n{number}"} for number in range(6)]
    assert changes(people, [{"id": 99, "name": "new"}, *people]) == [("[0]", State.ONLY_B)]
    assert changes([1, 2, 3], [2, 3]) == [("[0]", State.ONLY_A)]


def test_changed_elements_keep_their_counterparts_when_one_is_added() -> None:
    a = [{"id": number, "name": f"n{number}", "score": number} for number in range(4)]
    b = [{"id": 99, "name": "new", "score": 7}, *({**one, "score": 10 + number} for number, one in enumerate(a))]
    expected = [("[0]", State.ONLY_B), *((f"[{number}].score", State.CHANGED) for number in range(4))]
    assert changes(a, b) == expected
    assert [state for _, state in changes(b, a)].count(State.ONLY_A) == 1
    stories = ["A cat sat.", "Dogs ran."], ["Hello there!", "A cat sat down.", "Dogs ran."]
    assert changes(*stories) == [("[0]", State.ONLY_B), ("[0]", State.CHANGED)]


def test_many_changed_elements_are_told_in_order() -> None:
    a, b = [{"n": number} for number in range(300)], [{"n": -1 - number} for number in range(300)]
    assert changes(a, b) == [(f"[{number}].n", State.CHANGED) for number in range(300)]


def test_another_kind_of_value_is_one_change() -> None:
    assert changes([1], {"a": [1]}) == [("", State.CHANGED)]
    assert changes({"a": {"b": 1, "c": 2}}, {"a": "none"}) == [("a", State.CHANGED)]


def test_the_tree_shows_what_changed_and_folds_what_did_not() -> None:
    same = {f"k{number}": number for number in range(12)}
    a = {**same, "answer": {"name": "Mars", "crew": ["Ann", "Bo"], "old": 1}}
    b = {**same, "answer": {"name": "Venus", "crew": ["Ann", "Cy", "Bo"]}}
    assert rows(a, b) == [
        (" ", "… 12 equal keys"),
        (" ", "answer:"),
        ("~", '  name: "Mars" → "Venus"'),
        (" ", "  crew:"),
        (" ", '    [0]: "Ann"'),
        ("+", '    [1]: "Cy"'),
        (" ", '    [1 → 2]: "Bo"'),
        ("-", "  old: 1"),
    ]


def test_where_nothing_changed_one_row_says_so() -> None:
    assert rows('{"a": 1, "b": 2}', '{"b":2,"a":1}') == [(" ", "The same JSON, written differently: 2 equal keys")]
    assert rows("[1]", "[1]") == [(" ", "The same JSON: 1 equal item")]
    assert rows("[]", "[]") == [(" ", "The same JSON")]


def test_a_long_text_is_wrapped_and_only_what_differs_is_marked() -> None:
    text = "The quick brown fox jumps over the lazy dog. " * 3
    found = lay_out_structure(compared({"t": text}, {"t": text.replace("lazy", "hasty", 1)}), 40, cell_len)
    assert [row.sign for row in found] == [" ", *"-" * 4, *"+" * 4]
    marked = [piece.text for row in found for piece in row.a if piece.kind is not Kind.EQUAL]
    assert marked == ["lazy", "hasty"]


def test_a_very_long_text_is_cut_about_its_changes() -> None:
    text = "word " * 50_000
    found = lay_out_structure(compared({"t": text + "end"}, {"t": text + "stop" + text}), 40, cell_len)
    assert len(found) <= 41
    assert any("…word" in said(row) or "… word" in said(row) for row in found)
    assert {piece.change for row in found for piece in row.a} == {-1, 0}


def test_long_work_can_be_stopped() -> None:
    answer = written([[number] for number in range(1000)])
    with interruptible(lambda: True), pytest.raises(StoppedError):
        structure(answer, answer + " ")
