"""Other terminal programs to start beside seedtui, where they are installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.corpus import words
from benchmarks.harness.setting import Setting

LINES: Final = 10_000
# The last line that less shows at first, on a terminal of forty rows.
_IN_LESS: Final = 39


class Peer(NamedTuple):
    """A program.

    Attributes:
        name: As people call it.
        command: The command that starts it.
        last: What its first full frame has, in the order of the screen's rows the last that is written in one piece.
    """

    name: str
    command: str
    last: str


PEERS: Final = (
    Peer("less", "less", f"line {_IN_LESS}:"),
    Peer("toolong", "tl", "TAIL"),
    Peer("posting", "posting", "Commands"),
    Peer("elia", "elia", "Quit"),
    Peer("harlequin", "harlequin", "Find"),
)


@contextmanager
def peers(setting: Setting) -> Iterator[list[tuple[Peer, list[str] | None]]]:
    """Give each program and the command line that starts it, None if it is not installed."""
    with TemporaryDirectory() as folder:
        text = a_text(Path(folder) / "text.log")
        found: list[tuple[Peer, list[str] | None]] = []
        for peer in PEERS:
            place = setting.program(peer.command)
            arguments = [str(text)] if peer.name in ("less", "toolong") else []
            found.append((peer, None if place is None else [place, *arguments]))
        yield found


def a_text(path: Path) -> Path:
    """Write a text of many lines, each with its number."""
    pool = words("prose", LINES * 10, 1)
    lines = (f"line {at + 1}: {' '.join(pool[at * 10 : at * 10 + 10])}\n" for at in range(LINES))
    path.write_text("".join(lines))
    return path
