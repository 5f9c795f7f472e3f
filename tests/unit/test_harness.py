"""What the benchmarks measure with: the last byte after a key, a line that holds bytes, the table."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.harness.figures import Figure, Limit, figure, markdown, plain
from benchmarks.harness.line import Held, Slow
from benchmarks.harness.terminal import of_marks


def test_a_key_is_answered_by_its_first_frame_and_by_its_last_byte() -> None:
    # Two reads of one frame, then another frame.
    found = of_marks([(1.010, 600), (1.012, 700), (1.050, 720)], 1.0, 500)
    assert (found.first, found.last, found.size) == pytest.approx((12, 50, 220))


def test_a_frame_may_come_in_many_reads() -> None:
    """Reads are held against the one before, not against the first."""
    marks = [(1.0 + at / 200, at) for at in range(1, 20)]
    found = of_marks(marks, 1.0, 0)
    assert found.first == found.last == pytest.approx(95)


def test_a_key_that_nothing_follows_is_no_figure() -> None:
    with pytest.raises(AssertionError, match="Nothing followed"):
        of_marks([], 1.0, 0)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=4)), max_size=20))
def test_every_piece_is_held_for_its_own_time(pieces: list[tuple[int, bytes]]) -> None:
    """Pieces that follow one another do not wait for one another, and none comes early."""
    held, now, put, arrived = Held(50), 0.0, [], b""
    for pause, data in pieces:
        now += pause
        arrived += held.due(now)
        held.put(now, data)
        put.append((now, data))
        assert arrived == b"".join(one for at, one in put if at + 50 <= now)
    while (wait := held.wait(now)) is not None:
        now += wait
        arrived += held.due(now)
    assert arrived == b"".join(data for _, data in pieces)
    assert now <= (put[-1][0] if put else 0) + 50


def test_all_that_a_program_writes_and_reads_goes_over_the_line() -> None:
    code = "import sys; print('ready', flush=True); print(sys.stdin.readline().strip().upper(), flush=True); input()"
    with Slow([sys.executable, "-c", code], dict(os.environ), 0.01) as terminal:
        terminal.wait_for("ready")
        terminal.send("said\r")
        terminal.wait_for("SAID")


def test_a_row_says_whether_its_limits_hold() -> None:
    values = [10.0] * 98 + [30.0, 40.0]
    within = figure("a key", values, "ms", beside="bare", reference=[8.0], limits=[Limit(10), Limit(1.5, "ratio")])
    late = figure("a key", values, "ms", limits=[Limit(10), Limit(25, "p99")])
    slow = figure("an import", [19_000.0], "runs/s", limits=[Limit(20_000, at_least=True)])
    assert [row.holds for row in (within, late, slow)] == [True, False, False]
    assert Figure("a key", None, "ms", limits=(Limit(10),)).holds is None


def test_the_table_has_a_row_for_each_figure() -> None:
    rows = [
        figure("bytes | settled", [40_843.0], "B", beside="bare", reference=[11_865.0], limits=[Limit(35_000)]),
        Figure("first frame of tl", None, "ms", note="not installed"),
    ]
    assert markdown(rows)[2:] == [
        "| bytes \\| settled | 40.8 kB |  | bare 11.9 kB | 3.44× | ≤ 35.0 kB | NO |",
        "| first frame of tl (not installed) | — |  |  |  |  |  |",
    ]
    lines = plain(rows)
    assert len(lines) == 3
    assert lines[0].index("seedtui") == lines[1].index("40.8 kB") == lines[2].index("—")
