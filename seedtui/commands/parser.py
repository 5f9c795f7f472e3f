"""What can be asked for on the command line, and which module answers it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NoReturn

from seedtui import __version__
from seedtui.commands.common import NO_OPTIONS

_EPILOG: Final = """\
A run is written 41, #41, 41.1 (choice 1 of several), @1 (the newest), @2 (the one before).
QUERY is free text plus filters: seed:123 model:gpt-4o fp:fp_fefa7b status:failed endpoint:local
since:2026-11-01 digest:ab12.

Exit status: 0 the same (or done), 1 different, 2 trouble.
"""

_FORMATS: Final = ("text", "json", "patch", "markdown", "html", "svg")


class _Parser(argparse.ArgumentParser):
    """A parser that quotes what was typed only as it can be shown: the shell may have put a file's name there."""

    def error(self, message: str) -> NoReturn:
        from seedtui.core.text import displayable

        super().error(displayable(message, newlines=True))


def parser() -> argparse.ArgumentParser:
    """Build the parser for all commands."""
    top: argparse.ArgumentParser = _Parser(
        prog="seedtui",
        description="See whether a language model's completions are reproducible, and why not.\n"
        "Without a command, the terminal app opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"seedtui {__version__}")
    _add_common(top, default=None)
    top.set_defaults(**NO_OPTIONS)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for add in (
        _run,
        _series,
        _log,
        _show,
        _diff,
        _agree,
        _import,
        _export,
        _baseline,
        _check,
        _endpoints,
        _backup,
        _doctor,
        _pull,
    ):
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


def _agree(commands: _Commands) -> None:
    sub = _command(
        commands,
        "agree",
        "agree",
        "how far the completions of each request agree",
        "Completions are held against each other where their requests have the same digest; series:N tells of the\n"
        "settings of a series, in their order; else the least stable requests come first. Completions of failed and\n"
        "cancelled runs are left out and counted. An answer is what the first group of REGEX matches, or all that it\n"
        "matches, or the value a JSON pointer names, like /answer.\n\n"
        "CSV columns: digest, round (a request asked in several rounds has a line for each), n, unique (different\n"
        "texts), modal_count, modal_share and _low, _high (the commonest text; 95 %, Wilson), pairs, identical_pairs,\n"
        "pairwise and _low, _high, _method (95 %), stable_characters, _words, _sentences (what all begin with),\n"
        "half_… (what half begin with), agrees, answers (different ones), unanswered, left_out, endpoints, model,\n"
        "seed, temperature, title, and swept_FIELD for each field that a series sweeps. A text that a spreadsheet\n"
        "would read as a formula has an apostrophe before it.\n\n"
        "Exit status: 0 all completions of each request are identical (with --answer: their answers), 1 some are not,\n"
        "2 trouble (also: no request has two completions, or something could not be read).",
    )
    sub.add_argument("query", metavar="QUERY", nargs="*", help="which runs (default: all)")
    sub.add_argument("--answer", metavar="REGEX", help="compare answers, too: a regular expression or JSON pointer")
    formats = sub.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="short for --format json")
    formats.add_argument(
        "--format", choices=("text", "json", "csv", "markdown"), default="text", help="what to write (default: text)"
    )
    sub.add_argument("--limit", metavar="N", type=_count, help="the most requests to list (default: 20 in text)")
    sub.add_argument("-o", "--output", metavar="FILE", help="a new file to write to, instead of standard output")


def _import(commands: _Commands) -> None:
    sub = _command(
        commands,
        "import",
        "import_",
        "add runs from logs: JSON lines, OpenAI batches, and files of llm, promptfoo and inspect-ai; CSV",
        "What a file is shows in what is in it: JSON lines, one run a line; the input and output files of an OpenAI\n"
        "batch, given together; llm's logs.db, which is only read; results of promptfoo (.json, .jsonl); logs of\n"
        "inspect-ai (.eval, .json); CSV with a row of names. Each may be gzipped.\n\n"
        "What was imported before is not added again: an answer with an id, or a time to a fraction of a second, is\n"
        "known wherever it is found. Any other belongs to its file: equal answers in two files are two runs.\n\n"
        "Exit status: 0, or 2 if a record could not be read; the others are added all the same.",
    )
    sub.add_argument("files", metavar="FILE", nargs="+", help="a log; - is standard input")
    sub.add_argument(
        "--columns",
        metavar="NAME=COLUMN,…",
        help="what the columns of a CSV are, where their names do not say: prompt=Question,text=Answer. NAME is "
        "prompt, text, system, model, seed, temperature, top_p, max_tokens, fingerprint, id (that no other answer "
        "has), created_at, endpoint, run (which repetition), served_model, finish_reason or error",
    )


