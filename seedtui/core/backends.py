"""What served two runs, as far as they say: did it change, and could a change be seen?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seedtui.core.fingerprint import FingerprintClass, class_of, weakest
from seedtui.core.run import Run
from seedtui.core.text import one_line


def both_informative(a: Run, b: Run) -> bool:
    """Whether both runs name their fingerprints, of a kind that changes when the backend does."""
    return all(class_of(run) is FingerprintClass.INFORMATIVE for run in (a, b))


def why_unexplained(a: Run, b: Run) -> str:
    """Say why a change of backends would not have been seen."""
    of_a, of_b = class_of(a), class_of(b)
    if FingerprintClass.ABSENT in (of_a, of_b):
        missing = "A" if of_a is FingerprintClass.ABSENT else "B"
        return "no fingerprint was reported" if of_a is of_b else f"{missing} has no fingerprint"
    worth = weakest(of_a, of_b)
    if a.fingerprints != b.fingerprints:
        return f"the fingerprint changed ({_changed(a, b)}), but it {_WORTH[worth]}"
    return f"{_fingerprints(b)} {_WORTH[worth]}"


_WORTH: Final = {
    FingerprintClass.CONSTANT: "is a constant",
    FingerprintClass.BUILD_ONLY: "names only the server's build",
    FingerprintClass.MODEL_NAME: "is only the model's name",
}


def fingerprint_change(a: Run, b: Run) -> tuple[str, str] | None:
    """How the fingerprints differ; one that was not reported differs from one that was, but proves nothing."""
    if a.fingerprints == b.fingerprints:
        return None
    return "backend" if a.fingerprints and b.fingerprints else "fingerprint", _changed(a, b)


def server_changes(a: Run, b: Run, *wanted: str) -> Iterator[tuple[str, str]]:
    """What else shows that the two were served by different backends: what it is, and from what to what."""
    for what, left, right in (
        ("served model", a.served_model, b.served_model),
        ("provider", a.provider, b.provider),
        ("endpoint", a.endpoint, b.endpoint),
    ):
        if what in wanted and left and right and left != right:
            yield what, f"{one_line(left, 60)} → {one_line(right, 60)}"


def _changed(a: Run, b: Run) -> str:
    return f"{_fingerprints(a)} → {_fingerprints(b)}"


def _fingerprints(run: Run) -> str:
    return ", ".join(one_line(one, 60) for one in run.fingerprints) or "not reported"
