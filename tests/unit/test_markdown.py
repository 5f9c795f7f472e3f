"""Markdown, as a renderer with every extension on would show it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from seedtui.core.comparison import compare
from seedtui.core.layout.rows import View
from seedtui.core.text import displayable, one_line
from seedtui.exchange.markdown import escaped, fenced, markdown
from seedtui.exchange.marked import Marked
from support.hostile import LINES, MARKDOWN, MARKUP, TEXT, hostile_pair
from support.mars import MARS
from support.runs import a_side

# Images are left on, since they fetch; so is raw HTML.
_RENDERER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough", "linkify"])
_PIECES = [*MARKDOWN.split(" "), *MARKUP.split(" "), *"*_`|\\a -", "``", "__", "&amp;", "&#35;", "1."]
texts = st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join) | st.text(max_size=30)


def tokens(text: str) -> Iterator[Token]:
    for token in _RENDERER.parse(text):
        yield token
        yield from token.children or ()


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text)}


def shown(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type in ("text", "code_inline"))


_ACTIVE = {"link_open", "image", "html_inline", "html_block", "em_open", "s_open"}


@given(texts)
def test_a_line_reads_as_it_is_and_does_nothing(text: str) -> None:
    text = one_line(text)
    for written in (f"Note: {escaped(text)}.", f"| x |\n|---|\n| a {escaped(text)} |\n"):
        assert not kinds(written) & (_ACTIVE | {"strong_open"})
        expected = " ".join(text.replace("|", "¦").split())
        assert expected in " ".join(shown(written).replace("|", "¦").split())


@given(texts, texts)
def test_a_block_holds_what_it_was_given(a: str, b: str) -> None:
    text = displayable(f"{a}\n{b}", newlines=True)
    found = [token for token in tokens(f"{fenced(text, 'text')}\n\nafter") if token.type == "fence"]
    assert [token.content for token in found] == [f"{text}\n"]


@pytest.mark.parametrize("text", [MARKUP, MARKDOWN, LINES, TEXT])
@pytest.mark.parametrize("view", list(View))
def test_hostile_texts_do_nothing(text: str, view: View) -> None:
    written = markdown([hostile_pair(text), hostile_pair(text)], view, 100)
    found = kinds(written)
    assert not found & _ACTIVE
    assert not found & {"blockquote_open", "hr", "code_block"}
    headings = [token for token in tokens(written) if token.type == "heading_open"]
    assert len(headings) == 5
    rows = [token for token in tokens(written) if token.type == "tr_open"]
    cells = [token for token in tokens(written) if token.type in ("td_open", "th_open")]
    assert len(cells) == 3 * len(rows)


def test_the_diff_is_marked_word_by_word() -> None:
    written = markdown([Marked(compare(a_side(MARS[0]), a_side(MARS[1], id=2)))], View.UNIFIED, 100)
    assert "\n```diff\n- In the year 2050, a team of [-courageous -]astronauts [-embarked-] on" in written
    assert "\n+ In the year 2050, a team of astronauts {+set out+} on a groundbreaking mission" in written


def test_messages_that_differ_are_compared() -> None:
    a, b = (a_side("Once.", messages=[{"role": "user", "content": f"Tell me of {where}."}]) for where in ("Mars", "us"))
    written = markdown([Marked(compare(a, b))], View.UNIFIED, 100)
    assert (
        "**user** (what differs is marked)\n\n```diff\n- Tell me of [-Mars-].\n+ Tell me of {+us+}.\n```\n" in written
    )
