"""What agreement comes to, in plain sentences. All of them are displayable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from seedtui.core.agreement.agreement import Agreement
from seedtui.core.agreement.intervals import Interval, wilson
from seedtui.core.agreement.overall import Overall
from seedtui.core.agreement.prefix import Prefix
from seedtui.core.agreement.splits import Split
from seedtui.core.agreement.tally import Share
from seedtui.core.fingerprint import FingerprintClass, classify
from seedtui.core.phrases import plural
from seedtui.core.text import one_line

# Below this, more agreement within than across is not put down to chance.
_RARE: Final = 0.05


def sentence(found: Agreement) -> str:
    """Say how far completions agree, like `7 of 10 identical; 3 versions; all share the first 2 sentences`."""
    said = _agreement(found)
    left_out = left_out_phrase(found.left_out)
    return f"{said} {left_out}" if left_out else said


def _agreement(found: Agreement) -> str:
    if not found.n:
        return "No completion has come to its end yet."
    if found.n == 1:
        return "One completion: there is none to compare it with."
    modal = found.tally.modal.part
    if found.tally.agrees:
        return f"{modal} of {found.n} identical."
    count = f"{modal} of {found.n} identical" if modal > 1 else f"None of {found.n} identical"
    return f"{count}; {plural(found.tally.unique, 'version')}; {_shared(found.stable_prefix)}."


def _shared(prefix: Prefix) -> str:
    for count, noun in ((prefix.sentences, "sentence"), (prefix.words, "word")):
        if count:
            return f"all share the first {noun}" if count == 1 else f"all share the first {count} {noun}s"
    return "they do not share even the first word"


def left_out_phrase(left_out: Mapping[str, int]) -> str:
    """Say which completions do not count: `3 left out: 2 failed, 1 cancelled.`; nothing if all do."""
    parts = ", ".join(f"{count} {why}" for why, count in sorted(left_out.items(), key=lambda item: -item[1]))
    return f"{sum(left_out.values())} left out: {parts}." if parts else ""


def overall_sentence(overall: Overall) -> str:
    """Say how many requests agree, like `150 of 250 requests agree: TARr@5 60.0 % (95 %: 53.8 to 65.9 %)`."""
    agreeing, requests = overall.agreeing
    left_out = left_out_phrase(overall.left_out)
    if not requests:
        said = "No request has two completions yet: there is nothing to compare."
        return f"{said} {left_out}" if left_out else said
    verb = "agrees" if requests == 1 else "agree"
    said = f"{agreeing} of {plural(requests, 'request')} {verb}: {_rate('TARr', overall.at_n, overall.agreeing)}."
    if overall.answers is not None:
        said += f" By their answers {overall.answers.part}: {_rate('TARa', overall.at_n, overall.answers)}."
    if overall.unanswered:
        has = "has" if overall.unanswered == 1 else "have"
        said += f" {plural(overall.unanswered, 'completion')} {has} no answer."
    if overall.single:
        has = "has" if overall.single == 1 else "have"
        said += f" {plural(overall.single, 'request')} {has} fewer than two completions."
    return f"{said} {left_out}" if left_out else said


def _rate(name: str, at_n: str, share: Share) -> str:
    return f"{name}{at_n} {percent(share)} ({interval_phrase(wilson(share))})"


def percent(share: Share | float | None) -> str:
    """Write a share: `60.0 %`; 100 and 0 only for all and none; `–` if there is none."""
    value = share.value if isinstance(share, Share) else share
    if value is None:
        return "–"
    return "100 %" if value == 1 else "0 %" if value == 0 else f"{_tenths(value)} %"


def _tenths(value: float) -> str:
    """Write a share as a per cent number; 100.0 and 0.0 only for all and none."""
    if value in (0, 1):
        return f"{100 * value:.1f}"
    return f"{min(max(100 * value, 0.1), 99.9):.1f}"


def interval_phrase(interval: Interval | None) -> str:
    """Write an interval: `95 %: 53.8 to 65.9 %`."""
    return "" if interval is None else f"95 %: {_tenths(interval.low)} to {_tenths(interval.high)} %"


def fingerprint_sentence(found: Split[tuple[str, ...]], model: str = "") -> str:
    """Say whether the fingerprint explains where completions differ.

    Args:
        found: The pairs by fingerprint.
        model: The model, which some servers repeat as the fingerprint.
    """
    groups = list(found.tallies)
    if not groups:
        return "No fingerprint was reported, so a change of backends cannot be ruled out." if found.unknown else ""
    said = _several_fingerprints(found) if len(groups) > 1 else _one_fingerprint(groups[0], found, model)
    return f"{said} {plural(found.unknown, 'completion')} came without one." if found.unknown else said


def _several_fingerprints(found: Split[tuple[str, ...]]) -> str:
    within, across = found.within, found.across
    if found.p_value is None:
        none = f"{percent(across)} of {plural(across.whole, 'pair')} identical"
        return f"No two completions share a fingerprint, so whether it explains anything cannot be told: {none}."
    shares = f"{percent(within)} of {plural(within.whole, 'pair')} identical within one, {percent(across)} of "
    shares += f"{plural(across.whole, 'pair')} across"
    if across.part == across.whole and within.part == within.whole:
        return f"Fingerprints differ, and the texts do not: {shares}."
    shares += f" ({_chance(found.p_value)})"
    rare = found.p_value <= _RARE
    if within.part == within.whole:
        return f"Every difference is across fingerprints{'' if rare else ', which may be chance'}: {shares}."
    if rare:
        return f"The fingerprint explains some of the differences: {shares}."
    return f"Whether the fingerprint explains any of the differences cannot be told from chance: {shares}."


def _one_fingerprint(group: tuple[str, ...], found: Split[tuple[str, ...]], model: str) -> str:
    name, tally = fingerprint_name(group), found.tallies[group]
    who = "One completion says" if tally.n == 1 else f"{tally.n} completions say" if found.unknown else "All say"
    worth = classify(group[-1], model)
    said = f"{who} {name}, and yet they differ." if tally.unique > 1 else f"{who} {name}."
    return said if worth is FingerprintClass.INFORMATIVE else f"{said} {worth.meaning}"


def fingerprint_name(fingerprints: Sequence[str]) -> str:
    """Write a fingerprint; several, if it changed within a run: `fp_a → fp_b`."""
    return " → ".join(one_line(one, 60) for one in fingerprints)


def _chance(p_value: float) -> str:
    return f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"
