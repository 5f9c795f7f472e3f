"""Which two completions are compared."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ref:
    """A completion: a run's id and the choice's index."""

    run_id: int
    index: int = 0


@dataclass
class Pair:
    """A, the baseline, and B; and what runs that are about to start will become.

    Attributes:
        a: A; None while there is only one completion.
        b: B; None while there is none.
    """

    a: Ref | None = None
    b: Ref | None = None
    _expected: deque[str] = field(default_factory=deque)

    def expect(self, count: int) -> None:
        """Say that this many runs were sent together.

        One becomes B, and the newest run before it A. Of several the first becomes A and the second B.
        """
        self._expected.extend(["next"] if count == 1 else ["a", "b", *["" for _ in range(count - 2)]])

    def not_started(self) -> None:
        """Say that the next run that was sent will not start after all: those sent with it move up."""
        role = self._expected.popleft() if self._expected else ""
        if role not in ("a", "b"):
            return
        others = 0
        while others < len(self._expected) and self._expected[others] in ("b", ""):
            others += 1
        # One that is left alone is compared with the run before it.
        first = ["next"] if others == 1 else ["a", "b"]
        moved = ["b"] if role == "b" else first
        for place, name in enumerate(moved[:others]):
            self._expected[place] = name

    def started(self, run_id: int) -> str:
        """Give a run that has started its place.

        Returns:
            `next`, if the run before it is to become A; `a` or `b`, if it became that of a couple;
            nothing, if it got no place.
        """
        role = self._expected.popleft() if self._expected else ""
        if role in ("next", "a"):
            # Until the other one is known, this one stands alone.
            self.a, self.b = None, Ref(run_id)
        elif role == "b":
            self.a, self.b = self.b, Ref(run_id)
        return role

    def set_a(self, ref: Ref) -> None:
        """Make a completion A."""
        self.a = ref

    def set_b(self, ref: Ref) -> None:
        """Make a completion B."""
        self.b = ref

    def swap(self) -> None:
        """Swap A and B, if there are two."""
        if self.a is not None and self.b is not None:
            self.a, self.b = self.b, self.a

    def forget(self, run_id: int) -> None:
        """Let go of a run that was deleted."""
        if self.a is not None and self.a.run_id == run_id:
            self.a = None
        if self.b is not None and self.b.run_id == run_id:
            self.a, self.b = None, self.a

    @property
    def marks(self) -> dict[int, str]:
        """Run id to `A`, `B` or `AB`."""
        found: dict[int, str] = {}
        for name, ref in (("A", self.a), ("B", self.b)):
            if ref is not None:
                found[ref.run_id] = found.get(ref.run_id, "") + name
        return found