def _export(commands: _Commands) -> None:
    sub = _command(commands, "export", "export", "write runs as JSON lines, oldest first; import reads them back")
    sub.add_argument("query", metavar="QUERY", nargs="*", help="which runs (default: all)")
    sub.add_argument("-o", "--output", metavar="FILE", required=True, help="a new file; - is standard output")


def _baseline(commands: _Commands) -> None:
    sub = _command(
        commands,
        "baseline",
        "baseline",
        "pin runs, to be checked again later: add, list or remove baselines",
        "seedtui check sends the requests of the baselines again, and compares.",
    )
    actions = sub.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    add = _command(actions, "add", "baseline", "pin runs: all of them or none; what is pinned stays so")
    add.add_argument("runs", metavar="RUN", nargs="+", help="41, #41 or @1: a whole run")
    listing = _command(actions, "list", "baseline", "list the baselines, and how each was checked the last time")
    listing.add_argument("--json", action="store_true", help="print one JSON object a baseline")
    remove = _command(actions, "remove", "baseline", "let runs be baselines no longer; the runs stay")
    remove.add_argument("runs", metavar="RUN", nargs="*", help="41, #41 or @1")
    remove.add_argument("--all", action="store_true", help="all baselines")


def _check(commands: _Commands) -> None:
    sub = _command(
        commands,
        "check",
        "check",
        "send the requests of the baselines again, and say whether they still reproduce",
        "Each request goes to the endpoint of its baseline; --endpoint, --local and --base-url send all of them to\n"
        "another one. What comes is kept in the history like any run. A line begins with = (the same text),\n"
        "≈ (another text that passes), ≠ (does not pass), ! (trouble).\n\n"
        "Exit status: 0 all pass, 1 something no longer reproduces, 2 trouble (also: not everything was answered).",
    )
    sub.add_argument("runs", metavar="RUN", nargs="*", help="baselines to check (default: all)")
    sub.add_argument("--base-url", metavar="URL", help="an endpoint that nobody configured; its key: OPENAI_API_KEY")
    sub.add_argument("--concurrency", metavar="K", type=_count, default=1, help="K runs at a time (default: 1)")
    sub.add_argument("--repeat", metavar="N", type=_count, default=1, help="check each baseline N times")
    sub.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="a deadline for each whole run")
    rule = sub.add_mutually_exclusive_group()
    rule.add_argument(
        "--answer",
        metavar="PATTERN",
        help="pass if the answers in the texts are the same: a regular expression (its first group), or a JSON pointer "
        "like /answer",
    )
    rule.add_argument(
        "--similarity", metavar="X", type=_share, help="pass if the texts are so alike, by words: 0 to 1, like 0.95"
    )
    sub.add_argument("--junit", metavar="FILE", help="write JUnit XML to a new file")
    sub.add_argument("--json", action="store_true", help="print one JSON object; the lines go to standard error")


def _endpoints(commands: _Commands) -> None:
    _command(commands, "endpoints", "endpoints", "list the endpoints: where they are, and where their keys come from")


def _doctor(commands: _Commands) -> None:
    sub = _command(
        commands,
        "doctor",
        "doctor",
        "say what is installed, configured, reachable, and what to do about the rest",
        "--repair does nothing if the history is sound. Else it keeps the damaged file, to the byte, and puts a new\n"
        "one in its place, with every run that can still be read, and says which are lost. A run that lacks something\n"
        "keeps what is known to be as it was stored, and counts as failed. No other program may have it open.\n\n"
        "Exit status: 0 all is well, 2 trouble (also: something was lost).",
    )
    sub.add_argument("--repair", action="store_true", help="check the whole history, and repair it if it is damaged")


def _backup(commands: _Commands) -> None:
    sub = _command(
        commands,
        "backup",
        "backup",
        "copy the history to a new file, while others go on writing, and check the copy",
        "The copy is a history like any other: seedtui --db FILE log. A damaged history is copied as it is.\n\n"
        "Exit status: 0, or 2 if the copy was not made, or is of a damaged history.",
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="a new file (default: beside the history, with the date)")


def _pull(commands: _Commands) -> None:
    _command(commands, "pull", "pull", "get the local model's weights")


def _parsed(parse: Callable[[str], float], wanted: str) -> Callable[[str], float]:
    def read(typed: str) -> float:
        try:
            # Python would read other scripts' digits and underscores, too.
            value = parse(typed) if typed.isascii() and "_" not in typed else 0
        except ValueError:
            value = 0
        if not 0 < value < 1e9:
            raise argparse.ArgumentTypeError(f"{wanted}; got {typed!r}")
        return value

    return read


_count: Final = _parsed(int, "it must be a whole number, 1 or more")
_seconds: Final = _parsed(float, "it must be a number of seconds above 0")


def _share(typed: str) -> float:
    try:
        value = float(typed)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"it must be a number from 0 to 1; got {typed!r}")
    return value
