"""The command line: what can be asked for, and which module answers it.

Nothing but argparse is imported until it is known which command runs.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from seedtui import __version__

_EPILOG: Final = """\
A run is written 41, #41, 41.1 (choice 1 of several), @1 (the newest), @2 (the one before).
QUERY is free text plus filters: seed:123 model:gpt-4o fp:fp_fefa7b status:failed endpoint:local
since:2026-11-01 digest:ab12.

Exit status: 0 the same (or done), 1 different, 2 trouble.
"""

_FORMATS: Final = ("text", "json", "patch", "markdown", "html", "svg")
_NO_OPTIONS: Final[Mapping[str, str | None]] = {"module": "app", "db": None, "config": None, "endpoint": None}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The arguments without the program's name; those of the process if None.

    Returns:
        The exit status: 0 the same or done, 1 different, 2 trouble.

    Raises:
        SystemExit: After `--help` or `--version` (0), or if the arguments cannot be meant (2).
    """
    arguments = sys.argv[1:] if argv is None else argv
    # Without arguments there is nothing to read, and the parser would be a good part of the app's start.
    options = parser().parse_args(arguments) if arguments else argparse.Namespace(**_NO_OPTIONS)
    from seedtui.commands.common import call

    command = importlib.import_module(f"seedtui.commands.{options.module}")
    return call(command.main, options)


