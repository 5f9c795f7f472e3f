"""What stands in the request form: typed text, not yet a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from seedtui.core.parameters import PARAMETERS, parse_extra, to_body, to_typed
from seedtui.core.request import Api, JsonObject, Request

ROLES: Final = ("system", "user", "assistant", "developer", "tool")


@dataclass(frozen=True)
class Turn:
    """One message of the conversation, as typed."""

    role: str
    text: str


@dataclass(frozen=True)
class Draft:
    """The form's content, as typed. Blank means: not sent.

    Attributes:
        endpoint: The endpoint's name.
        model: The model to ask for.
        api: Which of the two kinds of request it is. The fields of the other one are kept.
        turns: The messages of a chat request.
        prompt: The prompt of a completions request.
        typed: Parameter name to what was typed in its field.
        extra: Further body fields, as a JSON object.
    """

    endpoint: str = ""
    model: str = ""
    api: Api = Api.CHAT
    turns: tuple[Turn, ...] = ()
    prompt: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    extra: str = ""

    def as_json(self) -> JsonObject:
        """Return the draft as a JSON object, to be kept between sessions."""
        return asdict(self)


NOTEBOOK_DRAFT: Final = Draft(
    turns=(
        Turn("system", "You are a helpful assistant that generates short stories."),
        Turn("user", "Generate a short story about a journey to Mars."),
    ),
    prompt="Once upon a time, a crew set out on a journey to Mars.",
    typed={"temperature": "0.7", "max_tokens": "200"},
)


class DraftError(ValueError):
    """The draft is no request yet.

    Attributes:
        problems: Field name to one plain sentence. Fields are parameter names, `model`,
            `messages`, `prompt` and `extra`.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def problem(name: str, typed: str) -> str | None:
    """Return what is wrong with the text in a parameter's field; None if nothing is."""
    for parameter in PARAMETERS:
        if parameter.name == name and typed.strip():
            try:
                parameter.parse(_trimmed(name, typed))
            except ValueError as error:
                return str(error)
    return None


def to_request(draft: Draft) -> Request:
    """Turn what was typed into a request.

    Returns:
        The request, with exactly the parameters that were typed.

    Raises:
        DraftError: With every problem there is.
    """
    problems: dict[str, str] = {}
    body: JsonObject = {}
    if draft.model.strip():
        body["model"] = draft.model.strip()
    body.update(_conversation(draft))
    _add_parameters(draft, body, problems)
    try:
        body.update(parse_extra(draft.extra, frozenset(body)))
    except ValueError as error:
        problems["extra"] = str(error)
    if not body.get("model"):
        problems["model"] = "Name a model."
    if draft.api is Api.CHAT and not body.get("messages"):
        problems["messages"] = "Write a message."
    if draft.api is Api.COMPLETIONS and not body.get("prompt"):
        problems["prompt"] = "Write a prompt."
    if draft.api is Api.COMPLETIONS and "messages" in body:
        problems["extra"] = "messages belong to Chat Completions: take them out, or switch to it."
    if problems:
        raise DraftError(problems)
    return Request(body)


def _conversation(draft: Draft) -> JsonObject:
    """The messages or the prompt; a message without text is not sent."""
    if draft.api is Api.COMPLETIONS:
        return {"prompt": draft.prompt} if draft.prompt else {}
    messages = [{"role": turn.role, "content": turn.text} for turn in draft.turns if turn.text]
    return {"messages": messages} if messages else {}


def _add_parameters(draft: Draft, body: JsonObject, problems: dict[str, str]) -> None:
    for parameter in PARAMETERS:
        typed = draft.typed.get(parameter.name, "")
        if not typed.strip() or draft.api not in parameter.apis:
            continue
        try:
            value = parameter.parse(_trimmed(parameter.name, typed))
        except ValueError as error:
            problems[parameter.name] = str(error)
        else:
            body.update(to_body(parameter.name, value, draft.api))


def _trimmed(name: str, typed: str) -> str:
    # White space is part of a stop text, and of no number.
    return typed if name == "stop" else typed.strip()


def from_request(request: Request, endpoint: str, before: Draft = NOTEBOOK_DRAFT) -> Draft:
    """Return the draft that gives this request.

    Never raises: what the form has no field for, or would send otherwise, stands in the extra JSON.

    Args:
        request: A request that was sent or imported.
        endpoint: The endpoint to send it to.
        before: The draft so far; its fields of the other API are kept.
    """
    chat = request.api is Api.CHAT
    turns = _plain_turns(request.body.get("messages")) if chat else ()
    model = request.model if request.model == request.model.strip() else ""
    shown = {"model": model, "messages": list(turns)} if chat else {"model": model, "prompt": request.prompt}
    # What is empty in both need not stand in the extra JSON, where it would be in the way of a field.
    rest = {
        key: value for key, value in request.body.items() if key not in shown or not (shown[key] or shown[key] == value)
    }
    typed, extra = to_typed(rest, request.api)
    return Draft(
        endpoint=endpoint,
        model=model,
        api=request.api,
        turns=turns if chat else before.turns,
        prompt=before.prompt if chat else request.prompt,
        typed=typed,
        extra=extra,
    )


def _plain_turns(messages: Any) -> tuple[Turn, ...]:
    """The messages as turns; none if any of them is more than a role and a text."""
    if not isinstance(messages, list) or not all(_is_plain(message) for message in messages):
        return ()
    return tuple(Turn(message["role"], message["content"]) for message in messages)


def _is_plain(message: Any) -> bool:
    """Whether a message is a role and a text and nothing else."""
    if not isinstance(message, Mapping) or message.keys() != {"role", "content"}:
        return False
    role, content = message["role"], message["content"]
    return isinstance(role, str) and isinstance(content, str) and content != ""


def from_json(value: Any) -> Draft:
    """Read a kept draft; whatever is not as expected is taken from the notebook's.

    Never raises: a draft is a convenience.
    """
    if not isinstance(value, Mapping):
        return NOTEBOOK_DRAFT

    def text(key: str, otherwise: str) -> str:
        found = value.get(key)
        return found if isinstance(found, str) else otherwise

    turns = value.get("turns")
    typed = value.get("typed")
    return Draft(
        endpoint=text("endpoint", ""),
        model=text("model", ""),
        api=Api.COMPLETIONS if value.get("api") == Api.COMPLETIONS else Api.CHAT,
        turns=_turns(turns) if isinstance(turns, list | tuple) else NOTEBOOK_DRAFT.turns,
        prompt=text("prompt", NOTEBOOK_DRAFT.prompt),
        typed=_typed(typed) if isinstance(typed, Mapping) else NOTEBOOK_DRAFT.typed,
        extra=text("extra", ""),
    )


def _turns(value: list[Any] | tuple[Any, ...]) -> tuple[Turn, ...]:
    found = (one for one in value if isinstance(one, Mapping))
    return tuple(Turn(str(one.get("role", "user")), str(one.get("text", ""))) for one in found)


def _typed(value: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key): text for key, text in value.items() if isinstance(text, str)}
