"""Everything from outside on every screen: it is shown, marked, and does nothing."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import pytest
from textual.command import CommandPalette

from seedtui.endpoints.weights import WeightsError
from seedtui.exchange.logs.found import ImportedRun
from seedtui.exchange.logs.reading import read_runs
from seedtui.tui.commands import COMMANDS, Scope
from seedtui.tui.screens.agreement import AgreementScreen
from seedtui.tui.screens.baselines import BaselinesScreen
from seedtui.tui.screens.confirm import ConfirmScreen
from seedtui.tui.screens.download import DownloadScreen
from seedtui.tui.screens.export import ExportScreen
from seedtui.tui.screens.fingerprints import FingerprintsScreen
from seedtui.tui.screens.overview import OverviewScreen
from seedtui.tui.screens.picking import PickScreen
from seedtui.tui.screens.series import SeriesScreen
from seedtui.tui.screens.series_list import SeriesList
from seedtui.tui.screens.series_setup import SeriesSetup
from seedtui.tui.screens.versus import VersusScreen
from seedtui.tui.screens.workbench import Workbench
from support.app import Driver, running_app
from support.corpus import ACTING, TEXTS, lines
from support.scripted_server import ScriptedServer, chunk, error_body, sse, status
from support.wire import acts

WIDE, NARROW = (120, 40), (80, 24)
# Each text in some fields of some runs; HYPOTHESIS_PROFILE=explore puts each into each, which takes minutes.
STRIDE = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else 9
NUMBERS = range(0, len(TEXTS), STRIDE)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=list(TEXTS.values()), words=5) as running:
        yield running


class Watch:
    """Looks at each screen, and remembers what was seen."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.seen = ""

    def look(self) -> None:
        """Refuse what acts on a terminal, and what acts on a click."""
        for strip in self.driver.app.screen._compositor.render_strips():
            bad = sorted({f"U+{ord(one):04X}" for one in strip.text if acts(one) or one == "\n"})
            assert not bad, f"{bad} in {strip.text!r}"
            for segment in strip:
                style = segment.style
                assert style is None or style.link is None, segment
                assert style is None or "@click" not in style.meta, segment
        self.seen += self.driver.screen_text
        assert self.driver.app.is_running

    async def press(self, *keys: str) -> None:
        """Press keys, and look after each."""
        for key in keys:
            await self.driver.press(key)
            self.look()

    def at(self, kind: type[Any]) -> None:
        """Look at what must be a certain screen."""
        assert isinstance(self.driver.app.screen, kind), self.driver.screen_text
        self.look()


@asynccontextmanager
async def watching(
    path: Path, server: ScriptedServer | None = None, *, size: tuple[int, int] = WIDE, data: str = ""
) -> AsyncIterator[Watch]:
    """Open the app on the corpus; on an empty history if there is no data."""
    async with running_app(server, path, size=size, base_url="http://127.0.0.1:1/v1") as driver:
        if data:
            file = cast("IO[bytes]", BytesIO(data.encode()))
            found = [one for one in read_runs([("corpus.jsonl", file)]) if isinstance(one, ImportedRun)]
            driver.history.add([one.run for one in found], [one.key for one in found])
            driver.workbench.read_page()
            await driver.settle()
        watch = Watch(driver)
        await watch.press("f3")
        yield watch


def some_settings() -> str:
    """Return settings with a text of the corpus in each place that the app takes one from and shows."""
    texts = [text for text in ACTING.values() if "," not in text and text.isascii()]
    free = [one.id for one in COMMANDS if one.keys and one.scope not in (Scope.EVERYWHERE, Scope.REQUEST)]
    keys = [f"{name} = {quoted(text)}" for name, text in zip(free, texts, strict=False)]
    bidi = quoted("".join(ACTING[name] for name in ("bidi", "osc 52", "c1")))
    endpoint = f'[endpoints.x]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = {bidi}\n'
    return "\n".join([f"editor = {bidi}", "default_endpoint = 'x'", "[keys]", *keys, endpoint])


