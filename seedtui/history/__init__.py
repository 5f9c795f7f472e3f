"""The runs that were kept, in SQLite."""

from seedtui.core.summary import Summary
from seedtui.history.codec import RowMaker, RunRow
from seedtui.history.errors import HistoryError
from seedtui.history.store import History

__all__ = ["History", "HistoryError", "RowMaker", "RunRow", "Summary"]
