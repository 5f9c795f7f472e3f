"""The endpoints by name, each with one client for as long as it is used."""

from __future__ import annotations

import os
from collections.abc import Mapping

from seedtui.config import ConfigError, Endpoint, Settings, read_key
from seedtui.core.run import RunError
from seedtui.endpoints.events import Client, EndpointError


class Endpoints:
    """Gives the client of an endpoint. Belongs to one event loop.

    Args:
        settings: The endpoints there are.
        environ: Where keys are looked up; the process's environment if not given.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._clients: dict[str, Client] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of the endpoints, the default one first."""
        default = self._settings.default_endpoint
        return (default, *(name for name in sorted(self._settings.endpoints) if name != default))

    def timeout(self, name: str) -> float | None:
        """Return the seconds that a run at this endpoint may take; None if there is no such endpoint."""
        found = self._settings.endpoints.get(name)
        return found.timeout if found else None

    def client(self, name: str) -> Client:
        """Return the client of an endpoint, the same one each time; no name means the default endpoint.

        Raises:
            EndpointError: If there is no such endpoint (naming those there are), or its key is missing.
        """
        try:
            endpoint = self._settings.endpoint(name)
        except ConfigError as error:
            raise EndpointError(RunError("settings", str(error))) from None
        if endpoint.name not in self._clients:
            self._clients[endpoint.name] = self._open(endpoint)
        return self._clients[endpoint.name]

    async def aclose(self) -> None:
        """Close every client; the local engine stops."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _open(self, endpoint: Endpoint) -> Client:
        if endpoint.local:
            from seedtui.endpoints.local import LocalClient

            return LocalClient(self._settings.local)
        from seedtui.endpoints.client import OpenAIClient

        try:
            return OpenAIClient(endpoint, read_key(endpoint, self._environ))
        except ConfigError as error:
            raise EndpointError(RunError("key", str(error))) from None
