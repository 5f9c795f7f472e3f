"""Painting only what changed: a layer between Textual's compositor and its driver that knows nothing of the app.

It remembers which cells the terminal shows, turns each of Textual's updates into cells, and writes the difference.
"""

from seedtui.tui.cells.layer import ChangedCells

__all__ = ["ChangedCells"]
