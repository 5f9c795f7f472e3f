"""What the index keeps of a small part of the history, read from it run by run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from seedtui.history import codec
from seedtui.history.index.grams import grams_of, pieces
from seedtui.history.index.marks import Part
from seedtui.history.index.terms import UNREADABLE, facts_of
from seedtui.history.search import texts_of

# Between two of these, who gathers can stop.
_RUNS: Final = 64
_WORDS: Final = 500
# After every moment.
_LATEST: Final = "~"
_FACTS: Final = "SELECT id, endpoint, model, served_model, seed, status, fingerprints, created_at, request FROM runs"
_BROKEN: Final = (ValueError, TypeError, AttributeError, RecursionError, sqlite3.OperationalError)


class Gathering:
    """The sets of a part, as they grow.

    Attributes:
        sets: By key, which runs have it.
        youngest: When the youngest of the runs was sent.
    """

    def __init__(self, connection: sqlite3.Connection, part: Part) -> None:
        self._connection = connection
        self._part = part
        self._words: dict[str, int] = {}
        self.sets: dict[str, int] = {}
        self.youngest = ""

    def gather(self) -> Iterator[None]:
        """Read all; give a chance to stop now and then.

        Raises:
            sqlite3.Error: If the history cannot be read.
        """
        for low in range(self._part.low, self._part.high, _RUNS):
            self._add_runs(low, min(low + _RUNS, self._part.high))
            yield
        words, sets = self._words, self.sets
        # Most words are said by many runs: each is taken apart once.
        for done, (word, bits) in enumerate(words.items(), 1):
            for gram in grams_of(word):
                sets[gram] = sets.get(gram, 0) | bits
            if done % _WORDS == 0:
                yield
        words.clear()

    def _add_runs(self, low: int, high: int) -> None:
        try:
            self._add_range(low, high)
        except _BROKEN as error:
            if isinstance(error, sqlite3.Error) and "decode" not in str(error):
                raise
            for run_id in range(low, high):
                self._add_alone(run_id)

    def _add_alone(self, run_id: int) -> None:
        try:
            self._add_range(run_id, run_id + 1)
        except _BROKEN as error:
            if isinstance(error, sqlite3.Error) and "decode" not in str(error):
                raise
            # Whoever searches is told by the history, however late the run may have been.
            self.youngest = _LATEST
            self.sets[UNREADABLE] = self.sets.get(UNREADABLE, 0) | 1 << (run_id - self._part.low)

    def _add_range(self, low: int, high: int) -> None:
        texts: dict[int, list[str]] = {}
        for table in ("completions", "chunks"):
            select = f"SELECT run_id, text FROM {table} WHERE run_id >= ? AND run_id < ?"
            for run_id, text in self._connection.execute(select, (low, high)):
                texts.setdefault(run_id, []).append(text)
        for run_id, *facts, created_at, request in self._connection.execute(
            f"{_FACTS} WHERE id >= ? AND id < ?", (low, high)
        ):
            self._add(run_id, facts, request, texts.get(run_id, ()))
            self.youngest = max(self.youngest, created_at)

    def _add(self, run_id: int, facts: list[Any], request: str, texts: list[str] | tuple[()]) -> None:
        bit = 1 << (run_id - self._part.low)
        endpoint, model, served_model, seed, status, fingerprints = facts
        for key in facts_of(endpoint, model, served_model, seed, status, _fingerprints(fingerprints)):
            self.sets[key] = self.sets.get(key, 0) | bit
        found = set(_asked(request))
        for text in texts:
            found.update(pieces(text))
        words = self._words
        for word in found:
            words[word] = words.get(word, 0) | bit


_fingerprints: Final = lru_cache(maxsize=100)(codec.fingerprints_of)


# Runs of one request often follow one another.
@lru_cache(maxsize=4)
def _asked(request: str) -> frozenset[str]:
    return frozenset(word for text in texts_of(json.loads(request)) for word in pieces(text))
