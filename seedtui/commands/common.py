"""What the commands share: settings, history, references, and plain words for whatever goes wrong."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedtui import paths
from seedtui.commands.output import say, silence
from seedtui.commands.signals import endings_interrupt
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from argparse import Namespace

    from seedtui.config import Endpoint, Settings
    from seedtui.core.query import Query
    from seedtui.core.reference import Reference
    from seedtui.core.run import Run
    from seedtui.history import History

TROUBLE = 2
NO_OPTIONS: Final[Mapping[str, str | None]] = {"module": "app", "db": None, "config": None, "endpoint": None}
"""What is meant where there are no arguments."""


class CommandError(Exception):
    """A command cannot do what was asked. The message is one plain sentence."""


class NoHistoryError(CommandError):
    """There is no history yet."""


def call(command: Callable[[Namespace], int], options: Namespace) -> int:
    """Run a command; say in one sentence what went wrong.

    Returns:
        The exit status: the command's own, or 2 if it could not do its work.
    """
    try:
        with endings_interrupt(), paths.made_private():
            refuse_empty(options)
            refuse_unknown(options)
            code = command(options)
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        silence()
        return TROUBLE
    except KeyboardInterrupt:
        say("Interrupted.")
        return TROUBLE
    except Exception as error:
        for sentence in _sentences(error) or (_crash(options),):
            say(sentence)
        return TROUBLE
    return code


def _sentences(error: Exception) -> tuple[str, ...]:
    """Return what to tell the user; nothing if the error is a mistake of ours."""
    from seedtui.core.draft import DraftError

    if isinstance(error, DraftError):
        return tuple(error.problems.values())
    from seedtui.config import ConfigError
    from seedtui.endpoints.events import EndpointError
    from seedtui.endpoints.weights import WeightsError
    from seedtui.history import HistoryError

    if isinstance(error, CommandError | ConfigError | EndpointError | WeightsError | HistoryError):
        return (str(error),)
    if isinstance(error, RecursionError):
        return ("What was given is nested too deeply to be read.",)
    if isinstance(error, OSError):
        return (f"{os_sentence(error)}.",)
    return ()


def _crash(options: Namespace) -> str:
    """Return the traceback of a mistake of ours, without any key that is known here."""
    from seedtui.config import without_keys

    try:
        endpoints = list(load_settings(options).endpoints.values())
    except Exception:
        endpoints = []
    return without_keys(traceback.format_exc().rstrip(), endpoints, os.environ)


def refuse_empty(options: Namespace) -> None:
    """Refuse an option given as nothing: a variable that is not set must not send a prompt elsewhere.

    Raises:
        CommandError: Naming the option.
    """
    for name in ("db", "config", "endpoint", "base_url", "output"):
        value = getattr(options, name, None)
        if isinstance(value, str) and not value.strip():
            raise CommandError(f"--{name.replace('_', '-')} is empty: name one, or leave the option off.")


def refuse_unknown(options: Namespace) -> None:
    """Refuse a settings file or an endpoint that is not there, also where the command needs neither.

    Raises:
        ConfigError: One plain sentence.
    """
    # The doctor says so among all else that it finds.
    if (options.config or options.endpoint) and options.module != "doctor":
        chosen_endpoint(options, load_settings(options))


def os_sentence(error: OSError) -> str:
    """Say what the system refused: the file, if it names one, and why; without a full stop."""
    why = error.strerror or type(error).__name__
    return f"{displayable(os.fsdecode(error.filename))}: {why}" if error.filename else f"Writing failed: {why}"


def load_settings(options: Namespace) -> Settings:
    """Load the settings.

    Raises:
        ConfigError: If they cannot be used.
    """
    from seedtui.config import load

    named = bool(options.config or os.environ.get("SEEDTUI_CONFIG"))
    return load(paths.settings_path(options.config), os.environ, must_exist=named)


def chosen_endpoint(options: Namespace, settings: Settings) -> Endpoint:
    """Return the endpoint that the options name, else the default one.

    Raises:
        ConfigError: If there is none of that name.
    """
    return settings.endpoint(options.endpoint or "")


@contextlib.contextmanager
def open_history(options: Namespace, *, create: bool = False) -> Iterator[History]:
    """Open the history, and close it at the end.

    Args:
        options: The command's options.
        create: Make a new one if there is none.

    Raises:
        NoHistoryError: If there is none.
        HistoryError: If it cannot be used.
    """
    path = paths.history_path(options.db)
    if not create and not path.exists():
        raise NoHistoryError(f"There is no history at {displayable(str(path))} yet: seedtui run makes one.")
    from seedtui.history import History

    history = History.open(path)
    try:
        yield history
    finally:
        history.close()


def readable_runs(history: History, run_ids: Iterable[int], unreadable: list[int]) -> Iterator[Run]:
    """Yield the runs with these ids; name those whose stored text is damaged, and go on.

    Args:
        history: The history.
        run_ids: The ids; one that was deleted meanwhile is passed over.
        unreadable: Takes the ids of the damaged runs.

    Raises:
        HistoryError: If the history as a whole cannot be used.
    """
    from seedtui.history import HistoryError

    for run_id in run_ids:
        try:
            run = history.run(run_id)
        except HistoryError as error:
            if error.kind != "damaged":
                raise
            say(str(error))
            unreadable.append(run_id)
        else:
            if run is not None:
                yield run


def find_run(history: History, typed: str) -> tuple[Run, Reference]:
    """Find the run that a reference names.

    Raises:
        CommandError: If it is no reference, or there is no such run or choice.
    """
    from seedtui.core.reference import parse_reference

    try:
        reference = parse_reference(typed)
    except ValueError as error:
        raise CommandError(str(error)) from None
    run_id = history.recent(reference.number) if reference.from_newest else reference.number
    run = None if run_id is None else history.run(run_id)
    if run is None:
        raise CommandError(f"There is no run {reference}; seedtui log lists those there are.")
    if reference.choice is not None and run.completions and run.completion(reference.choice) is None:
        there = ", ".join(f"#{run.id}.{one.index}" for one in run.completions)
        raise CommandError(f"Run #{run.id} has no choice {reference.choice}; there is {there}.")
    return run, reference


def query_of(words: list[str]) -> Query:
    """Read a query from the arguments.

    Raises:
        CommandError: If a filter's value cannot be meant.
    """
    from seedtui.core.query import parse_query

    try:
        return parse_query(" ".join(words))
    except ValueError as error:
        raise CommandError(str(error)) from None


@contextlib.contextmanager
def output_file(name: str) -> Iterator[Callable[[str], None]]:
    """Give a function that writes text to a new file; a file that could not be finished is removed.

    Raises:
        CommandError: If it is there already.
        OSError: If it cannot be written.
    """
    from seedtui.exchange.files import new_file

    with contextlib.ExitStack() as stack:
        try:
            write = stack.enter_context(new_file(Path(name)))
        except FileExistsError:
            raise CommandError(f"{displayable(name)} is there already, and is not overwritten.") from None
        yield write
