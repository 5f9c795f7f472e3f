"""What every export says of two completions, whatever it looks like.

All of it is displayable; only what was said to the model keeps its line feeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from seedtui.core import phrases
from seedtui.core.parameters import PARAMETERS
from seedtui.core.request import Request, Unset, canonical_json
from seedtui.core.request_phrases import phrase_change
from seedtui.core.text import displayable, one_line
from seedtui.core.verdict import Code
from seedtui.exchange.facts import Fact, brief, facts
from seedtui.exchange.marked import Marked

NOT_SENT: Final = "not sent"


class Said(NamedTuple):
    """A message or a prompt.

    Attributes:
        role: Who says it: `system`, `user`, `prompt`.
        a: What A was asked; None where A has no such message.
        b: What B was asked; None where B has no such message.
    """

    role: str
    a: str | None
    b: str | None

    @property
    def same(self) -> bool:
        """Whether both were told the same."""
        return self.a == self.b


class Report(NamedTuple):
    """What is known of two completions.

    Attributes:
        name_a: How A is called: `#41`.
        name_b: How B is called.
        sign: The verdict's sign.
        sentence: The verdict in one sentence.
        code: The verdict's code.
        summary: Where they part, how many changes there are, how alike they are.
        limits: What is left out or passed over: changes that were not chosen, differences that were ignored.
        request_changes: Where the requests differ.
        notes: What else was recorded and may matter.
        brief_a: A's most telling facts.
        brief_b: B's most telling facts.
        facts: All that is known of how the two came about.
        parameters: What was sent besides the messages or prompt.
        not_sent: The parameters that neither sent.
        said: The messages or prompts.
    """

    name_a: str
    name_b: str
    sign: str
    sentence: str
    code: str
    summary: tuple[str, ...]
    limits: tuple[str, ...]
    request_changes: tuple[str, ...]
    notes: tuple[str, ...]
    brief_a: tuple[str, ...]
    brief_b: tuple[str, ...]
    facts: tuple[Fact, ...]
    parameters: tuple[Fact, ...]
    not_sent: tuple[str, ...]
    said: tuple[Said, ...]


def report_of(marked: Marked) -> Report:
    """Gather what is to be said of two completions.

    Raises:
        ValueError: If there is no A.
    """
    a, b, verdict = marked.a, marked.b, marked.verdict
    left, right = a.run.request, b.run.request
    return Report(
        name_a=f"#{a.label}",
        name_b=f"#{b.label}",
        sign=verdict.code.sign,
        sentence=verdict.sentence,
        code=verdict.code.value,
        summary=tuple(_summary(marked)),
        limits=tuple(_limits(marked)),
        request_changes=tuple(phrase_change(change) for change in verdict.changes),
        notes=(*verdict.notes, *_forks(marked)),
        brief_a=brief(a),
        brief_b=brief(b),
        facts=tuple(facts(a, b)),
        parameters=tuple(_parameters(left, right)),
        not_sent=tuple(_not_sent(left, right)),
        said=tuple(_said(left, right)),
    )


def _forks(marked: Marked) -> Iterator[str]:
    """Say what else each model might have said where the two part, if that was recorded."""
    sides = [(name, fork) for name, fork in zip("AB", marked.comparison.forks, strict=True) if fork is not None]
    if not sides:
        return
    from seedtui.core.logprobs import fork_phrase, tie_phrase

    yield from (f"where they part, {name} chose {fork_phrase(fork)}" for name, fork in sides)
    tie = tie_phrase(*marked.comparison.forks)
    if tie:
        yield tie


def _summary(marked: Marked) -> Iterator[str]:
    diff = marked.comparison.diff
    where = diff.first_divergence
    if where and marked.verdict.code is not Code.NO_TEXT:
        yield f"they part at word {where.word} (sentence {where.sentence})"
        yield phrases.plural(len(diff.changes), "change")
        yield phrases.alike(diff)


def _limits(marked: Marked) -> Iterator[str]:
    ignored = marked.comparison.diff.ignore.phrase
    if ignored:
        yield f"{ignored}: differences in nothing else are no changes"
    if marked.changes is None:
        return
    numbers = ", ".join(str(number + 1) for number in sorted(marked.changes))
    count = phrases.plural(len(marked.comparison.diff.changes), "change")
    chosen = f"{len(marked.changes)} of {count} chosen" + (f" ({numbers})" if numbers else "")
    yield f"{chosen}: elsewhere A's text stands on both sides"


def _parameters(a: Request, b: Request) -> Iterator[Fact]:
    for name in dict.fromkeys((*a.body, *b.body)):
        if name not in ("model", "messages", "prompt"):
            yield Fact(one_line(name, 80), _value(a.get(name)), _value(b.get(name)))


def _value(value: Any) -> str:
    return NOT_SENT if isinstance(value, Unset) else displayable(canonical_json(value))


def _not_sent(a: Request, b: Request) -> Iterator[str]:
    for parameter in PARAMETERS:
        if parameter.apis & {a.api, b.api} and parameter.name not in a.body and parameter.name not in b.body:
            yield parameter.name


def _said(a: Request, b: Request) -> Iterator[Said]:
    left, right = _conversation(a), _conversation(b)
    for index in range(max(len(left), len(right))):
        role_a, text_a = left[index] if index < len(left) else (None, None)
        role_b, text_b = right[index] if index < len(right) else (None, None)
        role = " → ".join(dict.fromkeys(role for role in (role_a, role_b) if role))
        yield Said(role, text_a, text_b)


def _conversation(request: Request) -> list[tuple[str, str]]:
    said = [
        (one_line(str(message.get("role", "message")), 40), displayable(_text(message), newlines=True))
        for message in request.messages
    ]
    prompt = request.body.get("prompt")
    if prompt is not None:
        text = prompt if isinstance(prompt, str) else canonical_json(prompt)
        said.append(("prompt", displayable(text, newlines=True)))
    return said


def _text(message: Mapping[str, Any]) -> str:
    """Return the message's text; as JSON where it is more than a text."""
    content = message.get("content")
    if isinstance(content, str) and message.keys() <= {"role", "content"}:
        return content
    return canonical_json({key: value for key, value in message.items() if key != "role"})
