"""Agreement, overview and fingerprints over time: what they say, and what their keys do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.run import Completion, Run, Status
from seedtui.runner import RunEnded
from seedtui.runner.events import FingerprintAppeared
from seedtui.tui.pair import Ref
from seedtui.tui.screens.agreement import AgreementScreen
from seedtui.tui.screens.explaining import ExplainScreen
from seedtui.tui.screens.fingerprints import FingerprintsScreen
from seedtui.tui.screens.overview import OverviewScreen
from seedtui.tui.screens.workbench import Workbench
from seedtui.tui.widgets.tree_view import TreeView
from seedtui.tui.widgets.version_list import VersionList
from support.agreeing import STORY_A, STORY_B, many, scripted
from support.app import Driver, running_app
from support.database import ask
from support.hostile import EDITED, MARKUP, TEXT
from support.runs import a_run

WIDE, NARROW = (120, 40), (80, 24)
sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@asynccontextmanager
async def opened(path: Path, runs: Iterable[Run], *keys: str, size: tuple[int, int] = WIDE) -> AsyncIterator[Driver]:
    """Open the app on some runs, go to their list, and press keys."""
    async with running_app(None, path, size=size, base_url="http://127.0.0.1:1/v1") as driver:
        made = list(runs)
        driver.history.add(made, [None] * len(made))
        driver.workbench.read_page()
        await driver.settle()
        await driver.press("f3", *keys)
        yield driver


def is_open(driver: Driver, kind: type[Any]) -> bool:
    return isinstance(driver.app.screen, kind)


# Agreement.


async def test_the_scripted_history_is_told_exactly(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t") as driver:
        shown = driver.screen_text
        assert "16 of 30 identical; 3 versions; all share the first 7 words." in shown
        assert "N = 30 · identical pairs 40.9 % (178 of 435; 95 %: " in shown
        assert "commonest 53.3 % (95 %: 36.1 to 69.8 %)" in shown
        assert "all share 7 words, 28 characters" in shown
        for count, share, where in ((16, "53.3", "commonest"), (11, "36.7", "word 8"), (3, "10.0", "word 8")):
            assert f"{count}×  {share} %  {where}" in shown
        assert "30  100 %  ▾ In the year 2050, a team of (7 words)" in shown
        assert "≥ 50 % equal up to word 7 · 40.9 % identical to the end" in shown
        rows = [" ".join(line.split("│")[-1].split()) for line in shown.splitlines()]
        assert "fp_a 12 2 83.3 % of 66" in rows
        assert "fp_b 18 2 79.1 % of 153" in rows
        assert "all within one 80.4 % of 219" in rows
        assert "all across two 0.9 % of 216" in rows
        assert "determin" not in shown


@pytest.mark.parametrize("key", ["enter", "right"])
async def test_a_version_is_one_key_from_the_diff_against_the_commonest(tmp_path: Path, key: str) -> None:
    async with opened(tmp_path, scripted(30), "t", "down", key) as driver:
        assert is_open(driver, Workbench)
        assert (driver.workbench.pair.a, driver.workbench.pair.b) == (Ref(13), Ref(1))
        comparison = driver.workbench.compare_pane.comparison
        assert comparison is not None
        assert (comparison.diff.a, comparison.diff.b) == (STORY_B, STORY_A)


async def test_the_commonest_version_is_compared_with_another_of_its_own(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t", "enter") as driver:
        assert (driver.workbench.pair.a, driver.workbench.pair.b) == (Ref(13), Ref(14))
        assert "Identical" in driver.verdict


async def test_no_version_is_called_the_commonest_where_none_repeats(tmp_path: Path) -> None:
    async with opened(tmp_path, many(1, ["One way.", "Another way.", "No way."]), "t") as driver:
        assert "1×  33.3 %  oldest" in driver.screen_text
        await driver.press("down", "enter")
        assert "A is the version that the others are held against." in driver.screen_text


async def test_branches_fold_and_open_and_lead_to_the_diff(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t", "2") as driver:
        view = driver.app.screen.query_one(TreeView)
        assert (view.count, view.cursor) == (5, 0)
        await driver.press("left")
        assert view.count == 1
        assert "(7 words, then 2 ways)" in driver.screen_text
        await driver.press("right")
        assert view.count == 5
        await driver.press("right")
        assert "words 8 to 9 · 14 of 30 (95 %: 30.2 to 63.9 %) · as in #1" in driver.screen_text
        await driver.press("space")
        assert view.count == 3
        # From a way back to where it leaves.
        await driver.press("space", "down", "left")
        assert view.cursor == 1
        await driver.press("down", "enter")
        assert driver.workbench.pair.b == Ref(10)


async def test_what_else_a_model_might_have_said_stands_under_its_branch(tmp_path: Path) -> None:
    words = ["One", " two", " three"]
    entries = [{"token": word, "logprob": -0.1, "bytes": list(word.encode())} for word in words]
    entries[1]["logprob"] = -0.69
    entries[1]["top_logprobs"] = [
        {"token": token, "logprob": share, "bytes": list(token.encode())}
        for token, share in ((" two", -0.69), (" too", -0.92))
    ]
    choice = {"index": 0, "message": {"content": "One two three"}, "finish_reason": "stop"}
    run = a_run("One two three", extra={"choices": [{**choice, "logprobs": {"content": entries}}]})
    async with opened(tmp_path, [a_run("One too many"), run, run], "t", "2", "end") as driver:
        assert 'chosen there: " two" 50 % · " too" 40 %' in driver.screen_text


async def test_a_thousand_versions_fit_and_all_can_be_reached(tmp_path: Path) -> None:
    runs = [a_run(f"They all begin alike, {number} ends.", seed=1) for number in range(1000)]
    async with opened(tmp_path, runs, "t", "2", "end") as driver:
        assert "1000 versions of 1000 completions" in driver.screen_text
        assert "None of 1000 identical; 1000 versions" in driver.screen_text
        view = driver.app.screen.query_one(TreeView)
        assert view.count <= 40
        at = next(number for number, row in enumerate(view._rows) if row.folded)
        view.go_to(at)
        await driver.press("right")
        assert view.count == 1001
        await driver.press("end")
        assert view.row is not None
        assert view.row.branch is not None


async def test_runs_that_come_in_are_taken_up_and_the_cursor_stays(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t", "end") as driver:
        versions = driver.app.screen.query_one(VersionList)
        before = versions.chosen
        assert before is not None
        more = [replace(run, id=0) for run in scripted(30)]
        driver.history.add(more, [None] * len(more))
        driver.app._put(RunEnded(replace(more[0], id=31)))
        await driver.until(lambda: "N = 60" in driver.screen_text)
        after = versions.chosen
        assert after is not None
        assert (after.identity, after.count) == (before.identity, 6)


async def test_runs_that_were_deleted_no_longer_count(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t") as driver:
        driver.history.delete(range(1, 13))
        driver.app._put(RunEnded(a_run(id=31)))
        await driver.until(lambda: "N = 18" in driver.screen_text)
        assert "16 of 18 identical; 2 versions" in driver.screen_text


async def test_a_run_that_is_going_is_not_counted_yet(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_run("A"), a_run("A")]) as driver:
        driver.history.start(a_run().request, "openai", a_run().created_at)
        await driver.press("t")
        assert "1 run going" in driver.screen_text
        assert "2 of 2 identical." in driver.screen_text


@sizes
async def test_one_run_alone_says_that_there_is_nothing_to_compare_it_with(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(tmp_path, [a_run("Alone")], "t", "3", size=size) as driver:
        assert "One completion: there is none to compare it with." in driver.screen_text
        assert "One completion makes no pair." in driver.screen_text
        await driver.press("1", "enter")
        assert "there is no other to compare it with" in driver.screen_text


@sizes
async def test_failures_are_counted_as_left_out(tmp_path: Path, size: tuple[int, int]) -> None:
    runs = [a_run(None, status=Status.FAILED) for _ in range(3)]
    async with opened(tmp_path, runs, "t", "2", "3", "4", size=size) as driver:
        assert "No completion has come to its end yet. 3 left out: 3 failed." in driver.screen_text


async def test_a_damaged_text_is_named_and_left_out(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_run("A"), a_run("A"), a_run("B")]) as driver:
        ask(tmp_path / "history.db", "UPDATE completions SET text = 'C' WHERE run_id = 3")
        await driver.press("t")
        assert "2 of 2 identical. 1 left out: 1 damaged." in driver.screen_text
        assert "1 completion is damaged: what is stored is not what was saved." in driver.screen_text


async def test_another_copy_stands_in_for_a_damaged_text(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_run("A"), a_run("A"), a_run("B")]) as driver:
        ask(tmp_path / "history.db", "UPDATE completions SET text = 'C' WHERE run_id = 1")
        await driver.press("t")
        assert "2 of 3 identical" in driver.screen_text


@sizes
async def test_nothing_hostile_reaches_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    name = "\x1b]52;c;x\x07\u202e[/]evil"
    facts: dict[str, Any] = {"model": name, "endpoint": name}
    facts["messages"] = [{"role": "user", "content": f"{name}{MARKUP}"}]
    runs = [a_run(text, fingerprint=f"{name}{text[:1]}", served_model=name, **facts) for text in (TEXT, EDITED) * 3]
    async with opened(tmp_path, runs, "t", size=size) as driver:
        for keys in (("2", "down"), ("3",), ("4",), ("escape", "T"), ("a", "e", "enter"), ("escape", "F"), ("down",)):
            await driver.press(*keys)
            shown = driver.screen_text
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert all(len(line) <= size[0] for line in shown.splitlines())


async def test_panes_are_tabs_where_there_is_little_room(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "t", size=NARROW) as driver:
        seen = {
            "1": ("[1 Versions]", "11×"),
            "2": ("[2 Where they part]", "├─"),
            "3": ("[3 Still equal]", "└┬"),
            "4": ("[4 Fingerprints]", "all within one"),
        }
        for key, (tab, part) in seen.items():
            await driver.press(key)
            assert "16 of 30 identical; 3 versions" in driver.screen_text
            assert tab in driver.screen_text
            assert part in driver.screen_text
            assert not any(other in driver.screen_text for _, other in seen.values() if other != part)
        await driver.press("tab")
        assert "[1 Versions]" in driver.screen_text
        await driver.press("shift+tab")
        assert "[4 Fingerprints]" in driver.screen_text


@pytest.mark.parametrize(("key", "kind"), [("t", AgreementScreen), ("T", OverviewScreen), ("F", FingerprintsScreen)])
async def test_each_screen_explains_itself_and_closes(tmp_path: Path, key: str, kind: type[Any]) -> None:
    async with opened(tmp_path, scripted(12)) as driver:
        for close in ("escape", "q", key):
            await driver.press(key)
            assert is_open(driver, kind)
            await driver.press("question_mark")
            assert is_open(driver, ExplainScreen)
            await driver.press("escape", close)
            assert is_open(driver, Workbench)


@sizes
async def test_an_empty_history_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, [], "t", size=size) as driver:
        assert "There is no run yet: send a request first." in driver.status
        await driver.press("T")
        assert "There are no runs yet." in driver.screen_text
        await driver.press("enter", "e")
        assert "There is nothing to save yet." in driver.screen_text
        await driver.press("escape", "F")
        assert "There are no runs yet." in driver.screen_text
        await driver.press("enter", "escape")
        assert is_open(driver, Workbench)


# Overview.

TEXTS = ("It is so, A.", "It is not, B.", "Perhaps; C.", "It is so: A.")


async def test_the_least_stable_requests_come_first(tmp_path: Path) -> None:
    async with opened(tmp_path, many(8, TEXTS), "T") as driver:
        shown = driver.screen_text
        assert "4 of 8 requests agree: TARr@4 50.0 % (95 %: 21.5 to 78.5 %)." in shown
        assert "identical pairs 58.3 % (28 of 48)" in shown
        first, second, third, fourth = [line.split() for line in shown.splitlines() if "Question" in line][:4]
        assert first[1:7] == ["4", "4", "25.0", "%", "0", "%"]
        assert [one[one.index("Question") + 1] for one in (first, second, third, fourth)] == ["1:", "2:", "3:", "4:"]


async def test_answers_are_tried_out_as_they_are_typed(tmp_path: Path) -> None:
    async with opened(tmp_path, many(8, TEXTS), "T", "a", *"[A-D]") as driver:
        await driver.until(lambda: "TARa@4" in driver.screen_text)
        assert "By their answers 5: TARa@4 62.5 %" in driver.screen_text
        rows = [" ".join(line.split()) for line in driver.screen_text.splitlines()]
        assert "1× A It is so, A." in rows
        assert "1× B It is not, B." in rows
        await driver.press("escape", "end")
        assert "3× A It is so, A." not in driver.screen_text
        assert "4× A It is so, A." in [" ".join(line.split()) for line in driver.screen_text.splitlines()]


async def test_a_text_without_an_answer_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, many(1, ("yes", "no")), "T", "a", *"yes") as driver:
        await driver.until(lambda: "1 completion has no answer." in " ".join(driver.screen_text.split()))
        rows = [" ".join(line.split()) for line in driver.screen_text.splitlines()]
        assert "1× yes yes" in rows
        assert "1× no answer no" in rows


async def test_json_is_pointed_into(tmp_path: Path) -> None:
    async with opened(tmp_path, many(2, ('{"answer": 1}', '{"answer": 1.0}')), "T", "a", *"/answer") as driver:
        await driver.until(lambda: "TARa@2 100 %" in driver.screen_text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("(", "The answer's pattern is no regular expression"), ("/~2", "The answer's JSON pointer has a ~")],
)
async def test_what_is_no_answer_is_told_as_it_is_typed(tmp_path: Path, typed: str, said: str) -> None:
    async with opened(tmp_path, many(2, TEXTS), "T", "a", *typed) as driver:
        assert said in driver.screen_text


async def test_a_slow_pattern_is_stopped(tmp_path: Path) -> None:
    slow = ["a" * 40 + "!", "b"]
    async with opened(tmp_path, many(1, slow), "T", "a", *"^(a|a)+$") as driver:
        await driver.until(lambda: "takes too long on a text" in driver.screen_text)
        await driver.press("ctrl+u", *"b")
        await driver.until(lambda: "By their answers" in driver.screen_text)


async def test_the_filter_in_force_is_the_overviews_too_and_can_be_changed(tmp_path: Path) -> None:
    runs = [*many(3, TEXTS), *scripted(12)]
    async with opened(tmp_path, runs, "slash", *"seed:123", "enter", "T") as driver:
        assert "1 request, 12 completions" in driver.screen_text
        await driver.press("slash", "ctrl+u", *"seed:7")
        await driver.until(lambda: "3 requests, 12 completions" in driver.screen_text)
        await driver.press(*" status:odd")
        assert "status: must be one of" in driver.screen_text
        await driver.press("escape", "escape")
        assert is_open(driver, Workbench)


async def test_enter_shows_the_agreement_and_its_choice_leads_to_the_diff(tmp_path: Path) -> None:
    async with opened(tmp_path, many(8, TEXTS), "T", "enter") as driver:
        assert is_open(driver, AgreementScreen)
        assert "None of 4 identical; 4 versions" in driver.screen_text
        await driver.press("down", "enter")
        assert is_open(driver, Workbench)
        assert driver.workbench.pair.a == Ref(1)


@pytest.mark.parametrize(
    ("down", "suffix", "begins"), [(0, "csv", ""), (1, "md", "**4 of 8 requests agree"), (2, "json", "{")]
)
async def test_the_table_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, down: int, suffix: str, begins: str
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path, many(8, TEXTS), "T", "e", *["down"] * down, "enter") as driver:
        await driver.until(lambda: "Saved as" in driver.screen_text)
        text = (tmp_path / f"seedtui-agreement.{suffix}").read_text()
        assert text.startswith(begins)
        assert "Question 8" in text


# Fingerprints.


async def test_fingerprints_are_told_over_time(tmp_path: Path) -> None:
    runs = [*scripted(30), a_run("none", fingerprint=None)]
    async with opened(tmp_path, runs, "F") as driver:
        shown = " ".join(driver.screen_text.split())
        assert "2 fingerprints since 3 Nov 2026: fp_a → fp_b on 15 Nov 2026; 80.4 % of pairs identical" in shown
        assert "(176 of 219) within, 0.9 % (2 of 216) across. 1 run came without one." in shown
        assert "12 83.3 % 0.9 % ━" in shown
        assert "18 79.1 % – ·" in shown
        assert "fp_a: It changes when the backend does." in shown


async def test_enter_lists_the_runs_with_a_fingerprint(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(30), "F", "enter") as driver:
        await driver.until(lambda: len(driver.workbench.runs.rows) == 12)
        assert driver.workbench.query_now.filters == {"fp": "fp_a"}


async def test_a_new_fingerprint_is_announced_once_and_stays_in_sight(tmp_path: Path) -> None:
    async with opened(tmp_path, scripted(12)) as driver:
        run = a_run("New", id=13, fingerprint="fp_b")
        driver.app._put(FingerprintAppeared(run, ("fp_a",), None))
        driver.app._put(RunEnded(run))
        await driver.settle()
        said = "New fingerprint fp_b of m-1 in #13; before it was fp_a. F shows them all."
        assert driver.status == said
        driver.app._put(RunEnded(replace(run, id=14, completions=(Completion(0, "x", "stop"),))))
        await driver.settle()
        assert driver.status == said
        await driver.press("f")
        assert driver.status != said
