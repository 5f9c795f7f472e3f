"""Endpoints by name: one client each, made when it is first asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedtui.config import Endpoint, Settings
from seedtui.endpoints.events import EndpointError
from seedtui.endpoints.registry import Endpoints
from support.asking import endpoint_at
from support.scripted_server import ScriptedServer

ROOT = Path(__file__).parent.parent.parent
SETTINGS = Settings(
    path=Path("none"),
    endpoints={
        "zoo": Endpoint("zoo", "http://far.example/v1", timeout=7),
        "far": Endpoint("far", "http://far.example/v1", key_env="FAR_KEY"),
        "local": Endpoint("local", "", local=True),
    },
    default_endpoint="zoo",
)


def test_names_begin_with_the_default() -> None:
    assert Endpoints(SETTINGS, {}).names() == ("zoo", "far", "local")


def test_an_unknown_name_names_those_there_are() -> None:
    with pytest.raises(EndpointError, match="no endpoint called moon; there are far, local, zoo") as caught:
        Endpoints(SETTINGS, {}).client("moon")
    assert caught.value.error.kind == "settings"


def test_a_missing_key_is_told() -> None:
    with pytest.raises(EndpointError, match="The endpoint far needs a key: set the variable FAR_KEY") as caught:
        Endpoints(SETTINGS, {}).client("far")
    assert caught.value.error.kind == "key"


def test_a_client_is_made_once() -> None:
    endpoints = Endpoints(SETTINGS, {"FAR_KEY": "sk-1"})
    assert endpoints.client("far") is endpoints.client("far")
    assert endpoints.client("") is endpoints.client("zoo")


def test_deadlines() -> None:
    endpoints = Endpoints(SETTINGS, {})
    assert (endpoints.timeout("zoo"), endpoints.timeout("far"), endpoints.timeout("moon")) == (
        7,
        Endpoint.timeout,
        None,
    )


async def test_the_key_reaches_the_endpoint_and_closing_closes() -> None:
    with ScriptedServer(key="sk-right") as server:
        settings = SETTINGS.with_endpoint(endpoint_at(server))
        endpoints = Endpoints(settings, {"SCRIPTED_KEY": "sk-right\n"})
        client = endpoints.client("scripted")
        assert await client.models() == ("scripted-1", "scripted-2")
        await endpoints.aclose()
        assert endpoints.client("scripted") is not client
        await endpoints.aclose()


def test_making_a_client_does_not_import_the_sdk() -> None:
    program = (
        "import sys\n"
        "from seedtui.config import Endpoint, Settings\n"
        "from seedtui.endpoints.registry import Endpoints\n"
        "from pathlib import Path\n"
        "far = Endpoint('far', 'http://far.example/v1')\n"
        "Endpoints(Settings(Path('x'), {'far': far}, 'far'), {}).client('far')\n"
        "print([name for name in ('openai', 'httpx2', 'keyring') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_who_comes_while_the_sdk_is_imported_waits_for_it(tmp_path: Path) -> None:
    """A second run once went on with half an SDK, and imported the rest of it on the event loop."""
    slow = "import time\ntime.sleep(0.3)\nREADY = True\n"
    (tmp_path / "openai.py").write_text(slow)
    program = (
        "import asyncio, sys\n"
        "from seedtui.endpoints.transport import load_sdk\n"
        "async def load():\n"
        "    await load_sdk()\n"
        "    return getattr(sys.modules['openai'], 'READY', False)\n"
        "async def later():\n"
        "    while 'openai' not in sys.modules:\n"
        "        await asyncio.sleep(0.01)\n"
        "    return await load()\n"
        "async def main():\n"
        "    print(await asyncio.gather(load(), later()))\n"
        "asyncio.run(main())\n"
    )
    environ = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ)
    assert ran.stdout.strip() == "[True, True]"
