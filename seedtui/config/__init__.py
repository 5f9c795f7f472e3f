"""Settings: the endpoints, the local model, the look; and where each endpoint's key comes from."""

from seedtui.config.keys import key_source, read_key, without_keys
from seedtui.config.reading import load
from seedtui.config.screen import ScreenSettings, color_system
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
    "ScreenSettings",
    "Settings",
    "ad_hoc",
    "color_system",
    "key_source",
    "load",
    "read_key",
    "url_problem",
    "without_keys",
]
