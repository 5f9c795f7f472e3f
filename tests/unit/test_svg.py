"""The picture: valid XML, every character in its cell."""

from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.comparison import compare
from seedtui.core.layout.rows import View
from seedtui.exchange.marked import Marked
from seedtui.exchange.svg import svg_picture
from support.hostile import EDITED, LINES, MARKDOWN, MARKUP, TEXT, hostile_pair
from support.runs import a_side

_SVG = "{http://www.w3.org/2000/svg}"
_TAGS = {f"{_SVG}{tag}" for tag in ("svg", "title", "style", "rect", "path", "text", "tspan")}
_PIECES = [*"<& \n\0\x1b\ufffe\t", "]]>", "한국어 ", "火星", "ﾊﾟ", "e\u0301", "👨‍👩‍👧", "🇩🇪", "a ", "b. "]
texts = st.lists(st.sampled_from(_PIECES), max_size=15).map("".join) | st.text(max_size=30)


def picture(a: str, b: str, view: View = View.SPLIT) -> ElementTree.Element:
    return ElementTree.fromstring(svg_picture([Marked(compare(a_side(a), a_side(b, id=2)))], view, 80))


@given(texts, texts, st.sampled_from(View))
def test_texts_stay_in_their_cells(a: str, b: str, view: View) -> None:
    root = picture(a, b, view)
    width = float(root.get("width", ""))
    for element in root.iter():
        assert element.tag in _TAGS
    for text in root.iter(f"{_SVG}text"):
        end = 0.0
        for run in text:
            left = float(run.get("x", ""))
            assert abs((left - 24) / 8.4 - round((left - 24) / 8.4)) < 0.02
            assert left >= end - 0.1
            end = left + 8.4 * cell_len(run.text or "")
        assert end <= width - 24 + 8.4


def test_wide_characters_are_placed_one_by_one() -> None:
    runs = picture("서울 ok", "서울 no", View.INLINE).iter(f"{_SVG}tspan")
    found = {run.text: float(run.get("x", "")) for run in runs}
    assert [round((found[text] - 24) / 8.4) for text in ("서", "울", "ok", "no")] == [2, 4, 7, 9]


@pytest.mark.parametrize("text", [MARKUP, MARKDOWN, LINES, TEXT, EDITED])
@pytest.mark.parametrize("view", list(View))
def test_hostile_fields_stay_texts(text: str, view: View) -> None:
    root = ElementTree.fromstring(svg_picture([hostile_pair(text)] * 2, view, 100))
    assert {element.tag for element in root.iter()} <= _TAGS
    for element in root.iter():
        assert not any(name.startswith("on") or name.endswith("href") for name in element.attrib)


def test_a_picture_that_no_program_would_show_is_cut_and_says_so() -> None:
    root = picture("one.\n" * 5000, "two.\n" * 5000)
    assert float(root.get("height", "")) < 32_767
    assert any("lines more" in (run.text or "") for run in root.iter(f"{_SVG}tspan"))


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="needs rsvg-convert")
def test_a_renderer_takes_it() -> None:
    drawn = subprocess.run(
        ["rsvg-convert"],
        input=svg_picture([hostile_pair()], View.SPLIT, 100).encode(),
        capture_output=True,
        check=True,
    )
    assert drawn.stdout.startswith(b"\x89PNG")
