"""`endpoints`, `doctor` and `pull`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seedtui.commands import checks
from seedtui.endpoints import weights
from seedtui.history import History
from seedtui.history.index.file import SMALL
from support.cli import MARS, Command
from support.runs import a_run
from support.scripted_server import ScriptedServer

SECRET = "sk-very-secret-123"


def configure(home: Path, server: ScriptedServer, **more: str) -> Path:
    """Write a settings file with one endpoint, the default one."""
    lines = ['default_endpoint = "lab"', "[endpoints.lab]", f'base_url = "{server.base_url}"', "retries = 0"]
    lines += [f'{name} = "{value}"' for name, value in more.items()]
    path = home / "settings.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def line_about(subject: str, out: str) -> str:
    """Return the line of a check."""
    return next(line for line in out.splitlines() if line[9:].startswith(subject))


def test_endpoints_are_listed_with_the_whereabouts_of_their_keys(
    seedtui: Command, server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configure(home, server, model="scripted-1", key_env="LAB_KEY")
    missing = seedtui("endpoints", "--config", path)
    assert missing.code == 0
    rows = {line[3:].split()[0]: line for line in missing.out.splitlines()}
    assert rows["lab"].startswith("*")
    assert server.base_url in rows["lab"]
    assert "missing: the variable LAB_KEY" in rows["lab"]
    assert "none needed" in rows["local"]
    monkeypatch.setenv("LAB_KEY", SECRET)
    found = seedtui("endpoints", "--config", path)
    assert "from the variable LAB_KEY" in found.out
    assert SECRET not in found.out + found.err


def test_a_healthy_place_is_ok(
    seedtui: Command, server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_KEY", SECRET)
    path = configure(home, server, key_env="LAB_KEY")
    seedtui("import", MARS)
    found = seedtui("doctor", "--config", path, "--endpoint", "lab")
    assert found.code == 0, found.out
    assert {line.split()[0] for line in found.out.splitlines()} <= {"ok", "note"}
    lab = line_about("lab", found.out)
    assert "serves scripted-1" in lab
    assert "key from the variable LAB_KEY" in lab
    assert "4 runs" in line_about("history", found.out)
    assert {"openai", "httpx2"} <= set(line_about("packages", found.out).split())
    assert SECRET not in found.out + found.err


def test_how_much_of_a_long_history_is_in_the_search_index_is_told(
    seedtui: Command, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "long.db"
    seedtui("import", MARS, "--db", str(path))
    assert "history, search" not in seedtui("doctor", "--db", str(path)).out
    with closing(History.open(path)) as history:
        history.add([a_run(str(number)) for number in range(SMALL)], [None] * SMALL)
        assert line_about("history, search", seedtui("doctor", "--db", str(path)).out).startswith("note")
        while not history.index_some(10).is_done:
            pass
    said = line_about("history, search", seedtui("doctor", "--db", str(path)).out)
    assert said.startswith("ok")
    assert "1,023 of 1,028 runs" in said


def test_what_is_in_the_way_is_named_with_what_to_do(seedtui: Command, home: Path) -> None:
    with ScriptedServer() as server:
        path = configure(home, server, key_env="LAB_KEY")
    found = seedtui("doctor", "--config", path, "--endpoint", "lab")
    assert found.code == 2
    lab = line_about("lab", found.out)
    assert lab.startswith("problem")
    assert "LAB_KEY" in lab


def test_a_dead_endpoint_is_a_problem(seedtui: Command, home: Path) -> None:
    with ScriptedServer() as server:
        path = configure(home, server)
    found = seedtui("doctor", "--config", path, "--endpoint", "lab")
    assert found.code == 2
    assert line_about("lab", found.out).startswith("problem")


def test_a_history_that_is_none_is_a_problem(seedtui: Command, home: Path, server: ScriptedServer) -> None:
    (home / "runs.db").write_text("this is no database, but it is long enough to be taken for one " * 99)
    found = seedtui("doctor", "--config", configure(home, server), "--endpoint", "lab")
    assert found.code == 2
    assert line_about("history", found.out).startswith("problem")
    assert (home / "runs.db").read_text().startswith("this is no database")


def test_missing_weights_matter_only_for_the_local_model(seedtui: Command, home: Path, server: ScriptedServer) -> None:
    path = configure(home, server)
    assert line_about("weights", seedtui("doctor", "--config", path).out).startswith("note")
    found = seedtui("doctor", "--config", path, "--local")
    assert found.code == 2
    assert line_about("weights", found.out).startswith("problem")
    assert "seedtui pull" in found.out


@pytest.mark.parametrize(("more", "level"), [({}, "problem"), ({"key_env": "LAB_KEY"}, "note")])
def test_a_keyring_that_an_endpoint_wants_is_looked_for(
    seedtui: Command,
    home: Path,
    server: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, str],
    level: str,
) -> None:
    monkeypatch.setenv("LAB_KEY", SECRET)
    assert "keyring" not in seedtui("doctor", "--config", configure(home, server, **more), "--endpoint", "lab").out
    path = configure(home, server, key_keyring="lab/me", **more)
    version = checks._version
    monkeypatch.setattr(checks, "_version", lambda name: None if name == "keyring" else version(name))
    found = seedtui("doctor", "--config", path, "--endpoint", "lab")
    assert line_about("keyring", found.out).startswith(level)
    assert 'pip install "seedtui[keyring]"' in line_about("keyring", found.out)


def test_a_proxys_password_is_not_shown(
    seedtui: Command, home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("FTP_PROXY", "")
    monkeypatch.setenv("ALL_PROXY", f"http://me:{SECRET}@proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", f"http://web.example/{SECRET}?token={SECRET}")
    monkeypatch.setenv("HTTPS_PROXY", f"me:{SECRET}@bare.example:none")
    found = seedtui("doctor", "--config", configure(home, server), "--endpoint", "lab")
    assert "ALL_PROXY proxy.example:3128" in line_about("proxies", found.out)
    assert "HTTP_PROXY web.example, HTTPS_PROXY (set)" in line_about("proxies", found.out)
    assert SECRET not in found.out + found.err


def test_a_password_in_openai_base_url_is_not_shown(seedtui: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of endpoints once showed it."""
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://me:{SECRET}@127.0.0.1:9/v1")
    listed, checked = seedtui("endpoints"), seedtui("doctor", "--endpoint", "openai")
    assert "http://127.0.0.1:9/v1" in listed.out
    assert "must not hold a user name or password" in checked.out
    assert SECRET not in "".join((listed.out, listed.err, checked.out, checked.err))


