"""`seedtui show`: one run, and all that is known of it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from seedtui.commands.common import find_run, open_history
from seedtui.commands.output import local_time, print_text
from seedtui.core import phrases
from seedtui.core.request import canonical_json
from seedtui.core.response import content_text
from seedtui.core.run import Completion, Run, label
from seedtui.core.text import one_line
from seedtui.exchange.jsonl import dumps, run_object


def main(options: Namespace) -> int:
    """Show a run, or one of its choices."""
    with open_history(options) as history:
        run, reference = find_run(history, options.run)
    if options.json:
        print(dumps(run_object(run)))
        return 0
    wanted = [one for one in run.completions if reference.choice in (None, one.index)]
    _print_facts(run)
    _print_conversation(run)
    for completion in wanted:
        _print_completion(run, completion)
    return 0


def _print_facts(run: Run) -> None:
    facts = [
        (f"#{run.id}", run.status.phrase),
        ("sent", f"{local_time(run.created_at)} to {one_line(run.endpoint) or 'an endpoint not recorded'}"),
        ("model", _models(run)),
        ("parameters", _parameters(run) or "none sent"),
        ("seed", "not sent" if run.request.seed is None else ""),
        ("fingerprint", phrases.fingerprint(run).removeprefix("fingerprint ")),
        ("tokens", _tokens(run)),
        ("time", _time(run)),
        ("digest", run.request.digest),
        ("error", one_line(run.error.message, 500) if run.error else ""),
    ]
    for name, value in facts:
        if value:
            print(f"{name:<13}{value}")


def _models(run: Run) -> str:
    asked, served = one_line(run.request.model), one_line(run.served_model or "")
    return f"{asked} (served: {served})" if served and served != asked else asked or served or "not named"


def _parameters(run: Run) -> str:
    rest = {key: value for key, value in run.request.body.items() if key not in ("model", "messages", "prompt")}
    return " · ".join(f"{one_line(key, 40)} {one_line(canonical_json(value), 80)}" for key, value in rest.items())


def _tokens(run: Run) -> str:
    counts = ((run.prompt_tokens, "prompt"), (run.cached_tokens, "cached"), (run.completion_tokens, "completion"))
    return ", ".join(f"{count} {name}" for count, name in counts if count is not None)


def _time(run: Run) -> str:
    first, total = phrases.seconds(run.timing.first_token_ms), phrases.seconds(run.timing.total_ms)
    parts = (first and f"first text after {first}", total and f"{total} in all", _retries(run))
    return ", ".join(part for part in parts if part)


def _retries(run: Run) -> str:
    return f"sent again {phrases.plural(run.retries, 'time')}" if run.retries else ""


def _print_conversation(run: Run) -> None:
    for role, text in _said(run):
        sys.stdout.write(f"\n[{one_line(role, 40)}]\n")
        print_text(text)


def _said(run: Run) -> Iterator[tuple[str, str]]:
    for message in run.request.messages:
        yield str(message.get("role", "message")), _message_text(message)
    prompt = run.request.body.get("prompt")
    if prompt is not None:
        yield "prompt", prompt if isinstance(prompt, str) else canonical_json(prompt)


def _message_text(message: Mapping[str, Any]) -> str:
    """The message's text; as JSON where it is more than one."""
    if isinstance(message.get("content"), str) and message.keys() <= {"role", "content"}:
        return content_text(message["content"])
    return canonical_json({key: value for key, value in message.items() if key != "role"})


def _print_completion(run: Run, completion: Completion) -> None:
    name = label(run.id, completion.index, len(run.completions))
    reason = one_line(completion.finish_reason, 40) if completion.finish_reason else "none"
    sys.stdout.write(f"\n[completion #{name}, finish reason: {reason}]\n")
    print_text(completion.text)
