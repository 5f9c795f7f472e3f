"""Reading texts of which some may be damaged: the others are there all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedtui.core.agreement.tree import Ref
    from seedtui.history import History


def undamaged_texts(history: History, refs: Sequence[Ref]) -> dict[Ref, str]:
    """Return the texts of completions, those left out that are damaged or no longer there.

    Raises:
        HistoryError: If the history cannot be read at all.
    """
    from seedtui.history import HistoryError

    try:
        return history.texts(refs)
    except HistoryError as error:
        if error.kind != "damaged":
            raise
        if len(refs) < 2:
            return {}
    middle = len(refs) // 2
    return {**undamaged_texts(history, refs[:middle]), **undamaged_texts(history, refs[middle:])}
