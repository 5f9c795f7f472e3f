"""inspect-ai's logs: one JSON document, or (`.eval`) a zip archive with one JSON document a sample.

A sample is the outcome of one epoch of one question. Its last call of the model is the run: where the log
has that call as it went over the wire, request and response are taken from there, fingerprint and all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from seedtui.core.request import JsonObject
from seedtui.exchange.logs.found import BadRecord, Found, Record
from seedtui.exchange.logs.values import (
    chat_body,
    choice,
    failure,
    is_chat,
    items,
    mapping,
    milliseconds,
    model_parts,
    number,
    text,
    usage,
    without_nulls,
)

# The parts of inspect's configuration that are parameters of a request, and what the API calls them.
_PARAMETERS: Final = {
    **{name: name for name in ("temperature", "top_p", "top_k", "seed", "max_tokens", "presence_penalty")},
    **{name: name for name in ("frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "reasoning_effort")},
    "stop_seqs": "stop",
    "num_choices": "n",
}
_REASONS: Final = {"max_tokens": "length", "model_length": "length", "unknown": None}
# What the client adds to a request body that is no part of it.
_NOT_SENT: Final = ("extra_headers", "extra_query", "extra_body", "timeout", "stream", "stream_options")
_ATTACHMENT: Final = "attachment://"
NO_SAMPLES: Final = "the log holds no samples: the evaluation did not come to any, or was told not to log them."


@dataclass(frozen=True)
class Header:
    """What a log says of all its samples.

    Attributes:
        evaluation: What tells this evaluation from others.
        model: The model, as inspect names it: `openai/gpt-4o`.
        config: How it was to generate.
        created_at: When the evaluation began.
    """

    evaluation: str
    model: str
    config: Mapping[str, Any]
    created_at: str | None


def is_document(value: Any) -> bool:
    """Whether a JSON document is a log, or the header of one."""
    spec = mapping(mapping(value).get("eval"))
    return text(spec.get("task")) is not None and text(spec.get("model")) is not None


def read(document: Mapping[str, Any]) -> Iterator[Found]:
    """Read a log that is one JSON document."""
    head = header(document)
    samples = items(document.get("samples"))
    if not samples:
        yield BadRecord(NO_SAMPLES, "")
    for index, sample in enumerate(samples):
        where = f"samples[{index}]"
        yield record(sample, head, where) if isinstance(sample, Mapping) else BadRecord("must be an object.", where)


def header(document: Mapping[str, Any]) -> Header:
    """Read what a log says of all its samples."""
    spec, plan = mapping(document.get("eval")), mapping(document.get("plan"))
    names = [text(spec.get(name)) for name in ("eval_id", "run_id", "task_id", "task", "created")]
    config = {**mapping(spec.get("model_generate_config")), **mapping(plan.get("config"))}
    evaluation = names[0] or "-".join(name or "" for name in names[1:])
    return Header(evaluation, text(spec.get("model")) or "", config, text(spec.get("created")))


def record(sample: Mapping[str, Any], head: Header, where: str) -> Found:
    """Read one sample."""
    if "output" not in sample and "messages" not in sample:
        return BadRecord("has neither messages nor an output.", where)
    output = mapping(sample.get("output"))
    event = mapping(_last_call(sample))
    endpoint, model = model_parts(text(event.get("model")) or head.model, "/")
    took = number(output.get("time"))
    line: JsonObject = {
        "endpoint": endpoint,
        "created_at": text(event.get("timestamp")) or text(sample.get("started_at")) or head.created_at,
        "timing": milliseconds(None if took is None else took * 1000),
    }
    wire = _wire(sample, event) if event else None
    if wire is not None:
        line |= wire
    else:
        messages = _messages(sample, output)
        if not messages:
            return BadRecord("messages: there are none, and no input.", where)
        config = mapping(event.get("config")) or head.config
        line |= {"request": {"model": model, "messages": messages, **_parameters(config)}}
        line |= _answer(sample, output)
    named = text(sample.get("uuid")) or f"{head.evaluation}-{sample.get('id')}-{sample.get('epoch')}"
    identity = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
    return Record(_resolved(line, mapping(sample.get("attachments"))), where, f"inspect-{identity}")


def _last_call(sample: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the event of the call that gave the sample's output. Graders call models as well."""
    output = mapping(sample.get("output"))
    if not items(output.get("choices")):
        return None
    for event in reversed(items(sample.get("events"))):
        found = mapping(mapping(event).get("output"))
        if mapping(event).get("event") != "model" or not items(found.get("choices")):
            continue
        ids = [text(mapping(_first(one).get("message")).get("id")) for one in (output, found)]
        if ids[0] == ids[1] if ids[0] else found.get("completion") == output.get("completion"):
            return mapping(event)
    return None


