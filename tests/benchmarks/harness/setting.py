"""Where a benchmark runs: how often, with which histories, in which environment."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seedtui.core.run import Run
from seedtui.history import History
from seedtui.history.migrate import known_steps

ROOT: Final = Path(__file__).parent.parent.parent.parent
SEEDTUI: Final = [sys.executable, "-m", "seedtui"]
CACHE: Final = Path(tempfile.gettempdir()) / f"seedtui-benchmarks-{os.getuid()}"
_NOT_KEPT: Final = ("XDG_", "OPENAI_", "SEEDTUI_", "LESS", "SSH_", "TMUX", "TEXTUAL", "NO_COLOR", "PYTHONDONTWRITE")


@dataclass
class Setting:
    """How to measure.

    Attributes:
        quick: Measure less often, and without what takes minutes to prepare.
        cache: Where histories are made, and found again.
        peers: Folders in which other programs are looked for before those of PATH: environments, or folders of such.
    """

    quick: bool = False
    cache: Path = CACHE
    peers: list[Path] = field(default_factory=list)

    def times(self, thorough: int, quick: int) -> int:
        """Return how often to measure."""
        return quick if self.quick else thorough

    @property
    def many(self) -> int:
        """How many runs a history of many has: a million."""
        return 100_000 if self.quick else 1_000_000

    def history(self, count: int) -> Path:
        """Return a history of so many runs, of this schema; it is made if it is not there."""
        path = self.cache / f"{count}-{known_steps()[-1][0]}.db"
        if not path.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            # It costs time to import, and most benchmarks need no history.
            from benchmarks.many_runs import build

            print(f"making a history of {count:,} runs …", file=sys.stderr, flush=True)
            making = path.with_suffix(".making")
            for leftover in self.cache.glob(f"{making.name}*"):
                leftover.unlink()
            build(making, count)
            making.rename(path)
        return path

    def program(self, name: str) -> str | None:
        """Return where a program is installed; None if it is not."""
        for folder in self.peers:
            for place in (folder, folder / "bin", *sorted(folder.glob("*/bin"))):
                if found := shutil.which(name, path=str(place)):
                    return found
        return shutil.which(name)

    @contextmanager
    def environment(self, history: Path | None = None) -> Iterator[dict[str, str]]:
        """Give an environment with a home of its own, in which seedtui uses a history."""
        with tempfile.TemporaryDirectory() as home:
            path = history or Path(home) / "history.db"
            # As after an installation: everything is compiled, by the first run, which is not counted.
            compiled = {"PYTHONPYCACHEPREFIX": str(self.cache / "compiled")}
            yield {**_environment(Path(home), path), **compiled}


def _environment(home: Path, history: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_KEPT)}
    mine = {"HOME": str(home), "SEEDTUI_DB": str(history), "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    return {**kept, **mine, "OPENAI_API_KEY": "sk-benchmark", "PYTHONPATH": str(ROOT)}


@contextmanager
def history_with(*runs: Run) -> Iterator[dict[str, str]]:
    """Make a history of its own; give the environment in which the app uses it."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "history.db"
        with closing(History.open(path)) as history:
            history.add(runs, [None] * len(runs))
        yield _environment(Path(home), path)


def newest(history: Path) -> str:
    """Return the newest run of a history, as the list of runs shows it."""
    with closing(sqlite3.connect(history)) as connection:
        (found,) = connection.execute("SELECT max(id) FROM runs WHERE deleted_at IS NULL").fetchone()
    return f"#{found}"