def quoted(text: str) -> str:
    """Quote a text as TOML does."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def assert_marked(seen: str) -> None:
    """Refuse what was not shown; markup stands there as it was written."""
    for mark in ("␛]52;c", "‹202E›", "‹009B›", "␇", "[/"):
        assert mark in seen, f"{mark} was not shown"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_runs_compared_do_nothing_in_any_view(tmp_path: Path, size: tuple[int, int]) -> None:
    async with watching(tmp_path, size=size, data="".join(lines(STRIDE))) as watch:
        await watch.press("end")
        for number in NUMBERS:
            # The run, its twin, and one that failed; with another view for each.
            await watch.press("up", "c", "v")
            await watch.press(*("up", "up") if number + 1 < len(NUMBERS) else ())
            if number % 27 == 0:
                await watch.press("f4", "n", "s", "escape", "slash", "escape", "f3")
        assert_marked(watch.seen)


async def test_requests_loaded_into_the_form_do_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, data="".join(lines(STRIDE))) as watch:
        await watch.press("home")
        for number in NUMBERS:
            await watch.press(*(("down",) * (2 if number % 2 else 4)), "l")
            if number % 27 == 0:
                # The same request, unfolded: model, parameters and further fields one by one.
                for _ in range(8):
                    await watch.press("tab")
            await watch.press("f3")
        # A field is as wide as it is: of some texts only the beginning is in sight.
        assert "␛" in watch.seen
        assert isinstance(watch.driver.app.screen, Workbench)


async def test_screens_over_the_workbench_do_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, data="".join(lines(STRIDE))) as watch:
        await watch.press("end", "up", "c")
        for keys, kind in (
            (("w",), VersusScreen),
            (("A",), PickScreen),
            (("B",), PickScreen),
            (("e",), ExportScreen),
            (("t",), AgreementScreen),
            (("T",), OverviewScreen),
            (("F",), FingerprintsScreen),
            (("d",), ConfirmScreen),
            (("ctrl+p",), CommandPalette),
        ):
            await watch.press(*keys)
            watch.at(kind)
            for _ in range(6):
                await watch.press("down")
            await watch.press("end", "home", "pagedown", "escape")
            if not isinstance(watch.driver.app.screen, Workbench):
                await watch.press("escape")
            watch.at(Workbench)
            await watch.press("f3")
        assert_marked(watch.seen)


async def test_agreement_of_every_request_does_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, data="".join(lines(STRIDE))) as watch:
        await watch.press("end")
        for _ in NUMBERS:
            await watch.press("t")
            watch.at(AgreementScreen)
            await watch.press("down", "escape", "up", "up", "up")
        await watch.press("T", "down", "e", "escape", "end", "escape", "F", "down", "end")
        assert_marked(watch.seen)


async def test_the_picker_searches_for_any_text(tmp_path: Path) -> None:
    async with watching(tmp_path, data="".join(lines(STRIDE))) as watch:
        await watch.press("B")
        for text in list(TEXTS.values())[::STRIDE]:
            field = watch.driver.app.screen.query("LineInput").first()
            cast("Any", field).typed = text.encode("utf-8", "replace").decode()
            await watch.driver.settle()
            watch.look()


async def test_baselines_and_their_checks_do_nothing(tmp_path: Path, server: ScriptedServer) -> None:
    async with watching(tmp_path, server) as watch:
        for number, text in enumerate(list(TEXTS.values())[:6]):
            form = watch.driver.workbench.form
            form.load(replace(form.draft, model=text))
            other = list(TEXTS.values())[-number]
            server.script(sse(chunk(text, fingerprint=text, model=other), chunk(finish_reason=text, fingerprint=text)))
            await watch.driver.sent("f5", number + 1)
            watch.look()
            await watch.press("f3", "home", "p")
        for text in TEXTS.values():
            server.script(sse(chunk(text, fingerprint=text), chunk(finish_reason=text, fingerprint=text)))
        await watch.press("P")
        watch.at(BaselinesScreen)
        for _ in range(12):
            await watch.press("down")
        await watch.press("C")
        await watch.driver.settle()
        watch.look()
        assert "␛[5;31mcsi" in watch.seen


async def test_what_a_server_says_does_nothing_while_it_comes(tmp_path: Path, server: ScriptedServer) -> None:
    async with watching(tmp_path, server) as watch:
        texts = list(TEXTS.values())
        for at, text in enumerate(texts[:: max(1, STRIDE // 3)]):
            other = texts[(at + 7) % len(texts)]
            pieces = [chunk(letter, fingerprint=other, model=other) for letter in text[:40]]
            server.script(sse(*pieces, chunk(finish_reason=other, fingerprint=text)))
            await watch.driver.sent("f5", 2 * at + 1)
            watch.look()
            server.script(status(400, error_body(f"{text} {other}", text)))
            await watch.driver.sent("f5", 2 * at + 2)
            watch.look()
        assert_marked(watch.seen)


async def test_series_with_swept_texts_do_nothing(tmp_path: Path, server: ScriptedServer) -> None:
    async with watching(tmp_path, server) as watch:
        for number, text in enumerate((json.dumps([*ACTING.values()][:12]), json.dumps([*TEXTS.values()][-12:]))):
            await watch.press("ctrl+g")
            watch.at(SeriesSetup)
            setup = cast("SeriesSetup", watch.driver.app.screen)
            setup._box("repeats").typed = "1"
            setup._box("sweep-0").typed = f"stop={text}"
            setup._box("sweep-1").typed = f"\x1b]52;c;eA==\x07={text}" if number else ""
            await watch.driver.settle()
            watch.look()
            values = json.dumps(["\x1b[5;31m", "\u202e", "[/]", "[@click=app.quit]x[/]"])
            setup._box("sweep-1").typed = f"user={values}" if number else ""
            await watch.driver.settle()
            await watch.press("enter")
            await watch.driver.until(lambda: "All of it is answered." in watch.driver.screen_text)
            watch.at(SeriesScreen)
            for _ in range(14):
                await watch.press("down")
            await watch.press("escape", "f3", "R")
            watch.at(SeriesList)
            await watch.press("down", "up", "escape")
        assert "␛[5;31m" in watch.seen


async def test_settings_do_nothing(tmp_path: Path) -> None:
    """A key that stands for no key was once written to the terminal as it was."""
    async with running_app(
        None, tmp_path, base_url="http://127.0.0.1:1/v1", settings=some_settings(), model=""
    ) as driver:
        watch = Watch(driver)
        await watch.press("f1", *["pagedown"] * 4, "escape", "ctrl+p", *"filter", "escape", "f3", "f4", "f2", "ctrl+e")
        for mark in ("␛[5;31mcsi", "␛]52;c;"):
            assert mark in watch.seen, f"{mark} was not shown"


async def test_a_download_that_fails_says_so_and_does_nothing(tmp_path: Path) -> None:
    said = " ".join(ACTING[name] for name in ("osc 52", "bidi", "c1", "lone surrogate")) + "[/]"

    def fail(*arguments: object) -> None:
        raise WeightsError(said)

    async with watching(tmp_path) as watch:
        watch.driver.app.push_screen(DownloadScreen("a model", fail))
        await watch.driver.until(lambda: "Enter closes this" in watch.driver.screen_text)
        watch.at(DownloadScreen)
        assert_marked(watch.seen.replace("\n", ""))
