"""`seedtui endpoints`: what is configured."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from seedtui.commands.common import load_settings
from seedtui.commands.output import say
from seedtui.core.text import displayable, one_line

if TYPE_CHECKING:
    from seedtui.config import Endpoint


def main(options: Namespace) -> int:
    """List the endpoints, the default one marked; no key is ever shown."""
    settings = load_settings(options)
    default = settings.endpoint(options.endpoint or "").name
    rows = [("", "endpoint", "where", "model", "key")]
    for name in sorted(settings.endpoints):
        endpoint = settings.endpoints[name]
        where = "the built-in model" if endpoint.local else one_line(endpoint.shown_url, 80)
        mark = "*" if name == default else " "
        rows.append((mark, one_line(name, 40), where, one_line(endpoint.model, 60) or "-", key_phrase(endpoint)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    say(f"* is the default. Settings file: {displayable(str(settings.path))}")
    return 0


def key_phrase(endpoint: Endpoint) -> str:
    """Say where an endpoint's key comes from, and whether it is there."""
    from seedtui.config import ConfigError, key_source, read_key

    source = key_source(endpoint)
    if not source:
        return "none needed"
    try:
        read_key(endpoint, os.environ)
    except ConfigError:
        return f"missing: {source}"
    return f"from {source}"
