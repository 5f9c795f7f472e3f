"""What is said of an update that this layer leaves to Textual."""

from __future__ import annotations


class UnmodelledError(Exception):
    """An update holds what is no plain cell: links, control sequences, text that leaves its place."""
