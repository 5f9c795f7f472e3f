"""The history: every run that was sent or imported, with its text as far as it came."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from seedtui.core.query import Query
from seedtui.core.request import JsonObject, Request
from seedtui.core.summary import Summary
from seedtui.core.text import join_surrogates
from seedtui.history import baselines, codec, reading, writing
from seedtui.history.database import Database
from seedtui.history.listing import Found, find
from seedtui.history.sweep import sweep as sweep_database

if TYPE_CHECKING:
    from seedtui.core.run import Run
    from seedtui.core.sample import Sample, SeriesRecord
    from seedtui.history.index.build import Builder, Progress
    from seedtui.history.index.lookup import Lookup

# 64 MB of memory, and 32 MB of log between two times of putting it in its place.
_IN_BULK: Final = (("cache_size", -64_000), ("wal_autocheckpoint", 8_000))


def _never() -> bool:
    return False


def _untold(done: int, of: int) -> None:
    """Nobody asked how far it has come."""


class History:
    """One database. It may be used from several threads; several processes may have it open.

    Every method raises HistoryError, with one plain sentence, if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._lookup: Lookup | None = None
        self._builder: Builder | None = None
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, sweep: bool = True) -> Self:
        """Open a history: made if there is none, for reading only if it cannot be written.

        Args:
            path: The database.
            sweep: Mark runs whose process died as interrupted, and drop what was deleted long ago.

        Raises:
            HistoryError: If it cannot be used.
        """
        database = Database.open(path)
        if sweep:
            try:
                sweep_database(database)
            except BaseException:
                database.close()
                raise
        return cls(database)

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    @property
    def read_only(self) -> bool:
        """Whether nothing can be saved: the file or its folder may not be written."""
        return self._database.read_only

    def close(self) -> None:
        """Close the database; building its index stops at the next step."""
        with self._lock:
            self._closed = True
        if self._builder is not None:
            self._builder.close()
        if self._lookup is not None:
            self._lookup.close()
        self._database.close()

    def start(self, request: Request, endpoint: str, created_at: datetime, slot: tuple[int, int] | None = None) -> int:
        """Keep a run that is being sent, and the slot (series, number) it is sent for; return its id."""
        with self._database.writing() as connection:
            run_id = writing.insert_started(connection, request, endpoint, created_at)
            if slot is not None:
                from seedtui.history import series

                series.insert_slot(connection, slot, run_id)
            return run_id

    def append(self, pieces: Sequence[tuple[int, int, str]], identified: Iterable[Run] = ()) -> None:
        """Keep text as it arrives, of several runs at once, and who answers them: all of it or nothing.

        Args:
            pieces: Run id, choice index and text, in the order the text came.
            identified: Runs that are going, with their fingerprints, headers, and the response so far but
                for its text.
        """
        rows = [(run_id, index, join_surrogates(text)) for run_id, index, text in pieces]
        with self._database.writing() as connection:
            connection.executemany("INSERT INTO chunks (run_id, choice, text) VALUES (?, ?, ?)", rows)
            writing.note_rewritten(connection, {row[0] for row in rows})
            for run in identified:
                writing.update_identity(connection, run)

    def finish(self, run: Run) -> None:
        """Keep a run as it ended; its pieces of text are replaced by its completions."""
        with self._database.writing() as connection:
            writing.update_finished(connection, run)

    def add(self, runs: Iterable[Run], keys: Iterable[str | None]) -> tuple[list[int], int]:
        """Keep runs that came from a file, all of them or none.

        Args:
            runs: The runs; their ids are passed over.
            keys: For each, what tells it from every other. A key that is there already is skipped; if its
                run was deleted, it is brought back.

        Returns:
            The ids of the runs that are there now and were not before, and how many runs were skipped.
        """
        pairs = list(zip(runs, keys, strict=True))
        maker = codec.RowMaker()
        return self.add_rows([maker.row(run) for run, _ in pairs], [key for _, key in pairs])

    def add_rows(self, rows: Sequence[codec.RunRow], keys: Sequence[str | None]) -> tuple[list[int], int]:
        """Keep runs as `add` does; their rows were made beforehand, by a `RowMaker`."""
        with self._database.writing() as connection:
            added = writing.insert_imported(connection, rows, keys)
        ids = [run_id for run_id in added if run_id is not None]
        return ids, len(added) - len(ids)

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Take more room while much is added: in memory, and on disk for what is not yet in its place."""
        with self._database.reading() as connection:
            before = [(name, connection.execute(f"PRAGMA {name}").fetchone()[0]) for name, _ in _IN_BULK]
        self._set(_IN_BULK)
        try:
            yield
        finally:
            self._set(before)

    def delete(self, run_ids: Iterable[int]) -> None:
        """Take runs out of sight; they can be brought back for thirty days."""
        self._set_deleted(run_ids, codec.moment(datetime.now(UTC)))

    def undelete(self, run_ids: Iterable[int]) -> None:
        """Bring deleted runs back."""
        self._set_deleted(run_ids, None)

    def run(self, run_id: int) -> Run | None:
        """Return a run with its texts; None if there is none, or it was deleted.

        Raises:
            HistoryError: Also if a text is not what was stored (kind `damaged`).
        """
        return reading.read_run(self._database, run_id)

    def page(
        self,
        query: Query | None = None,
        before: int | None = None,
        limit: int = 100,
        cancelled: Callable[[], bool] = _never,
        *,
        after: int | None = None,
    ) -> list[Summary]:
        """Return a page of summaries, newest first.

        A search goes through the runs in steps; between two of them, runs can be saved.

        Args:
            query: Which runs.
            before: Only runs with a smaller id: the last id of the page before.
            limit: The most to return.
            cancelled: Asked between steps; once it is true, what was found by then is returned.
            after: The page above an id, in place of that below one: its first id; 0 for the oldest page.
        """
        found = [one.rows for one in self.find(query, before, limit, cancelled, after=after)]
        return [row for rows in (found if after is None else reversed(found)) for row in rows]

    def find(
        self,
        query: Query | None = None,
        before: int | None = None,
        limit: int = 100,
        cancelled: Callable[[], bool] = _never,
        *,
        after: int | None = None,
    ) -> Iterator[Found]:
        """Give what `page` returns as it is found: in steps of some ten milliseconds, with how far it has come.

        With `after` the search goes upwards, the oldest run first; the rows of a step are newest first then, too.
        """
        if cancelled():
            return iter(())
        return find(self._database, self._index, query or Query(), limit, cancelled, before=before, after=after)

    def index_some(self, seconds: float) -> Progress:
        """Go on building the search index for a while; searches are right without it, and slower.

        Args:
            seconds: For how long; it goes on until the step it is at is done, some ten milliseconds.

        Returns:
            How far it has come. Where the index cannot be built, there is nothing to do.
        """
        from seedtui.history.index.build import Builder, Progress

        with self._lock:
            if self.read_only or self._closed:
                return Progress(0, 0, True)
            if self._builder is None:
                self._builder = Builder(self.path)
        return self._builder.work(seconds)

    def samples(
        self,
        query: Query | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] = _never,
    ) -> Iterator[list[Sample]]:
        """Give the samples of all runs that a query finds, in batches, oldest run first.

        A run that has no completion, or none yet, gives one sample with no text. Between two batches runs
        can be saved; those that were not there at the beginning are not given.

        Args:
            query: Which runs.
            progress: Told how far it has come, of how much; the last time they are the same.
            cancelled: Asked between steps; once it is true, nothing more is given.
        """
        from seedtui.history.samples import read_samples

        return read_samples(self._database, query or Query(), progress or _untold, cancelled)

    def texts(self, refs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """Return the texts of completions by run and choice; those that are not there are left out.

        Raises:
            HistoryError: Also if a text is not what was stored (kind `damaged`).
        """
        from seedtui.history.samples import read_texts

        return read_texts(self._database, refs)

    def add_series(self, plan: JsonObject, created_at: datetime) -> int:
        """Keep what is about to be sent together; return the series' id."""
        from seedtui.history import series

        with self._database.writing() as connection:
            return series.insert_series(connection, plan, created_at)

    def series(self, series_id: int) -> SeriesRecord | None:
        """Return a series; None if there is none."""
        from seedtui.history import series

        return series.read_series(self._database, series_id)

    def series_page(self, before: int | None = None, limit: int = 100) -> list[SeriesRecord]:
        """Return a page of series, newest first.

        Args:
            before: Only series with a smaller id: the last id of the page before.
            limit: The most to return.
        """
        from seedtui.history import series

        return series.read_series_page(self._database, before, limit)

    def pin(self, run_ids: Iterable[int]) -> None:
        """Make runs baselines, all of them or none; one that is a baseline stays what it is."""
        with self._database.writing() as connection:
            baselines.pin(connection, run_ids)

    def unpin(self, run_ids: Iterable[int]) -> None:
        """Let runs be baselines no longer."""
        with self._database.writing() as connection:
            baselines.unpin(connection, run_ids)

    def baselines(self) -> list[tuple[int, datetime]]:
        """Return the baselines and when each was pinned, the first that was pinned first; deleted runs left out."""
        return baselines.read_baselines(self._database)

    def backends_before(self, run_id: int, endpoint: str, model: str) -> list[tuple[tuple[str, ...], datetime]]:
        """Return the fingerprints that runs before one had, and when each was last seen, newest first.

        Runs that reported none are passed over; deleted runs count.

        Args:
            run_id: The run; only smaller ids are looked at.
            endpoint: The runs' endpoint.
            model: The model they asked for.
        """
        from seedtui.history.backends import read_backends_before

        return read_backends_before(self._database, run_id, endpoint, model)

    def recent(self, position: int) -> int | None:
        """Return the id of the newest run (1), the one before it (2), and so on; None beyond the oldest."""
        return reading.nth_newest(self._database, position)

    def previous(self, run_id: int) -> int | None:
        """Return the id of the run before this one; None if it is the oldest."""
        return next(iter(reading.read_ids(self._database, run_id, 1)), None)

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since this was asked the last time; no, the first time."""
        return self._database.changed_elsewhere()

    def count(self) -> int:
        """Return how many runs there are, the deleted ones left out."""
        return reading.count(self._database)

    def indexed(self) -> int:
        """Return how many of these runs the search index covers; the others are searched without it."""
        with self._database.reading() as connection:
            parts = [one.part for one in self._index().parts(connection)]
            return reading.count_within(connection, [(part.low, part.high) for part in parts])

    def _index(self) -> Lookup:
        from seedtui.history.index.lookup import Lookup

        with self._lock:
            if self._lookup is None:
                self._lookup = Lookup(self.path)
            return self._lookup

    def _set(self, pragmas: Iterable[tuple[str, int]]) -> None:
        with self._database.reading() as connection:
            for name, value in pragmas:
                connection.execute(f"PRAGMA {name} = {value}")

    def _set_deleted(self, run_ids: Iterable[int], moment: str | None) -> None:
        rows = [(moment, run_id) for run_id in run_ids]
        with self._database.writing() as connection:
            connection.executemany("UPDATE runs SET deleted_at = ? WHERE id = ?", rows)
