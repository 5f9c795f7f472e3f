"""The table of commands: it feeds the key bindings, the key bar, the palette and the help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from textual.binding import Binding

from seedtui.core.text import displayable


class Scope(StrEnum):
    """Where a command's keys act. Function and control keys act everywhere, letters only outside fields."""

    EVERYWHERE = "everywhere"
    REQUEST = "in the request"
    LISTS = "in the runs and in the comparison"
    RUNS = "in the runs"
    COMPARE = "in the comparison"


class Command(NamedTuple):
    """Something the user can do.

    Attributes:
        id: Its name, also in the settings file's `[keys]`.
        keys: The keys that do it, comma-separated, as Textual writes them; may be empty.
        title: What it does, in a word or three.
        help: What it does, in a sentence.
        scope: Where the keys act.
        bar: Its rank in the key bar, the lowest first; 0 to leave it out.
    """

    id: str
    keys: str
    title: str
    help: str
    scope: Scope
    bar: int = 0


COMMANDS: Final = (
    Command("send", "f5,ctrl+s", "Send", "Send the request once.", Scope.EVERYWHERE, 1),
    Command(
        "send_twice",
        "f6,ctrl+t",
        "Send ×2",
        "Send the request twice and compare the two completions as they come.",
        Scope.EVERYWHERE,
        2,
    ),
    Command(
        "series",
        "shift+f5,ctrl+g",
        "Series",
        "Send the request many times, or with varied parameters, and see how far the texts agree.",
        Scope.EVERYWHERE,
        8,
    ),
    Command(
        "cancel", "f8", "Cancel", "Cancel the run under the cursor, or else B. What came is kept.", Scope.EVERYWHERE, 6
    ),
    Command(
        "cancel_all", "shift+f8", "Cancel all", "Cancel every run that is going; what came is kept.", Scope.EVERYWHERE
    ),
    Command("show_request", "f2", "Request", "Go to the request.", Scope.EVERYWHERE, 3),
    Command("show_runs", "f3", "Runs", "Go to the list of runs.", Scope.EVERYWHERE, 4),
    Command("show_compare", "f4", "Compare", "Go to the comparison.", Scope.EVERYWHERE, 5),
    Command("help", "f1", "Help", "Show every key, and what a seed and a fingerprint are worth.", Scope.EVERYWHERE, 7),
    Command("palette", "ctrl+p", "Commands", "Find a command by name.", Scope.EVERYWHERE, 9),
    Command(
        "redraw",
        "ctrl+l",
        "Redraw",
        "Paint the whole screen anew, should something else have written on it.",
        Scope.EVERYWHERE,
    ),
    Command("quit", "ctrl+q,f10", "Quit", "Leave. The draft and everything that came are kept.", Scope.EVERYWHERE, 10),
    Command("edit", "f7", "Editor", "Open the text under the cursor in $VISUAL or $EDITOR.", Scope.REQUEST, 11),
    Command("switch_api", "f9", "Chat or prompt", "Switch between Chat Completions and Completions.", Scope.REQUEST),
    Command("add_turn", "ctrl+n", "Add a turn", "Add a message to the conversation.", Scope.REQUEST),
    Command("remove_turn", "ctrl+r", "Remove the turn", "Remove the message under the cursor.", Scope.REQUEST),
    Command("reset_request", "", "Notebook's request", "Fill the form with the notebook's request.", Scope.REQUEST),
    Command("set_a", "a", "Set A", "Make the run under the cursor A, the baseline.", Scope.LISTS, 1),
    Command("set_b", "b", "Set B", "Make the run under the cursor B.", Scope.LISTS, 2),
    Command("swap", "x", "Swap", "Swap A and B.", Scope.LISTS, 11),
    Command(
        "compare_previous",
        "c,enter",
        "Vs previous",
        "Compare the run under the cursor with the run before it.",
        Scope.LISTS,
        10,
    ),
    Command("next_change", "n", "Next", "Go to the next change.", Scope.LISTS, 3),
    Command("previous_change", "N", "Previous", "Go to the previous change.", Scope.LISTS),
    Command("first_change", "f", "First change", "Go to where the two part.", Scope.LISTS),
    Command("next_view", "v", "View", "Side by side, unified, inline; for JSON also key by key.", Scope.LISTS, 4),
    Command(
        "newer_run", "right_square_bracket", "Newer", "Make B the next newer run of the same request.", Scope.LISTS, 5
    ),
    Command("older_run", "left_square_bracket", "Older", "Make B the next older run of the same request.", Scope.LISTS),
    Command("next_choice", "i", "Next choice", "Show the next choice of B's run (n above 1).", Scope.LISTS),
    Command("pick_a", "A", "Find A", "Choose A among all runs by what they say.", Scope.LISTS),
    Command("pick_b", "B", "Find B", "Choose B among all runs by what they say.", Scope.LISTS),
    Command("versus", "w", "All vs A", "List every run of A's request, held against A.", Scope.LISTS, 6),
    Command("agreement", "t", "Agreement", "Show how far all completions of the run's request agree.", Scope.LISTS, 6),
    Command(
        "overview", "T", "Overview", "Show how far each of many requests agrees, the least stable first.", Scope.LISTS
    ),
    Command("fingerprints", "F", "Fingerprints", "Show each model's fingerprints over time.", Scope.LISTS),
    Command("next_sentence", "right_parenthesis", "Next sentence", "Go to the next sentence.", Scope.LISTS),
    Command("previous_sentence", "left_parenthesis", "Previous sentence", "Go to the sentence before.", Scope.LISTS),
    Command("sentence", "s", "Sentence", "Go to a sentence by its number.", Scope.LISTS),
    Command("next_match", "full_stop", "Next match", "Go to the next place that was searched for.", Scope.LISTS),
    Command("previous_match", "comma", "Previous match", "Go to the place before.", Scope.LISTS),
    Command("fold", "z", "Fold", "Fold long equal stretches away, or open them all.", Scope.LISTS),
    Command("open_fold", "o", "Open fold", "Open the first fold in sight.", Scope.LISTS),
    Command("ignore_case", "C", "Ignore case", "Let capital letters count, or not.", Scope.LISTS),
    Command("ignore_space", "S", "Ignore space", "Let white space count, or not.", Scope.LISTS),
    Command("mark_change", "m", "Mark", "Mark the current change for the export, or no longer.", Scope.LISTS),
    Command("mark_pair", "M", "Mark pair", "Mark this pair for the export, or no longer.", Scope.LISTS),
    Command("export", "e", "Export", "Save or copy what is marked, or else the whole diff.", Scope.LISTS, 7),
    Command(
        "load_request", "l", "Load", "Load the request of the run under the cursor into the form.", Scope.LISTS, 12
    ),
    Command("series_list", "R", "All series", "List the series there are; open one to see or resume it.", Scope.LISTS),
    Command(
        "pin", "p", "Pin", "Make the run under the cursor a baseline (marked ^), or let it be none.", Scope.LISTS, 13
    ),
    Command("baselines", "P", "Baselines", "List the baselines; check whether they still reproduce.", Scope.LISTS),
    Command("filter", "slash", "Filter", "Show only the runs that match a query.", Scope.RUNS, 9),
    Command("find", "slash", "Search", "Search in both texts.", Scope.COMPARE, 9),
    Command("delete", "d,delete", "Delete", "Delete the run under the cursor; it can be undone.", Scope.LISTS),
    Command("undo_delete", "u", "Undo delete", "Bring back what was deleted last.", Scope.LISTS),
    Command("help_letter", "question_mark", "Help", "Show the help.", Scope.LISTS, 8),
)

