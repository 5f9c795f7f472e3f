"""`seedtui doctor --repair`: what it says of what it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seedtui.commands.common import TROUBLE, NoHistoryError
from seedtui.commands.working import working
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from seedtui.history.rebuild import Salvaged
    from seedtui.history.repair import Repair

_RANGES_SHOWN: Final = 30


def repair_history(path: Path) -> int:
    """Repair a history; print what was saved and what was lost.

    Returns:
        0 if nothing is lost, else 2.

    Raises:
        NoHistoryError: If there is none.
        HistoryError: If it cannot be repaired; it is as it was.
    """
    from seedtui.history.repair import repair

    if not path.exists():
        raise NoHistoryError(f"There is no history at {displayable(str(path))}: there is nothing to repair.")
    with working() as (progress, cancelled):
        done = repair(path, progress=progress, cancelled=cancelled)
    for sentence in _sentences(path, done):
        print(displayable(sentence))
    return TROUBLE if done.salvaged is not None and _is_less(done.salvaged) else 0


def runs_phrase(count: int) -> str:
    """Say how many runs: `1 run`, `12,000 runs`."""
    return f"{count:,} run{'' if count == 1 else 's'}"


def ids_phrase(ids: Sequence[int]) -> str:
    """Name runs and say that they are: `#3 is`, `#3 to #5, #9 are`.

    Args:
        ids: Their ids, in order; not none.
    """
    ranges = [*_ranges(ids)]
    named = ", ".join(ranges[:_RANGES_SHOWN]) + (" and more" if len(ranges) > _RANGES_SHOWN else "")
    return f"{named} {'is' if len(ids) == 1 else 'are'}"


def _ranges(ids: Sequence[int]) -> Iterator[str]:
    for _, group in groupby(enumerate(ids), key=lambda pair: pair[1] - pair[0]):
        run = [one for _, one in group]
        yield f"#{run[0]}" if len(run) == 1 else f"#{run[0]} to #{run[-1]}"


def _is_less(salvaged: Salvaged) -> bool:
    return bool(salvaged.in_part or salvaged.lost or salvaged.lost_series)


def _sentences(path: Path, done: Repair) -> Iterator[str]:
    shown = displayable(str(path))
    salvaged, kept = done.salvaged, done.kept
    if salvaged is None or kept is None:
        count = runs_phrase(done.health.runs if done.health else 0)
        yield f"Nothing is wrong with {shown} ({count}, every text is what was stored): nothing was changed."
        return
    yield f"{shown} was damaged. What it was is kept, to the byte, in {displayable(str(kept))}."
    yield f"{runs_phrase(salvaged.runs)} saved, {salvaged.whole:,} of them as they were stored."
    if salvaged.mended:
        yield f"Restored from what says the same: {_named(salvaged.mended)} complete again."
    if salvaged.in_part:
        yield f"In part: {_named(salvaged.in_part)} kept without what was damaged, as failed."
    if salvaged.lost:
        yield f"Lost: {_named(salvaged.lost)} in the damaged file alone, as far as anything is left."
    if salvaged.series or salvaged.lost_series:
        lost = f", lost: {', '.join(map(str, salvaged.lost_series))}" if salvaged.lost_series else ""
        yield f"Series saved: {salvaged.series:,}{lost}."
    if not _is_less(salvaged):
        yield "Nothing was lost."


def _named(ids: Sequence[int]) -> str:
    return f"{runs_phrase(len(ids))}; {ids_phrase(ids)}"
