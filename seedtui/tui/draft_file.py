"""The draft, kept between sessions."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from seedtui.core.draft import NOTEBOOK_DRAFT, Draft, from_json
from seedtui.core.text import scrub
from seedtui.paths import make_private_folder


def read_draft(path: Path) -> Draft:
    """Read the kept draft; the notebook's if there is none or it cannot be read."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return NOTEBOOK_DRAFT


def write_draft(path: Path, draft: Draft) -> None:
    """Keep a draft: written beside the old one and put in its place, readable for this user only.

    Raises:
        OSError: If it cannot be written; then the old one is still there.
    """
    make_private_folder(path.parent)
    # mkstemp makes the file at 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(scrub(draft.as_json()), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
