"""Keys: taken from the environment or the keyring, never from a file of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from seedtui.config.settings import ConfigError, Endpoint
from seedtui.core.secret import Veil
from seedtui.core.text import one_line

# What the keyring gave this process. To ask it again while a crash is told could mean to wait for a password.
_READ: Final[set[str]] = set()


def key_source(endpoint: Endpoint) -> str:
    """Say where the endpoint's key comes from, for use in a sentence; empty if it has none."""
    sources = []
    if endpoint.key_env:
        sources.append(f"the variable {endpoint.key_env}")
    if endpoint.key_keyring:
        sources.append(f"the keyring entry {one_line(endpoint.key_keyring, 80)}")
    return " or ".join(sources)


def read_key(endpoint: Endpoint, environ: Mapping[str, str]) -> str | None:
    """Return the endpoint's key: from the environment, else from the keyring.

    Returns:
        The key without white space around it; None if the endpoint names none.

    Raises:
        ConfigError: If it names one that is not there or cannot be a key.
    """
    source = key_source(endpoint)
    if not source:
        return None
    key = environ.get(endpoint.key_env, "").strip() if endpoint.key_env else ""
    if not key and endpoint.key_keyring:
        key = _from_keyring(endpoint).strip()
    if not key:
        verb = "set" if endpoint.key_env else "fill"
        raise ConfigError(f"The endpoint {endpoint.name} needs a key: {verb} {source}.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            f"The key of the endpoint {endpoint.name} has a space, a line break or a letter that no key has:"
            f" check {source}."
        )
    return key


def without_keys(text: str, endpoints: Iterable[Endpoint], environ: Mapping[str, str]) -> str:
    """Return a text without any key that this process can know: its variables', and what the keyring gave it."""
    names = {"OPENAI_API_KEY", *(one.key_env for one in endpoints if one.key_env)}
    keys = {environ.get(name, "").strip() for name in names} | _READ
    # Of two keys that begin alike, the longer one first.
    for key in sorted(keys, key=len, reverse=True):
        text = Veil(key).text(text)
    return text


def _from_keyring(endpoint: Endpoint) -> str:
    entry = endpoint.key_keyring or ""
    service, _, user = entry.rpartition("/")
    try:
        import keyring
        import keyring.errors
    except ImportError:
        if endpoint.key_env:
            return ""
        raise ConfigError(
            f"The endpoint {endpoint.name} takes its key from the keyring, and the package keyring is not"
            " installed: install seedtui[keyring], or name a variable with key_env."
        ) from None
    try:
        key = keyring.get_password(service, user) or ""
    except (keyring.errors.KeyringError, OSError, RuntimeError) as error:
        raise ConfigError(
            f"The keyring did not give the key of the endpoint {endpoint.name} ({type(error).__name__}):"
            " unlock it, or name a variable with key_env."
        ) from None
    if key.strip():
        _READ.add(key.strip())
    return key
