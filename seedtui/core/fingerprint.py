"""What a `system_fingerprint` is worth: that depends on the server that reports it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedtui.core.run import Run


_LLAMA_CPP: Final = re.compile(r"b\d+-[0-9a-z]+\Z")


class FingerprintClass(StrEnum):
    """What can be read from a fingerprint, from the most to the least."""

    INFORMATIVE = "informative"
    BUILD_ONLY = "build only"
    MODEL_NAME = "model name"
    CONSTANT = "constant"
    ABSENT = "absent"

    @property
    def meaning(self) -> str:
        """One plain sentence on what it is worth."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    FingerprintClass.INFORMATIVE: "It changes when the backend does.",
    FingerprintClass.BUILD_ONLY: "It names the server's build (llama.cpp), not the model or its settings.",
    FingerprintClass.MODEL_NAME: "It repeats the model's name (LM Studio), so it cannot tell backends apart.",
    FingerprintClass.CONSTANT: "It never changes (Ollama), so it cannot tell backends apart.",
    FingerprintClass.ABSENT: "The server reports none, so a backend change cannot be ruled out.",
}

_ORDER: Final = list(FingerprintClass)


def classify(fingerprint: str | None, model: str | None = None) -> FingerprintClass:
    """Tell what a fingerprint is worth.

    Args:
        fingerprint: As reported; None if it was not.
        model: The served model's name, which some servers repeat as the fingerprint.
    """
    if not fingerprint:
        return FingerprintClass.ABSENT
    if fingerprint == "fp_ollama":
        return FingerprintClass.CONSTANT
    if fingerprint == model:
        return FingerprintClass.MODEL_NAME
    if _LLAMA_CPP.match(fingerprint):
        return FingerprintClass.BUILD_ONLY
    return FingerprintClass.INFORMATIVE


def class_of(run: Run) -> FingerprintClass:
    """Tell what the fingerprint of a run is worth."""
    return classify(run.fingerprint, run.served_model or run.request.model)


def weakest(a: FingerprintClass, b: FingerprintClass) -> FingerprintClass:
    """Return the class that tells less; an absent one says nothing about what the other is worth."""
    reported = [one for one in (a, b) if one is not FingerprintClass.ABSENT]
    return max(reported, key=_ORDER.index, default=FingerprintClass.ABSENT)


def reads_seed_as_random(run: Run) -> bool:
    """Whether the server is known to read this run's seed as "any": llama.cpp keeps 32 bits, all ones mean random."""
    seed = run.request.seed
    return seed is not None and class_of(run) is FingerprintClass.BUILD_ONLY and seed & 0xFFFFFFFF == 0xFFFFFFFF
