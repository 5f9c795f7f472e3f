"""The HTML page, read by a parser: only what the page itself is made of may be markup."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.comparison import compare
from seedtui.core.diff import Diff, Span
from seedtui.core.layout.rows import View
from seedtui.core.run import Status
from seedtui.exchange.html import html_page
from seedtui.exchange.marked import Marked
from support.hostile import EDITED, LINES, MARKDOWN, MARKUP, TEXT, hostile_pair
from support.mars import MARS
from support.runs import a_side

_PIECES = [*"<>&\"' \n\0\x1b\u202e", "</style>", "<script>", "<!--", "a ", "b. ", "한국", "👨‍👩‍👧"]
texts = st.lists(st.sampled_from(_PIECES), max_size=15).map("".join) | st.text(max_size=30)

_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "nav", "ol", "ul", "li", "a", "section", "header"),
    *("h1", "h2", "h3", "h4", "p", "span", "bdi", "strong", "div", "del", "ins", "footer"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "scope", "colspan", "dir"}
_VOID = {"meta"}


class Page(HTMLParser):
    """Checks that tags are known, closed in order, and bear nothing that acts; collects the texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.parts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS
        for name, value in attrs:
            assert name in _ATTRIBUTES
            assert name != "href" or re.fullmatch(r"#pair-\d+", value or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.parts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@given(texts, texts, st.sampled_from(View))
def test_texts_stay_texts(a: str, b: str, view: View) -> None:
    Page(html_page([Marked(compare(a_side(a), a_side(b, id=2, fingerprint=b or "x")))], view))


@pytest.mark.parametrize("text", [MARKUP, MARKDOWN, LINES, TEXT, EDITED])
def test_hostile_fields_stay_texts(text: str) -> None:
    Page(html_page([hostile_pair(text), hostile_pair(text)], View.SPLIT))


def test_the_pages_policy_allows_its_own_style_and_nothing_else() -> None:
    page = html_page([hostile_pair()], View.SPLIT)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in page
    assert "url(" not in style[0]
    assert "@import" not in style[0]
    assert 'style="' not in page


def test_changes_are_marked_by_elements_and_signs() -> None:
    page = html_page([Marked(compare(a_side(MARS[0]), a_side(MARS[1], id=2)))], View.SPLIT)
    found = Page(page).parts
    assert {"courageous ", "embarked"} <= set(found["del"])
    assert {"set out", "long and arduous"} <= set(found["ins"])
    assert page.count('<span class="sign">−</span>') == page.count('<span class="sign">+</span>') == 3


def test_chosen_changes_alone_are_marked() -> None:
    page = html_page([Marked(compare(a_side(MARS[0]), a_side(MARS[1], id=2)), frozenset({1}))], View.SPLIT)
    found = Page(page).parts
    assert found["del"] == ["embarked", "only in A"]
    assert found["ins"] == ["set out", "only in B"]


def test_contents_name_every_pair_with_its_verdict() -> None:
    same = Marked(compare(a_side(MARS[0], seed=1), a_side(MARS[0], id=2, seed=1)))
    other = Marked(compare(a_side(MARS[0], id=3), a_side(MARS[1], id=4)))
    contents = html_page([same, other], View.SPLIT).partition("<nav>")[2].partition("</nav>")[0]
    for said in ("2 comparisons", "#1 and #2", "Identical: same request, seed 1.", "#3 and #4", "no seed was sent"):
        assert said in contents


def test_code_stands_in_a_type_of_its_own() -> None:
    a, b = (f"Try this.\n```python\nreturn {value}\n```\nDone." for value in (1, 2))
    page = html_page([Marked(compare(a_side(a), a_side(b, id=2)))], View.SPLIT)
    assert page.count('class="text fenced"') == 6
    assert '<span class="text fenced" lang="" dir="auto">return <del>1</del></span>' in page
    assert '<span class="text" lang="" dir="auto">Done.</span>' in page


def test_what_is_still_to_come_is_no_change() -> None:
    a, b = a_side("One cat sat. Two cats sat."), a_side("One cat", id=2, status=Status.STREAMING)
    spans = (Span("equal", 0, 7, 0, 7), Span("delete", 7, 26, 7, 7))
    found = compare(a, b, found=Diff(a.text, b.text, spans, unreached=7))
    for view in View:
        parts = Page(html_page([Marked(found)], view)).parts
        assert parts["del"] == ["only in A"]
        assert " sat. Two cats sat." in parts["span"]


def test_messages_that_differ_are_compared() -> None:
    messages = [{"role": "user", "content": f"Tell me of {where}."} for where in ("Mars", "Venus")]
    a, b = (a_side("Once.", id=number, messages=[message]) for number, message in enumerate(messages, 1))
    page = html_page([Marked(compare(a, b))], View.INLINE)
    assert ">Tell me of <del>Mars</del>.<" in page
    assert ">Tell me of <ins>Venus</ins>.<" in page
    missing = html_page([Marked(compare(a, a_side("Once.", id=2, messages=[*messages, messages[0]])))], View.SPLIT)
    assert '>user in B alone</h3>\n<div class="said" lang="" dir="auto">Tell me of Mars.</div>' in missing
