"""How a run reads in the list: two lines where there is room, else three."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size

from seedtui.core.fingerprint import FingerprintClass, classify
from seedtui.core.request import Unset, canonical_json
from seedtui.core.run import Status
from seedtui.core.summary import Summary
from seedtui.core.text import one_line

WIDE: Final = 72
"""The width, in cells, from which a run takes two lines."""

FIRST: Final = 42
"""How many cells the first facts of a run take: mark, id, time, status, seed, temperature."""

_SHORT_STATUS: Final = {
    Status.STREAMING: "streaming",
    Status.COMPLETE: "complete",
    Status.ENDED_WITHOUT_REASON: "no reason",
    Status.CANCELLED: "cancelled",
    Status.FAILED: "failed",
    Status.INTERRUPTED: "interrupt.",
}

_SHORT_CLASS: Final = {
    FingerprintClass.INFORMATIVE: "informative",
    FingerprintClass.BUILD_ONLY: "build only",
    FingerprintClass.MODEL_NAME: "model name",
    FingerprintClass.CONSTANT: "constant",
    FingerprintClass.ABSENT: "",
}


def lines_per_run(width: int) -> int:
    """How many lines a run takes at this width."""
    return 2 if width >= WIDE else 3


def header(width: int) -> str:
    """The line above the list that names the columns."""
    return set_cell_size("   id    time     status     seed     temp.", width)


def run_lines(summary: Summary, mark: str, width: int, now: datetime, *, pinned: bool = False) -> list[str]:
    """Write a run's lines, displayable, each exactly `width` cells.

    Args:
        summary: The run.
        mark: `A`, `B`, `AB` or nothing.
        width: Cells.
        now: The local time, to leave out the date of today's runs.
        pinned: Whether it is a baseline.
    """
    first = "".join(
        (
            fit(mark, 3),
            fit(_name(summary.id, pinned), 6),
            fit(when(summary.created_at, now), 9),
            fit(_SHORT_STATUS[summary.status], 11),
            fit("no seed" if summary.seed is None else shorten(str(summary.seed), 8), 9),
            "–" if isinstance(summary.temperature, Unset) else one_line(canonical_json(summary.temperature), 3),
        )
    )
    said = f"{_model(summary, 24)} · {one_line(summary.first_words, 80) or _silence(summary.status)}"
    facts = _facts(summary, width - FIRST if width >= WIDE else width - 3)
    if width >= WIDE:
        return [fit(f"{fit(first, FIRST)}{facts}", width), fit(f"   {said}", width)]
    return [fit(first, width), fit(f"   {facts}", width), fit(f"   {said}", width)]


def _name(run_id: int, pinned: bool) -> str:
    """The id, and `^` for a baseline; of a long one, in the place of the number sign."""
    if not pinned:
        return f"#{run_id}"
    return f"#{run_id}^" if run_id < 10_000 else f"^{run_id}"


def _model(summary: Summary, width: int) -> str:
    return shorten(one_line(summary.served_model or summary.model or "no model", 60), width)


def _facts(summary: Summary, width: int) -> str:
    worth = _SHORT_CLASS[classify(summary.fingerprint, summary.served_model or summary.model)]
    rest = f" ({worth})" if worth else ""
    if len(summary.fingerprints) > 1:
        rest += f" +{len(summary.fingerprints) - 1}"
    if summary.choices > 1:
        rest += f" · {summary.choices} choices"
    if summary.completion_tokens is not None:
        rest += f" · {summary.completion_tokens} tok"
    none = "no fingerprint yet" if summary.status is Status.STREAMING else "no fingerprint"
    fingerprint = one_line(summary.fingerprint, 60) if summary.fingerprint else none
    return shorten(fingerprint, max(6, width - cell_len(rest))) + rest


def _silence(status: Status) -> str:
    return "waiting for the first word …" if status is Status.STREAMING else "(no text)"


def fit(text: str, width: int) -> str:
    """Cut or pad a text to a number of cells."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, max(0, width - 1)) + "…" if width else ""


def shorten(text: str, width: int) -> str:
    """Leave out the middle of a text that is too long, since names differ at both ends."""
    if cell_len(text) <= width:
        return text
    keep = max(1, width - 1)
    return f"{text[: (keep + 1) // 2]}…{text[len(text) - keep // 2 :]}" if keep > 1 else "…"


def when(moment: datetime, now: datetime) -> str:
    """Write a time: the time of day for today's, else the date."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%d %b") if local.year == now.year else local.strftime("%Y-%m")
