"""Importing something large beside a screen."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from seedtui.endpoints.gentle import import_gently

MODULE = "import gc, sys\nturn, collects = sys.getswitchinterval(), gc.isenabled()\n"


@pytest.mark.parametrize("ending", ["", "raise ImportError('broken')\n"])
def test_others_have_their_turns_during_an_import_and_all_is_as_before_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    (tmp_path / "large_module.py").write_text(MODULE + ending)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = sys.getswitchinterval(), gc.isenabled()
    if ending:
        with pytest.raises(ImportError, match="broken"):
            import_gently("large_module")
    else:
        import_gently("large_module")
        large = sys.modules.pop("large_module")
        assert large.turn < before[0]
        assert not large.collects
    assert (sys.getswitchinterval(), gc.isenabled()) == before
