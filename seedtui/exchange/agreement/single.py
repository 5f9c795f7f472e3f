"""The agreement of a single request as text: figures, versions, curve, tree, and what explains the differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from seedtui.core.agreement import Agreement, Interval, Share, Tally, Version
from seedtui.core.agreement.plot import curve_lines, level_phrases
from seedtui.core.agreement.prefix import Prefix
from seedtui.core.agreement.sentences import (
    fingerprint_name,
    fingerprint_sentence,
    interval_phrase,
    percent,
    sentence,
)
from seedtui.core.agreement.splits import Split
from seedtui.core.diff.divergence import first_divergence
from seedtui.core.fingerprint import classify
from seedtui.core.phrases import plural
from seedtui.core.request_phrases import phrase_value
from seedtui.core.run import label
from seedtui.core.text import one_line
from seedtui.exchange.agreement.parts import series_sentence, timeline_lines, wrapped
from seedtui.exchange.agreement.report import AgreementReport, Asked, Single
from seedtui.exchange.agreement.tables import Column, cut, table_lines
from seedtui.exchange.agreement.titles import title
from seedtui.exchange.agreement.tree import the_words, tree_lines

_VERSIONS: Final = 10
_PLOT: Final = (60, 9)
_BESIDE: Final = ("model", "messages", "prompt")
_METHODS: Final = {
    "wilson": "Wilson",
    "bootstrap": "bootstrap",
    "wilson of disjoint pairs": "Wilson, disjoint pairs",
}


def one_lines(report: AgreementReport, width: int) -> Iterator[str]:
    """Yield the lines that tell of the only request there is."""
    assert report.single is not None
    found, asked = report.single.agreement, report.rows[0].asked
    yield from wrapped(sentence(found), width)
    if report.series is not None:
        yield from wrapped(series_sentence(report.series), width)
    yield from wrapped(_asked(asked), width)
    if title(asked.request):
        yield cut(f"“{title(asked.request, width)}”", width)
    if not found.n:
        return
    yield ""
    yield from _figures(found, width)
    if found.tally.unique > 1:
        yield from _versions(found, width)
        yield from _curve(found, width)
        yield from _tree(report.single, width)
    yield from _fingerprints(found, asked.model, width)
    yield from _endpoints(found, width)
    yield from _choices(found)
    yield from timeline_lines(tuple(line for line in report.timelines if len(line.eras) > 1), width)


def _asked(asked: Asked) -> str:
    body: Mapping[str, Any] = {} if asked.request is None else asked.request.body
    endpoints = ", ".join(one_line(one, 40) for one in asked.endpoints if one)
    parts = [
        one_line(asked.model, 60) or "model not named",
        f"endpoint{'s' if len(asked.endpoints) > 1 else ''} {endpoints}" if endpoints else "",
        *(f"{one_line(name, 40)} {phrase_value(value)}" for name, value in body.items() if name not in _BESIDE),
        "" if "seed" in body else "no seed",
    ]
    return " · ".join(part for part in parts if part)


def _figures(found: Agreement, width: int) -> Iterator[str]:
    modal, pairs = found.tally.modal, found.tally.pairs
    yield cut(_figure("commonest text", modal, found.modal_interval, found.n), width)
    if pairs.whole:
        yield cut(_figure("identical pairs", pairs, found.pairwise_interval, found.n), width)
    if found.tally.unique > 1:
        yield cut(f"{'all begin with':<17}{_prefix(found.stable_prefix)}", width)
        yield cut(f"{'half begin with':<17}{_prefix(found.half_prefix)}", width)
    if found.answers is not None:
        without = f", {plural(found.unanswered, 'completion')} without one" if found.unanswered else ""
        agree = "all agree" if found.answers_agree else f"{found.answers.unique} different"
        yield cut(f"{'answers':<17}{agree}{without}; commonest: {_commonest(found.answers)}", width)


def _figure(name: str, share: Share, interval: Interval | None, n: int) -> str:
    said = f"{name:<17}{f'{share.part} of {share.whole}':<13}{percent(share):>7}"
    if interval is None or share.whole < 1:
        return said
    return f"{said}   {interval_phrase(interval)} ({_METHODS[interval.method]}, N = {n})"


def _prefix(prefix: Prefix) -> str:
    return ", ".join(
        plural(count, noun)
        for count, noun in ((prefix.sentences, "sentence"), (prefix.words, "word"), (prefix.characters, "character"))
    )


def _commonest(answers: Tally) -> str:
    if not answers.n:
        return "none"
    answer, count = max(answers.counts.items(), key=lambda item: item[1])
    return f"{one_line(str(answer), 60) or 'an empty one'} ({count} of {answers.n})"


def _versions(found: Agreement, width: int) -> Iterator[str]:
    versions = found.versions
    first = "commonest" if versions[0].count > 1 else "oldest"
    yield from ("", f"Versions, from where they differ from the {first}")
    shown = versions if len(versions) <= _VERSIONS else versions[: _VERSIONS - 1]
    columns = [
        Column("count", tuple(str(one.count) for one in shown), right=True),
        Column("share", tuple(percent(Share(one.count, found.n)) for one in shown), right=True),
        Column("first", tuple(_name(one, found.has_choices) for one in shown), right=True),
        Column("word", tuple(_place(versions[0], one) for one in shown), right=True),
        Column("words", tuple(_words(versions[0], one, found, width) for one in shown)),
    ]
    yield from table_lines(columns, width)
    rest = versions[len(shown) :]
    if rest:
        yield f"{len(rest)} versions more, of {plural(sum(one.count for one in rest), 'completion')}."


def _name(version: Version, choices: bool) -> str:
    run_id, index = version.refs[0]
    return f"#{label(run_id, index, 2 if choices else 1)}"


def _place(first: Version, version: Version) -> str:
    where = first_divergence(first.text, version.text)
    return "" if where is None else str(where.word)


def _words(first: Version, version: Version, found: Agreement, width: int) -> str:
    where = first_divergence(first.text, version.text)
    at = found.stable_prefix.characters if where is None else where.character
    # From the beginning of the word that differs.
    start = at - len(version.text[max(0, at - 40) : at].split(" ")[-1].split("\n")[-1])
    dots = "…" if start else ""
    return f"{dots}{the_words(version.text[start : start + 4 * width])}" if start < len(version.text) else "(the end)"


def _curve(found: Agreement, width: int) -> Iterator[str]:
    yield from ("", "Share of the pairs that are still equal after so many words")
    yield from curve_lines(found.survival, min(_PLOT[0], width), _PLOT[1])
    yield from wrapped(f"{' · '.join(level_phrases(found.survival))}.", width)


def _tree(single: Single, width: int) -> Iterator[str]:
    if single.tree:
        yield from ("", "Where they part")
        yield from tree_lines(single, width)


def _fingerprints(found: Agreement, model: str, width: int) -> Iterator[str]:
    split = found.by_fingerprint
    said = fingerprint_sentence(split, model)
    if said:
        yield ""
        yield from wrapped(said, width)
    if len(split.tallies) < 2:
        return
    worth = Column("worth", tuple(classify(group[-1], model).value for group in split.tallies), rank=1)
    names = tuple(cut(fingerprint_name(group), 40) for group in split.tallies)
    yield from _split_lines(split, Column("fingerprint", names), [worth], width)


def _endpoints(found: Agreement, width: int) -> Iterator[str]:
    split = found.by_endpoint
    if len(split.tallies) > 1:
        yield ""
        yield from _split_lines(split, Column("endpoint", tuple(one_line(one, 40) for one in split.tallies)), [], width)


def _split_lines(split: Split[Any], names: Column, more: list[Column], width: int) -> Iterator[str]:
    tallies: list[Tally] = list(split.tallies.values())
    columns = [
        names,
        *more,
        Column("N", tuple(str(one.n) for one in tallies), right=True),
        Column("versions", tuple(str(one.unique) for one in tallies), right=True),
        Column("identical pairs", tuple(_of(one.pairs) for one in tallies), right=True),
        Column("share", tuple(percent(one.pairs) for one in tallies), right=True),
    ]
    yield from table_lines(columns, width)
    noun = names.heading
    yield f"within one {noun}: {_of(split.within)} pairs identical ({percent(split.within)})"
    yield f"across {noun}s: {_of(split.across)} pairs identical ({percent(split.across)})"
    if split.unknown:
        yield f"{plural(split.unknown, 'completion')} without {_article(noun)} {noun}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _choices(found: Agreement) -> Iterator[str]:
    if not found.has_choices:
        return
    yield ""
    yield "Choices (n > 1)"
    for name, share in (
        ("two choices of one run", found.by_run.within),
        ("completions of two runs", found.by_run.across),
        ("the same choice of two runs", found.by_choice.within),
    ):
        yield f"{name + ':':<29}{_of(share)} pairs identical ({percent(share)})"


def _of(share: Share) -> str:
    return f"{share.part} of {share.whole}"
