"""The agreement of one request as it is shown: worked out once, and not changed by what comes later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from seedtui.core.agreement.agreement import Agreement, Version
from seedtui.core.agreement.prefix import Prefix
from seedtui.core.agreement.sentences import fingerprint_name, fingerprint_sentence, interval_phrase, percent, sentence
from seedtui.core.agreement.splits import Split
from seedtui.core.agreement.survival import Survival
from seedtui.core.agreement.tally import Share
from seedtui.core.agreement.tree import Ref, Tree
from seedtui.core.diff.divergence import first_divergence
from seedtui.core.interrupt import checked
from seedtui.core.phrases import plural
from seedtui.core.text import one_line

_EXCERPT: Final = 160
_BEFORE: Final = 20


@dataclass(frozen=True)
class Shown:
    """A version as it is listed.

    Attributes:
        identity: The SHA-256 of its text.
        count: How many completions say it.
        first: The first of them.
        second: The second of them, if there is one.
        parts_at: The first word that differs from the commonest version, from 1; None for that one itself.
        words: What it says there, displayable; what it begins with, if it is the commonest.
    """

    identity: str
    count: int
    first: Ref
    second: Ref | None
    parts_at: int | None
    words: str


@dataclass(frozen=True)
class Group:
    """A line of a table of pairs within and across.

    Attributes:
        name: What the completions have in common, displayable.
        n: How many completions; None where pairs of different groups are counted.
        unique: How many different texts they say.
        pairs: The pairs, and how many of them are identical.
    """

    name: str
    n: int | None
    unique: int | None
    pairs: Share


@dataclass(frozen=True)
class Table:
    """The pairs of some completions, split by what they have in common.

    Attributes:
        title: What they are split by.
        groups: Each group, then all pairs within one, and all across.
        sentence: What that says; may be empty.
    """

    title: str
    groups: tuple[Group, ...]
    sentence: str = ""


@dataclass(frozen=True)
class Findings:
    """How far the completions of one request agree.

    Attributes:
        n: How many completions count.
        sentence: What it comes to.
        figures: The same in figures, phrase by phrase; each says of how many.
        versions: The different texts, the commonest first.
        tree: Where they part.
        survival: The share of pairs that are equal after so many words.
        tables: The pairs by fingerprint; by endpoint and choice where there are several.
    """

    n: int
    sentence: str
    figures: tuple[str, ...]
    versions: tuple[Shown, ...]
    tree: Tree
    survival: Survival
    tables: tuple[Table, ...]


def findings(found: Agreement, model: str = "") -> Findings:
    """Write down what is known of an agreement now.

    Args:
        found: The agreement; it may go on growing.
        model: The model, which some servers repeat as the fingerprint.
    """
    return Findings(
        n=found.n,
        sentence=sentence(found),
        figures=tuple(_figures(found)),
        versions=tuple(_shown(found.versions)),
        tree=found.tree.copy(),
        survival=found.survival,
        tables=tuple(_tables(found, model)),
    )


def _figures(found: Agreement) -> Iterator[str]:
    yield f"N = {found.n}"
    if found.n < 2:
        return
    pairs = found.tally.pairs
    of = f"{pairs.part:,} of {pairs.whole:,}"
    yield f"identical pairs {percent(pairs)} ({of}; {interval_phrase(found.pairwise_interval)})"
    yield f"commonest {percent(found.tally.modal)} ({interval_phrase(found.modal_interval)})"
    if found.tally.unique > 1:
        yield f"all share {_prefix(found.stable_prefix)}"
        yield f"half share {_prefix(found.half_prefix)}"


def _prefix(prefix: Prefix) -> str:
    if not prefix.characters:
        return "nothing"
    parts = [plural(prefix.sentences, "sentence")] if prefix.sentences else []
    return ", ".join([*parts, plural(prefix.words, "word"), plural(prefix.characters, "character")])


def _shown(versions: list[Version]) -> Iterator[Shown]:
    if not versions:
        return
    commonest = versions[0].text
    for version in checked(versions):
        place = first_divergence(commonest, version.text)
        start = _word_before(version.text, place.character) if place else 0
        said = one_line(version.text[start : start + 2 * _EXCERPT], _EXCERPT)
        refs = version.refs
        yield Shown(
            identity=version.identity,
            count=version.count,
            first=refs[0],
            second=refs[1] if len(refs) > 1 else None,
            parts_at=place.word if place else None,
            words=f"{'… ' if start else ''}{said}" if said else "(ends there)" if version.text else "(no text)",
        )


def _word_before(text: str, position: int) -> int:
    """Return where the word before a place begins, or the place itself if that is far."""
    space = text.rfind(" ", max(0, position - _BEFORE), max(0, position - 1))
    return space + 1 if space >= 0 else position if position > _BEFORE else 0


def _tables(found: Agreement, model: str) -> Iterator[Table]:
    by_fingerprint = found.by_fingerprint
    names = [fingerprint_name(group) for group in by_fingerprint.tallies]
    yield _table("Fingerprint", by_fingerprint, names, fingerprint_sentence(by_fingerprint, model))
    if len(found.by_endpoint.tallies) > 1:
        endpoints = [one_line(group, 60) for group in found.by_endpoint.tallies]
        yield _table("Endpoint", found.by_endpoint, endpoints)
    if found.has_choices:
        yield Table(
            "Choice (n above 1)",
            (
                Group("two choices of one run", None, None, found.by_run.within),
                Group("the same choice of two runs", None, None, found.by_choice.within),
            ),
        )


def _table(title: str, split: Split[Any], names: list[str], said: str = "") -> Table:
    tallies = list(split.tallies.values())
    groups = [Group(name, tally.n, tally.unique, tally.pairs) for name, tally in zip(names, tallies, strict=True)]
    if split.unknown:
        groups.append(Group("not reported", split.unknown, None, Share(0, 0)))
    if len(tallies) > 1:
        groups += [
            Group("all within one", None, None, split.within),
            Group("all across two", None, None, split.across),
        ]
    return Table(title, tuple(groups), said)