Pull = Callable[[Callable[[int, int], None], threading.Event], Path]


def stand_in(monkeypatch: pytest.MonkeyPatch, home: Path, pull: Pull) -> None:
    """Let something else fetch the weights."""
    there = home / "weights.gguf"
    monkeypatch.setattr(weights, "is_present", there.exists)
    monkeypatch.setattr(weights, "path", lambda: there)
    monkeypatch.setattr(weights, "pull", pull)


def test_pull_fetches_once(seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(progress: Callable[[int, int], None], cancelled: threading.Event) -> Path:
        progress(1, 2)
        (home / "weights.gguf").write_bytes(b"")
        return home / "weights.gguf"

    stand_in(monkeypatch, home, pull)
    first, second = seedtui("pull"), seedtui("pull")
    assert first.code == second.code == 0
    assert first.out == second.out == f"{home / 'weights.gguf'}\n"
    assert "in place" in first.err
    assert "already" in second.err


def test_ctrl_c_cancels_a_pull(seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(progress: Callable[[int, int], None], cancelled: threading.Event) -> Path:
        signal.raise_signal(signal.SIGINT)
        assert cancelled.is_set()
        raise weights.WeightsError("The download was cancelled.")

    stand_in(monkeypatch, home, pull)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found = seedtui("pull")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert (found.code, found.out) == (2, "")
    assert "cancelled" in found.err


def test_a_local_run_without_weights_fetches_them_first(
    seedtui: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(progress: Callable[[int, int], None], cancelled: threading.Event) -> Path:
        raise weights.WeightsError("There is no network.")

    stand_in(monkeypatch, home, pull)
    found = seedtui("run", "--local", "hello")
    assert found.code == 2
    assert found.err.splitlines()[-1] == "There is no network."
    assert not (home / "runs.db").exists()
