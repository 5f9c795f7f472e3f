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

from platformdirs import user_cache_path

from seedtui.core.run import Run
from seedtui.history import History
from seedtui.history.errors import HistoryError

ROOT: Final = Path(__file__).parent.parent.parent.parent
SEEDTUI: Final = [sys.executable, "-m", "seedtui"]
CACHE: Final = user_cache_path("seedtui") / "benchmarks"
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
    _ready: set[Path] = field(default_factory=set)

    def times(self, thorough: int, quick: int) -> int:
        """Return how often to measure."""
        return quick if self.quick else thorough

    @property
    def many(self) -> int:
        """How many runs a history of many has: a million."""
        return 100_000 if self.quick else 1_000_000

    def history(self, count: int) -> Path:
        """Return a history of so many runs, with its index; it is made if it is not there."""
        path = self.cache / f"{count}.db"
        if path not in self._ready:
            if not _opens(path):
                self._make(path, count)
            with closing(History.open(path)) as history:
                while not history.index_some(1.0).is_done:
                    pass
            self._ready.add(path)
        return path

    def _make(self, path: Path, count: int) -> None:
        # It costs time to import, and most benchmarks need no history.
        from benchmarks.many_runs import build

        print(f"making a history of {count:,} runs …", file=sys.stderr, flush=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        making = path.with_suffix(".making")
        for leftover in (*self.cache.glob(f"{making.name}*"), *self.cache.glob(f"{path.name}*")):
            leftover.unlink()
        build(making, count)
        making.rename(path)

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


def _opens(path: Path) -> bool:
    """Return whether a history is there that this seedtui knows how to read."""
    if not path.exists():
        return False
    try:
        History.open(path).close()
    except HistoryError:
        return False
    return True


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
