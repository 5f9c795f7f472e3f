"""The SDK without the parts of it that nobody uses: smaller, and whole for whoever asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LOAD = "import asyncio, sys; from seedtui.endpoints.transport import load_sdk; asyncio.run(load_sdk()); import openai; "


def printed(code: str, *folders: Path) -> str:
    """Run code in a process of its own, with folders to import from before all others; return what it prints."""
    path = f"import sys; sys.path[:0] = {[str(folder) for folder in (*folders, ROOT)]}; "
    run = subprocess.run([sys.executable, "-c", path + LOAD + code], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_the_sdk_is_loaded_without_its_hundreds_of_types() -> None:
    assert int(printed("print(len([name for name in sys.modules if name.startswith('openai')]))")) < 100


def test_what_was_left_out_is_there_for_whoever_asks() -> None:
    shown = "from openai.types.chat import ChatCompletion; import openai.lib; "
    assert printed(shown + "print(openai.types.chat.ChatCompletion is ChatCompletion)") == "True"
    assert printed("print(openai.types.Batch.__name__, openai.AzureOpenAI.__name__)") == "Batch AzureOpenAI"
    tool = "import pydantic; Model = pydantic.create_model('Model', a=(int, ...)); "
    assert printed(tool + "print(openai.pydantic_function_tool(Model)['type'])") == "function"
    assert printed("print(type(openai.OpenAI(api_key='-').chat.completions).__name__)") == "Completions"


def test_an_sdk_that_needs_those_parts_from_the_start_gets_them(tmp_path: Path) -> None:
    for name, code in (
        ("openai", "from .lib import number\nsum_ = number + 1\n"),
        ("openai/types", ""),
        ("openai/types/shared", ""),
        ("openai/lib", "number = 41\n"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text(code)
    assert printed("print(openai.sum_)", tmp_path) == "42"
