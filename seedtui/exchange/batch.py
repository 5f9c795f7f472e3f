"""The pair of files of an OpenAI batch: requests in one, answers in the other, joined by `custom_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seedtui.core.request import JsonObject
from seedtui.exchange.line import LineError, failure


@dataclass(frozen=True)
class _Found:
    source: str
    number: int
    value: Mapping[str, Any]


@dataclass(frozen=True)
class Joined:
    """A line of an input file, an output file or both.

    Attributes:
        source: The file's name, to say what is wrong.
        number: The line's number in it, from 1.
        request: The request body, if the input line was there.
        answer: The output line, if it was there.
    """

    source: str
    number: int
    request: Mapping[str, Any] | None
    answer: Mapping[str, Any] | None

    def line(self) -> JsonObject:
        """Return the import line that the pair makes.

        Raises:
            LineError: If one of the two is missing, or the answer is neither a response nor an error.
        """
        if self.request is None:
            raise LineError("custom_id: its request is in the batch's input file. Import both files together.")
        if self.answer is None:
            raise LineError("custom_id: its answer is in the batch's output file. Import both files together.")
        response = self.answer.get("response")
        if not isinstance(response, Mapping):
            return {
                "request": self.request,
                "response": None,
                "status": "failed",
                "error": failure(self.answer, "batch"),
            }
        line: JsonObject = {"request": self.request, "response": response.get("body")}
        if isinstance(response.get("request_id"), str):
            line["headers"] = {"x-request-id": response["request_id"]}
        status = response.get("status_code")
        if isinstance(status, int) and status >= 400:
            body = response.get("body")
            error = failure(body if isinstance(body, Mapping) else {}, "batch")
            line |= {"response": None, "status": "failed", "error": {**error, "http_status": status}}
        return line


class BatchJoin:
    """Collects the lines of batch files until their other halves are known."""

    def __init__(self) -> None:
        self._requests: dict[str, _Found] = {}
        self._answers: dict[str, _Found] = {}

    def add(self, source: str, number: int, line: Mapping[str, Any]) -> None:
        """Take in a line of an input or an output file.

        Raises:
            LineError: If it is neither, or its `custom_id` has been there.
        """
        name = line["custom_id"]
        if not isinstance(name, str):
            raise LineError("custom_id must be a text.")
        body = line.get("body")
        found = self._requests if body is not None else self._answers
        if body is None and line.get("response") is None and line.get("error") is None:
            raise LineError("a line with a custom_id needs a body (batch input) or a response (batch output).")
        if body is not None and not isinstance(body, Mapping):
            raise LineError("body must be an object.")
        if name in found:
            earlier = found[name]
            where = f"{earlier.source}, line {earlier.number}"
            raise LineError(f"custom_id stands in {where}, too. Import one batch at a time.")
        found[name] = _Found(source, number, body if body is not None else line)

    def lines(self) -> Iterator[Joined]:
        """Yield what was collected: the input's lines in order, then answers to none of them."""
        for name, request in self._requests.items():
            answer = self._answers.get(name)
            yield Joined(
                answer.source if answer else request.source,
                answer.number if answer else request.number,
                request.value,
                answer.value if answer else None,
            )
        for name, answer in self._answers.items():
            if name not in self._requests:
                yield Joined(answer.source, answer.number, None, answer.value)


def is_batch_line(line: Mapping[str, Any]) -> bool:
    """Whether a line is of a batch's input or output file, rather than a run."""
    return line.get("custom_id") is not None and line.get("request") is None
