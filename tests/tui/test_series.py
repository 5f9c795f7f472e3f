"""Series in the app: set up, sent, followed, cancelled, resumed, opened again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seedtui.core.draft import to_request
from seedtui.core.run import Completion, Run, RunError, Status
from seedtui.core.series import Plan
from seedtui.core.sweep import expand, parse_axis
from seedtui.tui.screens.agreement import AgreementScreen
from seedtui.tui.screens.confirm import ConfirmScreen
from seedtui.tui.screens.series import SeriesScreen
from seedtui.tui.screens.series_list import SeriesList
from seedtui.tui.screens.series_setup import SeriesSetup
from seedtui.tui.series_draft import SeriesDraft
from seedtui.tui.widgets.table import Table
from support.app import Driver, running_app
from support.scripted_server import ScriptedServer, error_body, status


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(words=12) as running:
        yield running


def setup_of(driver: Driver) -> SeriesSetup:
    assert isinstance(driver.app.screen, SeriesSetup)
    return driver.app.screen


def series_of(driver: Driver) -> SeriesScreen:
    assert isinstance(driver.app.screen, SeriesScreen), driver.screen_text
    return driver.app.screen


async def open_setup(driver: Driver, *sweeps: str, repeats: str = "3", at_a_time: str = "2") -> SeriesSetup:
    """Open the set-up and fill its fields."""
    await driver.press("ctrl+g")
    setup = setup_of(driver)
    await fill(driver, *sweeps, repeats=repeats, at_a_time=at_a_time)
    return setup


async def fill(driver: Driver, *sweeps: str, repeats: str = "3", at_a_time: str = "2") -> None:
    setup = setup_of(driver)
    setup._box("repeats").typed = repeats
    setup._box("at-a-time").typed = at_a_time
    for number in range(3):
        setup._box(f"sweep-{number}").typed = sweeps[number] if number < len(sweeps) else ""
    await driver.settle()


async def begin(driver: Driver, *sweeps: str, repeats: str = "3", at_a_time: str = "2") -> SeriesScreen:
    """Set up a series and start it."""
    await open_setup(driver, *sweeps, repeats=repeats, at_a_time=at_a_time)
    await driver.pilot.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, SeriesScreen))
    return series_of(driver)


async def complete(driver: Driver) -> None:
    await driver.until(lambda: "All of it is answered." in driver.screen_text)
    await counted(driver)


async def counted(driver: Driver) -> None:
    """Wait until everything that came is in the table."""
    screen = series_of(driver)
    await driver.until(lambda: not screen.series.has_news and not screen._working)
    screen.look()
    await driver.settle()


def rows(driver: Driver) -> list[tuple[str, ...]]:
    return list(series_of(driver).query_one("#settings", Table).rows)


def a_plan(driver: Driver, *sweeps: str, repeat: int = 2) -> Plan:
    request = to_request(driver.workbench.form.draft)
    return Plan(expand(request, "openai", [parse_axis(typed) for typed in sweeps]), repeat, 2)


def keep_run(driver: Driver, plan: Plan, series_id: int, slot: int, how: Status, text: str = "Once.") -> int:
    """Put a run of a series into the history, as another process would."""
    setting = plan.setting_of(slot)
    now = datetime.now(UTC)
    run_id = driver.history.start(setting.request, setting.endpoint, now, (series_id, slot))
    if how is not Status.STREAMING:
        whole = how is Status.COMPLETE
        error = RunError("http", "The endpoint answered 500.", 500) if how is Status.FAILED else None
        completions = (Completion(0, text, "stop"),) if whole else ()
        run = Run(
            id=run_id,
            request=setting.request,
            response=None,
            endpoint=setting.endpoint,
            created_at=now,
            status=how,
            completions=completions,
            error=error,
        )
        driver.history.finish(run)
    return run_id


async def open_newest(driver: Driver) -> None:
    await driver.press("f3", "R")
    assert isinstance(driver.app.screen, SeriesList)
    await driver.press("enter")
    await counted(driver)


@pytest.mark.parametrize("key", ["ctrl+g", "shift+f5"])
async def test_two_keys_open_the_set_up_from_anywhere(server: ScriptedServer, tmp_path: Path, key: str) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.press(key)
        assert "20 runs, 4 at a time." in driver.screen_text
        await driver.press("escape", "f3", key)
        setup_of(driver)
        assert server.completions == []


@pytest.mark.parametrize(
    ("sweeps", "said"),
    [
        (("seed=1..",), "! seed must be a whole number"),
        (("temperature",), "! temperature is no sweep: write it like seed=1..20"),
        (("seed=1,2", "seed=3"), "! seed is swept twice"),
        (("endpoint=openai,nowhere",), "! There is no endpoint nowhere; there are local, openai."),
        (("seed=1..90000",), "! That makes 270,000 runs"),
        (("seed=1,1",), "! seed 1 comes twice"),
    ],
)
async def test_what_is_wrong_with_a_sweep_is_said_while_it_is_typed(
    server: ScriptedServer, tmp_path: Path, sweeps: tuple[str, ...], said: str
) -> None:
    async with running_app(server, tmp_path) as driver:
        setup = await open_setup(driver, *sweeps)
        assert said in driver.screen_text
        assert "Nothing to send yet." in driver.screen_text
        await driver.press("enter")
        assert driver.app.screen is setup
        await fill(driver, "seed=1,2")
        assert "2 settings × 3 = 6 runs, 2 at a time." in driver.screen_text
        assert "seed 2" in driver.screen_text


@pytest.mark.parametrize(
    ("repeats", "at_a_time", "said"),
    [("", "2", "repeats must be"), ("2x", "2", "got 2x."), ("2", "0", "a time must be"), ("2", "9999", "take fewer")],
)
async def test_counts_are_whole_numbers(
    server: ScriptedServer, tmp_path: Path, repeats: str, at_a_time: str, said: str
) -> None:
    async with running_app(server, tmp_path) as driver:
        await open_setup(driver, repeats=repeats, at_a_time=at_a_time)
        assert said in driver.screen_text


async def test_a_form_that_is_no_request_says_so_itself(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        form = driver.workbench.form
        form.load(replace(form.draft, typed={"seed": "12x"}))
        await driver.press("ctrl+g")
        assert driver.app.screen is driver.workbench
        assert "Not sent: seed must be a whole number" in driver.status


async def test_what_was_typed_is_there_the_next_time(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await open_setup(driver, "temperature=0,1", "seed=", repeats="7")
        await driver.press("escape", "ctrl+g")
        assert setup_of(driver).typed == SeriesDraft("7", "2", ("temperature=0,1", "seed="))


async def test_a_key_fills_in_the_two_by_two(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.press("ctrl+g", "f3")
        assert "4 settings × 20 = 80 runs, 4 at a time." in driver.screen_text
        assert "seed not sent · temperature 0.7" in driver.screen_text
        # Asked for as the screen was opened.
        await driver.until(lambda: "F6 models" in driver.screen_text)
        await driver.press("f6")
        assert setup_of(driver).typed.sweeps == ("model=scripted-1,scripted-2", "seed=123")


async def test_a_request_for_several_choices_is_said_to_be_one(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        form = driver.workbench.form
        form.load(replace(form.draft, typed={"n": "5"}))
        await open_setup(driver)
        assert "3 runs, 2 at a time; each run asks for 5 choices." in driver.screen_text
        await driver.pilot.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, SeriesScreen))
        await complete(driver)
        assert rows(driver)[0][1] == "15"


async def test_a_sweep_row_is_added_when_all_are_filled(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        setup = await open_setup(driver, "seed=1,2", "temperature=0,1", "top_p=0.5,1")
        assert len(setup.query(".sweep")) == 4


async def test_each_setting_is_measured(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await begin(driver, "seed=unset,7")
        await complete(driver)
        assert rows(driver) == [
            ("not sent", "3", "3", "1 of 3", "0 %", "0–79 %", "7"),
            ("7", "3", "1", "3 of 3", "100 %", "21–100 %", "12"),
        ]
        assert "1 of 2 settings repeated exactly; least with seed not sent: 0 %" in driver.screen_text
        assert "6 of 6 answered" in driver.screen_text
        assert len(server.completions) == 6


async def test_progress_is_shown_while_it_goes_on(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=3)
        await begin(driver, "seed=1,2")
        await driver.until(lambda: "2 going" in driver.screen_text)
        assert "0 of 6 answered" in driver.screen_text
        assert "0 failed" in driver.screen_text
        server.release()
        await complete(driver)


async def test_a_series_goes_on_behind_the_workbench_and_can_be_opened_again(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=3)
        await begin(driver, "seed=1,2")
        await driver.press("escape")
        await driver.until(lambda: "Series 1: 0 of 6 answered. R shows it." in driver.status)
        await driver.press("f3", "R")
        assert "going" in driver.screen_text
        await driver.press("enter")
        assert series_of(driver).series.going
        server.release()
        await complete(driver)
        await driver.press("escape")
        assert "Series 1 is complete, 6 of 6 answered" in driver.status


async def test_a_series_leaves_cursor_and_pair_alone_and_lists_its_runs(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.press("f3", "end")
        await begin(driver, "seed=1,2")
        await driver.press("escape")
        await driver.until(lambda: len(driver.workbench.runs.rows) == 8 and not driver.workbench.live)
        assert driver.workbench.pair.marks == {1: "A", 2: "B"}
        assert driver.workbench.runs.selected is not None
        assert driver.workbench.runs.selected.id == 1
        assert [row.id for row in driver.workbench.runs.rows] == list(range(8, 0, -1))


async def test_cancelled_and_resumed_no_answer_is_asked_for_twice(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await begin(driver, "seed=1,2", repeats="1", at_a_time="1")
        await complete(driver)
        await driver.press("escape")
        server.hold(after=3)
        await begin(driver, "seed=1..4", repeats="1", at_a_time="2")
        await driver.until(lambda: server.held == 2)
        await driver.press("f8")
        await driver.until(lambda: "Cancelled; what came is kept." in driver.screen_text)
        assert "r sends the 4 that are open." in driver.screen_text
        await server.until(lambda: server.closed_early == 2)
        server.release()
        sent = len(server.completions)
        await driver.press("r")
        await complete(driver)
        assert len(server.completions) == sent + 4
        assert [row[1] for row in rows(driver)] == ["1", "1", "1", "1"]


async def test_a_series_that_was_killed_is_completed(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        plan = a_plan(driver, "seed=1,2")
        series_id = driver.history.add_series(plan.as_json(), datetime.now(UTC))
        keep_run(driver, plan, series_id, 0, Status.COMPLETE, "A story.")
        keep_run(driver, plan, series_id, 1, Status.INTERRUPTED)
        await open_newest(driver)
        assert "1 of 4 answered" in driver.screen_text
        assert "r sends the 3 that are open." in driver.screen_text
        assert rows(driver)[0][:2] == ("1", "1")
        await driver.press("r")
        await complete(driver)
        assert len(server.completions) == 3
        # The text that was there before counts with those that came now.
        assert [row[:3] for row in rows(driver)] == [("1", "2", "2"), ("2", "2", "1")]
        assert "1 left out: 1 interrupted." in driver.screen_text


async def test_a_series_that_another_process_sends_is_followed(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        plan = a_plan(driver, repeat=2)
        series_id = driver.history.add_series(plan.as_json(), datetime.now(UTC))
        keep_run(driver, plan, series_id, 0, Status.STREAMING)
        await open_newest(driver)
        assert "Another seedtui sends it now: 1 run going there." in driver.screen_text
        await driver.press("r")
        assert "it can be resumed when that has ended" in driver.screen_text
        keep_run(driver, plan, series_id, 1, Status.COMPLETE)
        await driver.until(lambda: rows(driver)[0][1] == "1")


async def test_a_rate_limit_is_waited_for_in_the_open(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.script(status(429, error_body("slow down"), **{"retry-after": "30"}))
        await begin(driver, at_a_time="1")
        await driver.until(lambda: "rate limit: nothing new to openai for" in driver.screen_text)
        assert "1 sent again" in driver.screen_text
        await driver.press("escape")
        await driver.until(lambda: "rate limit" in driver.status)
        # Nothing streams, and yet there is something to lose.
        await driver.press("f10")
        assert isinstance(driver.app.screen, ConfirmScreen)
        assert "Series 1 is still going, 3 runs open." in driver.screen_text
        await driver.press("n", "f3", "R", "enter", "f8")
        await driver.until(lambda: "Cancelled" in driver.screen_text)


async def test_failures_are_named_and_counted_by_what_they_say(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        bad = status(400, error_body("no such thing as [/b] here"))
        server.script(bad, bad, status(422, error_body("quite another")))
        await begin(driver, at_a_time="1", repeats="5")
        await driver.until(lambda: "r sends the 3 that are open." in driver.screen_text)
        await counted(driver)
        assert "2 of 5 answered" in driver.screen_text
        assert "3 failed" in driver.screen_text
        shown = " ".join(driver.screen_text.split())
        assert "2 × " in shown
        assert "no such thing as [/b] here" in shown
        assert "1 × " in shown
        assert "3 left out: 3 failed." in driver.screen_text
        await driver.press("escape")
        await open_newest(driver)
        assert "2 × " in driver.screen_text
        await driver.press("r")
        await complete(driver)
        assert " × " not in driver.screen_text


async def test_an_endpoint_that_refuses_everything_stops_the_series(tmp_path: Path) -> None:
    with ScriptedServer(key="another") as server:
        async with running_app(server, tmp_path) as driver:
            await begin(driver, repeats="50")
            await driver.until(lambda: "openai refused each of the last runs" in driver.screen_text)
            await driver.press("escape")
            assert "Series 1 stopped with 0 of 50 answered" in driver.status
            assert len(server.completions) < 20


async def test_enter_shows_the_agreement_of_a_setting(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await begin(driver, "seed=1,2")
        await complete(driver)
        await driver.press("down", "enter")
        assert isinstance(driver.app.screen, AgreementScreen)
        await driver.until(lambda: "3 of 3 identical" in driver.screen_text)
        await driver.press("escape")
        series_of(driver)


async def test_a_plan_that_cannot_be_read_is_listed_and_said(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.press("f3", "R")
        assert "There is no series yet" in driver.screen_text
        await driver.press("escape")
        driver.history.add_series({"settings": "all"}, datetime.now(UTC))
        await driver.press("R", "enter")
        assert isinstance(driver.app.screen, SeriesList)
        assert "The plan of this series cannot be read" in driver.screen_text


async def test_shift_f8_on_the_workbench_cancels_a_series(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=3)
        await begin(driver, repeats="9")
        await driver.until(lambda: server.held == 2)
        await driver.press("escape", "f8")
        assert "F8 there cancels it" in driver.status
        await driver.press("shift+f8")
        await driver.until(lambda: "Series 1 was cancelled with 0 of 9 answered" in driver.status)
