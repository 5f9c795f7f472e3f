"""The table of commands, and the keys that a user may give them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from textual.binding import Binding

from seedtui import config
from seedtui.tui.app import start
from seedtui.tui.commands import (
    BY_ID,
    COMMANDS,
    Command,
    Scope,
    bindings,
    for_bar,
    keymap_problem,
    keys_of,
    readable_key,
)
from seedtui.tui.screens.workbench import Workbench
from seedtui.tui.widgets.diff_view import DiffView
from seedtui.tui.widgets.runs_list import RunsList

PLACES = {Scope.LISTS: (RunsList, DiffView), Scope.RUNS: (RunsList,), Scope.COMPARE: (DiffView,)}
WRITING = (Scope.EVERYWHERE, Scope.REQUEST)

by_id = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)


@by_id
def test_every_command_is_done_by_the_workbench_and_explained(command: Command) -> None:
    assert callable(getattr(Workbench, f"do_{command.id}", None))
    assert command.title
    assert command.help.endswith(".")


def test_the_workbench_does_nothing_that_is_not_in_the_table() -> None:
    assert {name.removeprefix("do_") for name in dir(Workbench) if name.startswith("do_")} == BY_ID.keys()


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(COMMANDS)


@pytest.mark.parametrize("place", [Scope.RUNS, Scope.COMPARE, Scope.REQUEST])
def test_no_key_does_two_things_in_one_place(place: Scope) -> None:
    there = {place, Scope.EVERYWHERE, *([] if place is Scope.REQUEST else [Scope.LISTS])}
    keys = [key for command in COMMANDS if command.scope in there for key in command.keys.split(",") if key]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert keymap_problem({}) is None


@by_id
def test_letters_act_in_lists_only(command: Command) -> None:
    keys = [key for key in command.keys.split(",") if key]
    typed = [key for key in keys if "+" not in key and not key.removeprefix("f").isdigit()]
    assert command.scope not in WRITING or not typed


@by_id
def test_every_key_is_bound_where_its_command_acts(command: Command) -> None:
    for place in PLACES.get(command.scope, (Workbench,)):
        found = [one.key for one in place.BINDINGS if isinstance(one, Binding) and one.id == command.id]
        assert found == ([command.keys] if command.keys else [])


@pytest.mark.parametrize("scope", Scope)
def test_keys_that_act_while_typing_come_before_a_fields_own(scope: Scope) -> None:
    assert {one.priority for one in bindings(scope)} == {scope in WRITING}


def test_the_key_bar_holds_the_chosen_in_their_order() -> None:
    for scope in Scope:
        chosen = list(for_bar(scope))
        assert chosen
        assert [one.bar for one in chosen] == sorted(one.bar for one in COMMANDS if one.scope is scope and one.bar)
    assert all(command.keys for command in for_bar(*Scope))


@pytest.mark.parametrize(
    ("key", "readable"),
    [("ctrl+s", "^S"), ("f5", "F5"), ("f", "f"), ("N", "N"), ("shift+f8", "Shift+F8"), ("slash", "/"), ("f12", "F12")],
)
def test_readable_keys(key: str, readable: str) -> None:
    assert readable_key(key) == readable


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [("f5, ctrl+g", ["F5", "^G"]), ("", ["F5", "^S"]), ("f9,", ["F9"])],
)
def test_chosen_keys_stand_in_place_of_a_commands_own(chosen: str, keys: list[str]) -> None:
    assert keys_of(BY_ID["send"], {"send": chosen}) == keys


def test_other_keys_can_be_chosen() -> None:
    assert keymap_problem({"send": "f5,ctrl+o", "next_change": "j,down", "filter": "?", "help_letter": "h"}) is None
    assert keymap_problem({"send": "f6", "send_twice": "f5"}) is None
    assert keymap_problem({"send": ""}) is None


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"sned": "f5"}, "keys.sned names no command; there are add_turn, "),
        ({"\x1b[2J": "f5"}, "keys.␛[2J names no command"),
        ({"send": "s"}, "keys.send cannot be s: it acts while text is typed"),
        ({"edit": "f7,enter"}, "keys.edit cannot be enter: it acts while text is typed"),
        ({"send": "f6"}, "keys.send_twice cannot be f6: send has that key."),
        ({"swap": "a"}, "keys.swap cannot be a: set_a has that key."),
        ({"swap": "f5"}, "keys.swap cannot be f5: send has that key."),
        ({"filter": "?"}, "keys.help_letter cannot be question_mark: filter has that key."),
        ({"send": ","}, "keys.send names no key"),
        ({"find": "n"}, "keys.find cannot be n: next_change has that key."),
        ({"reset_request": "f11"}, "keys.reset_request cannot be set"),
    ],
)
def test_keys_that_cannot_be_chosen_are_named(keymap: dict[str, str], said: str) -> None:
    problem = keymap_problem(keymap)
    assert problem is not None
    assert problem.startswith(said)


def test_the_app_does_not_start_with_keys_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[keys]\nsend = "s"\n')
    assert start(config.load(file, {}), tmp_path / "history.db") == 2
    assert capsys.readouterr().err.startswith(f"seedtui: {file}: keys.send cannot be s: ")
    assert not (tmp_path / "history.db").exists()
