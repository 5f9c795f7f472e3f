"""A streamed response, put together again as the body that would have come in one piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from seedtui.core.request import NESTING_LIMIT, Api, JsonObject, is_deep
from seedtui.core.run import Completion
from seedtui.core.secret import NO_VEIL, Veil
from seedtui.core.text import join_surrogates, scrub

_PER_CHUNK: Final = frozenset({"choices", "usage", "object", "system_fingerprint", "obfuscation"})
# Nearly all are the first, and to ask what is the second takes ten times as long.
_OBJECT: Final = (dict, Mapping)
_KNOWN: Final = frozenset({"index", "finish_reason", "logprobs", "delta", "message", "text"})
# So deep in a message lies the text of a tool's arguments: in a function, in a call, in the list of calls.
_CALLS_DEPTH: Final = 4
_LARGEST_INDEX: Final = 2**31 - 1
# A server that names another with every chunk means nothing by it.
_MOST_FINGERPRINTS: Final = 100


@dataclass(frozen=True)
class TextDelta:
    """Text that one chunk added to one choice."""

    index: int
    text: str


class _Parts(list[str]):
    """A text that comes piece by piece: put together once, at the end."""


@dataclass
class _Choice:
    message: JsonObject = field(default_factory=dict)
    calls: dict[int, JsonObject] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    held: str = ""
    finish_reason: str | None = None
    logprobs: Any = None
    veiled: bool = False
    rest: JsonObject = field(default_factory=dict)


class ResponseBuilder:
    """Collects the chunks of one stream.

    Nothing that a server sends makes it raise: a field of the wrong type is passed over.

    Attributes:
        veil: Keeps the key that the server was given out of all that it says. A text that may be the
            beginning of the key is held back until what follows tells.
    """

    def __init__(self, api: Api, veil: Veil = NO_VEIL) -> None:
        self.veil = veil
        self._api = api
        self._top: JsonObject = {}
        self._choices: dict[int, _Choice] = {}
        self._usages: list[Mapping[str, Any]] = []
        self._usage: Mapping[str, Any] | None = None
        self._fingerprint = ""
        self._fingerprints: dict[str, None] = {}
        self._chunks = 0

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The distinct fingerprints so far, in the order they came."""
        return tuple(self._fingerprints)

    @property
    def finished(self) -> bool:
        """Whether there is a choice, and every one has a finish reason."""
        return bool(self._choices) and all(one.finish_reason for one in self._choices.values())

    @property
    def has_text(self) -> bool:
        """Whether any text has come."""
        return any(one.text or one.held for one in self._choices.values())

    def add(self, chunk: Mapping[str, Any]) -> tuple[TextDelta, ...]:
        """Take in one chunk and return the text that it added.

        A whole response body (`message` or `text` in place of `delta`) is taken in like a chunk: some
        servers answer with one although a stream was asked for.
        """
        self._chunks += 1
        fingerprint = chunk.get("system_fingerprint")
        if fingerprint != self._fingerprint and isinstance(fingerprint, str) and fingerprint:
            self._take_fingerprint(fingerprint)
        for key, value in chunk.items():
            if value is not None and key not in _PER_CHUNK:
                self._top[key] = value
        choices = chunk.get("choices")
        choices = [one for one in choices if isinstance(one, _OBJECT)] if isinstance(choices, list) else []
        usage = chunk.get("usage")
        if isinstance(usage, _OBJECT):
            self._take_usage(usage, closing=not choices)
        found = [self._take_choice(choice) for choice in choices]
        return tuple(delta for delta in found if delta is not None)

    def flush(self) -> tuple[TextDelta, ...]:
        """Return what was held back: half a surrogate pair, or what began like the key and went no further."""
        found = []
        for index, choice in self._choices.items():
            if choice.held:
                text, choice.held = self._shown(choice, choice.held), ""
                choice.text.append(text)
                found.append(TextDelta(index, text))
        return tuple(found)

    def completions(self) -> tuple[Completion, ...]:
        """Return the completions so far, by index."""
        return tuple(
            Completion(index, "".join(choice.text), choice.finish_reason)
            for index, choice in sorted(self._choices.items())
        )

    def body(self) -> JsonObject | None:
        """Return the response body; None if no chunk came."""
        if not self._chunks:
            return None
        chat = self._api is Api.CHAT
        body: JsonObject = {**self._top, "object": "chat.completion" if chat else "text_completion"}
        if self._fingerprints:
            body["system_fingerprint"] = list(self._fingerprints)[-1]
        body["choices"] = [self._choice_body(index) for index in sorted(self._choices)]
        usage = self._total_usage()
        if usage is not None:
            body["usage"] = usage
        if is_deep(body):
            body = _pruned(body)
        told: JsonObject = self.veil.value(scrub(body))
        return told

    def _take_fingerprint(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        if len(self._fingerprints) < _MOST_FINGERPRINTS:
            self._fingerprints.setdefault(self.veil.text(join_surrogates(fingerprint)))

    def _take_usage(self, usage: Mapping[str, Any], *, closing: bool) -> None:
        self._usage = usage
        if closing:
            self._usages.append(usage)

    def _total_usage(self) -> Mapping[str, Any] | None:
        """The last usage; with several choices and a closing usage for each (llama.cpp), their sum."""
        if len(self._usages) < 2 or len(self._usages) != len(self._choices):
            return self._usage
        counts = [usage.get("completion_tokens") for usage in self._usages]
        if not all(isinstance(count, int) for count in counts):
            return self._usage
        total = dict(self._usages[-1])
        total["completion_tokens"] = sum(count for count in counts if isinstance(count, int))
        if isinstance(total.get("prompt_tokens"), int):
            total["total_tokens"] = total["prompt_tokens"] + total["completion_tokens"]
        return total

    def _take_choice(self, choice: Mapping[str, Any]) -> TextDelta | None:
        number = choice.get("index")
        index = number if _is_index(number) else 0
        state = self._choices.setdefault(index, _Choice())
        if choice.get("logprobs") is not None:
            _take_logprobs(state, choice["logprobs"])
        for key, value in choice.items():
            if value is not None and key not in _KNOWN:
                state.rest[key] = value
        text = self._chunk_text(choice, state)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            state.finish_reason = self.veil.text(join_surrogates(reason))
        elif text:
            # What goes on had not come to its end.
            state.finish_reason = None
        return self._add_text(index, state, text) if text else None

    def _chunk_text(self, choice: Mapping[str, Any], state: _Choice) -> str:
        if self._api is Api.COMPLETIONS and isinstance(choice.get("text"), str):
            so_far = state.message.get("text")
            if not isinstance(so_far, _Parts):
                so_far = state.message["text"] = _Parts()
            so_far.append(choice["text"])
            return str(choice["text"])
        delta = choice.get("delta") or choice.get("message")
        if delta is None and isinstance(choice.get("text"), str):
            # Some servers answer a chat as they answer a completion.
            delta = {"content": choice["text"]}
        if not isinstance(delta, _OBJECT):
            return ""
        said = content_text(delta.get("content"))
        if delta.get("refusal") is not None:
            said += content_text(delta["refusal"])
        calls = _merge_delta(state, delta, started=bool(state.text or state.held or said))
        return said + calls

    def _add_text(self, index: int, state: _Choice, text: str) -> TextDelta | None:
        text = state.held + text
        whole = text[:-1] if "\ud800" <= text[-1] <= "\udbff" else text
        ready, pending = self.veil.split(whole)
        state.held = pending + text[len(whole) :]
        if not ready:
            return None
        shown = self._shown(state, ready)
        state.text.append(shown)
        return TextDelta(index, shown)

    def _shown(self, state: _Choice, text: str) -> str:
        text = join_surrogates(text)
        shown = self.veil.text(text)
        state.veiled = state.veiled or shown != text
        return shown

    def _choice_body(self, index: int) -> JsonObject:
        state = self._choices[index]
        body: JsonObject = {"index": index, "finish_reason": state.finish_reason, **state.rest}
        # Token by token the key would still be there to read.
        if state.logprobs is not None and not state.veiled:
            body["logprobs"] = state.logprobs
        if self._api is Api.COMPLETIONS:
            return {**body, "text": _whole(state.message.get("text", ""))}
        return {**body, "message": {"role": "assistant", "content": None, **_whole(state.message)}}


def completions_of(response: Mapping[str, Any]) -> tuple[Completion, ...]:
    """Return the completions in a whole response body, by index; choices that are none are passed over."""
    plain = _plain_completions(response.get("choices"))
    if plain is not None:
        return plain
    builder = ResponseBuilder(Api.COMPLETIONS if response.get("object") == "text_completion" else Api.CHAT)
    builder.add(response)
    builder.flush()
    return builder.completions()


def _plain_completions(choices: Any) -> tuple[Completion, ...] | None:
    """Return the completions of a body whose every choice is a message of text, as most are; None of another.

    It is what the builder makes of them.
    """
    if type(choices) is not list:
        return None
    found = []
    for position, choice in enumerate(choices):
        if type(choice) is not dict or "text" in choice or "delta" in choice:
            return None
        index, message, reason = choice.get("index"), choice.get("message"), choice.get("finish_reason")
        if type(index) is not int or index != position or type(message) is not dict:
            return None
        content = message.get("content")
        if type(content) is not str or message.get("refusal") is not None or message.get("tool_calls") is not None:
            return None
        if type(reason) is not str or not reason:
            return None
        if join_surrogates(content) is not content or join_surrogates(reason) is not reason:
            return None
        found.append(Completion(position, content, reason))
    return tuple(found)


def content_text(content: Any) -> str:
    """Return the text of a message's content: a text, or a list of parts with a text each."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _merge_delta(state: _Choice, delta: Mapping[str, Any], *, started: bool) -> str:
    """Merge a delta into the message so far; return the text of the tool calls that it added.

    A call reads `name {"argument": 1}`, on a line of its own, so that calls are compared like text.
    """
    message = state.message
    for key, value in delta.items():
        if key == "tool_calls" or value is None:
            continue
        old = message.get(key)
        if key == "content":
            value = content_text(value)
        if isinstance(value, str) and isinstance(old, _Parts):
            old.append(value)
        elif isinstance(value, list) and type(old) is list:
            old.extend(value)
        elif isinstance(value, str) and key != "role":
            message[key] = _Parts([value])
        else:
            message[key] = [*value] if isinstance(value, list) else value
    calls = delta.get("tool_calls")
    if not isinstance(calls, list):
        return ""
    return "".join(_merge_call(state, call, started) for call in calls if isinstance(call, Mapping))


def _merge_call(state: _Choice, call: Mapping[str, Any], started: bool) -> str:
    merged: list[JsonObject] = state.message.setdefault("tool_calls", [])
    number = call.get("index")
    # Some servers count the calls from 1, and some not at all: then each comes whole.
    target = state.calls.get(number) if _is_index(number) else None
    text = ""
    if target is None:
        target = {"type": "function", "function": {"name": _Parts(), "arguments": _Parts()}}
        text = "\n" if started or merged else ""
        merged.append(target)
        if _is_index(number):
            state.calls[number] = target
    target.update({key: value for key, value in call.items() if key not in ("index", "function") and value is not None})
    function = call.get("function")
    function = function if isinstance(function, Mapping) else {}
    for key in ("name", "arguments"):
        value = function.get(key)
        if isinstance(value, str) and value:
            if key == "arguments" and not target["function"][key]:
                text += " "
            target["function"][key].append(value)
            text += value
    return text


def _whole(value: Any, depth: int = _CALLS_DEPTH) -> Any:
    """Return a message with its texts put together."""
    if isinstance(value, _Parts):
        return "".join(value)
    if not depth:
        return value
    if isinstance(value, dict):
        return {key: _whole(item, depth - 1) for key, item in value.items()}
    return [_whole(item, depth - 1) for item in value] if isinstance(value, list) else value


def _is_index(number: Any) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _LARGEST_INDEX


def _pruned(value: Any, depth: int = NESTING_LIMIT) -> Any:
    """Return a JSON value without what lies too deep."""
    if not isinstance(value, Mapping | list):
        return value
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        return {key: _pruned(item, depth - 1) for key, item in value.items()}
    return [_pruned(item, depth - 1) for item in value]


def _take_logprobs(state: _Choice, logprobs: Any) -> None:
    """Append a chunk's log probabilities: each API has lists in an object, to be joined."""
    if not isinstance(logprobs, Mapping):
        return
    if not isinstance(state.logprobs, dict):
        state.logprobs = {}
    for key, value in logprobs.items():
        old = state.logprobs.get(key)
        if isinstance(old, list) and isinstance(value, list):
            old.extend(value)
        else:
            state.logprobs[key] = [*value] if isinstance(value, list) else value
