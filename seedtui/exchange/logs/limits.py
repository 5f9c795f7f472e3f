"""How much is read of one file: more than any log holds, less than what a machine cannot bear."""

from __future__ import annotations

# What a packed file may unpack to.
UNPACKED = 8 * 2**30
# What is read in one piece: a document, a member of an archive, a line.
PIECE = 512 * 2**20


class TooLargeError(ValueError):
    """A file holds more than is read of one. The message is one plain sentence."""


def size(count: int) -> str:
    """Write a number of bytes for people: `8 GiB`."""
    units = ("bytes", "KiB", "MiB", "GiB")
    power = min(max(count.bit_length() - 1, 0) // 10, len(units) - 1)
    return f"{count / 2 ** (10 * power):.3g} {units[power]}"