ABOUT_THE_RUN: Final = frozenset({"set_a", "set_b", "compare_previous", "agreement", "load_request", "pin", "delete"})
"""The commands that are about the run under the cursor."""

BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}

# Keys that write nothing into a field.
_NOT_TYPED: Final = re.compile(r"(shift\+)?f[0-9]+\Z|(shift\+)?(ctrl|alt)\+.")
_KEY_NAMES: Final = {
    "slash": "/",
    "question_mark": "?",
    "enter": "Enter",
    "delete": "Del",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "full_stop": ".",
    "comma": ",",
}
_NAMES: Final = {shown: name for name, shown in _KEY_NAMES.items() if len(shown) == 1 and shown != ","}
_WRITING: Final = frozenset({Scope.EVERYWHERE, Scope.REQUEST})
_APART: Final = frozenset({Scope.RUNS, Scope.COMPARE})


def bindings(*scopes: Scope) -> list[Binding]:
    """Return Textual bindings for the commands of these scopes; each runs the screen's `command` action."""
    return [
        Binding(
            command.keys,
            f"screen.command('{command.id}')",
            command.title,
            id=command.id,
            show=False,
            # A field would otherwise take some control keys for itself.
            priority=command.scope in _WRITING,
        )
        for command in COMMANDS
        if command.scope in scopes and command.keys
    ]


def keys_of(command: Command, keymap: Mapping[str, str]) -> list[str]:
    """Return the keys of a command as people read them, rebound ones included."""
    return [readable_key(key) for key in _split(keymap.get(command.id) or command.keys)]


def keymap_problem(keymap: Mapping[str, str]) -> str | None:
    """Return what is wrong with the keys that a user chose, in a sentence; None if nothing is.

    Args:
        keymap: Command id to the keys that replace its own.
    """
    for name in keymap:
        if name not in BY_ID:
            return f"keys.{displayable(name)} names no command; there are {', '.join(sorted(BY_ID))}."
        if not BY_ID[name].keys:
            return f"keys.{name} cannot be set: this command is in the palette only."
        if keymap[name] and not _split(keymap[name]):
            return f"keys.{name} names no key: write one, like f5, or leave it out."
    taken: dict[str, Command] = {}
    for command in COMMANDS:
        for key in _split(keymap.get(command.id) or command.keys):
            refused = f"keys.{command.id} cannot be {displayable(key)}"
            if command.scope in _WRITING and not _NOT_TYPED.match(key):
                return f"{refused}: it acts while text is typed, so take a function key, or one with ctrl."
            other = taken.setdefault(key, command)
            if other is not command and {other.scope, command.scope} != _APART:
                return f"{refused}: {other.id} has that key."
    return None


def _split(keys: str) -> list[str]:
    # As Textual names them: `?` is question_mark.
    return [_NAMES.get(key.strip(), key.strip()) for key in keys.split(",") if key.strip()]


def readable_key(key: str) -> str:
    """Write a key as people read it: `ctrl+s` is ^S, `f5` is F5."""
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key[5:].upper()
    if key.startswith("shift+"):
        return "Shift+" + readable_key(key[6:])
    # The settings file may name any.
    return displayable(key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key)


def for_bar(*scopes: Scope) -> list[Command]:
    """Return the commands of these scopes that the key bar shows, by their rank."""
    return sorted((one for one in COMMANDS if one.scope in scopes and one.bar), key=lambda one: one.bar)
