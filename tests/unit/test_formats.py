"""One comparison or several, written in each format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from seedtui.core.comparison import compare
from seedtui.core.run import Completion, Side
from seedtui.core.text import displayable
from seedtui.exchange.diff_json import diff_object
from seedtui.exchange.formats import FORMATS, Format, Marked, suggested_name, write
from support.hostile import EDITED, TEXT, hostile_pair
from support.mars import MARS
from support.runs import a_run, a_side


def pair(a: int = 41, b: int = 42, changes: frozenset[int] | None = None) -> Marked:
    return Marked(compare(a_side(MARS[0], id=a), a_side(MARS[1], id=b)), changes)


def test_a_name_says_which_runs_are_in_it() -> None:
    assert suggested_name([pair()], "patch") == "seedtui-41-42.patch"
    assert suggested_name([pair(), pair(), pair()], "html") == "seedtui-41-42-and-2-more.html"
    assert suggested_name([pair()], "markdown") == "seedtui-41-42.md"
    assert suggested_name([pair()], "text") == "seedtui-41-42.txt"
    run = a_run(id=7)
    a, b = (Side(run, Completion(index, "text")) for index in (0, 1))
    assert suggested_name([Marked(compare(a, b))], "svg") == "seedtui-7-7.1.svg"


def test_json_is_an_object_of_one_pair_and_an_array_of_several() -> None:
    one, chosen = pair(), pair(changes=frozenset({2, 0}))
    assert json.loads(write([one], "json")) == diff_object(one.comparison)
    several = json.loads(write([one, chosen], "json"))
    assert several == [diff_object(one.comparison), {**diff_object(one.comparison), "selected": [1, 3]}]
    assert json.loads(write([pair(changes=frozenset())], "json"))["selected"] == []


@pytest.mark.parametrize("format", FORMATS)
def test_several_pairs_are_one_document(format: Format) -> None:
    written = write([pair(), pair(43, 44)], format)
    assert written.endswith("\n")
    for name in ("41", "42", "43", "44"):
        assert name in written
    if format == "html":
        assert written.count("<html") == written.count("<nav>") == 1
        assert written.count("<section") == 2
    if format == "svg":
        ElementTree.fromstring(written)


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "patch"])
def test_nothing_that_could_act_on_a_terminal_is_written(format: Format) -> None:
    written = write([hostile_pair(TEXT), hostile_pair(EDITED)], format)
    assert displayable(written, newlines=True) == written


@pytest.mark.parametrize("format", FORMATS)
def test_one_completion_is_no_comparison(format: Format) -> None:
    with pytest.raises(ValueError, match="is none"):
        write([Marked(compare(None, a_side()))], format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("a", "b"), [("", ""), ("", "one"), ("one", ""), ("\n", "\n\n"), (" ", "  ")])
def test_texts_with_next_to_nothing_in_them(format: Format, a: str, b: str) -> None:
    assert write([Marked(compare(a_side(a), a_side(b, id=2)))], format)


@pytest.mark.parametrize("format", FORMATS)
def test_headers_are_not_exported(format: Format) -> None:
    run = a_run(MARS[0])
    object.__setattr__(run, "headers", {"authorization": "Bearer sk-secret", "x-request-id": "req-1"})
    written = write([Marked(compare(Side.of(run), a_side(MARS[1], id=2)))], format)
    assert "sk-secret" not in written
