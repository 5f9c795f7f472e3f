"""The real program through a real sshd on loopback, and inside tmux."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from support.program import KEY, SEEDTUI, assert_left_as_found, name_the_model, statuses, streaming, variables
from support.scripted_server import ScriptedServer
from support.sgr import colors_of
from support.terminal import Terminal

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
needs_sshd = pytest.mark.skipif(not (SSHD and shutil.which("ssh")), reason="sshd and ssh are not installed")
needs_tmux = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=["scripted-1"]) as running:
        yield running


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """Run an sshd of our own; return the client's command."""
    assert SSHD is not None
    if os.geteuid() == 0:
        # sshd run by root wants this folder, which a service makes elsewhere.
        with suppress(OSError):
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        if not Path("/run/sshd").is_dir():
            pytest.skip("sshd needs /run/sshd, which cannot be made")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    port = free_port()
    (tmp_path / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {tmp_path}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {tmp_path}/user.pub\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication no\n"
    )
    command = [SSHD, "-D", "-e", "-f", str(tmp_path / "sshd_config")]
    with (tmp_path / "log").open("w") as log:
        daemon = subprocess.Popen(command, stderr=log)
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR")
    told = [part for option in options for part in ("-o", option)]
    client = ["ssh", "-F", "none", "-tt", *told, "-o", "ConnectionAttempts=40", "-i", str(tmp_path / "user")]
    try:
        yield [*client, "-p", str(port), f"{getpass.getuser()}@127.0.0.1"]
    finally:
        daemon.terminate()
        daemon.wait(30)


def remote(home: Path, server: ScriptedServer, extra: Mapping[str, str] | None = None) -> str:
    """Return the shell's line that starts the program, after it has noted its process id."""
    told = {**variables(home, server), **(extra or {}), "HOME": str(home)}
    told.update({f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")})
    assigned = " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())
    return f"echo $$ > {shlex.quote(str(home / 'pid'))}; exec env {assigned} {shlex.join(SEEDTUI)}"


def is_running(home: Path) -> bool:
    with suppress(ProcessLookupError):
        os.kill(int((home / "pid").read_text()), 0)
        return True
    return False


def send_compare_and_quit(terminal: Terminal) -> None:
    name_the_model(terminal)
    terminal.send("f6")
    terminal.wait_for("Expected: no seed was sent.")
    terminal.wait_for("a team of")
    terminal.send("f3")
    terminal.wait_for("Set A")
    terminal.send("x")
    terminal.wait_for("A #2   B #1")
    terminal.send("ctrl+q")


@needs_sshd
@pytest.mark.parametrize("extra", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_start_send_compare_and_quit_over_ssh(
    home: Path, server: ScriptedServer, ssh: list[str], extra: dict[str, str]
) -> None:
    with Terminal([*ssh, remote(home, server, extra)]) as terminal:
        send_compare_and_quit(terminal)
        assert terminal.wait_for_exit() == 0
        assert_left_as_found(terminal)
        assert KEY.encode() not in terminal.output
        # ssh passes no COLORTERM on: no 24-bit colours.
        assert colors_of(terminal.output) == (set() if extra else {"256"})
    assert statuses(home) == ["complete", "complete"]


@needs_sshd
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_connection_lost_in_mid_stream_ends_the_app_and_what_came_is_kept(
    home: Path, server: ScriptedServer, ssh: list[str], number: signal.Signals
) -> None:
    with Terminal([*ssh, remote(home, server)]) as terminal:
        streaming(terminal, server)
        assert is_running(home)
        os.kill(terminal.pid, number)
        terminal.wait_for_exit()
        terminal.wait_unread(lambda: not is_running(home))
    assert statuses(home) == ["cancelled"]
    with Terminal([*ssh, remote(home, server)]) as terminal:
        terminal.wait_for("In the year 2050")
        terminal.wait_for("cancelled")
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert not is_running(home)


@pytest.fixture
def tmux() -> Iterator[list[str]]:
    """Return the command of a tmux server of our own."""
    command = ["tmux", "-L", f"seedtui-{uuid.uuid4().hex[:12]}", "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


FLAGS = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"


@needs_tmux
@pytest.mark.parametrize("extra", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_start_send_compare_and_quit_inside_tmux(
    home: Path, server: ScriptedServer, tmux: list[str], extra: dict[str, str]
) -> None:
    flags = f"{shlex.join([*tmux, 'display-message', '-p', FLAGS])} > {home}/flags"
    script = home / "script.sh"
    script.write_text(
        f"stty -g > {home}/before\n({remote(home, server, extra)})\necho $? > {home}/status\n"
        f"stty -g > {home}/after\n{flags}\n"
    )
    with Terminal([*tmux, "new-session", "sh", str(script)]) as terminal:
        send_compare_and_quit(terminal)
        terminal.wait_for_exit()
        assert terminal.modes() == terminal.before
    assert (home / "status").read_text() == "0\n"
    assert (home / "before").read_text() == (home / "after").read_text()
    assert (home / "flags").read_text().split() == ["0", "1", "0", "0"]
    assert statuses(home) == ["complete", "complete"]


@needs_tmux
def test_a_tmux_that_is_killed_in_mid_stream_ends_the_app(home: Path, server: ScriptedServer, tmux: list[str]) -> None:
    script = home / "script.sh"
    script.write_text(remote(home, server))
    with Terminal([*tmux, "new-session", "sh", str(script)]) as terminal:
        streaming(terminal, server)
        subprocess.run([*tmux, "kill-server"], check=True)
        terminal.wait_for_exit()
        terminal.wait_unread(lambda: not is_running(home))
    assert statuses(home) == ["cancelled"]
