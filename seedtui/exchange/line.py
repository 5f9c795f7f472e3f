"""One import line, checked field by field and turned into a run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from seedtui.core.request import NESTING_LIMIT, Api, JsonObject, Request, is_deep, may_be_deep
from seedtui.core.response import completions_of
from seedtui.core.run import Completion, Run, RunError, Status, Timing

_LARGEST: Final = 2**31 - 1
_STATUSES: Final = ", ".join(status.value for status in Status)
_BLANK: Final = " \t\n\r"
_NO_TIMING: Final = Timing()
# A dict is one by its kind, which is seen at once.
_MAPPINGS: Final = (dict, Mapping)
_STATUS: Final = {status.value: status for status in Status}


class LineError(ValueError):
    """A line that is no run. Its message is one plain sentence that names the field."""


def _refuse_constant(name: str) -> NoReturn:
    raise LineError(f"not JSON: {name} is no number.")


def _finite_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise LineError(f"not JSON: {text[:20]} is too large a number.")
    return value


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite_float)


def parse_json(text: str) -> JsonObject:
    """Read a line's JSON object; NaN and numbers beyond a float are refused.

    Raises:
        LineError: If it is no JSON object.
    """
    try:
        value, end = _DECODER.raw_decode(text) if text.startswith("{") else (None, 0)
        if end != len(text) and text[end:].strip(_BLANK):
            # It finds the words for what is wrong, or something in the end.
            value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise LineError(f"not JSON: {error.msg} at character {error.pos + 1}.") from None
    except LineError:
        raise
    except ValueError:
        raise LineError("not JSON: a number has too many digits.") from None
    if not isinstance(value, dict):
        raise LineError("must be a JSON object.")
    if may_be_deep(text) and is_deep(value):
        raise LineError("not read: it is nested too deeply.")
    return value


def parse_start(text: str, start: int) -> tuple[JsonObject, int]:
    """Read the JSON object that begins at a place in a text; return it, and where it ends.

    Raises:
        LineError: If there is none.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError:
        raise LineError("not JSON.") from None
    if not isinstance(value, dict) or is_deep(value, NESTING_LIMIT - 1):
        raise LineError("must be a JSON object.")
    return value, end


def parse_line(line: Mapping[str, Any], now: datetime, request: Request | None = None) -> Run:
    """Turn an import line into a run. A field that is null counts as not there.

    Args:
        line: The line's object, free of lone surrogates.
        now: The time to give a run of which no time is known.
        request: The line's request, where that was checked before.

    Returns:
        The run, with id 0.

    Raises:
        LineError: If a field is missing or of the wrong kind.
    """
    if request is None:
        request = Request(checked_request(line.get("request")))
    line = _told_of_failure(line)
    error = _error(line.get("error"))
    status = _status(line.get("status"), error)
    response = _response(line.get("response"), required=status is None and line.get("completions") is None)
    completions = _completions(line, response, request.body)
    return Run(
        id=0,
        request=request,
        response=response,
        endpoint=_text_or_empty(line.get("endpoint"), "endpoint"),
        created_at=_created_at(line.get("created_at"), response, now),
        status=status or _derived_status(completions),
        completions=completions,
        fingerprints=_fingerprints(line.get("fingerprints"), response),
        timing=_timing(line.get("timing")),
        error=error,
        retries=_count_or_zero(line.get("retries"), "retries"),
        headers=_headers(line.get("headers")),
    )


def checked_request(value: Any) -> JsonObject:
    """Return the request body of a line, if it is one.

    Raises:
        LineError: If a field of it is missing or of the wrong kind.
    """
    if value is None:
        raise LineError("request is missing.")
    request = _object(value, "request")
    _text_or_empty(request.get("model"), "request.model")
    if request.get("messages") is not None:
        for index, message in enumerate(_list(request["messages"], "request.messages")):
            if not isinstance(message, dict):
                _object(message, f"request.messages[{index}]")
    elif not isinstance(request.get("prompt"), str | list):
        raise LineError("request needs messages, or a prompt.")
    return request


def response_completions(response: Mapping[str, Any] | None, request_body: Mapping[str, Any]) -> tuple[Completion, ...]:
    """Return the completions that a response body carries; none if there is no response.

    A body that does not say which object it is counts as the answer to its request's API.
    """
    if response is None:
        return ()
    if response.get("object") is None and Request(request_body).api is Api.COMPLETIONS:
        response = {**response, "object": "text_completion"}
    return completions_of(response)


def failure(holder: Mapping[str, Any], teller: str) -> JsonObject:
    """Return the run's error for an API's `{"error": {"code", "message"}}`.

    Args:
        holder: What has the error.
        teller: What to say that it came from, should it say nothing: `batch`.
    """
    error = holder.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    said = message if isinstance(message, str) and message else f"The {teller} says no more than that it failed."
    return {"kind": "http", "message": said}


