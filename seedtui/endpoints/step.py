"""Something awaited in two parts: what can be done at once, and the waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Iterator
from typing import Any, Generic, TypeVar, cast

_Result = TypeVar("_Result")


class Step(Generic[_Result]):
    """One step of a stream. Many are done at once, and need none of what watches over a wait.

    Call `begin`, and await it unless that was all; both in the same task, with nothing awaited in between.

    Args:
        awaitable: What to await.
    """

    def __init__(self, awaitable: Awaitable[_Result]) -> None:
        self._steps = awaitable.__await__()
        self._first: object = None
        self._result: _Result | None = None

    def begin(self) -> bool:
        """Do what can be done without waiting; return whether that was all.

        Raises:
            BaseException: What the awaitable raises, `StopAsyncIteration` among it.
        """
        try:
            self._first = next(self._steps)
        except StopIteration as done:
            self._result = done.value
            return True
        return False

    @property
    def result(self) -> _Result:
        """What came of it, once it is done."""
        return cast("_Result", self._result)

    def __await__(self) -> Generator[Any, Any, _Result]:
        # Its last step has a value, as a generator has.
        rest = cast("Generator[Any, Any, _Result]", _Rest(self._first, self._steps))
        self._result = yield from rest
        return self._result


class _Rest:
    """What is left of a step that was begun: first what it waits for, then its further steps."""

    def __init__(self, first: object, steps: Generator[Any, Any, Any]) -> None:
        self._waiting: list[object] = [first]
        self._steps = steps

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._waiting.pop() if self._waiting else next(self._steps)

    def throw(self, *error: Any) -> Any:
        """Go on with an error, as a cancel is one; for `yield from`."""
        return self._steps.throw(*error)

    def close(self) -> None:
        """Give it up; for `yield from`."""
        self._steps.close()
