"""promptfoo's result files: what `promptfoo eval -o results.json` (or `.jsonl`) writes.

Versions 1 to 3 differ in where the results lie and in what a result is identified by, not in how a result
is written. Of the parameters, only what stands in the provider's configuration is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from seedtui.core.request import JsonObject
from seedtui.exchange.logs.found import BadRecord, Found, Record
from seedtui.exchange.logs.values import (
    chat_body,
    choice,
    failure,
    items,
    loads_or_none,
    mapping,
    messages_of,
    milliseconds,
    model_parts,
    text,
    usage,
)

# The parts of a provider's configuration that go on the wire as they stand.
_PARAMETERS: Final = (
    *("temperature", "seed", "max_tokens", "max_completion_tokens", "top_p", "top_k", "stop", "n", "logprobs"),
    *("top_logprobs", "presence_penalty", "frequency_penalty", "response_format", "reasoning_effort", "logit_bias"),
)
# Between a provider and its model, where it is no part of the model's name.
_KINDS: Final = ("chat:", "completion:", "messages:", "responses:")
_ERROR: Final = 2
_MAPPINGS: Final = (dict, Mapping)


@dataclass(frozen=True)
class Evaluation:
    """What a result file says of all its results.

    Attributes:
        created_at: When they were made; None if it does not say.
        parameters: What each provider was configured with, by its id and by its label.
    """

    created_at: str | None = None
    parameters: Mapping[str, JsonObject] = field(default_factory=dict)


def is_document(value: Any) -> bool:
    """Whether a JSON document is a result file."""
    return bool(_results(value)) or (isinstance(value, Mapping) and "stats" in mapping(value.get("results")))


def is_result(value: Any) -> bool:
    """Whether an object is one result."""
    return (
        isinstance(value, _MAPPINGS)
        and "request" not in value
        and value.get("provider") is not None
        and ("prompt" in value or "vars" in value)
        and any(name in value for name in ("response", "error", "success"))
    )


def read(document: Any) -> Iterator[Found]:
    """Read a result file."""
    evaluation = _evaluation(mapping(document))
    for index, result in enumerate(_results(document)):
        where = f"results[{index}]"
        if not isinstance(result, Mapping):
            yield BadRecord("must be an object.", where)
        else:
            yield record(result, evaluation, where)


def record(result: Mapping[str, Any], evaluation: Evaluation, where: int | str) -> Found:
    """Read one result."""
    prompt, response = mapping(result.get("prompt")), mapping(result.get("response"))
    raw = prompt.get("raw") if prompt else result.get("prompt")
    if not isinstance(raw, str):
        return BadRecord("prompt.raw must be a text.", where)
    provider = result.get("provider")
    named = text(mapping(provider).get("id")) or text(provider) or ""
    endpoint, model = model_parts(named, ":")
    for kind in _KINDS:
        model = model.removeprefix(kind)
    parameters = evaluation.parameters.get(text(mapping(provider).get("label")) or named, {})
    request = {**({"model": model} if model else {}), "messages": messages_of(raw), **parameters}
    took = response.get("latencyMs", result.get("latencyMs"))
    line: JsonObject = {
        "request": request,
        "endpoint": endpoint,
        "created_at": evaluation.created_at,
        "timing": None if response.get("cached") is True else milliseconds(took),
    }
    error = _error(result, response)
    if error is not None:
        status = mapping(mapping(response.get("metadata")).get("http")).get("status")
        line |= failure(error, status)
    elif "output" not in response:
        return BadRecord("response.output is missing.", where)
    else:
        line |= {"response": _body(result, response), "status": "complete"}
    uuid = text(result.get("id"))
    return Record(line, where, f"promptfoo-{uuid}" if uuid else None)


def _body(result: Mapping[str, Any], response: Mapping[str, Any]) -> JsonObject:
    """Return the response: the provider's own where it was kept, else one with all that is known."""
    output = response.get("output")
    raw = response.get("raw")
    body = loads_or_none(raw) if isinstance(raw, str) else raw
    first = mapping(next(iter(items(mapping(body).get("choices"))), None))
    if text(output) and mapping(first.get("message")).get("content") == output:
        return {**mapping(body), **({"cached": True} if response.get("cached") is True else {})}
    tokens = mapping(response.get("tokenUsage")) or mapping(result.get("tokenUsage"))
    said = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
    return chat_body(
        [choice(said, response.get("finishReason"))],
        usage=usage(tokens.get("prompt"), tokens.get("completion"), _cached_tokens(tokens)),
        cost=result.get("cost") or None,
        cached=response.get("cached") is True or None,
    )


def _cached_tokens(tokens: Mapping[str, Any]) -> Any:
    return mapping(tokens.get("completionDetails")).get("cacheReadInputTokens")


def _error(result: Mapping[str, Any], response: Mapping[str, Any]) -> str | None:
    """Return why there is no answer. An assertion that failed is about an answer, and no error of it."""
    said = text(response.get("error")) or text(result.get("error"))
    if result.get("failureReason") == _ERROR or text(response.get("error")):
        return said or "promptfoo says no more than that it failed."
    return said if "output" not in response else None


def _evaluation(document: Mapping[str, Any]) -> Evaluation:
    results, metadata = mapping(document.get("results")), mapping(document.get("metadata"))
    created_at = text(metadata.get("evaluationCreatedAt")) or text(results.get("timestamp"))
    created_at = created_at or text(document.get("timestamp"))
    providers = mapping(document.get("config")).get("providers")
    found: dict[str, list[JsonObject]] = {}
    for provider in items(providers) if isinstance(providers, list) else [providers]:
        name, config = _provider(provider)
        found.setdefault(name, []).append({key: config[key] for key in _PARAMETERS if config.get(key) is not None})
    # Two configurations of one name: nobody can say which of them a result is of.
    found = {name: configs for name, configs in found.items() if all(one == configs[0] for one in configs)}
    return Evaluation(created_at, {name: configs[0] for name, configs in found.items() if name})


def _provider(provider: Any) -> tuple[str, Mapping[str, Any]]:
    options = mapping(provider)
    if len(options) == 1 and isinstance(next(iter(options.values())), Mapping):
        # A map from the id to the options is another way to write one.
        name, options = next(iter(options.items()))
        return text(mapping(options).get("label")) or str(name), mapping(mapping(options).get("config"))
    return text(options.get("label")) or text(options.get("id")) or text(provider) or "", mapping(options.get("config"))


def _results(document: Any) -> list[Any]:
    """Return the results, wherever the version puts them."""
    found = mapping(document).get("results")
    rows = items(found) or items(mapping(found).get("results"))
    rows = rows or (document if isinstance(document, list) else [])
    return rows if any(is_result(one) for one in rows) else []
