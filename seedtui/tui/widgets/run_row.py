"""How a run reads in the list: two lines where there is room, else three."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size

from seedtui.core.fingerprint import FingerprintClass, classify
from seedtui.core.query import Query
from seedtui.core.request import Unset, canonical_json
from seedtui.core.status import Status
from seedtui.core.summary import Summary
from seedtui.core.text import one_line
from seedtui.tui.widgets.matches import Matches, Piece, fit_pieces

WIDE: Final = 72
"""The width, in cells, from which a run takes two lines."""

TWO: Final = 2
"""The lines of a run where there is room; else it takes one more."""

ID: Final = 6
"""How many cells an id takes, the number sign and a space included, unless it is longer."""

_FIRST: Final = 42
_NOTHING: Final = Matches(Query())

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
    return TWO if width >= WIDE else TWO + 1


def id_cells(newest: int) -> int:
    """How many cells an id takes where this is the largest."""
    return max(ID, len(str(newest)) + 2)


def header(width: int, ids: int = ID, note: str = "") -> str:
    """The line above the list that names the columns.

    Args:
        width: Cells.
        ids: How many cells an id takes.
        note: What stands at the right end, if there is room.
    """
    names = f"   {'id':{ids}}{'time':9}{'status':11}{'seed':9}temp."
    gap = width - cell_len(names) - cell_len(note)
    return f"{names}{' ' * gap}{note}" if note and gap > 1 else set_cell_size(names, width)


def run_lines(
    summary: Summary,
    mark: str,
    width: int,
    now: datetime,
    *,
    count: int,
    pinned: bool = False,
    ids: int = ID,
    matches: Matches = _NOTHING,
) -> list[list[Piece]]:
    """Write a run's lines, displayable, each exactly `width` cells.

    Args:
        summary: The run.
        mark: `A`, `B`, `AB` or nothing.
        width: Cells.
        now: The local time, to leave out the date of today's runs.
        count: How many lines, two or three.
        pinned: Whether it is a baseline.
        ids: How many cells an id takes.
        matches: What was looked for.
    """
    seed = "no seed" if summary.seed is None else shorten(str(summary.seed), 8)
    asked = "none" if summary.seed is None else str(summary.seed)
    first = [
        Piece(fit(mark, 3)),
        Piece(fit(_name(summary.id, pinned, ids), ids)),
        Piece(fit(when(summary.created_at, now), 9)),
        *fit_pieces(matches.of("status", _SHORT_STATUS[summary.status], summary.status.value), 11),
        *fit_pieces(matches.of("seed", seed, asked), 9),
        Piece("–" if isinstance(summary.temperature, Unset) else one_line(canonical_json(summary.temperature), 3)),
    ]
    words = one_line(summary.first_words, 80)
    said = [
        Piece("   "),
        *_model(summary, 24, matches),
        Piece(" · "),
        *(matches.words(words) if words else [Piece(_silence(summary.status))]),
    ]
    columns = _FIRST - ID + ids
    facts = _facts(summary, width - columns if count == TWO else width - 3, matches)
    if count == TWO:
        return [fit_pieces([*fit_pieces(first, columns), *facts], width), fit_pieces(said, width)]
    return [fit_pieces(first, width), fit_pieces([Piece("   "), *facts], width), fit_pieces(said, width)]


def _name(run_id: int, pinned: bool, ids: int) -> str:
    """The id, and `^` for a baseline; of a long one, in the place of the number sign."""
    if not pinned:
        return f"#{run_id}"
    return f"#{run_id}^" if len(str(run_id)) + 2 <= ids else f"^{run_id}"


def _model(summary: Summary, width: int, matches: Matches) -> list[Piece]:
    name = one_line(summary.served_model or summary.model or "no model", 60)
    return matches.beginning("model", shorten(name, width), summary.served_model or summary.model)


def _facts(summary: Summary, width: int, matches: Matches) -> list[Piece]:
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
    shown = shorten(fingerprint, max(6, width - cell_len(rest)))
    return [*matches.beginning("fp", shown, summary.fingerprint), Piece(rest)]


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
