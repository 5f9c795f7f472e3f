"""Reading a diff by keys: changes, sentences, matches, folds, views, other runs, marks and exports."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from seedtui.core.comparison import Comparison, compare
from seedtui.core.run import Run
from seedtui.tui.moment import started
from seedtui.tui.pair import Ref
from seedtui.tui.screens.export import ExportScreen
from seedtui.tui.screens.picking import PickScreen
from seedtui.tui.screens.versus import VersusScreen
from seedtui.tui.widgets.diff_view import DiffView
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.prompt import Prompt
from support.app import Driver, running_app
from support.mars import MARS
from support.runs import a_run
from support.scripted_server import ScriptedServer

LONG = [f"Sentence number {number} says what the others say." for number in range(80)]
CHANGED = [*LONG[:40], "Here something else is said.", *LONG[41:]]


@asynccontextmanager
async def comparing(path: Path, *runs: Run, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """Open the app on some runs; the last is compared with the one before it."""
    async with running_app(None, path, size=size, base_url="http://127.0.0.1:1/v1") as driver:
        driver.history.add(runs, [None] * len(runs))
        driver.workbench.read_page()
        await driver.settle()
        await driver.press("f3", "home", "c", "f4")
        assert driver.workbench.compare_pane.comparison is not None
        yield driver


def long_pair() -> tuple[Run, Run]:
    return a_run(" ".join(LONG), seed=1), a_run(" ".join(CHANGED), seed=1)


def top(driver: Driver) -> int:
    return driver.workbench.query_one(DiffView).scroll_offset.y


def set_seed(driver: Driver, seed: str) -> None:
    form = driver.workbench.form
    form.load(replace(form.draft, typed={**form.draft.typed, "seed": seed}))


def shown_view(driver: Driver) -> str:
    return driver.workbench.query_one(DiffView).sheet.view.value


async def test_first_and_next_change_say_where_they_are(tmp_path: Path) -> None:
    async with comparing(tmp_path, a_run(MARS[0]), a_run(MARS[1])) as driver:
        assert "change 1 of" in driver.screen_text
        assert ", word 8 of" in driver.screen_text
        await driver.press("n", "n")
        assert "change 3 of" in driver.screen_text
        await driver.press("f")
        assert "change 1 of" in driver.screen_text


async def test_searching_goes_from_match_to_match_in_both_texts(tmp_path: Path) -> None:
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.press("slash", *"NUMBER 7 ", "enter")
        assert "1 of 1 match, in A" in driver.status
        # The text of the last time is typed over.
        await driver.press("slash", *"something else", "enter")
        assert "1 of 1 match, in B" in driver.status
        assert "something else" in driver.screen_text
        await driver.press("slash", "ctrl+u", *"says what", "enter")
        first = driver.status
        await driver.press("full_stop")
        assert driver.status != first
        await driver.press("comma")
        assert driver.status == first
        await driver.press("slash", "ctrl+u", *"nowhere", "enter", "full_stop")
        assert "is in neither text" in driver.status
        assert driver.workbench.query_one(DiffView).has_focus


async def test_letters_typed_at_once_after_the_search_key_are_searched_for(tmp_path: Path) -> None:
    """Keys that come in one burst, as over a slow line, once acted as commands until the line was there."""
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.pilot.press("slash", *"dumb", "enter")
        await driver.settle()
        assert "“dumb” is in neither text." in driver.status
        assert len(driver.workbench.runs.rows) == 2


async def test_escape_leaves_the_search(tmp_path: Path) -> None:
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.press("slash", *"abc", "escape")
        assert not driver.workbench.query(Prompt)
        assert driver.workbench.query_one(DiffView).has_focus


async def test_sentences_are_stepped_through_and_found_by_number(tmp_path: Path) -> None:
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.press("home", "right_parenthesis")
        assert "Sentence 2 of 80" in driver.status
        # A sentence may begin in the middle of a row, and the last ones are all on one screen.
        for number in range(3, 81):
            await driver.press("right_parenthesis")
            assert f"Sentence {number} of 80" in driver.status
        await driver.press("right_parenthesis")
        assert "Sentence 80 of 80" in driver.status
        await driver.press("left_parenthesis")
        assert "Sentence 79 of 80" in driver.status
        await driver.press("s", *"60", "enter")
        assert "Sentence 60 of 80" in driver.status
        assert "number 59" in driver.screen_text
        await driver.press("s", *"99", "enter")
        assert "99 is no sentence of B: take 1 to 80." in driver.status


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_long_equal_stretches_fold_and_open(tmp_path: Path, size: tuple[int, int]) -> None:
    async with comparing(tmp_path, *long_pair(), size=size) as driver:
        before = len(driver.workbench.query_one(DiffView).sheet.rows)
        await driver.press("z")
        folded = len(driver.workbench.query_one(DiffView).sheet.rows)
        assert folded < before / 3
        assert "rows alike: o opens them" in driver.screen_text
        assert "something else" in driver.screen_text
        await driver.press("o")
        assert folded < len(driver.workbench.query_one(DiffView).sheet.rows) < before
        await driver.press("z")
        assert len(driver.workbench.query_one(DiffView).sheet.rows) == before


async def test_switching_the_view_keeps_the_place(tmp_path: Path) -> None:
    async with comparing(tmp_path, *long_pair()) as driver:
        # The last ones are at the very end, where not every view can have them at the top.
        for number in (20, 75):
            await driver.press("s", *str(number), "enter")
            before, start = top(driver), " ".join(CHANGED).index(LONG[number - 1])
            for _ in range(3):
                await driver.press("v")
                row = driver.workbench.query_one(DiffView).sheet.row_of("b", start)
                assert 0 <= row - top(driver) < 30
            assert top(driver) == before


async def test_what_is_ignored_is_said_and_changes_no_verdict(tmp_path: Path) -> None:
    runs = (a_run("The Cat  sat.", seed=1), a_run("the cat sat.", seed=1))
    async with comparing(tmp_path, *runs) as driver:
        verdict = driver.verdict
        await driver.press("C")
        assert "ignoring case" in driver.screen_text
        compared = driver.workbench.compare_pane
        await driver.press("S")
        assert "ignoring case and white space" in driver.screen_text
        assert compared.comparison is not None
        assert compared.comparison.diff.changes == ()
        assert driver.verdict == verdict
        await driver.press("C", "S")
        assert "ignoring" not in driver.screen_text


async def test_json_answers_are_compared_key_by_key(tmp_path: Path) -> None:
    runs = (a_run('{"answer": "yes", "sure": 0.9}', seed=1), a_run('{"sure": 0.9, "answer": "no"}', seed=1))
    async with comparing(tmp_path, *runs) as driver:
        await driver.press("v", "v", "v")
        assert shown_view(driver) == "structure"
        assert "change 1 of 1, key by key" in driver.screen_text
        await driver.press("v")
        assert shown_view(driver) == "split"


async def test_a_narrow_terminal_shows_one_column_by_itself(tmp_path: Path) -> None:
    async with comparing(tmp_path, *long_pair(), size=(120, 40)) as driver:
        assert shown_view(driver) == "split"
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert shown_view(driver) == "unified"


async def test_b_steps_through_the_runs_of_its_request(tmp_path: Path) -> None:
    runs = [a_run(f"Story {number}.", seed=1) for number in range(4)]
    async with comparing(tmp_path, runs[0], a_run("Another request.", seed=2), *runs[1:]) as driver:
        marks = driver.workbench.pair.marks
        assert marks == {4: "A", 5: "B"}
        await driver.press("left_square_bracket")
        assert driver.workbench.pair.marks == {4: "A", 3: "B"}
        await driver.press("left_square_bracket")
        assert driver.workbench.pair.marks == {4: "A", 1: "B"}
        await driver.press("left_square_bracket")
        assert "There is no older run of this request." in driver.status
        await driver.press("right_square_bracket", "right_square_bracket")
        assert driver.workbench.pair.marks == {4: "A", 5: "B"}


async def test_another_pair_is_shown_in_the_frame_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedtui.tui.screens.choosing.started", partial(started, seconds=60))
    monkeypatch.setattr("seedtui.tui.screens.comparing.MOMENT", 60)
    frames: list[str] = []
    async with comparing(tmp_path, a_run(MARS[0]), a_run(MARS[1]), a_run(MARS[2])) as driver:
        display = driver.app._display

        def noting(screen: Screen[Any], update: Any) -> None:
            frames.append(driver.screen_text)
            display(screen, update)

        monkeypatch.setattr(driver.app, "_display", noting)
        await driver.press("left_square_bracket")
        assert "B is #1, one of 2 runs" in frames[0]
        assert "A #2   B #1" in frames[0]
        assert "change 1 of" in frames[0]


async def test_a_comparison_that_takes_longer_than_a_moment_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slowly(*arguments: Any) -> Comparison:
        go_on.wait(60)
        return compare(*arguments)

    async with comparing(tmp_path, a_run(MARS[0]), a_run(MARS[1]), a_run(MARS[2])) as driver:
        monkeypatch.setattr("seedtui.core.comparison.compare", slowly)
        await driver.pilot.press("left_square_bracket")
        while "B is #1" not in driver.status:
            await driver.pilot.pause()
        await driver.pilot.press("n")
        while "change 2 of" not in driver.screen_text:
            await driver.pilot.pause()
        assert "B #3" in driver.screen_text
        go_on.set()
        await driver.until(lambda: "B #1" in driver.screen_text)
        assert "change 1 of" in driver.screen_text


@pytest.mark.parametrize(("key", "marks"), [("A", {1: "A", 3: "B"}), ("B", {2: "A", 1: "B"})])
async def test_a_run_is_picked_by_what_it_says(tmp_path: Path, key: str, marks: dict[int, str]) -> None:
    runs = (a_run("A story of turtles."), a_run("A story of Mars."), a_run("A story of Venus."))
    async with comparing(tmp_path, *runs) as driver:
        await driver.press(key, *"#2", "enter")
        assert driver.workbench.pair.marks[2] in ("A", "B", "AB")
        await driver.press(key, *"turtles")
        assert isinstance(driver.app.screen, PickScreen)
        assert "1 found" in driver.screen_text
        await driver.press("enter")
        assert driver.workbench.pair.marks == marks


async def test_all_runs_are_held_against_a(tmp_path: Path) -> None:
    runs = [a_run(text, seed=1) for text in ("One story.", "One tale.", "One story.", "A tale.")]
    async with comparing(tmp_path, *runs) as driver:
        await driver.press("w")
        assert isinstance(driver.app.screen, VersusScreen)
        # A is the third: the first is the same, the second and the fourth are not.
        assert "1 of 3 completions identical with A" in driver.screen_text
        assert "word 2" in driver.screen_text
        await driver.press("end", "enter")
        assert driver.workbench.pair.marks == {3: "A", 1: "B"}
        assert "Identical" in driver.verdict


async def test_marked_changes_are_exported_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with comparing(tmp_path, a_run("One\ntwo\nthree\n", seed=1), a_run("1\ntwo\n3\n", seed=1)) as driver:
        await driver.press("n", "m")
        assert "Marked: 1 change." in driver.status
        for name in ("seedtui-1-2.patch", "seedtui-1-2-2.patch"):
            await driver.press("e")
            assert isinstance(driver.app.screen, ExportScreen)
            await driver.press("down", "down", "enter")
            assert name in driver.status
        text = (tmp_path / "seedtui-1-2.patch").read_text()
        assert "+3" in text
        assert "+1\n" not in text
        assert (tmp_path / "seedtui-1-2.patch").stat().st_mode & 0o777 == 0o600
        await driver.press("e", "tab", "end", *"/no/such", "enter")
        assert "could not be written" in driver.status


async def test_several_pairs_are_exported_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runs = [a_run(text, seed=1) for text in ("One story.", "One tale.", "One song.")]
    async with comparing(tmp_path, *runs) as driver:
        await driver.press("M", "left_square_bracket", "M")
        assert "Marked: 2 whole pairs." in driver.status
        await driver.press("e", *["down"] * 4, "enter")
        found = json.loads((tmp_path / "seedtui-2-3-and-1-more.json").read_text())
        assert [(one["a"], one["b"]) for one in found] == [("2", "3"), ("2", "1")]
        await driver.press("M")
        assert "Marked: 1 whole pair." in driver.status


async def test_a_copy_says_that_nobody_knows_whether_it_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with comparing(tmp_path, a_run("One story.", seed=1), a_run("One tale.", seed=1)) as driver:
        copied: list[str] = []
        monkeypatch.setattr(driver.app, "copy_to_clipboard", copied.append)
        await driver.press("e", "f6")
        assert "Sent to the terminal's clipboard" in driver.status
        assert "if nothing arrives, save a file" in driver.status
        assert copied[0].lower().startswith("<!doctype html>")


async def test_there_is_nothing_to_mark_without_a_pair(tmp_path: Path) -> None:
    async with running_app(None, tmp_path, base_url="http://127.0.0.1:1/v1") as driver:
        for key in ("m", "M", "e"):
            await driver.press("f3", key)
            assert "no pair to mark" in driver.status


async def test_nothing_is_marked_while_text_comes(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        async with running_app(server, tmp_path) as driver:
            await driver.sent("f5", 1)
            server.hold(after=7)
            await driver.pilot.press("f5")
            await driver.until(lambda: "B has come to word 7" in driver.verdict)
            await driver.press("f4", "m")
            assert "Text is still coming" in driver.status
            server.release()
            await driver.until(lambda: driver.ended == 2)


async def test_a_mark_is_of_the_changes_that_are_in_sight(tmp_path: Path) -> None:
    """While another pair was being compared, a mark once went to it, with the number of a change in sight."""
    runs = [a_run(text, seed=1) for text in ("One two three four.", "1 two 3 four.", "One 2 three four.")]
    async with comparing(tmp_path, *runs) as driver:
        bench = driver.workbench
        bench.pair.set_b(Ref(1))
        bench.do_mark_change()
        assert bench.marks == {}
        assert "still being compared" in driver.status


async def test_marks_of_a_deleted_run_go_with_it(tmp_path: Path) -> None:
    async with comparing(tmp_path, a_run("One story.", seed=1), a_run("One tale.", seed=1)) as driver:
        await driver.press("M", "f3", "home", "d", "y")
        assert driver.workbench.marks == {}


@pytest.mark.parametrize("path", ["~nobody-of-that-name/x.html", "a\0b"])
async def test_a_path_that_cannot_be_is_one_sentence(tmp_path: Path, path: str) -> None:
    """The first of these once ended the app."""
    async with comparing(tmp_path, a_run("One story.", seed=1), a_run("One tale.", seed=1)) as driver:
        await driver.press("e")
        driver.app.screen.query_one(LineInput).typed = path
        await driver.press("f5")
        assert "cannot be a file's name" in driver.status


async def test_what_is_searched_for_is_taken_out_of_its_fold(tmp_path: Path) -> None:
    """A match in a fold was once said to be at the top of the text."""
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.press("z", "slash", *"number 3 ", "enter")
        shown = " ".join(driver.screen_text.split())
        assert "1 of 1 match" in driver.status
        assert "Sentence number 3" in shown or "number 3 says" in shown
        await driver.press("z", "z", "s", *"70", "enter")
        assert "Sentence 70 of 80" in driver.status
        row = driver.workbench.query_one(DiffView).sheet.row_of("b", " ".join(CHANGED).index(LONG[69]))
        assert not driver.workbench.query_one(DiffView).sheet.rows[row].folded
        assert 0 <= row - top(driver) < driver.workbench.query_one(DiffView).size.height


async def test_a_search_goes_on_when_the_pair_is_compared_anew(tmp_path: Path) -> None:
    """Each comparison once began the search anew: the next match was always the first."""
    async with comparing(tmp_path, *long_pair()) as driver:
        await driver.press("slash", *"says what", "enter")
        first = int(driver.status.split()[0])
        for number in range(first + 1, first + 4):
            driver.workbench.compare_now()
            await driver.settle()
            await driver.press("full_stop")
            assert driver.status.startswith(f"{number} of")


async def test_ignoring_something_keeps_the_place(tmp_path: Path) -> None:
    """The current change once became the one of the same number, wherever that was."""
    a = [f"Word {number} Is Here and number {number} is there." for number in range(60)]
    b = [text.lower() if number % 2 else text.replace("there", "gone") for number, text in enumerate(a)]
    async with comparing(tmp_path, a_run(" ".join(a), seed=1), a_run(" ".join(b), seed=1)) as driver:
        view = driver.workbench.query_one(DiffView)
        view.go_to_change(view.sheet.count // 2)
        before = view.sheet.place(view.sheet.first_rows[view.change])
        await driver.press("C")
        after = view.sheet.place(view.sheet.first_rows[view.change])
        assert abs(after[0] - before[0]) < 200


async def test_key_by_key_is_left_where_there_are_no_keys(tmp_path: Path) -> None:
    """The facts once counted a story's changes key by key."""
    runs = [a_run(text, seed=1) for text in ("A story.", '{"a": 1}', '{"a": 2}')]
    async with comparing(tmp_path, *runs) as driver:
        await driver.press("v", "v", "v")
        assert shown_view(driver) == "structure"
        await driver.press("left_square_bracket")
        assert shown_view(driver) == "split"
        assert "key by key" not in driver.screen_text


