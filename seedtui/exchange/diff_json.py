"""A comparison as a JSON object."""

from __future__ import annotations

from seedtui.core.diff import Diff
from seedtui.core.request import JsonObject
from seedtui.core.run import Side
from seedtui.core.verdict import Verdict


def diff_object(a: Side, b: Side, diff: Diff, verdict: Verdict) -> JsonObject:
    """Return what `diff --format json` writes.

    Spans are in code points, cover both texts from end to end, and `equal` ones hold the same text on
    both sides. A divergence's word and sentence count from 1, its character from 0; it is null if
    the texts are the same, and a fingerprint is null if none was reported.
    """
    divergence = diff.first_divergence
    return {
        "a": a.label,
        "b": b.label,
        "equal": diff.equal,
        "verdict": verdict.as_json(),
        "fingerprints": {"a": a.run.fingerprint, "b": b.run.fingerprint},
        "fingerprint_class": verdict.fingerprint_class.value,
        "first_divergence": divergence.as_json() if divergence else None,
        "similarity": diff.similarity,
        "spans": [span.as_json() for span in diff.spans],
    }
