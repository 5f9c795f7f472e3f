"""The exported page in a real browser: no script runs, nothing is fetched, and everything is in its place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.comparison import compare
from seedtui.exchange.formats import Marked, write
from support.hostile import RAN, hostile_pair
from support.mars import MARS
from support.runs import a_side

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")

_DARK = "--blink-settings=preferredColorScheme=0"
_LIGHT = "--blink-settings=preferredColorScheme=1"
_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

Browser = Callable[..., str]

# What a reader would see of a page: where things are, and what colour the paper is.
_MEASURE = """
const found = [...document.querySelectorAll('iframe')].map(frame => {
  const page = frame.contentDocument, box = element => element.getBoundingClientRect();
  const rows = [...page.querySelectorAll('.diff tbody tr:not(.same)')].map(row => {
    const [a, b] = [...row.children].map(box);
    return {beside: b.left >= a.right - 1 && Math.abs(a.top - b.top) < 1, below: b.top >= a.bottom - 1};
  });
  const beyond = [...page.querySelectorAll('body *')].filter(one => box(one).right > frame.clientWidth + 1);
  return {title: page.title, scripts: page.scripts.length, rows, beyond: beyond.map(one => one.outerHTML.slice(0, 200)),
          paper: getComputedStyle(page.body).backgroundColor, ran: page.body.id,
          once: [...page.querySelectorAll('.same td.b')].every(cell => box(cell).height === 0),
          marks: [...page.querySelectorAll('del,ins')].map(one => getComputedStyle(one).textDecorationLine)};
});
document.body.innerHTML = '<pre id="found"></pre>';
document.getElementById('found').textContent = JSON.stringify(found);
"""


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """Open a file in a browser of its own; return what it writes to standard output."""

    def run(path: Path, *flags: str) -> str:
        profile = tmp_path / f"profile-{len(list(tmp_path.iterdir()))}"
        done = subprocess.run(
            [str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}", *flags, path.as_uri()],
            capture_output=True,
            env={**os.environ, "HOME": str(tmp_path)},
            timeout=120,
            check=True,
        )
        return done.stdout.decode()

    return run


def measure(browser: Browser, folder: Path, page: str, width: int, *flags: str) -> dict[str, Any]:
    """Show a page in a frame of some width, which a window cannot be made as narrow as, and measure it."""
    path = folder / f"frame-{width}.html"
    frame = f'<iframe srcdoc="{escape(page)}" style="border:0;width:{width}px;height:900px"></iframe>'
    path.write_text(f"<meta charset=utf-8><body>{frame}<script>onload = () => {{{_MEASURE}}}</script>")
    dom = browser(path, "--dump-dom", "--virtual-time-budget=10000", *flags)
    found = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    measured: dict[str, Any] = json.loads(unescape(found[1]))[0]
    return measured


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A page of two pairs whose every field is hostile."""
    path = tmp_path / "hostile.html"
    path.write_text(write([hostile_pair(), hostile_pair()], "html"))
    return path


@pytest.fixture
def stories() -> str:
    """A page with the notebook's two unseeded stories, and a sentence that both begin with."""
    a, b = (f"Two stories follow, both of them about Mars. {text}" for text in MARS[:2])
    return write([Marked(compare(a_side(a), a_side(b, id=2)))], "html")


def test_no_script_runs(browser: Browser, hostile: Path) -> None:
    dom = browser(hostile, "--dump-dom", "--virtual-time-budget=5000")
    assert f"<title>{RAN}" not in dom
    assert "<title>2 comparisons</title>" in dom
    assert '<body id="ran"' not in dom
    for element in ("script", "img", "svg", "iframe", "base", "form", "link", "object"):
        assert f"<{element}" not in dom
    assert dom.count("<style") == 1
    assert dom.count("<meta") == 3
    assert dom.count("&lt;script&gt;") > 10


def test_the_policy_would_stop_what_got_through(browser: Browser, hostile: Path) -> None:
    script = f"<script>document.title='{RAN}'</script>"
    image = f"<img src=x onerror=\"document.title='{RAN}'\">"
    page = hostile.read_text()
    hostile.write_text(page.replace("</footer>", f"</footer>{script}{image}"))
    assert f"<title>{RAN}" not in browser(hostile, "--dump-dom", "--virtual-time-budget=5000")
    # The same without a policy does run: the test can tell.
    hostile.write_text(page.replace("Content-Security-Policy", "x").replace("</footer>", f"</footer>{script}"))
    assert f"<title>{RAN}" in browser(hostile, "--dump-dom", "--virtual-time-budget=5000")


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_texts_stay_on_the_page(browser: Browser, hostile: Path, tmp_path: Path, width: int) -> None:
    found = measure(browser, tmp_path, hostile.read_text(), width)
    assert found["beyond"] == []
    assert (found["title"], found["scripts"], found["ran"]) == ("2 comparisons", 0, "")


def test_side_by_side_where_there_is_room(browser: Browser, stories: str, tmp_path: Path) -> None:
    wide = measure(browser, tmp_path, stories, 1280, _LIGHT)
    assert wide["rows"]
    assert all(row["beside"] for row in wide["rows"])
    assert wide["paper"] == "rgb(251, 250, 247)"
    assert set(wide["marks"]) == {"underline"}


def test_one_above_the_other_on_a_phone(browser: Browser, stories: str, tmp_path: Path) -> None:
    phone = measure(browser, tmp_path, stories, 390, _DARK)
    assert phone["rows"]
    assert all(row["below"] for row in phone["rows"])
    assert phone["once"]
    assert phone["beyond"] == []
    assert phone["paper"] == "rgb(20, 23, 29)"


@pytest.mark.parametrize("width", [500, 1280])
def test_it_can_be_pictured(browser: Browser, hostile: Path, tmp_path: Path, width: int) -> None:
    picture = tmp_path / f"{width}.png"
    browser(hostile, f"--window-size={width},1600", f"--screenshot={picture}")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000


def test_it_can_be_printed(browser: Browser, stories: str, tmp_path: Path) -> None:
    (tmp_path / "stories.html").write_text(stories)
    browser(tmp_path / "stories.html", f"--print-to-pdf={tmp_path / 'out.pdf'}", "--no-pdf-header-footer")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_a_picture_is_an_image_to_a_browser(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "pane.svg").write_text(write([hostile_pair()], "svg"))
    show = "onload = () => document.title = document.images[0].naturalWidth"
    (tmp_path / "page.html").write_text(f"<img src=pane.svg><script>{show}</script>")
    assert "<title>888</title>" in browser(tmp_path / "page.html", "--dump-dom", "--virtual-time-budget=5000")
    dom = browser(tmp_path / "pane.svg", "--dump-dom", "--virtual-time-budget=5000")
    assert "<script" not in dom
    assert RAN not in dom.partition("<title>")[2].partition("</title>")[0]