async def test_while_both_texts_come_what_one_has_not_reached_is_no_change(tmp_path: Path) -> None:
    """Sent twice, the text that was ahead was once shown as deleted in the other."""
    with ScriptedServer() as server:
        server.hold(after=9)
        async with running_app(server, tmp_path) as driver:
            set_seed(driver, "7")
            await driver.pilot.press("f6")
            await driver.until(lambda: len(driver.workbench.live) == 2 and "word 9" in driver.verdict)
            compared = driver.workbench.compare_pane.comparison
            assert compared is not None
            assert compared.diff.changes == ()
            server.release()
            await driver.until(lambda: driver.ended == 2)
            assert "Identical: same request, seed 7." in driver.verdict


def words_of_b(driver: Driver) -> int:
    comparison = driver.workbench.compare_pane.comparison
    return len(comparison.b.text.split()) if comparison else 0


async def test_the_end_is_followed_only_by_a_reader_who_is_there(tmp_path: Path) -> None:
    with ScriptedServer(words=900) as server:
        async with running_app(server, tmp_path) as driver:
            driver.history.add([a_run("Something short.")], [None])
            driver.workbench.read_page()
            form = driver.workbench.form
            form.load(replace(form.draft, typed={}))
            await driver.settle()
            for key, follows in (("end", True), ("home", False)):
                server.hold(after=400)
                await driver.pilot.press("f5")
                await driver.until(lambda: words_of_b(driver) == 400)
                view = driver.workbench.query_one(DiffView)
                await driver.press("f4", key)
                before = view.max_scroll_y
                server.release()
                await driver.until(lambda: not driver.workbench.live)
                assert view.max_scroll_y > before
                assert view.scroll_offset.y == (view.max_scroll_y if follows else 0)


def forking(said: str, other: str) -> Run:
    """Make a run that said one thing and might have said another."""
    likeliest = [{"token": said, "logprob": -0.9}, {"token": other, "logprob": -1.0}]
    tokens: list[dict[str, Any]] = [
        {"token": "In", "logprob": 0.0, "top_logprobs": []},
        {"token": said, "logprob": -0.9, "top_logprobs": likeliest},
    ]
    choice = {"index": 0, "message": {"content": f"In{said}"}, "finish_reason": "stop", "logprobs": {"content": tokens}}
    return a_run(f"In{said}", seed=1, logprobs=True, top_logprobs=2, extra={"choices": [choice]})


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_what_else_the_models_might_have_said_is_told(tmp_path: Path, size: tuple[int, int]) -> None:
    async with comparing(tmp_path, forking(" space", " time"), forking(" time", " space"), size=size) as driver:
        shown = " ".join(driver.screen_text.split())
        assert "A chose" in shown
        assert "B chose" in shown
        assert "41 %" in shown
        assert "tie" in shown
