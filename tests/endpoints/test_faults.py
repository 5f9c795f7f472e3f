"""Whatever goes wrong on the way, a run ends in the right status, with one sentence, and with what had come.

Each row of the table goes over a real connection, through the client, the runner and a history in a file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from seedtui.commands.output import summary
from seedtui.core.run import Run, Status
from seedtui.endpoints.client import OpenAIClient
from seedtui.history import History
from seedtui.runner import Runner, RunNotice, RunStarted
from support.asking import KEY, chat, endpoint_at
from support.fault import Fault, Scene
from support.faults import FAULTS
from support.runs_kept import Listener
from support.scripted_server import ScriptedServer

PASSWORD = "proxy-password"


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
def scene(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield Scene(server, monkeypatch, stack)


def test_there_are_many_faults_and_each_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 200


def sentence_of(run: Run) -> str:
    """What a user is told of the run beside its text."""
    return run.error.message if run.error else summary(run).partition(". ")[2]


def check_sentence(sentence: str) -> None:
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert sentence.isprintable()
    assert len(sentence) < 420


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_fault_ends_as_it_should(fault: Fault, scene: Scene, tmp_path: Path) -> None:
    scene.server.script(*[fault.answer] * 5)
    base_url = fault.place(scene)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    settings = {"retries": 0, "read_timeout": 20.0, **fault.settings}
    client = OpenAIClient(endpoint_at(scene.server, base_url=base_url, **settings), KEY, sleep=sleep)
    history, listener = History.open(tmp_path / "history.db"), Listener()
    try:
        run = await Runner(history, lambda name: client).run(chat(**fault.asked), "scripted", emit=listener)
    finally:
        await client.aclose()
    check_run(fault, run)
    assert [low <= wait <= high for wait, (low, high) in zip(waits, fault.waits, strict=True)].count(False) == 0
    assert listener.ended == [run]
    assert isinstance(listener.events[0], RunStarted)
    assert all(listener.text(run.id, one.index) == one.text for one in run.completions)
    kept = history.run(run.id)
    history.close()
    assert kept is not None
    assert (kept.status, kept.error, kept.completions) == (run.status, run.error, run.completions)
    notices = [event.message for event in listener.events if isinstance(event, RunNotice)]
    check_nothing_leaks(tmp_path, repr(run), repr(kept), *notices)


def check_run(fault: Fault, run: Run) -> None:
    assert run.status is fault.status, run.error
    assert (run.error.kind if run.error else None) == fault.kind, run.error
    assert "".join(one.text for one in run.completions if one.index == 0) == fault.text
    assert tuple(one.text for one in run.completions if one.index != 0) == fault.others
    if run.status is Status.COMPLETE:
        assert not sentence_of(run)
        return
    check_sentence(sentence_of(run))
    assert [words for words in fault.words if words not in sentence_of(run)] == [], sentence_of(run)


def check_nothing_leaks(folder: Path, *told: str) -> None:
    for secret in (KEY, PASSWORD):
        assert secret not in "".join(told)
        assert [path for path in folder.iterdir() if secret.encode() in path.read_bytes()] == []
