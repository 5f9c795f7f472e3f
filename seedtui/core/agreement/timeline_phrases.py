"""Fingerprints over time, in sentences and as bars. All of it is displayable."""

from __future__ import annotations

from datetime import datetime, tzinfo

from seedtui.core.agreement.sentences import fingerprint_name, percent
from seedtui.core.agreement.tally import Share
from seedtui.core.agreement.timeline import Era, Timeline
from seedtui.core.fingerprint import FingerprintClass
from seedtui.core.phrases import plural
from seedtui.core.text import one_line

_MOST_NAMES = 3


def timeline_sentence(line: Timeline, zone: tzinfo | None) -> str:
    """Say what became of a model's fingerprint.

    Like `2 fingerprints since 3 Nov: fp_a → fp_b on 12 Nov; 96.0 % of pairs identical within, 12.0 % across.`

    Args:
        line: The timeline.
        zone: The time zone that dates are told in; None for the machine's.
    """
    without = f" {plural(line.not_reported, 'run')} came without one." if line.not_reported else ""
    if not line.eras:
        return f"No fingerprint was ever reported ({plural(line.not_reported, 'run')})."
    first = line.eras[0]
    since = day(first.first_seen, zone)
    within, across = _total([era.within for era in line.eras]), _total(line.changes)
    if len(line.eras) == 1:
        worth = first.worth(line.model)
        cannot = "" if worth is FingerprintClass.INFORMATIVE else f", which cannot tell backends apart ({worth.value})"
        return f"{fingerprint_name(first.fingerprints)} since {since}{cannot}; {_pairs(within)} within.{without}"
    changes = [f"{_name(era)} on {day(era.first_seen, zone)}" for era in line.eras[1:]]
    if len(changes) > _MOST_NAMES:
        changes = ["…", *changes[-_MOST_NAMES:]]
    way = " → ".join([_name(first), *changes])
    return (
        f"{len(line.eras)} fingerprints since {since}: {way}; {_pairs(within)} within, "
        f"{_pairs(across, again=True)} across.{without}"
    )


def _name(era: Era) -> str:
    return one_line(fingerprint_name(era.fingerprints), 40)


def _pairs(share: Share, *, again: bool = False) -> str:
    if not share.whole:
        return "none to compare" if again else "no pair of one request to compare"
    if again:
        return f"{percent(share)} ({share.part:,} of {share.whole:,})"
    return f"{percent(share)} of pairs identical ({share.part:,} of {share.whole:,})"


def _total(shares: list[Share]) -> Share:
    return Share(sum(share.part for share in shares), sum(share.whole for share in shares))


def day(moment: datetime, zone: tzinfo | None) -> str:
    """Write a day: `3 Nov 2026`."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def minute(moment: datetime, zone: tzinfo | None) -> str:
    """Write a time to the minute: `2026-11-03 09:05`."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def time_bar(first: datetime, last: datetime, began: datetime, ended: datetime, width: int) -> str:
    """Draw when something was there, within a stretch of time: `···━━━━··`.

    Args:
        first: When it was first there.
        last: When it was last there.
        began: The beginning of the stretch.
        ended: Its end.
        width: Cells.
    """
    if width < 1:
        return ""
    whole = (ended - began).total_seconds()
    start, end = (
        min(width - 1, max(0, int((moment - began).total_seconds() / whole * width))) if whole > 0 else 0
        for moment in (first, last)
    )
    if whole <= 0:
        end = width - 1
    return "·" * start + "━" * (end - start + 1) + "·" * (width - 1 - end)


def served_phrase(era: Era) -> str:
    """Say which models the responses name."""
    names = [one_line(name, 60) for name in era.served_models]
    return f"served as {', '.join(names)}" if names else "the responses name no model"
