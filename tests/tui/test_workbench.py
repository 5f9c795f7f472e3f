"""The workbench, driven by keys against a real server on loopback."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest
from textual.events import Key
from textual.widgets import Input

from seedtui.core.run import Status
from seedtui.exchange.logs.found import ImportedRun
from seedtui.exchange.logs.reading import read_runs
from seedtui.history import History, HistoryError
from seedtui.paths import draft_path
from seedtui.tui.app import SeedtuiApp
from seedtui.tui.commands import COMMANDS
from seedtui.tui.draft_file import read_draft
from seedtui.tui.screens.confirm import ConfirmScreen
from seedtui.tui.screens.help import help_lines
from seedtui.tui.widgets.diff_view import DiffView
from seedtui.tui.widgets.model_field import ModelField
from support.app import Driver, running_app
from support.nobody import dead_address
from support.runs import a_run
from support.scripted_server import ScriptedServer, chunk, cut, status


@pytest.fixture
def nowhere() -> Iterator[str]:
    with dead_address() as address:
        yield f"http://{address}/v1"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def set_seed(driver: Driver, seed: str) -> None:
    form = driver.workbench.form
    form.load(replace(form.draft, typed={**form.draft.typed, "seed": seed}))


async def test_an_endpoint_is_asked_for_its_models_when_one_is_to_be_named(tmp_path: Path) -> None:
    with ScriptedServer(models=["one-model", "another-model"]) as server:
        async with running_app(server, tmp_path) as driver:
            # The SDK takes half a second and half the memory: nobody asks before there is a reason to.
            assert server.requests == []
            model = driver.workbench.form.query_one(ModelField)
            model.take_focus()
            await driver.until(lambda: model.models)
            await driver.press("f2", "f2")
            model.take_focus()
            await driver.press("down")
            assert "another-model" in driver.screen_text
            assert len(server.requests) == 1


async def test_the_notebooks_experiment_by_keyboard(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        assert "Expected: no seed was sent." in driver.verdict
        set_seed(driver, "123")
        await driver.sent("ctrl+t", 4)
        assert "Identical: same request, seed 123." in driver.verdict
        assert driver.screen_text.count("fp_scripted1 (informative)") >= 4
        assert "A #3" in driver.screen_text
        assert "B #4" in driver.screen_text


@pytest.mark.parametrize("key", ["f5", "ctrl+s"])
async def test_two_keys_send(server: ScriptedServer, tmp_path: Path, key: str) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent(key, 1)
        assert len(server.completions) == 1


async def test_a_single_send_is_compared_with_the_run_before(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        assert "One run so far" in driver.verdict
        await driver.sent("f5", 2)
        assert driver.workbench.pair.marks == {1: "A", 2: "B"}


async def test_the_diff_grows_while_b_streams(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        server.hold(after=7)
        await driver.pilot.press("f5")
        await driver.until(lambda: "B has come to word 7 (still streaming)" in driver.verdict)
        server.release()
        await driver.until(lambda: "no seed was sent" in driver.verdict)


async def test_a_cancelled_run_keeps_what_came(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=5)
        await driver.pilot.press("f5")
        await driver.until(lambda: "In the year 2050" in driver.screen_text)
        await driver.pilot.press("f8")
        await driver.until(lambda: driver.ended == 1)
        run = driver.history.run(1)
        assert run is not None
        assert run.status is Status.CANCELLED
        assert run.completions[0].text.startswith("In the year 2050")
        await server.until(lambda: server.closed_early == 1)


async def test_a_bad_value_is_marked_and_kept_and_nothing_is_sent(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "12x")
        await driver.press("f5")
        assert "Not sent: seed must be a whole number" in driver.status
        assert driver.workbench.form.draft.typed["seed"] == "12x"
        assert server.completions == []


async def test_choosing_a_and_b_swapping_and_comparing_with_the_run_before(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.sent("f5", 3)
        await driver.press("f3", "home", "a", "end", "b")
        assert driver.workbench.pair.marks == {3: "A", 1: "B"}
        await driver.press("x")
        assert driver.workbench.pair.marks == {1: "A", 3: "B"}
        await driver.press("home", "down", "c")
        assert driver.workbench.pair.marks == {1: "A", 2: "B"}


async def test_delete_asks_and_can_be_undone(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.press("f3", "home", "d")
        assert isinstance(driver.app.screen, ConfirmScreen)
        await driver.press("n")
        assert len(driver.history.page()) == 2
        await driver.press("d", "y")
        assert [row.id for row in driver.history.page()] == [1]
        assert [row.id for row in driver.workbench.runs.rows] == [1]
        assert driver.workbench.pair.marks == {1: "B"}
        await driver.press("u")
        assert [row.id for row in driver.workbench.runs.rows] == [2, 1]


async def test_a_runs_request_loads_back_into_the_form(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "7")
        await driver.sent("f5", 1)
        set_seed(driver, "")
        await driver.press("f3", "l")
        assert driver.workbench.form.draft.typed["seed"] == "7"
        await driver.sent("f5", 2)
        assert "Identical: same request, seed 7." in driver.verdict


async def test_the_filter_shows_matching_runs_and_says_what_is_wrong(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        set_seed(driver, "9")
        await driver.sent("f5", 2)
        await driver.press("f3", "slash", *"seed:9")
        assert [row.id for row in driver.workbench.runs.rows] == [2]
        await driver.press("x")
        assert "! seed: needs a whole number" in driver.screen_text
        assert [row.id for row in driver.workbench.runs.rows] == [2]
        await driver.press("escape")
        assert [row.id for row in driver.workbench.runs.rows] == [2, 1]
        assert driver.workbench.query_one("#filter", Input).value == ""


async def test_quitting_while_runs_go_asks_and_keeps_what_came(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=5)
        await driver.pilot.press("f6")
        await driver.until(lambda: server.held == 2)
        await driver.press("ctrl+q")
        assert isinstance(driver.app.screen, ConfirmScreen)
        await driver.press("n")
        assert driver.app.is_running
        await driver.press("f10")
        await driver.pilot.press("y")
        await driver.pilot.pause()
        driver.app.runner.close()
        for run_id in (1, 2):
            run = driver.history.run(run_id)
            assert run is not None
            assert run.status is Status.CANCELLED
            assert run.completions[0].text.startswith("In the year 2050")


async def test_the_draft_survives_quitting(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "42")
        await driver.press("ctrl+q")
    assert read_draft(draft_path()).typed["seed"] == "42"
    assert draft_path().stat().st_mode & 0o777 == 0o600


async def test_a_refused_key_is_one_sentence_and_the_prompt_stays(tmp_path: Path) -> None:
    with ScriptedServer(key="another") as server:
        async with running_app(server, tmp_path) as driver:
            await driver.sent("f5", 1)
            assert "401" in driver.status
            assert "sk-test-123456" not in driver.screen_text
            assert "journey to Mars" in driver.workbench.form.draft.turns[1].text
            await driver.sent("f5", 2)
            assert "Neither has a text: the endpoint answered 401." in driver.verdict


async def test_a_dead_server_is_one_sentence(tmp_path: Path, nowhere: str) -> None:
    async with running_app(None, tmp_path, base_url=nowhere, settings="[endpoints.openai]\nretries = 0\n") as driver:
        await driver.sent("f5", 1)
        assert f"Nothing answers at {urlsplit(nowhere).netloc}" in driver.status
        assert "journey to Mars" in driver.workbench.form.draft.turns[1].text


async def test_a_cut_stream_is_no_difference(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "5")
        await driver.sent("f5", 1)
        server.script(cut(chunk("In the year")))
        await driver.sent("f5", 2)
        assert "The same as far as B goes" in driver.verdict


async def test_an_error_with_hostile_text_acts_on_nothing(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.script(status(400, {"error": {"message": "[/red] \x1b]52;c;aGk=\x07 [@click=app.bell]x"}}))
        await driver.sent("f5", 1)
        assert "\x1b" not in driver.screen_text
        assert "[/red]" in driver.screen_text


async def test_several_choices_are_stepped_through(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        form = driver.workbench.form
        form.load(replace(form.draft, typed={**form.draft.typed, "n": "2"}))
        await driver.sent("f5", 1)
        await driver.press("f3", "a", "b", "i")
        assert "B #1.1" in driver.screen_text
        assert "different choices of one request" in driver.screen_text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_every_pane_is_reached_by_its_key(server: ScriptedServer, tmp_path: Path, size: tuple[int, int]) -> None:
    async with running_app(server, tmp_path, size=size) as driver:
        await driver.sent("f6", 2)
        await driver.press("f4")
        assert driver.workbench.query_one(DiffView).has_focus
        await driver.press("f3")
        assert driver.workbench.runs.has_focus
        assert "no seed was sent" in driver.screen_text
        await driver.press("f2")
        assert "Generate a short story" in driver.screen_text
        assert "no seed was sent" in driver.screen_text


async def test_views_change_and_keep_the_change(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.press("f4", "n")
        assert "change 2 of" in driver.screen_text
        for view in ("unified", "inline", "split"):
            await driver.press("v")
            assert f"View: {view}." in driver.status
            assert "change 2 of" in driver.screen_text


async def test_letters_in_a_field_are_text(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        await driver.press("f2", "down", "end", *"dxab")
        assert driver.workbench.form.draft.turns[1].text.endswith("dxab")
        assert driver.workbench.pair.marks == {1: "B"}


async def test_the_palette_finds_and_runs_a_command_that_has_no_key(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "99")
        await driver.press("ctrl+p", *"notebook")
        await driver.until(lambda: "Notebook's request" in driver.screen_text)
        await driver.press("down", "enter")
        await driver.until(lambda: "seed" not in driver.workbench.form.draft.typed)


def test_the_help_names_every_command_and_what_a_seed_is_worth() -> None:
    said = "".join(line.plain for line in help_lines({"send": "f12"})).replace(" ", "")
    for command in COMMANDS:
        assert command.help.replace(" ", "") in said
    assert "F12Sendtherequestonce." in said
    assert "markseedandsystem_fingerprintofChatCompletionsasdeprecated" in said.replace("marks", "mark")


async def test_a_full_disk_is_one_sentence_and_nothing_is_sent(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app(server, tmp_path) as driver:

        def full(*_: object) -> int:
            raise HistoryError("full", "The disk is full, so nothing can be saved: free some space.")

        monkeypatch.setattr(driver.history, "start", full)
        await driver.pilot.press("f5")
        await driver.until(lambda: "The disk is full" in driver.status)
        assert server.completions == []
        assert list(driver.workbench.runs.rows) == []
        assert "journey to Mars" in driver.workbench.form.draft.turns[1].text
        monkeypatch.undo()
        await driver.sent("f5", 1)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "no-such-theme"])
async def test_any_theme_shows_changes(server: ScriptedServer, tmp_path: Path, theme: str) -> None:
    async with running_app(server, tmp_path, settings=f'theme = "{theme}"\n') as driver:
        await driver.sent("f6", 2)
        assert "change 1 of" in driver.screen_text


def imported(driver: Driver, *bodies: tuple[dict[str, object], dict[str, object]]) -> None:
    lines = [json.dumps({"request": request, "response": response}).encode() for request, response in bodies]
    file = cast("io.BufferedReader", io.BufferedReader(cast("io.RawIOBase", io.BytesIO(b"\n".join(lines)))))
    found = [one for one in read_runs([("x", file)]) if isinstance(one, ImportedRun)]
    assert len(found) == len(bodies)
    driver.history.add([one.run for one in found], [one.key for one in found])
    driver.workbench.read_page()


def answer(*texts: tuple[int, str]) -> dict[str, object]:
    choices = [{"index": at, "message": {"content": text}, "finish_reason": "stop"} for at, text in texts]
    return {"object": "chat.completion", "choices": choices}


async def test_hostile_names_in_a_request_are_shown_and_act_on_nothing(tmp_path: Path, nowhere: str) -> None:
    hostile = "evil\x1b]52;c;aGk=\x07[/red]"
    body: dict[str, object] = {"model": hostile, "messages": [{"role": "user", "content": "x"}]}
    async with running_app(None, tmp_path, base_url=nowhere) as driver:
        imported(driver, (body, answer((0, "a"))), ({**body, hostile: hostile}, answer((0, "b\x9b31m"))))
        await driver.settle()
        await driver.press("f3", "home", "c")
        assert "evil␛]52" in driver.screen_text
        assert "Expected: evil␛" in driver.verdict
        assert not any(ord(letter) < 32 and letter != "\n" for letter in driver.screen_text)
        assert "\x9b" not in driver.screen_text


async def test_a_run_without_choice_0_can_be_stepped_through(tmp_path: Path, nowhere: str) -> None:
    body: dict[str, object] = {"model": "m", "n": 3, "messages": [{"role": "user", "content": "x"}]}
    async with running_app(None, tmp_path, base_url=nowhere) as driver:
        imported(driver, (body, answer((1, "one"), (2, "two"))))
        await driver.settle()
        await driver.press("f3", "a", "b")
        assert "B #1.1" in driver.screen_text
        await driver.press("i")
        assert "B #1.2" in driver.screen_text


async def test_a_failed_comparison_does_not_stop_the_next(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)

        def broken(*_: object) -> None:
            raise RuntimeError("no such luck")

        monkeypatch.setattr("seedtui.core.comparison.compare", broken)
        await driver.press("f3", "x")
        await driver.until(lambda: "fault of seedtui's own (RuntimeError)" in driver.status)
        monkeypatch.undo()
        await driver.press("x", "x")
        assert "A #2   B #1" in driver.screen_text
        assert "no seed was sent" in driver.verdict


async def test_the_run_before_is_found_under_a_filter(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f5", 1)
        await driver.press("f3", "slash", *"seed:77", "enter")
        assert list(driver.workbench.runs.rows) == []
        await driver.pilot.press("f5")
        await driver.until(lambda: "no seed was sent" in driver.verdict)
        assert driver.workbench.pair.marks == {1: "A", 2: "B"}


async def test_keys_typed_faster_than_the_focus_moves_reach_the_next_field(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.press("f2")
        for key, character in (("tab", None), ("1", "1"), ("2", "2"), ("tab", None), ("0", "0"), ("f5", None)):
            driver.app.post_message(Key(key, character))
        await driver.until(lambda: driver.ended == 1)
        sent = server.completions[0].json
        assert (sent["seed"], sent["temperature"]) == (12, 0.70)
        assert sent["messages"][1]["content"] == "Generate a short story about a journey to Mars."


async def test_a_loaded_request_leaves_the_keyboard_alive(server: ScriptedServer, tmp_path: Path) -> None:
    """The focus once went back to a message that the loaded request no longer has, and no key did anything."""
    async with running_app(server, tmp_path) as driver:
        imported(driver, ({"model": "m", "messages": [{"role": "user", "content": "one"}]}, answer((0, "a"))))
        await driver.press("f2", "f3", "l")
        assert driver.workbench.form.draft.turns[0].text == "one"
        await driver.press("f3")
        assert driver.workbench.runs.has_focus


async def test_an_editor_that_fails_says_so_and_the_app_goes_on(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-anywhere")
    suspended: list[str] = []

    @contextmanager
    def suspend(self: SeedtuiApp) -> Iterator[None]:
        suspended.append("left")
        yield
        suspended.append("back")

    monkeypatch.setattr(SeedtuiApp, "suspend", suspend)
    async with running_app(server, tmp_path) as driver:
        await driver.press("f7")
        assert "no-such-editor-anywhere was not found" in driver.status
        assert suspended == ["left", "back"]


async def test_the_oldest_run_is_not_compared_with_itself(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        await driver.sent("f6", 2)
        await driver.press("f3", "end", "c")
        assert "There is no run before this one." in driver.status
        assert driver.workbench.pair.marks == {1: "A", 2: "B"}


async def test_the_fingerprint_is_shown_as_soon_as_it_is_known(server: ScriptedServer, tmp_path: Path) -> None:
    async with running_app(server, tmp_path) as driver:
        server.hold(after=5)
        await driver.pilot.press("f5")
        await driver.until(lambda: "fp_scripted1 (informative)" in driver.screen_text)
        assert driver.ended == -1


async def test_equal_beginnings_are_not_called_identical_while_they_stream(
    server: ScriptedServer, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path) as driver:
        set_seed(driver, "5")
        server.hold(after=5)
        await driver.pilot.press("f6")
        await driver.until(lambda: "The same as far as both go: B has come to word" in driver.verdict)
        server.release()
        await driver.until(lambda: "Identical: same request, seed 5." in driver.verdict)


async def test_runs_of_another_process_appear(tmp_path: Path, nowhere: str) -> None:
    """Two windows on one history once knew nothing of each other's runs."""
    async with running_app(None, tmp_path, base_url=nowhere) as driver:
        driver.workbench._look_elsewhere()
        await driver.settle()
        with closing(History.open(tmp_path / "history.db")) as other:
            other.add([a_run("A story from elsewhere.")], [None])
        driver.workbench._look_elsewhere()
        await driver.settle()
        assert "A story from" in driver.screen_text


async def test_every_deleted_run_comes_back_however_quickly_it_is_asked_for(tmp_path: Path, nowhere: str) -> None:
    """The second of two quick presses once brought back what the first had brought back."""
    async with running_app(None, tmp_path, base_url=nowhere) as driver:
        driver.history.add([a_run(f"Story {number}.") for number in range(3)], [None] * 3)
        driver.workbench.read_page()
        await driver.settle()
        await driver.press("f3")
        for _ in range(3):
            await driver.press("d", "y")
        assert driver.workbench.runs.rows == []
        await driver.pilot.press("u", "u", "u")
        await driver.settle()
        assert len(driver.workbench.runs.rows) == 3
