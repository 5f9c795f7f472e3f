"""The settings file: TOML, every field checked, every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from seedtui import paths
from seedtui.config.fields import FieldError, Fields
from seedtui.config.screen import read_screen
from seedtui.config.settings import (
    LOCAL,
    OPENAI,
    ConfigError,
    Endpoint,
    LocalSettings,
    Settings,
    builtin_endpoints,
    url_problem,
)
from seedtui.core.text import displayable, one_line

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z"
_VARIABLE: Final = r"[A-Za-z_][A-Za-z0-9_]*\Z"
_FIXED: Final = frozenset({"model", "messages", "prompt", "stream", "stream_options"})
_SECRET_HEADERS: Final = ("authorization", "api-key", "cookie", "token", "secret")


def load(path: Path, environ: Mapping[str, str], *, must_exist: bool = False) -> Settings:
    """Read the settings file. A file that is not there means the defaults.

    Args:
        path: The file.
        must_exist: Refuse a file that is not there: somebody named it.
        environ: The environment: OPENAI_API_KEY and OPENAI_BASE_URL make the endpoint `openai`
            where the file does not.

    Raises:
        ConfigError: One plain sentence with the file, the line where known, and the field.
    """
    text = _read(path)
    if text is None:
        if must_exist:
            raise ConfigError(f"{_shown(path)} is not there: name a settings file that is, or none for the defaults.")
        text = ""
    try:
        return _settings(path, Fields(_parse(path, text)), environ)
    except RecursionError:
        raise ConfigError(f"{_shown(path)} is nested too deep to be settings.") from None
    except FieldError as problem:
        line = problem.line(text)
        where = f"{_shown(path)}, line {line}" if line else _shown(path)
        raise ConfigError(f"{where}: {problem}") from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    if not text:
        return {}
    # Imported for those who have settings: most have none.
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError as error:
        # Not every mistake is a TOMLDecodeError: a number may have too many digits.
        raise ConfigError(f"{_shown(path)} is not TOML: {one_line(str(error), 120)}.") from None


def _shown(path: Path) -> str:
    return displayable(str(path))


def _read(path: Path) -> str | None:
    """Return the file's text; None if there is no such file."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise ConfigError(f"{_shown(path)} is not UTF-8 text: save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{_shown(path)} cannot be read: {error.strerror or type(error).__name__}.") from None


def _settings(path: Path, top: Fields, environ: Mapping[str, str]) -> Settings:
    top.only("default_endpoint", "theme", "editor", "endpoints", "local", "keys", "screen")
    local = _local(top.table("local"), path.parent)
    endpoints = builtin_endpoints(environ, local)
    tables = top.table("endpoints")
    for name in tables.names():
        endpoints[name] = _endpoint(name, tables, endpoints[OPENAI], environ)
    default = top.text("default_endpoint", "")
    if default and default not in endpoints:
        raise top.problem("default_endpoint", f"names no endpoint there is: {', '.join(sorted(endpoints))}.")
    asked = bool(environ.get("OPENAI_API_KEY", "").strip() or environ.get("OPENAI_BASE_URL", "").strip())
    return Settings(
        path=path,
        endpoints=endpoints,
        default_endpoint=default or (OPENAI if asked else LOCAL),
        local=local,
        theme=top.text("theme", ""),
        keys=top.table("keys").texts(),
        editor=top.text("editor", "") or None,
        screen=read_screen(top.table("screen"), environ),
    )


def _local(fields: Fields, folder: Path) -> LocalSettings:
    fields.only("model", "context", "parallel", "threads")
    model = fields.text("model", "")
    return LocalSettings(
        # A path that is not absolute is meant from the settings file.
        model=folder / paths.expanded(Path(model)) if model else None,
        context=fields.integer("context", LocalSettings.context, 64, 10_000_000),
        parallel=fields.integer("parallel", LocalSettings.parallel, 1, 256),
        threads=fields.integer("threads", 0, 1, 1024) or None,
    )


def _endpoint(name: str, tables: Fields, openai: Endpoint, environ: Mapping[str, str]) -> Endpoint:
    if name == LOCAL:
        raise tables.problem(name, "is the built-in model: set it up in [local].")
    if not re.match(_NAME, name):
        raise tables.problem(name, "needs a name of letters, digits and . _ - : only.")
    fields = tables.table(name)
    fields.only(*Endpoint.__dataclass_fields__.keys() - {"name", "local"})
    key_env, key_keyring = _key_env(fields, environ), fields.text("key_keyring", "") or None
    if key_keyring and not all(key_keyring.rpartition("/")[::2]):
        raise fields.problem("key_keyring", 'must be written "service/user".')
    if name == OPENAI and not key_env and not key_keyring:
        key_env = openai.key_env
    return Endpoint(
        name=name,
        base_url=_base_url(fields, openai.base_url if name == OPENAI else ""),
        model=fields.text("model", ""),
        key_env=key_env,
        key_keyring=key_keyring,
        rename=_rename(fields.table("rename")),
        headers=_headers(fields.table("headers")),
        stream_usage=fields.flag("stream_usage", Endpoint.stream_usage),
        timeout=fields.number("timeout", Endpoint.timeout),
        connect_timeout=fields.number("connect_timeout", Endpoint.connect_timeout),
        read_timeout=fields.number("read_timeout", Endpoint.read_timeout),
        retries=fields.integer("retries", Endpoint.retries, 0, 20),
        max_megabytes=fields.number("max_megabytes", Endpoint.max_megabytes),
    )


def _base_url(fields: Fields, otherwise: str) -> str:
    base_url = fields.text("base_url", otherwise).strip()
    if not base_url:
        raise fields.problem("base_url", "is missing: say where the endpoint is, like http://localhost:8000/v1.")
    wrong = url_problem(base_url) if "base_url" in fields else None
    if wrong:
        raise fields.problem("base_url", wrong)
    return base_url


def _key_env(fields: Fields, environ: Mapping[str, str]) -> str | None:
    """The name of a variable. Whoever wrote the key itself there must not see it repeated."""
    name = fields.text("key_env", "").strip()
    lower, digits = name.upper() != name, any(character.isdigit() for character in name)
    random = len(name) >= 20 and lower and digits and name not in environ
    if name and (random or not re.match(_VARIABLE, name)):
        raise fields.problem("key_env", "must be the name of an environment variable, not the key itself.")
    return name or None


def _rename(fields: Fields) -> dict[str, str]:
    names = fields.texts()
    for field in names:
        if field in _FIXED or not names[field] or names[field] in _FIXED:
            raise fields.problem(field, "cannot be renamed to that." if field not in _FIXED else "cannot be renamed.")
    return names


def _headers(fields: Fields) -> dict[str, str]:
    headers = fields.texts()
    for name, value in headers.items():
        if any(word in name.lower() for word in _SECRET_HEADERS):
            raise fields.problem(name, "would hold a secret: name the key's variable with key_env instead.")
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not (value.isascii() and value.isprintable()):
            raise fields.problem(name, "is no header: use plain ASCII on one line.")
    return headers
