"""What can be set, and what holds when nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from seedtui.config.screen import USUAL, ScreenSettings
from seedtui.core.text import one_line

LOCAL: Final = "local"
OPENAI: Final = "openai"
OPENAI_BASE_URL: Final = "https://api.openai.com/v1"
LOCAL_MODEL: Final = "SmolLM2-135M-Instruct"

_PATHS: Final = ("/chat/completions", "/completions", "/models")


class ConfigError(Exception):
    """Something is set in a way that cannot be used. The message is one plain sentence."""


@dataclass(frozen=True)
class Endpoint:
    """A named place that serves chat or text completions.

    Attributes:
        name: What people call it.
        base_url: Where it is; it usually ends in `/v1`. Empty for the built-in model.
        model: The model to ask for when nobody names one; empty if there is none.
        key_env: The environment variable that holds the key.
        key_keyring: The keyring entry that holds the key, written `service/user`.
        rename: Request field to the name that this server wants for it.
        headers: Further request headers; never secrets.
        stream_usage: Ask for token counts in the stream. Some old servers refuse the question.
        local: Whether it is the built-in model.
        timeout: Seconds that a whole run may take, so that nothing goes on for ever: by default a quarter of a day.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds of silence after which the answer counts as lost.
        retries: How often a request that failed in passing is sent again.
        max_megabytes: The most that one answer may be, as received, in millions of bytes.
    """

    name: str
    base_url: str
    model: str = ""
    key_env: str | None = None
    key_keyring: str | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    stream_usage: bool = True
    local: bool = False
    timeout: float = 21_600.0
    connect_timeout: float = 10.0
    read_timeout: float = 300.0
    retries: int = 2
    max_megabytes: float = 64.0

    @property
    def shown_url(self) -> str:
        """The base URL without a user name and password, which the environment may have put there."""
        scheme, mark, rest = self.base_url.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else self.base_url.rpartition("@")[2]


@dataclass(frozen=True)
class LocalSettings:
    """How the built-in model is run.

    Attributes:
        model: A GGUF file to use in place of the built-in weights.
        context: Tokens that one request's prompt and completion may have together.
        parallel: How many requests are answered at a time.
        threads: CPU threads to compute with; None lets the engine choose.
    """

    model: Path | None = None
    context: int = 4096
    parallel: int = 4
    threads: int | None = None

    @property
    def model_name(self) -> str:
        """The name that the model is served under."""
        return self.model.stem if self.model else LOCAL_MODEL


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Attributes:
        path: The settings file; it need not exist.
        endpoints: Name to endpoint. Always has `local` and `openai`.
        default_endpoint: The one to use when nobody names one.
        local: How the built-in model is run.
        theme: The name of the theme; empty for the default.
        keys: Command id to the keys that replace its own, as Textual writes them (`f5`, `ctrl+s`).
        editor: The command that opens a long prompt; None for VISUAL or EDITOR.
        screen: How the terminal app paints.
    """

    path: Path
    endpoints: Mapping[str, Endpoint]
    default_endpoint: str
    local: LocalSettings = LocalSettings()
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    editor: str | None = None
    screen: ScreenSettings = USUAL

    def endpoint(self, name: str = "") -> Endpoint:
        """Return the endpoint with this name; the default one if no name is given.

        Raises:
            ConfigError: If there is none, naming those there are.
        """
        found = self.endpoints.get(name or self.default_endpoint)
        if found is None:
            there = ", ".join(sorted(self.endpoints))
            raise ConfigError(f"There is no endpoint called {one_line(name, 60)}; there are {there}.")
        return found

    def with_endpoint(self, endpoint: Endpoint) -> Settings:
        """Return these settings with one more endpoint, which becomes the default."""
        endpoints = {**self.endpoints, endpoint.name: endpoint}
        return replace(self, endpoints=endpoints, default_endpoint=endpoint.name)


def builtin_endpoints(environ: Mapping[str, str], local: LocalSettings) -> dict[str, Endpoint]:
    """Return the endpoints that are there without a settings file: `local` and `openai`."""
    base_url = environ.get("OPENAI_BASE_URL", "").strip()
    # A server of one's own needs no key unless one is set; OpenAI's always does.
    needs_key = not base_url or bool(environ.get("OPENAI_API_KEY", "").strip())
    return {
        LOCAL: Endpoint(LOCAL, "", model=local.model_name, local=True),
        OPENAI: Endpoint(OPENAI, base_url or OPENAI_BASE_URL, key_env="OPENAI_API_KEY" if needs_key else None),
    }


def ad_hoc(base_url: str, environ: Mapping[str, str], model: str = "") -> Endpoint:
    """Return the endpoint for a base URL given on the command line.

    It is named by its host and port, and by what is before `/v1` in its path: behind one gateway there may be several.

    The key is OPENAI_API_KEY, if that is set.

    Raises:
        ConfigError: If it is no URL that could be used.
    """
    base_url = base_url.strip()
    wrong = url_problem(base_url)
    if wrong:
        raise ConfigError(f"The base URL {wrong}")
    key_env = "OPENAI_API_KEY" if environ.get("OPENAI_API_KEY", "").strip() else None
    parts = urlsplit(base_url)
    name = parts.netloc + parts.path.rstrip("/").removesuffix("/v1")
    return Endpoint(name, base_url, model=model, key_env=key_env)


def url_problem(base_url: str) -> str | None:
    """Say what is wrong with a base URL: the rest of a sentence that begins with what it is for.

    Returns:
        None if nothing is. The URL itself is quoted only where it can hold no password.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL; write it like http://localhost:8000/v1."
    if "@" in base_url:
        return "must not hold a user name or password; name the key's variable with key_env."
    shown = one_line(base_url, 100)
    if parts.scheme not in ("http", "https"):
        return f"{shown} must begin with http:// or https://, like http://localhost:8000/v1."
    if not host or any(character.isspace() or not character.isprintable() for character in base_url):
        return f"{shown} is not a URL; write it like http://localhost:8000/v1."
    if parts.query or parts.fragment:
        return "must end before the ? or #; write it like http://localhost:8000/v1."
    for path in _PATHS:
        if parts.path.rstrip("/").endswith(path):
            return f"{shown} goes too far: leave off {path}."
    return None
