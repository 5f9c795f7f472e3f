"""From the options of `seedtui run` to a draft: the same as stands in the app's form, checked alike."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from seedtui.commands.common import CommandError, os_sentence
from seedtui.core.draft import Draft, DraftError, from_request, to_request
from seedtui.core.parameters import BY_NAME, parse_extra
from seedtui.core.request import Api, Request
from seedtui.core.text import displayable, join_surrogates, scrub

_PARAMETERS: Final = ("seed", "temperature", "top_p", "max_tokens", "n", "logprobs")


def draft_of(options: Namespace, endpoint: str, model: str) -> Draft:
    """Return the draft that the options describe.

    Args:
        options: The options of `seedtui run`.
        endpoint: The endpoint's name.
        model: The model to ask for; blank if it is not known yet.

    Raises:
        CommandError: If the options contradict each other, or a file cannot be read.
        DraftError: If a stop text or the extra JSON cannot be meant.
    """
    if options.prompt is None and options.messages is None:
        raise CommandError("Give a prompt, - to read it from standard input, or --messages FILE.")
    if options.prompt == options.messages == "-":
        raise CommandError("Only one of PROMPT and --messages can be standard input.")
    prompt = _read_stdin() if options.prompt == "-" else options.prompt or ""
    for text in (prompt, options.system, options.extra, *(options.stop or ())):
        check_encoding(text)
    typed = {name: value for name in _PARAMETERS if (value := getattr(options, name)) is not None}
    _check_given(typed)
    if options.stop:
        typed["stop"] = _stop(options.stop)
    draft = Draft(endpoint=endpoint, model=model, api=Api(options.api), typed=typed, extra=options.extra)
    if draft.api is Api.COMPLETIONS:
        if options.system or options.messages:
            raise CommandError("The Completions API takes one prompt: no --system and no --messages.")
        return replace(draft, prompt=prompt)
    system = [{"role": "system", "content": options.system}] if options.system else []
    user = [{"role": "user", "content": prompt}] if prompt else []
    return _with_messages(draft, [*system, *_messages(options.messages), *user])


def check(draft: Draft) -> None:
    """Check all of a draft but its model, which may have to be asked for.

    Raises:
        DraftError: With every problem there is.
        CommandError: If a text in it cannot be encoded.
    """
    body = to_request(replace(draft, model=draft.model.strip() or "any")).body
    if scrub(body) != body:
        raise CommandError("The request holds half a character (a lone surrogate), which cannot be sent.")


def _read_stdin() -> str:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError("Standard input is not UTF-8 text.") from None
    # The last line's end is the shell's; the others are the prompt's.
    return text.removesuffix("\n").removesuffix("\r")


def check_encoding(text: str) -> None:
    """Refuse a text with half a character in it.

    Raises:
        CommandError: One plain sentence.
    """
    if join_surrogates(text) != text:
        raise CommandError(f"An argument is not UTF-8 text: {displayable(text[:60])}.")


def _check_given(typed: Mapping[str, str]) -> None:
    """A parameter given as an empty text is a mistake here; in the form it would mean "not sent"."""
    blank = {
        name: f"{name} has no value: leave the option off to not send it." for name in typed if not typed[name].strip()
    }
    if blank:
        raise DraftError(blank)


def _stop(given: list[str]) -> str:
    """Return what one would type into the form's field for one or several stop texts."""
    if len(given) == 1:
        return given[0]
    texts: list[str] = []
    for one in given:
        try:
            value = BY_NAME["stop"].parse(one)
        except ValueError as error:
            raise DraftError({"stop": str(error)}) from None
        texts += [value] if isinstance(value, str) else value
    return json.dumps(texts, ensure_ascii=False)


def _messages(name: str | None) -> list[Any]:
    if name is None:
        return []
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as error:
        raise CommandError(f"{os_sentence(error)}.") from None
    except (ValueError, RecursionError):
        raise CommandError(f"{displayable(name)} is not JSON: it must be a list of messages.") from None
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise CommandError(f"{displayable(name)} must be a JSON list of messages, each an object with a role.")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _with_messages(draft: Draft, messages: list[Any]) -> Draft:
    """Put messages into the form's turns; those that are more than a role and a text into the extra JSON."""
    made = from_request(Request({"messages": messages}), draft.endpoint)
    if made.turns or not messages:
        return replace(draft, turns=made.turns)
    try:
        extra = parse_extra(draft.extra, frozenset({"messages"}))
    except ValueError as error:
        raise DraftError({"extra": str(error)}) from None
    return replace(draft, extra=json.dumps({**extra, "messages": messages}, ensure_ascii=False))
