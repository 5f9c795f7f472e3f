"""Patterns of the package `regex`, compiled when they are first needed.

Importing it and compiling our patterns takes as long as importing the rest of core; a start on plain
ASCII texts needs none of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def pattern(expression: str) -> Any:
    """Return the compiled pattern of an expression."""
    import regex

    return regex.compile(expression)
