"""Makes `history_<schema>.db`: a history as this version of seedtui writes it, for later versions to open.

Run it once when a step has been added to the schema and released:
`PYTHONPATH=.:tests python tests/data/make_old_database.py`. It never overwrites: an old file is old for good.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from seedtui.core.request import Request
from seedtui.core.run import RunError, Status
from seedtui.history import History
from support.runs import STORY, a_run

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)


def fill(path: Path) -> None:
    """Write one run of every kind, two of them sent for a series, three of them pinned."""
    with contextlib.closing(History.open(path)) as history:
        series_id = history.add_series({"repeat": 2**70}, SENT_AT)
        finished = history.start(Request({**STORY, "seed": 2**63 - 1}), "openai", SENT_AT, (series_id, 0))
        history.append([(finished, 0, "In the ")])
        ended = a_run("In the year 2050 …\0\r\x1b[2J", id=finished, seed=2**63 - 1, retries=1)
        history.finish(ended)
        # As if another process had taken it for dead meanwhile.
        history.finish(ended)
        left = history.start(Request({"model": "m-1", "prompt": "옛날", "n": 2}), "local", SENT_AT, (series_id, 3))
        history.append([(left, 0, "Once "), (left, 1, "Far "), (left, 0, "upon")])
        refused = RunError("http", "The endpoint answered 401: check the key.", 401)
        failed = a_run(None, status=Status.FAILED, error=refused)
        cut = a_run("화성으로 떠난", status=Status.CANCELLED, finish_reason=None, fingerprint=None, seed=0)
        ids, _ = history.add([failed, cut], ["key-1", "key-2"])
        history.delete(ids[:1])
        history.pin([finished, *ids])


def main() -> None:
    """Write the file beside this script, as SQLite leaves it after the last connection was closed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        fill(path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            # Who streamed it is nobody's business, and is dead.
            connection.execute("UPDATE runs SET owner = '1:1:' WHERE owner IS NOT NULL")
            connection.commit()
            schema = connection.execute("PRAGMA user_version").fetchone()[0]
        target = Path(__file__).parent / f"history_{schema:04}.db"
        with target.open("xb") as file:
            file.write(path.read_bytes())
    print(target, file=sys.stderr)


if __name__ == "__main__":
    main()
