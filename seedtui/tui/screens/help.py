"""Every key, and what the words mean."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from seedtui.core.fingerprint import FingerprintClass
from seedtui.tui.commands import COMMANDS, Scope, keys_of

_NAME: Final = 16
_MEANING: Final = 50

_SEED: Final = (
    "A seed asks a model to sample the same way each time. No server promises it: same seed, same parameters and same "
    "fingerprint give mostly the same text, not always. OpenAI marks seed and system_fingerprint of Chat Completions "
    "as deprecated, and its Responses API has neither; in Completions the seed is not deprecated. A seed is a whole "
    "number from -2^63 to 2^63-1. Unset, 0 and -1 are three different things; llama.cpp keeps 32 bits of it and reads "
    "-1 as random."
)


class HelpScreen(ModalScreen[None]):
    """The help, over whatever was on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "dismiss", "Close", show=False),
    ]

    # So that the arrow keys scroll.
    AUTO_FOCUS = "VerticalScroll"

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 84; max-width: 96%; height: auto; max-height: 92%; padding: 1 2; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
    }
    """

    def __init__(self, keymap: Mapping[str, str]) -> None:
        """Make the help.

        Args:
            keymap: Command id to the keys that replace its own.
        """
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Lay out the help."""
        with VerticalScroll() as body:
            body.border_title = "Help"
            body.border_subtitle = "Esc closes"
            yield Static(Content("\n").join(help_lines(self._keymap)), markup=False)


def help_lines(keymap: Mapping[str, str]) -> Iterator[Content]:
    """Write the help.

    Args:
        keymap: Command id to the keys that replace its own.
    """
    for scope in Scope:
        yield Content.styled(f"Keys {scope.value}", "bold $primary")
        for command in COMMANDS:
            if command.scope is scope:
                keys = " or ".join(keys_of(command, keymap)) or "in the palette"
                yield from entry(keys, command.help)
        yield Content("")
    yield Content.styled("What a seed does", "bold $primary")
    yield Content(_SEED)
    yield Content("")
    yield Content.styled("What a fingerprint is worth", "bold $primary")
    for worth in FingerprintClass:
        yield from entry(worth.value, worth.meaning)
    yield Content("")
    yield Content.styled("Signs in the list of runs", "bold $primary")
    for sign, meaning in (("A, B", "the two that are compared"), ("^", "a baseline, pinned with p")):
        yield from entry(sign, meaning)
    yield Content("")
    yield Content.styled("Signs in the diff", "bold $primary")
    for sign, meaning in (
        ("~", "the line has changed words"),
        ("-", "only in A"),
        ("+", "only in B"),
        ("›", "the current change begins here"),
        ("*", "marked for the export"),
        ("⋯", "rows that are alike, folded away"),
    ):
        yield from entry(sign, meaning)


def entry(name: str, meaning: str) -> Iterator[Content]:
    """Write a name and what it means, the meaning's lines below one another."""
    first, *rest = textwrap.wrap(meaning, _MEANING)
    yield Content.assemble((f"  {name:<{_NAME}}", "bold"), first)
    for line in rest:
        yield Content(f"  {'':<{_NAME}}{line}")
