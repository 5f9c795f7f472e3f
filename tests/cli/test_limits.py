"""Each limit of an endpoint in the settings ends a run that would go on for ever, and what came is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Command
from support.faults_http import CHUNKED, HELLO, for_ever, written
from support.faults_stream import chunked
from support.scripted_server import Answer, ScriptedServer, chunk

COMMENTS = for_ever(CHUNKED + chunked(written(HELLO)), chunked(b": keep-alive\n\n"))
CHUNKS = for_ever(CHUNKED + chunked(written(HELLO)), chunked(written(chunk())))
FLOOD = for_ever(CHUNKED + chunked(written(HELLO)), chunked(written(chunk()) * 9), 0.0)


@pytest.mark.parametrize(
    ("setting", "answer", "sentence"),
    [
        ("timeout = 0.4", CHUNKS, "not over within its deadline of 0.4 s"),
        ("timeout = 0.4", COMMENTS, "not over within its deadline of 0.4 s"),
        ("timeout = 0.4", for_ever(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"), "not over within its deadline of 0.4 s"),
        ("read_timeout = 0.4", COMMENTS, "said nothing for 0.4 s"),
        ("max_megabytes = 0.02", FLOOD, "sent more than 0.02 MB"),
    ],
)
def test_a_limit_in_the_settings_holds(
    seedtui: Command, server: ScriptedServer, home: Path, setting: str, answer: Answer, sentence: str
) -> None:
    settings = home / "settings.toml"
    settings.write_text(f'[endpoints.lab]\nbase_url = "{server.base_url}"\nretries = 0\n{setting}\n')
    server.script(answer)
    found = seedtui("run", "--config", settings, "--endpoint", "lab", "-m", "scripted-1", "Hello")
    assert found.code == 2
    assert sentence in found.err
    assert found.out in ("Hello\n", "")
    # On a busy machine the deadline may be over before there is a connection to close.
    server.wait_for(lambda: server.closed_early == len(server.requests))
