"""The list of runs by itself, over a history that answers when the test wants it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.scrollbar import ScrollTo
from textual.strip import Strip

from seedtui.core.query import Query, parse_query
from seedtui.core.summary import Summary
from seedtui.tui.runs_window import LIMIT, Ask, Where
from seedtui.tui.widgets.runs_list import RunsList
from support.summaries import a_summary

RUNS = 2000


class ListApp(App[None]):
    """Shows the list alone, and answers what it wants, at once or when told to."""

    def __init__(self, runs: Sequence[Summary]) -> None:
        super().__init__()
        self.stored = list(runs)
        self.asked: list[Ask] = []
        self.waiting: list[Ask] = []
        self.holding = False

    def get_css_variables(self) -> dict[str, str]:
        return {**super().get_css_variables(), "row-cursor": "#224466"}

    def compose(self) -> ComposeResult:
        yield RunsList()

    def on_mount(self) -> None:
        self.runs.focus()
        self.runs.begin(Query(), "Nothing.")

    @property
    def runs(self) -> RunsList:
        return self.query_one(RunsList)

    @property
    def at(self) -> int:
        """The run under the cursor."""
        assert self.runs.selected is not None
        return self.runs.selected.id

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @on(RunsList.Wanted)
    def _wanted(self, event: RunsList.Wanted) -> None:
        if event.ask is None:
            self.waiting.clear()
            return
        self.asked.append(event.ask)
        if self.holding:
            self.waiting = [event.ask]
        else:
            self.answer(event.ask)

    def answer(self, ask: Ask) -> None:
        found = {
            Where.NEWEST: lambda: self.stored,
            Where.OLDEST: lambda: self.stored,
            Where.OLDER: lambda: [row for row in self.stored if row.id < ask.run_id],
            Where.NEAR: lambda: [row for row in self.stored if row.id <= ask.run_id],
            Where.NEWER: lambda: [row for row in self.stored if row.id > ask.run_id],
        }[ask.where]()
        rows = found[-ask.limit :] if ask.where.upwards else found[: ask.limit]
        self.runs.take(ask.number, rows, more=len(found) > len(rows), done=True)

    async def release(self, pilot: Pilot[None]) -> None:
        """Answer what is waited for, and what that leads to."""
        self.holding = False
        while self.waiting:
            self.answer(self.waiting.pop())
            await pilot.pause()


@asynccontextmanager
async def listing(count: int = RUNS, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[ListApp, Pilot[None]]]:
    app = ListApp([a_summary(run_id) for run_id in range(count, 0, -1)])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def moved(app: ListApp, keys: str, times: int) -> list[int]:
    """Move the cursor past the queue, which would take its time; return where it came by."""
    places = []
    for _ in range(times):
        getattr(app.runs, "action_move_page" if "page" in keys else "action_move")(-1 if "up" in keys else 1)
        places.append(app.at)
    return places


async def test_every_run_is_passed_on_the_way_down_and_up_again_and_few_are_held() -> None:
    async with listing() as (app, pilot):
        down: list[int] = []
        for _ in range(RUNS // 100):
            down += moved(app, "down", 100)
            await pilot.pause()
            assert len(app.runs.rows) <= LIMIT
            assert f"#{down[-1]}" in "\n".join(app.lines)
        assert down == [*range(RUNS - 1, 0, -1), 1]
        up: list[int] = []
        for _ in range(RUNS // 100):
            up += moved(app, "up", 100)
            await pilot.pause()
            assert len(app.runs.rows) <= LIMIT
        assert up == [*range(2, RUNS + 1), RUNS]


async def test_keys_pressed_while_the_oldest_runs_are_read_act_when_they_are_there() -> None:
    async with listing() as (app, pilot):
        app.holding = True
        done: list[int] = []
        app.runs.action_oldest()
        app.runs.action_move(-2)
        app.runs.when_there(lambda: done.append(app.at))
        app.runs.action_move(1)
        app.runs.when_there(lambda: done.append(app.at))
        app.runs.action_newest()
        await pilot.pause()
        assert done == []
        assert f"#{RUNS}" in "\n".join(app.lines)
        await app.release(pilot)
        assert done == [3, 2]
        assert app.runs.selected == app.stored[0]


async def test_page_down_held_down_reads_one_page_at_a_time() -> None:
    async with listing() as (app, pilot):
        app.holding = True
        before = len(app.asked)
        moved(app, "pagedown", 60)
        await pilot.pause()
        assert len(app.asked) == before + 1
        assert app.waiting
        await app.release(pilot)
        assert app.at == RUNS - 60 * 11
        # What it could not go yet was asked for at once.
        assert len(app.asked) <= before + 3


async def test_what_comes_too_late_is_not_shown() -> None:
    async with listing() as (app, pilot):
        app.holding = True
        app.runs.action_oldest()
        await pilot.pause()
        late = app.waiting[-1]
        app.runs.action_newest()
        await pilot.pause()
        assert app.waiting == []
        app.answer(late)
        await pilot.pause()
        assert app.runs.rows[0].id == RUNS


@pytest.mark.parametrize("place", ["far", "near"])
async def test_new_runs_move_nothing_while_one_looks_at_old_ones(place: str) -> None:
    async with listing() as (app, pilot):
        moved(app, "down", 30)
        if place == "far":
            app.runs.action_oldest()
            app.runs.action_move(-50)
        await pilot.pause()
        before = app.lines
        at = app.runs.selected
        for run_id in range(RUNS + 1, RUNS + 9):
            app.stored.insert(0, a_summary(run_id))
            app.runs.put(app.stored[0])
            await pilot.pause()
        assert app.runs.selected == at
        assert [line[:60].rstrip() for line in app.lines[1:]] == [line[:60].rstrip() for line in before[1:]]
        app.runs.action_newest()
        await pilot.pause()
        assert app.at == RUNS + 8


async def test_a_run_that_was_just_sent_is_gone_to_from_wherever_one_is() -> None:
    async with listing() as (app, pilot):
        app.runs.action_oldest()
        await pilot.pause()
        app.stored.insert(0, a_summary(RUNS + 1))
        app.runs.put(app.stored[0], move=True)
        await pilot.pause()
        assert app.runs.selected == app.stored[0]
        assert f"#{RUNS + 1}" in "\n".join(app.lines)


async def test_runs_of_others_that_leave_a_gap_are_read_when_one_comes_near() -> None:
    async with listing() as (app, pilot):
        moved(app, "down", 150)
        app.stored = [a_summary(run_id) for run_id in range(RUNS + 500, 0, -1)]
        app.runs.put_newest(app.stored[:200], more=True)
        assert app.runs.rows[0].id == RUNS
        moved(app, "up", 120)
        await pilot.pause()
        moved(app, "up", 120)
        assert app.at == RUNS - 150 + 240


async def test_the_handle_of_the_scroll_bar_leads_to_runs_that_were_not_read() -> None:
    async with listing(size=(60, 24)) as (app, pilot):
        app.runs.post_message(ScrollTo(y=1000 * 3))
        await pilot.pause()
        assert app.at == 1000
        bar = app.runs.vertical_scrollbar
        assert 0.49 < bar.position / bar.window_virtual_size < 0.51


async def test_the_scroll_bar_still_tells_where_one_is_when_somebody_asks_where_all_widgets_are() -> None:
    async with listing(size=(60, 24)) as (app, pilot):
        app.runs.post_message(ScrollTo(y=1000 * 3))
        await pilot.pause()
        before = app.lines
        # As when something has scrolled, and then the mouse moves.
        app.screen._compositor.reflow_visible(app.screen, app.size)
        assert app.runs in app.screen._compositor.full_map
        app.refresh()
        await pilot.pause()
        assert app.lines == before


async def test_the_scroll_bar_is_not_painted_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listing(size=(60, 24)) as (app, pilot):
        painted: list[Region] = []
        monkeypatch.setattr(app.runs, "refresh", lambda *regions, **_: painted.extend(regions))
        await pilot.press("down")
        assert len(painted) == 2
        assert {(one.x, one.right) for one in painted} == {(0, 60 - app.runs.scrollbar_size_vertical)}


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 20, 71, 72, 73])
async def test_every_line_is_as_wide_as_the_list(width: int) -> None:
    async with listing(size=(width, 24)) as (app, pilot):
        await pilot.pause()
        strips = [app.runs.render_line(y) for y in range(24)]
        assert (
            {cell_len(strip.text) for strip in strips} == {strip.cell_length for strip in strips} == {app.runs._width}
        )
        assert ("(no text)" in "\n".join(app.lines)) == (width > 9)


async def test_a_list_without_a_cell_is_painted_all_the_same() -> None:
    async with listing(size=(1, 24)) as (app, _):
        app.runs._width = 0
        assert not app.runs.render_line(1).text


async def test_a_key_paints_two_runs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listing(size=(60, 24)) as (_, pilot):
        painted: list[int] = []
        plain = RunsList.render_line

        def watched(self: RunsList, y: int) -> Strip:
            painted.append(y)
            return plain(self, y)

        monkeypatch.setattr(RunsList, "render_line", watched)
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(painted)) == [1, 2, 3, 4, 5, 6]


async def test_a_run_that_changes_is_painted_alone() -> None:
    async with listing() as (app, pilot):
        app.runs.put(a_summary(RUNS - 2, words="Now it says more."))
        await pilot.pause()
        assert "Now it says more." in app.lines[6]


async def test_what_was_looked_for_is_shown_where_it_stands() -> None:
    async with listing(3) as (app, pilot):
        app.stored = [a_summary(3, words="Der Weg zum Mars ist weit, und MARS ist kalt", seed=7)]
        app.runs.begin(parse_query("mars seed:7"), "Nothing.")
        await pilot.pause()
        segments = [segment for y in range(4) for segment in app.runs.render_line(y)]
        found = [segment.text for segment in segments if segment.style and segment.style.underline]
        assert [text.strip() for text in found] == ["7", "Mars", "MARS"]


async def test_a_search_is_shown_as_it_comes_and_nothing_is_said_before_its_end() -> None:
    async with listing(3) as (app, pilot):
        app.holding = True
        app.runs.begin(parse_query("mars"), "No run matches.")
        await pilot.pause()
        ask = app.waiting[-1]
        assert "#3" in app.lines[1]
        app.runs.take(ask.number, [], more=True, done=False, reached=2)
        await pilot.pause()
        assert "searching … #2" in app.lines[1]
        app.runs.take(ask.number, [a_summary(1)], more=True, done=False, reached=1)
        await pilot.pause()
        assert "#1" in app.lines[1]
        assert app.runs.note.endswith("1+ found")
        app.runs.take(ask.number, [], more=False, done=True)
        await pilot.pause()
        assert app.runs.note == "1 found"
        assert "searching" not in "\n".join(app.lines)


async def test_a_search_without_a_result_says_so() -> None:
    async with listing(3) as (app, pilot):
        app.stored = []
        app.runs.begin(parse_query("mars"), "No run matches.")
        await pilot.pause()
        assert "No run matches." in app.lines[1]
        assert app.runs.note == "0 found"
