"""The proxies that the environment sets, as far as requests go through them; never their passwords."""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from urllib.parse import urlsplit

from seedtui.config import Endpoint
from seedtui.core.run import RunError
from seedtui.core.text import one_line
from seedtui.endpoints.events import EndpointError

_SCHEMES = ("http", "https", "socks5", "socks5h")


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine itself."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_of(url: str) -> str | None:
    """Return host and port of the proxy that requests to a URL go through; None if they go straight."""
    try:
        found = _proxy_url(url)
        parts = urlsplit(found if "://" in found else f"http://{found}")
        return _address(parts.hostname, parts.port) if found else None
    except ValueError:
        return None


def check_proxies(endpoint: Endpoint) -> None:
    """Refuse a proxy that cannot be used.

    Raises:
        EndpointError: One plain sentence, without the proxy's address: there may be a password in it.
    """
    found = "" if is_loopback(endpoint.base_url) else _proxy_url(endpoint.base_url)
    if not found:
        return
    name = _variable(endpoint.base_url)
    try:
        parts = urlsplit(found if "://" in found else f"http://{found}")
        usable = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise EndpointError(RunError("settings", f"{name} names no proxy: write it like http://proxy.example:3128."))
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        message = f"{name} names a SOCKS proxy, which needs the package socksio: pip install socksio, or unset {name}."
        raise EndpointError(RunError("settings", message))


def _proxy_url(url: str) -> str:
    # What httpx2 goes by, too; the environment's names may be in either case.
    from urllib.request import getproxies

    if is_loopback(url):
        return ""
    proxies = getproxies()
    found = proxies.get(urlsplit(url).scheme) or proxies.get("all", "")
    return "" if found and _is_spared(urlsplit(url).hostname or "", proxies.get("no", "")) else found


def _is_spared(host: str, spared: str) -> bool:
    for one in (part.strip().lower() for part in spared.split(",")):
        name = one.partition("://")[2] or one
        bare = name.removeprefix("*").removeprefix(".")
        if one == "*" or host == name or (bare and host.endswith("." + bare)):
            return True
        try:
            if ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False):
                return True
        except ValueError:
            continue
    return False


def _variable(url: str) -> str:
    from urllib.request import getproxies

    scheme = urlsplit(url).scheme
    return f"{scheme.upper()}_PROXY" if getproxies().get(scheme) else "ALL_PROXY"


def _address(host: str | None, port: int | None) -> str:
    shown = f"[{host}]" if host and ":" in host else host or ""
    return one_line(f"{shown}:{port}" if port else shown, 80)
