"""The weights that are fetched are the ones that were meant."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from seedtui.endpoints.weights import WEIGHTS

pytestmark = pytest.mark.local


def test_the_weights_are_the_right_ones(weights: Path) -> None:
    with weights.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == WEIGHTS.sha256
    assert weights.stat().st_size == WEIGHTS.size
