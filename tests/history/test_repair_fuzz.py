"""Whatever a disk did to the file: a copy can be made, and a repair saves all that could be read before."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.request import Request
from seedtui.core.run import Run, Status
from seedtui.history import History, HistoryError
from seedtui.history.backup import back_up
from seedtui.history.health import examine
from seedtui.history.repair import repair
from support.runs import STORY, a_run

Result = TypeVar("Result")

SENT_AT = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
# Copying, checking and repairing a file takes a good deal longer than looking at it.
EXAMPLES = 25
LAST = 40


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good database: short and long texts, deleted and pinned runs, a series, one run in mid-stream."""
    path = tmp_path_factory.mktemp("whole") / "history.db"
    with contextlib.closing(History.open(path)) as history:
        runs = [a_run(f"Text {number}. " * (number * 3 + 1), extra=said(number), seed=number) for number in range(30)]
        history.add(runs, [f"key-{number}" for number in range(30)])
        history.delete([3])
        history.pin([4, 20])
        series_id = history.add_series({"repeat": 2}, SENT_AT)
        for slot in range(2):
            run_id = history.start(Request(STORY), "openai", SENT_AT, (series_id, slot))
            history.finish(a_run("긴 이야기. " * 2000, id=run_id))
        left = history.start(Request(STORY), "openai", SENT_AT)
        history.append([(left, 0, "Once "), (left, 1, "Far "), (left, 0, "upon")])
    return path


def said(number: int) -> dict[str, object]:
    """Every other response says its text, too."""
    message = {"role": "assistant", "content": f"Text {number}. " * (number * 3 + 1)}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]} if number % 2 else {}


@contextlib.contextmanager
def a_file(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        path.write_bytes(content)
        yield path


def readable(path: Path) -> dict[int, Run]:
    """Return every run that can be read."""
    found: dict[int, Run] = {}
    try:
        history = History.open(path, sweep=False)
    except HistoryError:
        return found
    with contextlib.closing(history):
        for run_id in range(1, LAST):
            with contextlib.suppress(HistoryError):
                run = history.run(run_id)
                if run is not None:
                    found[run_id] = run
    return found


def attempt(action: Callable[[], Result]) -> tuple[Result | None, str]:
    """Do something; return what came of it, or in which sentence it was refused."""
    try:
        return action(), ""
    except HistoryError as error:
        said = str(error)
    assert said.isprintable()
    return None, said


def is_kept(before: Run, after: Run | None) -> bool:
    """Whether a run is what it was; of one in mid-stream, more may be found than could be read before."""
    if before.status is Status.STREAMING and after is not None:
        texts = {one.index: one.text for one in after.completions}
        return replace(after, completions=before.completions) == before and all(
            one.text in texts.get(one.index, "") for one in before.completions
        )
    return before == after


def check(content: bytes) -> None:
    """Check that a repair keeps whatever could be read, and leaves a sound history, or the file as it was."""
    with a_file(content) as path:
        before = readable(path)
    with a_file(content) as path:
        done, refusal = attempt(lambda: repair(path))
        if done is None:
            assert path.read_bytes() == content, refusal
            assert not before or "newer" in refusal
            return
        if done.kept is not None:
            assert done.kept.read_bytes() == content
            assert examine(path).is_sound
        after = readable(path)
        for run_id, run in before.items():
            assert is_kept(run, after.get(run_id))
        assert not [file for file in path.parent.iterdir() if file.name.startswith(".")]


def check_copy(content: bytes) -> None:
    """Check that a copy of a damaged file holds what the file does."""
    with a_file(content) as path:
        target = path.with_name("copy.db")
        done, _ = attempt(lambda: back_up(path, target))
        if done is None:
            assert not target.exists()
            return
        assert path.read_bytes() == content
        copied = readable(target)
        assert copied == readable(path)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_bits_that_flip(good: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    check(bytes(content))
    check_copy(bytes(content))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_pieces_that_are_lost(good: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.sampled_from([1, 100, 512, 4096, 20_000]))
        content[start : start + length] = bytes(len(content[start : start + length]))
    check(bytes(content))
    check_copy(bytes(content))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_pages_that_lie_where_others_should(good: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    pages = len(content) // 4096
    source, target = data.draw(st.integers(0, pages - 1)), data.draw(st.integers(0, pages - 1))
    content[target * 4096 : target * 4096 + 4096] = content[source * 4096 : source * 4096 + 4096]
    check(bytes(content))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_file_that_was_cut_off(good: Path, data: st.DataObject) -> None:
    whole = good.read_bytes()
    check(whole[: data.draw(st.integers(0, len(whole)))])


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_beginning_that_is_something_else(good: Path, data: st.DataObject) -> None:
    whole = good.read_bytes()
    place = data.draw(st.integers(0, 110))
    put = data.draw(st.binary(min_size=1, max_size=16))
    check(whole[:place] + put + whole[place + len(put) :])


def test_a_text_that_only_a_page_leads_to_is_saved(good: Path) -> None:
    content = bytearray(good.read_bytes())
    # The roots of all tables: the first page after the list of them is the first table's.
    content[: 4096 * 2] = bytes(4096 * 2)
    with a_file(bytes(content)) as path:
        done = repair(path)
        assert done.salvaged is not None
        assert done.salvaged.lost == []
        runs = readable(path)
    whole = readable(good)
    assert runs == whole


@settings(max_examples=4 * EXAMPLES)
@given(st.data())
def test_a_bit_that_flips_shows_no_run_that_was_not_stored(good: Path, data: st.DataObject) -> None:
    whole, content = readable(good), bytearray(good.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with a_file(bytes(content)) as path:
        shown = readable(path)
    for run_id, run in shown.items():
        # Which runs are deleted, why a text ended, and what has arrived of one in mid-stream, has no digest.
        if run_id in whole and run.status is not Status.STREAMING:
            assert replace(run, completions=()) == replace(whole[run_id], completions=())
            assert [one.text for one in run.completions] == [one.text for one in whole[run_id].completions]
