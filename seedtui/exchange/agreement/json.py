"""Agreement as JSON: what `agree --json` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedtui.core.agreement import Share
from seedtui.core.agreement.timeline import Timeline
from seedtui.core.fingerprint import FingerprintClass
from seedtui.core.request import JsonObject, Unset
from seedtui.exchange.agreement.report import AgreementReport, Asked, SeriesFacts
from seedtui.exchange.agreement.titles import titles
from seedtui.exchange.jsonl import timestamp

_TEXTS = ("model", "messages", "prompt")


def report_json(report: AgreementReport) -> JsonObject:
    """Return a report as a JSON object."""
    named = zip(report.rows, titles([row.asked.request for row in report.rows]), strict=True)
    found: JsonObject = {
        "groups": [{**row.json, "request": _asked_json(row.asked, title)} for row, title in named],
        "overall": report.overall.as_json(),
        "timelines": [_timeline_json(line) for line in report.timelines],
    }
    if report.series is not None:
        found["series"] = _series_json(report.series)
    if report.damaged:
        found["damaged"] = list(report.damaged)
    return found


def _asked_json(asked: Asked, title: str) -> JsonObject:
    body = {} if asked.request is None else asked.request.body
    found: JsonObject = {
        "model": asked.model,
        "endpoints": list(asked.endpoints),
        "title": title,
        "parameters": {name: value for name, value in body.items() if name not in _TEXTS},
    }
    if asked.labels:
        found["labels"] = {name: _sent(value) for name, value in asked.labels}
        found["not_sent"] = [name for name, value in asked.labels if isinstance(value, Unset)]
    return found


def _sent(value: Any) -> Any:
    return None if isinstance(value, Unset) else value


def _series_json(series: SeriesFacts) -> JsonObject:
    return {"id": series.id, "planned": series.planned, "answered": series.answered, "settings": series.settings}


def _timeline_json(line: Timeline) -> JsonObject:
    return {
        "endpoint": line.endpoint,
        "model": line.model,
        "not_reported": line.not_reported,
        "class": None if line.eras else FingerprintClass.ABSENT.value,
        "eras": list(_eras(line)),
    }


def _eras(line: Timeline) -> Iterator[JsonObject]:
    changes: list[Share | None] = [*line.changes, None]
    for era, across in zip(line.eras, changes, strict=False):
        yield {
            "fingerprints": list(era.fingerprints),
            "class": era.worth(line.model).value,
            "first_seen": timestamp(era.first_seen),
            "last_seen": timestamp(era.last_seen),
            "first_run": era.first_run,
            "runs": era.runs,
            "within": _share_json(era.within),
            "across_to_next": None if across is None else _share_json(across),
        }


def _share_json(share: Share) -> JsonObject:
    return {"pairs": share.whole, "identical_pairs": share.part, "pairwise": share.value}