def parser() -> argparse.ArgumentParser:
    """Build the parser for all commands."""
    top = argparse.ArgumentParser(
        prog="seedtui",
        description="See whether a language model's completions are reproducible, and why not.\n"
        "Without a command, the terminal app opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"seedtui {__version__}")
    _add_common(top, default=None)
    top.set_defaults(**_NO_OPTIONS)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for add in (_run, _series, _log, _show, _diff, _import, _export, _endpoints, _doctor, _pull):
        add(commands)
    return top


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_common(to: argparse.ArgumentParser, default: str | None) -> None:
    """Add the options that work everywhere, before the command as well as after it."""
    group = to.add_argument_group("everywhere")
    group.add_argument("--db", metavar="PATH", default=default, help="the history (or SEEDTUI_DB)")
    group.add_argument("--config", metavar="PATH", default=default, help="the settings file (or SEEDTUI_CONFIG)")
    group.add_argument("--endpoint", metavar="NAME", default=default, help="the endpoint to use")
    group.add_argument(
        "--local",
        dest="endpoint",
        action="store_const",
        const="local",
        default=default,
        help="the built-in local model; short for --endpoint local",
    )


def _command(commands: _Commands, name: str, module: str, help: str, epilog: str = "") -> argparse.ArgumentParser:
    sub = commands.add_parser(
        name,
        help=help,
        description=help[:1].upper() + help[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    # A default here would overwrite what stands before the command.
    _add_common(sub, default=argparse.SUPPRESS)
    sub.set_defaults(module=module)
    return sub


def _run(commands: _Commands) -> None:
    sub = _command(
        commands,
        "run",
        "run",
        "send a request; its text streams to standard output",
        "A parameter that is not given is not sent. Ctrl-C keeps what has arrived.\n\n"
        "More than one run makes a series: --repeat sends a request several times, --sweep varies a field, also\n"
        "several fields in all combinations. NAME is a parameter, model, endpoint, prompt, system, messages[2], or\n"
        "any other field of the body. VALUES stand with commas between them: 1..20, 0..1:0.25, unset (not sent),\n"
        'or a JSON list like ["a, b", "c"]. What was not answered is sent by --resume.\n\n'
        '  seedtui run --local --sweep seed=1..20 --sweep temperature=0,0.7 --repeat 5 --concurrency 4 -q "A story."\n',
    )
    sub.add_argument("prompt", metavar="PROMPT", nargs="?", help="the user's message; - reads it from standard input")
    sub.add_argument("--base-url", metavar="URL", help="an endpoint that nobody configured; its key: OPENAI_API_KEY")
    sub.add_argument("--api", choices=("chat", "completions"), default="chat", help="messages, or one prompt")
    sub.add_argument("-m", "--model", metavar="MODEL", default="", help="the model to ask for")
    sub.add_argument("-s", "--system", metavar="SYSTEM", default="", help="the system message")
    sub.add_argument("--messages", metavar="FILE", help="a JSON list of messages, to stand before PROMPT")
    sub.add_argument("--seed", metavar="N", help="a whole number from -2^63 to 2^63-1")
    sub.add_argument("--temperature", metavar="T", help="0 to 2")
    sub.add_argument("--top-p", metavar="P", help="0 to 1")
    sub.add_argument("--max-tokens", metavar="N", help="the most tokens a completion may have")
    sub.add_argument("-n", metavar="N", help="how many choices one run asks for")
    sub.add_argument("--stop", metavar="TEXT", action="append", help="end the text where TEXT appears; may be repeated")
    sub.add_argument("--logprobs", metavar="K", help="record probabilities and K alternatives: 0 to 20")
    sub.add_argument("--extra", metavar="JSON", default="", help="further fields of the body, like '{\"top_k\": 40}'")
    sub.add_argument("--repeat", metavar="N", type=_count, help="send each request N times (default: 1)")
    sub.add_argument("--concurrency", metavar="K", type=_count, help="K runs at a time (default: 1)")
    sub.add_argument("--sweep", metavar="NAME=VALUES", action="append", help="vary a field; may be repeated")
    sub.add_argument(
        "--prompts", metavar="FILE", help="vary the prompt: one a line, JSON lines, or a JSON list of texts"
    )
    sub.add_argument("--resume", metavar="SERIES", help="send what a series has no answer to; its number, or last")
    sub.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="a deadline for each whole run")
    sub.add_argument("--json", action="store_true", help="print one JSON object a run instead of the text")
    sub.add_argument("-q", "--quiet", action="store_true", help="print no texts, and of runs only those that failed")


def _series(commands: _Commands) -> None:
    sub = _command(commands, "series", "series", "list series, newest first: what was sent, and how much was answered")
    sub.add_argument("--limit", metavar="N", type=_count, default=20, help="the most series to list (default: 20)")
    sub.add_argument("--json", action="store_true", help="print one JSON object a series")


def _log(commands: _Commands) -> None:
    sub = _command(commands, "log", "log", "list runs, newest first")
    sub.add_argument("query", metavar="QUERY", nargs="*", help="which runs (default: all)")
    sub.add_argument("--limit", metavar="N", type=_count, default=20, help="the most runs to list (default: 20)")
    sub.add_argument("--json", action="store_true", help="print one JSON object a run")


def _show(commands: _Commands) -> None:
    sub = _command(commands, "show", "show", "show one run: its request, its completions, all that is known of it")
    sub.add_argument("run", metavar="RUN", help="41, #41, 41.1 or @1")
    sub.add_argument("--json", action="store_true", help="print the run as a JSON object")


def _diff(commands: _Commands) -> None:
    sub = _command(
        commands,
        "diff",
        "diff",
        "compare two completions: do they agree, where do they part, what explains it",
        "Every format says what was asked, too; text on a terminal leaves it out. A patch holds both texts\n"
        "as they are: patch A.txt < FILE makes B of a file with A's text. What is ignored is no change, but\n"
        "never makes two texts the same.\n\n"
        "Exit status: 0 the same, 1 different, 2 trouble (also: a run has no text, or both are still being written).",
    )
    sub.add_argument("a", metavar="A", help="the baseline: 41, #41, 41.1 or @2")
    sub.add_argument("b", metavar="B", help="what to compare with it")
    sub.add_argument(
        "--view",
        choices=("unified", "split", "inline"),
        help="how to lay it out (default: split, side by side, in HTML and SVG; unified elsewhere)",
    )
    sub.add_argument("--format", choices=_FORMATS, default="text", help="what to write (default: text)")
    sub.add_argument("-o", "--output", metavar="FILE", help="a new file to write to, instead of standard output")
    sub.add_argument("--ignore-case", action="store_true", help="count capital and small letters as the same")
    sub.add_argument("--ignore-space", action="store_true", help="count all white space as the same")
    sub.add_argument(
        "--changes", metavar="N,N-N", help="these changes only, as if B had no others (json names them): 1,3-5"
    )


def _import(commands: _Commands) -> None:
    sub = _command(
        commands,
        "import",
        "import_",
        "add runs from files of JSON lines, one run a line",
        "Gzipped files are read as they are. The input and output files of an OpenAI batch are given together.\n"
        "What was imported before is not added again.",
    )
    sub.add_argument("files", metavar="FILE", nargs="+", help="a file of JSON lines; - is standard input")


def _export(commands: _Commands) -> None:
    sub = _command(commands, "export", "export", "write runs as JSON lines, oldest first; import reads them back")
    sub.add_argument("query", metavar="QUERY", nargs="*", help="which runs (default: all)")
    sub.add_argument("-o", "--output", metavar="FILE", required=True, help="a new file; - is standard output")


def _endpoints(commands: _Commands) -> None:
    _command(commands, "endpoints", "endpoints", "list the endpoints: where they are, and where their keys come from")


def _doctor(commands: _Commands) -> None:
    _command(
        commands, "doctor", "doctor", "say what is installed, configured, reachable, and what to do about the rest"
    )


def _pull(commands: _Commands) -> None:
    _command(commands, "pull", "pull", "get the local model's weights")


def _parsed(parse: Callable[[str], float], wanted: str) -> Callable[[str], float]:
    def read(typed: str) -> float:
        try:
            value = parse(typed)
        except ValueError:
            value = 0
        if not 0 < value < 1e9:
            raise argparse.ArgumentTypeError(f"{wanted}; got {typed!r}")
        return value

    return read


_count: Final = _parsed(int, "it must be a whole number, 1 or more")
_seconds: Final = _parsed(float, "it must be a number of seconds above 0")