def _wire(sample: Mapping[str, Any], event: Mapping[str, Any]) -> JsonObject | None:
    """Return request and response as they went over the wire; None if another API was spoken, or none is kept."""
    call = mapping(event.get("call"))
    request, response = mapping(call.get("request")), mapping(call.get("response"))
    if response.get("object") != "chat.completion" or not items(response.get("choices")):
        return None
    messages = request.get("messages")
    if call.get("call_key") == "messages" and call.get("call_refs") is not None:
        messages = _pooled(call.get("call_refs"), items(mapping(sample.get("events_data")).get("calls")))
    if not is_chat(messages):
        return None
    body = {**without_nulls(request), **mapping(request.get("extra_body")), "messages": messages}
    ids = [text(mapping(one).get("id")) for one in items(event.get("request_ids"))]
    return {
        "request": {key: value for key, value in body.items() if key not in _NOT_SENT},
        "response": dict(response),
        "headers": {"x-request-id": ids[-1]} if ids and ids[-1] else None,
        "status": "complete",
    }


def _pooled(ranges: Any, pool: list[Any]) -> list[Any]:
    """Return the messages that ranges of a sample's pool stand for."""
    found: list[Any] = []
    for one in items(ranges):
        ends = [end for end in items(one) if isinstance(end, int) and end >= 0]
        if len(ends) != 2 or ends[1] > len(pool) or len(found) > len(pool):
            return []
        found += pool[ends[0] : ends[1]]
    return found


def _messages(sample: Mapping[str, Any], output: Mapping[str, Any]) -> list[JsonObject]:
    """Return what was sent: the conversation without the answer that ends it."""
    messages = [one for one in items(sample.get("messages")) if isinstance(one, Mapping)]
    answered = items(output.get("choices")) or text(output.get("completion"))
    if answered and messages and messages[-1].get("role") == "assistant":
        messages = messages[:-1]
    if not messages:
        given = sample.get("input")
        given = [{"role": "user", "content": given}] if isinstance(given, str) else given
        messages = [one for one in items(given) if isinstance(one, Mapping)]
    return [_message(one) for one in messages]


def _message(message: Mapping[str, Any]) -> JsonObject:
    """Return a message without what inspect notes about it."""
    found: JsonObject = {"role": message.get("role"), "content": _content(message.get("content"))}
    if calls := [one for one in items(message.get("tool_calls")) if isinstance(one, Mapping)]:
        found["tool_calls"] = [_tool_call(one) for one in calls]
    if text(message.get("tool_call_id")):
        found["tool_call_id"] = message["tool_call_id"]
    return found


def _tool_call(call: Mapping[str, Any]) -> JsonObject:
    function = {"name": call.get("function"), "arguments": call.get("arguments")}
    return {"id": call.get("id"), "type": "function", "function": function}


def _content(content: Any) -> Any:
    """Return a message's content: one text where it is nothing but texts, and no reasoning."""
    if not isinstance(content, list):
        return content
    parts = [one for one in content if mapping(one).get("type") != "reasoning"]
    texts = [mapping(one).get("text") for one in parts if mapping(one).get("type") == "text"]
    plain = len(texts) == len(parts) and all(isinstance(one, str) for one in texts)
    return "".join(map(str, texts)) if plain else parts


def _answer(sample: Mapping[str, Any], output: Mapping[str, Any]) -> JsonObject:
    error = mapping(sample.get("error")).get("message") or text(output.get("error"))
    choices = [one for one in items(output.get("choices")) if isinstance(one, Mapping)]
    if not choices:
        return failure(error)
    tokens = mapping(output.get("usage"))
    body = chat_body(
        [_choice(one) for one in choices],
        id=text(output.get("response_id")),
        model=text(output.get("model")),
        system_fingerprint=text(mapping(output.get("metadata")).get("system_fingerprint")),
        usage=usage(_sent_tokens(tokens), tokens.get("output_tokens"), tokens.get("input_tokens_cache_read")),
    )
    return {"response": body, "status": "complete"}


def _sent_tokens(tokens: Mapping[str, Any]) -> Any:
    """Return all tokens that were sent: inspect counts those that came from a cache apart."""
    parts = [tokens.get(f"input_tokens{name}") for name in ("", "_cache_read", "_cache_write")]
    return sum(part for part in parts if isinstance(part, int)) if isinstance(parts[0], int) else None


def _choice(one: Mapping[str, Any]) -> JsonObject:
    message, reason = _message(mapping(one.get("message"))), text(one.get("stop_reason"))
    content = message["content"] if isinstance(message["content"], str | list) else None
    return choice(content, _REASONS.get(reason or "", reason), tool_calls=message.get("tool_calls"))


def _parameters(config: Mapping[str, Any]) -> JsonObject:
    return {sent: config[name] for name, sent in _PARAMETERS.items() if config.get(name) is not None}


def _first(output: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(next(iter(items(output.get("choices"))), None))


def _resolved(value: Any, attachments: Mapping[str, Any], depth: int = 0) -> Any:
    """Put long texts back in place of the references that stand for them."""
    if isinstance(value, str) and value.startswith(_ATTACHMENT):
        found = attachments.get(value.removeprefix(_ATTACHMENT))
        return found if isinstance(found, str) else value
    if depth > 200:
        return value
    if isinstance(value, Mapping):
        return {key: _resolved(item, attachments, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, attachments, depth + 1) for item in value]
    return value
