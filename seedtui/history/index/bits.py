"""Sets of runs, as bits of a number: bit 0 is the first run of a part of the history."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from zlib import crc32


def pack(bits: int, size: int) -> bytes:
    """Write a set as it is kept: its members where they are few, else all bits; with a checksum.

    Args:
        bits: The set.
        size: How many members there can be.
    """
    count = bits.bit_count()
    if count == 1:
        return _sealed(struct.pack("<H", bits.bit_length() - 1))
    if _is_sparse(count, size):
        return _sealed(struct.pack(f"<{count}H", *members(bits, upwards=True)))
    return _sealed(bits.to_bytes(size // 8, "little"))


def unpack(kept: bytes, size: int) -> int:
    """Read a set.

    Raises:
        ValueError: If it is not what was written.
    """
    body = _unsealed(kept)
    if len(body) == size // 8:
        return int.from_bytes(body, "little")
    return int.from_bytes(_spread(_listed(body), size), "little")


class Common:
    """The members that several sets have, as one set is looked at after the other.

    Args:
        size: How many members there can be.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._bits = (1 << size) - 1
        # Once there are few, these are told one by one: quicker than going through all bits.
        self._few: set[int] | None = None

    def keep(self, kept: bytes) -> None:
        """Drop what is not in a set.

        Raises:
            ValueError: If it is not what was written.
        """
        body = _unsealed(kept)
        if len(body) < self._size // 8:
            listed = _listed(body)
            if self._few is None:
                self._few = {member for member in listed if self._bits >> member & 1}
            else:
                self._few.intersection_update(listed)
        elif self._few is None:
            self._bits &= int.from_bytes(body, "little")
        else:
            self._few = {member for member in self._few if body[member >> 3] >> (member & 7) & 1}

    def keep_bits(self, bits: int) -> None:
        """Drop what is not in a set."""
        self._bits, self._few = self.bits & bits, None

    @property
    def bits(self) -> int:
        """The set."""
        return self._bits if self._few is None else sum(1 << member for member in self._few)

    def is_at_most(self, count: int) -> bool:
        """Whether there are no more, as far as that is quickly told."""
        return not self._bits if self._few is None else len(self._few) <= count


def joined(parts: Sequence[tuple[int, bytes]], small: int, size: int) -> bytes:
    """Make one set, as it is kept, of those of smaller parts.

    Args:
        parts: Where each begins, in order, and the set as it is kept.
        small: How many members there can be in each.
        size: How many in all.

    Raises:
        ValueError: If one is not what was written.
    """
    found: list[int] = []
    full: list[tuple[int, bytes]] = []
    for start, kept in parts:
        body = _unsealed(kept)
        if len(body) == small // 8:
            full.append((start // 8, body))
        else:
            found += [start + member for member in _listed(body)]
    count = len(found) + sum(int.from_bytes(body, "little").bit_count() for _, body in full)
    if _is_sparse(count, size):
        found += [8 * start + member for start, body in full for member in members(int.from_bytes(body, "little"))]
        return _sealed(struct.pack(f"<{count}H", *sorted(found)))
    spread = _spread(found, size)
    for start, body in full:
        spread[start : start + len(body)] = body
    return _sealed(bytes(spread))


def members(bits: int, *, upwards: bool = False) -> Iterator[int]:
    """Give the members of a set, the last first, or the first."""
    while bits:
        member = (bits & -bits if upwards else bits).bit_length() - 1
        yield member
        bits ^= 1 << member


def between(bits: int, low: int, high: int) -> int:
    """Return the members of a set from one on and below another."""
    return (bits & ((1 << high) - 1)) >> low << low


def _is_sparse(count: int, size: int) -> bool:
    return 2 * count < size // 8


def _spread(found: Sequence[int], size: int) -> bytearray:
    spread = bytearray(size // 8)
    for member in found:
        spread[member >> 3] |= 1 << (member & 7)
    return spread


def _listed(body: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(body) // 2}H", body)


def _sealed(body: bytes) -> bytes:
    return body + crc32(body).to_bytes(4, "little")


def _unsealed(kept: bytes) -> bytes:
    body = kept[:-4]
    if crc32(body).to_bytes(4, "little") != kept[-4:]:
        raise ValueError("A set of the index is not what was written.")
    return body
