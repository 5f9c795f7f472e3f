"""What can be asked for, and what happens where there is no terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import ROOT, Command, run_on_terminal, run_program

COMMANDS = {
    *("run", "series", "log", "show", "diff", "agree", "import", "export", "baseline", "check"),
    *("endpoints", "doctor", "backup", "pull"),
}


def test_help_lists_what_there_is(seedtui: Command) -> None:
    found = seedtui("--help")
    assert found.code == 0
    assert set(re.findall(r"^    ([a-z]+) ", found.out, re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(seedtui: Command, name: str) -> None:
    found = seedtui(name, "--help")
    assert found.code == 0
    for everywhere in ("--db", "--config", "--endpoint", "--local"):
        assert everywhere in found.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["agrees"],
        ["agree", "--format", "pdf"],
        ["baseline"],
        ["baseline", "add"],
        ["baseline", "pin", "1"],
        ["check", "--similarity", "2"],
        ["show"],
        ["diff", "1"],
        ["diff", "1", "2", "--format", "pdf"],
        ["export"],
        ["log", "--limit", "0"],
        ["log", "--limi", "3"],
        ["run", "--repeat", "x", "hello"],
        ["run", "--timeout", "0", "hello"],
        ["run", "--timeout", "nan", "hello"],
        ["run", "--timeout", "1e400", "hello"],
        ["run", "--timeout", "1_0", "hello"],
        ["run", "--repeat", "١", "hello"],
        ["run", "--repeat", "1" + "0" * 5000, "hello"],
    ],
)
def test_a_usage_error_is_trouble(seedtui: Command, arguments: list[str]) -> None:
    found = seedtui(*arguments)
    assert found.code == 2
    assert found.out == ""
    assert "usage: seedtui" in found.err


@pytest.mark.parametrize("before", [True, False])
def test_common_options_stand_before_or_after_the_command(seedtui: Command, home: object, before: bool) -> None:
    options = ["--db", f"{home}/other.db", "--local"]
    found = seedtui(*options, "log") if before else seedtui("log", *options)
    assert f"{home}/other.db" in found.err


def test_help_imports_next_to_nothing() -> None:
    code = (
        "import sys\nfrom seedtui.commands.parser import parser\nparser().format_help()\n"
        "print(*sorted(set(sys.modules) & {'textual', 'rich', 'openai', 'sqlite3', 'asyncio', 'regex', 'tomllib'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_without_a_terminal_it_says_what_to_use() -> None:
    found = run_program()
    assert found.code == 2
    assert found.out == ""
    assert "needs a terminal" in found.err
    assert "seedtui run" in found.err


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_on_a_dumb_terminal_it_says_what_to_use(term: str) -> None:
    code, said = run_on_terminal(environ={"TERM": term})
    assert code == 2
    assert f"TERM is {term}".encode() in said
    assert b"\x1b" not in said


def test_an_unknown_endpoint_is_named_with_those_there_are(seedtui: Command) -> None:
    found = seedtui("run", "--endpoint", "nowhere", "hello")
    assert found.code == 2
    assert "nowhere" in found.err
    assert "local, openai" in found.err


def test_a_bad_settings_file_is_named(seedtui: Command, home: object) -> None:
    path = f"{home}/settings.toml"
    with open(path, "w") as file:  # noqa: PTH123
        file.write("theem = 1\n")
    for name in ("endpoints", "doctor"):
        found = seedtui(name, "--config", path)
        assert found.code == 2
        assert "theem" in found.out + found.err


@pytest.mark.parametrize("arguments", [["run", "hi"], ["log"], ["endpoints"], ["pull"], ["doctor"]])
def test_a_settings_file_that_was_named_must_be_there(seedtui: Command, home: Path, arguments: list[str]) -> None:
    """A misspelt name once meant the defaults, and so another endpoint."""
    found = seedtui(*arguments, "--config", home / "nowhere.toml")
    assert found.code == 2
    said = f"{home}/nowhere.toml is not there: name a settings file that is, or none for the defaults.\n"
    assert said in found.out if arguments == ["doctor"] else (found.out, found.err) == ("", said)


@pytest.mark.parametrize("arguments", [["run", "hi"], ["endpoints"], ["doctor"]])
def test_a_settings_file_named_by_a_variable_must_be_there(
    seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("SEEDTUI_CONFIG", str(home / "nowhere.toml"))
    found = seedtui(*arguments)
    assert found.code == 2
    assert "nowhere.toml is not there" in found.out + found.err


@pytest.mark.parametrize("command", ["log", "endpoints", "pull", "doctor"])
def test_an_endpoint_that_there_is_not_is_refused_everywhere(seedtui: Command, command: str) -> None:
    """Commands that take the option and need none once passed it over."""
    found = seedtui(command, "--endpoint", "nosuch")
    assert found.code == 2
    assert "There is no endpoint called nosuch; there are local, openai." in found.out + found.err


def test_a_mistake_of_ours_is_told_without_a_key_and_without_acting(
    seedtui: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its traceback once went to the terminal as it was, with exit status 1."""

    def stumble(options: object) -> int:
        raise RuntimeError(f"boom \x1b]0;pwn\x07 {os.environ['OPENAI_API_KEY']}")

    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-123")
    monkeypatch.setattr("seedtui.commands.log.main", stumble)
    found = seedtui("log")
    assert (found.code, found.out) == (2, "")
    assert "Traceback (most recent call last)" in found.err
    assert "RuntimeError: boom ␛]0;pwn␇ [key]" in found.err
    assert "sk-very-secret-123" not in found.err
    assert "\x1b" not in found.err


@pytest.mark.parametrize("option", ["--db", "--config", "--endpoint", "--base-url"])
def test_an_empty_option_sends_nothing_anywhere(seedtui: Command, option: str) -> None:
    """A variable that is not set once sent the prompt to the default endpoint."""
    outcome = seedtui("run", option, "", "hi")
    assert outcome.code == 2
    assert f"{option} is empty" in outcome.err
