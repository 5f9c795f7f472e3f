"""What SQLite does for what is on the way of a key: it goes through indexes, and never through everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seedtui.core.query import parse_query
from seedtui.history import History
from seedtui.history.index.file import SMALL
from support.database import ask
from support.runs import a_run

QUERIES = (
    *(
        "",
        "seed:1",
        "seed:none",
        "model:m",
        "fp:fp_f",
        "fp:none",
        "status:failed",
        "status:streaming",
        "endpoint:openai",
    ),
    *("since:2026-01-01", "since:2030-01-01", "digest:a", f"digest:{a_run().request.digest}", "series:1", "once"),
    *(
        "seed:none once upon",
        "digest:a once",
        "series:1 status:failed",
        "우주",
        "x",
        "status:complete since:2026-01-01",
    ),
)


@pytest.fixture
def indexed(history: History) -> History:
    """A history with runs in the index, and one that is not."""
    history.add([a_run(f"Once {number}") for number in range(5)], [None] * 5)
    ask(history.path, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'runs'", SMALL)
    history.add([a_run("The newest")], [None])
    while not history.index_some(1).is_done:
        pass
    return history


def statements(history: History, action: Callable[[], object]) -> list[str]:
    """Return what is asked of the history's database meanwhile."""
    connection = history._database.connection
    found: list[str] = []
    connection.set_trace_callback(found.append)
    action()
    connection.set_trace_callback(None)
    return [one for one in found if one.startswith("SELECT")]


def plan(history: History, statement: str) -> list[str]:
    return [row["detail"] for row in history._database.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize("typed", QUERIES)
def test_a_page_goes_through_no_more_than_it_must(indexed: History, typed: str) -> None:
    query = parse_query(typed)

    def pages() -> None:
        newest = indexed.page(query, limit=3)
        indexed.page(query, newest[-1].id if newest else 9, 3)
        indexed.page(query, after=0, limit=3)

    asked = statements(indexed, pages)
    assert asked
    for statement in asked:
        assert "OFFSET" not in statement.upper()
        assert "count(" not in statement
        for step in plan(indexed, statement):
            assert "TEMP B-TREE" not in step, (statement, step)
            # What json_each gives is what was given to it; of runs that were written again there are hardly any.
            assert not step.startswith("SCAN") or step.startswith(("SCAN json_each", "SCAN rewritten")), (
                statement,
                step,
            )


def test_one_run_is_reached_through_an_index(indexed: History) -> None:
    def keys() -> None:
        indexed.run(1)
        indexed.previous(3)
        indexed.texts([(1, 0)])

    for statement in statements(indexed, keys):
        steps = plan(indexed, statement)
        assert all(step.startswith("SEARCH") for step in steps), (statement, steps)
