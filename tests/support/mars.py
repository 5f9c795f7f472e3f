"""The notebook's four published completions: two without a seed, two with seed 123."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

MARS_FILE: Final = Path(__file__).parent.parent / "data" / "mars.jsonl"

MARS: Final[tuple[str, ...]] = tuple(
    json.loads(line)["response"]["choices"][0]["message"]["content"]
    for line in MARS_FILE.read_text(encoding="utf-8").splitlines()
)
