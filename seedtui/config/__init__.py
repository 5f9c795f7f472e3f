"""Settings: the endpoints, the local model, the look; and where each endpoint's key comes from."""

from seedtui.config.keys import key_source, read_key, without_keys
from seedtui.config.reading import load
from seedtui.config.settings import (
    LOCAL,
    LOCAL_MODEL,
    OPENAI,
    OPENAI_BASE_URL,
    ConfigError,
    Endpoint,
    LocalSettings,
    Settings,
    ad_hoc,
    url_problem,
)

__all__ = [
    "LOCAL",
    "LOCAL_MODEL",
    "OPENAI",
    "OPENAI_BASE_URL",
    "ConfigError",
    "Endpoint",
    "LocalSettings",
    "Settings",
    "ad_hoc",
    "key_source",
    "load",
    "read_key",
    "url_problem",
    "without_keys",
]
