"""Which backends an endpoint has shown."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from seedtui.core.text import scrub
from seedtui.history import codec
from seedtui.history.database import Database
from seedtui.history.errors import damaged

_THESE: Final = (
    "FROM runs INDEXED BY runs_by_backend WHERE endpoint = :endpoint AND model = :model AND fingerprints <> '[]'"
)
# There are many runs and few backends: from one to the next, rather than through all runs.
_BACKENDS: Final = f"""
    WITH RECURSIVE backends (known) AS (
        SELECT min(fingerprints) {_THESE}
        UNION ALL
        SELECT (SELECT min(fingerprints) {_THESE} AND fingerprints > known) FROM backends WHERE known IS NOT NULL
    )
    SELECT known, (SELECT max(created_at) {_THESE} AND fingerprints = known AND id < :run_id) AS seen
    FROM backends WHERE seen IS NOT NULL ORDER BY seen DESC, known
"""


def read_backends_before(
    database: Database, run_id: int, endpoint: str, model: str
) -> list[tuple[tuple[str, ...], datetime]]:
    """Return the fingerprints that runs before one had; see `History.backends_before`."""
    arguments = {"run_id": run_id, "endpoint": scrub(endpoint), "model": scrub(model)}
    with database.reading() as connection:
        rows = connection.execute(_BACKENDS, arguments).fetchall()
    try:
        return [(codec.fingerprints_of(row["known"]), datetime.fromisoformat(row["seen"])) for row in rows]
    except (ValueError, TypeError) as error:
        raise damaged("A fingerprint", database.path) from error