def _told_of_failure(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a line whose response is an API's error, and no answer, as one of a failed run."""
    response = line.get("response")
    if not isinstance(response, _MAPPINGS) or response.get("error") is None or response.get("choices") is not None:
        return line
    if any(line.get(field) is not None for field in ("status", "error", "completions")):
        return line
    error = failure(response, "log")
    code = response["error"].get("code") if isinstance(response["error"], Mapping) else None
    if isinstance(code, int) and 400 <= code < 600:
        error["http_status"] = code
    return {**line, "response": None, "status": Status.FAILED.value, "error": error}


def _response(value: Any, *, required: bool) -> JsonObject | None:
    if value is None:
        if required:
            raise LineError("response is missing.")
        return None
    response = _object(value, "response")
    if response.get("system_fingerprint") is not None:
        _text(response["system_fingerprint"], "response.system_fingerprint")
    if required or response.get("choices") is not None:
        _check_choices(_list(response.get("choices"), "response.choices"))
    return response


def _check_choices(choices: list[Any]) -> None:
    seen: set[int] = set()
    for position, choice in enumerate(choices):
        if not isinstance(choice, dict):
            raise LineError(f"response.choices[{position}] must be an object.")
        index, reason, text = choice.get("index"), choice.get("finish_reason"), choice.get("text")
        if index is None or type(index) is not int or not 0 <= index <= _LARGEST:
            index = _count_or_zero(index, f"response.choices[{position}].index")
        if index in seen:
            raise LineError(f"response.choices[{position}].index is {index}, as an earlier choice's is.")
        seen.add(index)
        if reason is not None and not isinstance(reason, str):
            raise LineError(f"response.choices[{position}].finish_reason must be a text.")
        if text is None:
            _check_message(choice.get("message"), position)
        elif not isinstance(text, str):
            raise LineError(f"response.choices[{position}].text must be a text.")


def _check_message(message: Any, position: int) -> None:
    if not isinstance(message, dict):
        raise LineError(f"response.choices[{position}].message must be an object.")
    if not isinstance(message.get("content"), str | list | None):
        raise LineError(f"response.choices[{position}].message.content must be a text.")


def _completions(
    line: Mapping[str, Any], response: JsonObject | None, request: Mapping[str, Any]
) -> tuple[Completion, ...]:
    if line.get("completions") is None:
        return response_completions(response, request)
    found: dict[int, Completion] = {}
    for position, value in enumerate(_list(line["completions"], "completions")):
        field = f"completions[{position}]"
        one = _object(value, field)
        index = _count(one.get("index"), f"{field}.index")
        reason = one.get("finish_reason")
        if index in found:
            raise LineError(f"{field}.index is {index}, as an earlier one's is.")
        found[index] = Completion(
            index,
            _text(one.get("text"), f"{field}.text"),
            None if reason is None else _text(reason, f"{field}.finish_reason"),
        )
    return tuple(found[index] for index in sorted(found))


def _status(value: Any, error: RunError | None) -> Status | None:
    if value is None:
        return Status.FAILED if error else None
    status = _STATUS.get(value) if isinstance(value, str) else None
    if status is None:
        raise LineError(f"status must be one of {_STATUSES}.")
    # Whatever was streaming it is not in this history.
    return Status.INTERRUPTED if status is Status.STREAMING else status


def _derived_status(completions: tuple[Completion, ...]) -> Status:
    finished = bool(completions)
    for one in completions:
        if one.broke_off:
            return Status.FAILED
        finished = finished and bool(one.finish_reason)
    return Status.COMPLETE if finished else Status.ENDED_WITHOUT_REASON


def _created_at(value: Any, response: Mapping[str, Any] | None, now: datetime) -> datetime:
    if value is not None:
        try:
            moment = datetime.fromisoformat(_text(value, "created_at"))
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise LineError("created_at must be a time like 2026-11-22T21:43:00Z.") from None
    created = (response or {}).get("created")
    if isinstance(created, int | float) and not isinstance(created, bool) and created > 0:
        try:
            return datetime.fromtimestamp(created, UTC)
        except (ValueError, OverflowError, OSError):
            return now
    return now


def _fingerprints(value: Any, response: Mapping[str, Any] | None) -> tuple[str, ...]:
    if value is None:
        fingerprint = (response or {}).get("system_fingerprint")
        return (fingerprint,) if fingerprint else ()
    found = _list(value, "fingerprints")
    if len(found) == 1 and isinstance(found[0], str):
        return (found[0],)
    return tuple(dict.fromkeys(_text(one, f"fingerprints[{index}]") for index, one in enumerate(found)))


def _timing(value: Any) -> Timing:
    if value is None:
        return _NO_TIMING
    timing = _object(value, "timing")
    return Timing(
        _milliseconds(timing.get("first_token_ms"), "timing.first_token_ms"),
        _milliseconds(timing.get("total_ms"), "timing.total_ms"),
    )


def _milliseconds(value: Any, field: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        raise LineError(f"{field} must be a number of milliseconds.")
    return value


def _error(value: Any) -> RunError | None:
    if value is None:
        return None
    error = _object(value, "error")
    status = error.get("http_status")
    return RunError(
        _text(error.get("kind"), "error.kind"),
        _text(error.get("message"), "error.message"),
        None if status is None else _count(status, "error.http_status"),
    )


def _headers(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    headers = _object(value, "headers")
    for name, text in headers.items():
        if text is not None and not isinstance(text, str):
            raise LineError(f"headers.{name} must be a text.")
    return {name: text for name, text in headers.items() if text is not None}


def _object(value: Any, field: str) -> JsonObject:
    if not isinstance(value, dict):
        raise LineError(f"{field} must be an object.")
    return value


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise LineError(f"{field} must be a list.")
    return value


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise LineError(f"{field} must be a text.")
    return value


def _text_or_empty(value: Any, field: str) -> str:
    return "" if value is None else _text(value, field)


def _count_or_zero(value: Any, field: str) -> int:
    return 0 if value is None else _count(value, field)


def _count(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise LineError(f"{field} must be a whole number from 0 to {_LARGEST}.")
    return value
