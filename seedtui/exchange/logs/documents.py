"""JSON documents: promptfoo's results, inspect-ai's logs, or import lines in a list."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from seedtui.exchange.logs import inspect_ai, limits, promptfoo
from seedtui.exchange.logs.found import BadRecord, Found, Record
from seedtui.exchange.logs.source import Source
from seedtui.exchange.logs.values import loads


class NoDocumentError(ValueError):
    """A file that is not one JSON document. The message is one plain sentence."""


def read_document(source: Source) -> Any:
    """Read the whole file as one JSON document.

    Raises:
        NoDocumentError: If it is none, or is too large.
    """
    try:
        data = source.open().read(limits.PIECE + 1)
        if len(data) > limits.PIECE:
            raise NoDocumentError(f"a JSON document of more than {limits.size(limits.PIECE)} is not read.")
        return loads(data.decode("utf-8-sig"))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise NoDocumentError("the compressed file is cut off or damaged.") from None
    except limits.TooLargeError as error:
        raise NoDocumentError(str(error)) from None
    except UnicodeDecodeError as error:
        raise NoDocumentError(f"not UTF-8: byte {error.start + 1} cannot be read.") from None
    except RecursionError:
        raise NoDocumentError("not read: it is nested too deeply.") from None
    except ValueError as error:
        if isinstance(error, NoDocumentError):
            raise
        raise NoDocumentError(_json_sentence(error)) from None


def read_known(document: Any) -> Iterator[Found] | None:
    """Return the records of a document of a known kind; None if it is of none."""
    if inspect_ai.is_document(document):
        return inspect_ai.read(document)
    if promptfoo.is_document(document):
        return promptfoo.read(document)
    if _is_list_of_lines(document):
        return _lines(document)
    return None


def _is_list_of_lines(document: Any) -> bool:
    return isinstance(document, list) and any(isinstance(one, Mapping) and "request" in one for one in document)


def _lines(document: list[Any]) -> Iterator[Found]:
    for index, one in enumerate(document):
        where = f"[{index}]"
        yield Record(dict(one), where) if isinstance(one, Mapping) else BadRecord("must be a JSON object.", where)


def _json_sentence(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} in line {error.lineno}."
    return "not JSON: a number has too many digits."
