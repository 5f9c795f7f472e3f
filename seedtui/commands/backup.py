"""`seedtui backup`: a copy of the history."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from seedtui import paths
from seedtui.commands.common import TROUBLE, CommandError, NoHistoryError
from seedtui.commands.output import say
from seedtui.commands.repairing import ids_phrase, runs_phrase
from seedtui.commands.working import working
from seedtui.core.text import displayable

if TYPE_CHECKING:
    from seedtui.history.health import Health


def main(options: Namespace) -> int:
    """Copy the history; print where the copy is, and say whether it is sound.

    Returns:
        0; 2 if what was copied is damaged.
    """
    from seedtui.history.backup import back_up
    from seedtui.history.private import free_name

    path = paths.history_path(options.db)
    if not path.exists():
        raise NoHistoryError(f"There is no history at {displayable(str(path))} yet: seedtui run makes one.")
    now = datetime.now().astimezone()
    beside = path.with_name(f"{path.stem}-{now:%Y%m%d-%H%M%S}{path.suffix or '.db'}")
    target = paths.expanded(Path(options.output)) if options.output else free_name(beside)
    try:
        with working() as (progress, cancelled):
            backup = back_up(path, target, progress=progress, cancelled=cancelled)
    except FileExistsError:
        raise CommandError(f"{displayable(str(target))} is there already, and is not overwritten.") from None
    print(displayable(str(target)))
    say(_outcome(backup.health))
    return 0 if backup.health is not None and backup.health.is_sound else TROUBLE


def _outcome(health: Health | None) -> str:
    advice = "seedtui doctor --repair saves what can be read."
    if health is None:
        return f"The history cannot be read; the copy is of its bytes, as they are. {advice}"
    if health.complaints:
        return f"The history is damaged, and so is the copy: all of it was copied as it is. {advice}"
    if health.damaged:
        which = ids_phrase(health.damaged)
        return f"{runs_phrase(health.runs)} copied; {which} not what was stored, in the history neither. {advice}"
    return f"{runs_phrase(health.runs)} copied and checked: every text is what was stored."
