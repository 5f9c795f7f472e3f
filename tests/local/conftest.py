"""Every test here runs the real model."""

from __future__ import annotations

from support.local_model import built_in, weights

__all__ = ["built_in", "weights"]
