"""The engine: a child process in which llama.cpp serves one model on a loopback port.

`seedtui.endpoints.local` starts it as `python -m seedtui.endpoints.engine`; people do not. It is a
process of its own because a crash in llama.cpp is a crash of its process, and because llama.cpp
writes to file descriptor 2 as it likes.

What passes between the two: one line of JSON in on stdin (the fields of `EngineSettings`), one line
of JSON out on stdout (`{"url"}`, or `{"error"}` with one of the words below). Stderr is the log.
Stdin then stays open for as long as the parent lives; when it ends, so does the engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import sys
import threading
import traceback
from dataclasses import asdict, dataclass, field
from typing import Any, Final

NOT_INSTALLED: Final = "not installed"
NOT_LOADED: Final = "not loaded"

_STDIN: Final = 0
_STDOUT: Final = 1
_STDERR: Final = 2
# Errors only: at higher levels llama.cpp quotes requests.
_VERBOSITY: Final = 1
_HTTP_THREADS: Final = 64


@dataclass(frozen=True)
class EngineSettings:
    """What the engine is told.

    Attributes:
        model: The GGUF file's path.
        name: The name to serve it under.
        key: The key that requests must bring.
        context: Tokens that one request may have, prompt and completion together.
        parallel: How many requests are answered at a time.
        threads: CPU threads to compute with; None lets llama.cpp choose.
    """

    model: str
    name: str
    key: str = field(repr=False)
    context: int
    parallel: int
    threads: int | None = None

    def line(self) -> bytes:
        """Return it as the line that the engine reads."""
        return json.dumps(asdict(self)).encode() + b"\n"


def main() -> None:
    """Serve until the parent is gone."""
    answers = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    line = _read_line()
    watch = threading.Thread(target=_wait_for_the_end, name="parent", daemon=True)
    watch.start()
    _end_on_signal()
    server, answer = _open(EngineSettings(**json.loads(line)))
    os.write(answers, json.dumps(answer).encode() + b"\n")
    os.close(answers)
    if server is not None:
        watch.join()


def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(_STDIN, 65_536)
        if not piece:
            os._exit(0)
        line += piece
    return line


def _wait_for_the_end() -> None:
    with contextlib.suppress(OSError):
        while os.read(_STDIN, 1):
            pass
    os._exit(0)


def _end_on_signal() -> None:
    """Let the kernel end this process when stdin ends.

    While llama.cpp loads a model it holds Python's lock, and no thread can notice anything. Linux
    then sends SIGIO, whose default is to end the process; elsewhere it is ignored, and the thread
    notices once the model is loaded.
    """
    if not hasattr(os, "O_ASYNC"):
        return
    fcntl.fcntl(_STDIN, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(_STDIN, fcntl.F_SETFL, fcntl.fcntl(_STDIN, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([_STDIN], [], [], 0)[0] and not os.read(_STDIN, 1):
        # It had ended before the signal was asked for.
        os._exit(0)


def _open(settings: EngineSettings) -> tuple[Any, dict[str, str]]:
    """Load the model and begin to serve; return the server, and what to answer."""
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        if error.name != "xllamacpp":
            raise
        return None, {"error": NOT_INSTALLED}
    print(
        f"xllamacpp {xllamacpp.__version__} serves {settings.name} from {settings.model}", file=sys.stderr, flush=True
    )
    try:
        server = xllamacpp.Server(_parameters(xllamacpp, settings))
    except (RuntimeError, ValueError):
        traceback.print_exc()
        return None, {"error": NOT_LOADED}
    return server, {"url": server.listening_address}


def _parameters(xllamacpp: Any, settings: EngineSettings) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings.model
    parameters.model_alias = {settings.name}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [settings.key]
    parameters.n_parallel = settings.parallel
    parameters.n_ctx = settings.parallel * settings.context
    if settings.threads is not None:
        parameters.cpuparams.n_threads = settings.threads
        parameters.cpuparams_batch.n_threads = settings.threads
    # The same request must give the same text, whatever was asked before and is asked beside it. Prompts
    # taken from a cache, and flash attention, add the same numbers in another order.
    parameters.cache_prompt = False
    parameters.cache_ram_mib = 0
    parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.fit_params = False
    # A request that waits for its turn holds a thread of the HTTP server.
    parameters.n_threads_http = max(_HTTP_THREADS, 2 * settings.parallel)
    parameters.verbosity = _VERBOSITY
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.endpoint_props = False
    return parameters


if __name__ == "__main__":
    main()
