"""A comparison as a JSON object."""

from __future__ import annotations

from seedtui.core.comparison import Comparison
from seedtui.core.request import JsonObject


def diff_object(comparison: Comparison) -> JsonObject:
    """Return what `diff --format json` writes.

    Spans are in code points, cover both texts from end to end, and `equal` ones hold the same text on
    both sides. A divergence's word and sentence count from 1, its character from 0; it is null if
    the texts are the same, and a fingerprint is null if none was reported. Only where something was
    ignored, `ignoring` says what, and spans that differ only in that are `ignored`.

    Raises:
        ValueError: If there is no A.
    """
    a, b, diff, verdict = comparison.a, comparison.b, comparison.diff, comparison.verdict
    if a is None or verdict is None:
        raise ValueError("A comparison of one completion is none.")
    divergence = diff.first_divergence
    ignoring = {"ignoring": {"case": diff.ignore.case, "space": diff.ignore.space}} if diff.ignore else {}
    return {
        "a": a.label,
        "b": b.label,
        "equal": diff.equal,
        "verdict": verdict.as_json(),
        "fingerprints": {"a": a.run.fingerprint, "b": b.run.fingerprint},
        "fingerprint_class": verdict.fingerprint_class.value,
        "first_divergence": divergence.as_json() if divergence else None,
        "similarity": diff.similarity,
        **ignoring,
        "spans": [span.as_json() for span in diff.spans],
        "seeds": {name: side.run.request.body.get("seed") for name, side in (("a", a), ("b", b))},
        "requests": {name: dict(side.run.request.body) for name, side in (("a", a), ("b", b))},
    }
