"""Sentences about agreement: plain, true, and never more than was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.agreement import Share, agreement_of, wilson
from seedtui.core.agreement.overall import Overall, overall_of
from seedtui.core.agreement.overview import entries
from seedtui.core.agreement.sentences import (
    fingerprint_sentence,
    interval_phrase,
    left_out_phrase,
    overall_sentence,
    percent,
    sentence,
)
from seedtui.core.agreement.splits import Split
from seedtui.core.run import Status
from support.samples import a_sample, agreed, completions

STORY = "Mars is far. It is red."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "No completion has come to its end yet."),
        (["a"], "One completion: there is none to compare it with."),
        (["a", "a"], "2 of 2 identical."),
        (
            [STORY] * 7 + [STORY + " So."] * 2 + [STORY + " Or."],
            "7 of 10 identical; 3 versions; all share the first 2 sentences.",
        ),
        ([STORY, "Mars is far. It was."], "None of 2 identical; 2 versions; all share the first sentence."),
        (["Mars is far", "Mars is near"], "None of 2 identical; 2 versions; all share the first 2 words."),
        (["Mars is", "Mars was"], "None of 2 identical; 2 versions; all share the first word."),
        (["Mars", "Moon"], "None of 2 identical; 2 versions; they do not share even the first word."),
        (["can", "can't", "can't"], "2 of 3 identical; 2 versions; they do not share even the first word."),
        (["", "Mars"], "None of 2 identical; 2 versions; they do not share even the first word."),
        (["!", "?"], "None of 2 identical; 2 versions; they do not share even the first word."),
        (["\n\nMars is", "\n\nMoon is"], "None of 2 identical; 2 versions; they do not share even the first word."),
        (["화성으로 가자. 곧", "화성으로 가자. 또"], "None of 2 identical; 2 versions; all share the first sentence."),
    ],
)
def test_a_sentence_says_how_far_completions_agree(said: list[str], expected: str) -> None:
    assert sentence(agreed(said)) == expected


@given(completions())
def test_no_sentence_claims_more_than_was_seen(said: list[str]) -> None:
    found = sentence(agreed(said))
    assert "determin" not in found
    assert found.endswith(".")
    assert found[0].isupper() or found[0].isdigit()
    assert found.startswith(f"{len(said)} of {len(said)}") == (len(said) > 1 and len(set(said)) == 1)


def test_a_complete_run_without_a_completion_was_left_out_as_complete() -> None:
    samples = [
        a_sample("x", run_id=1),
        a_sample(None, run_id=2),
        a_sample(None, run_id=3, status=Status.FAILED),
        a_sample("y", run_id=4, status=Status.CANCELLED),
        a_sample(None, run_id=5, status=Status.FAILED),
    ]
    found = agreement_of(samples, {(1, 0): "x"})
    expected = "4 left out: 2 failed, 1 without a text, 1 cancelled."
    assert sentence(found) == f"One completion: there is none to compare it with. {expected}"
    assert [left_out_phrase(one.left_out) for one in entries(samples)] == [expected]


def overall(agreeing: Share, answers: Share | None = None, **more: object) -> Overall:
    fields: dict[str, object] = {"pairs": Share(0, 0), "n": 5, "single": 0, "left_out": {}, **more}
    return Overall(agreeing=agreeing, answers=answers, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (overall(Share(150, 250)), "150 of 250 requests agree: TARr@5 60.0 % (95 %: 53.8 to 65.9 %)."),
        (overall(Share(1, 1), n=None), "1 of 1 request agrees: TARr 100 % (95 %: 20.7 to 100.0 %)."),
        (
            overall(Share(0, 4), Share(1, 4), unanswered=1, single=2, left_out={"failed": 3}),
            "0 of 4 requests agree: TARr@5 0 % (95 %: 0.0 to 49.0 %). By their answers 1: TARa@5 25.0 % "
            "(95 %: 4.6 to 69.9 %). 1 completion has no answer. 2 requests have fewer than two completions. "
            "3 left out: 3 failed.",
        ),
        (overall(Share(0, 0)), "No request has two completions yet: there is nothing to compare."),
    ],
)
def test_a_sentence_says_how_many_requests_agree(found: Overall, expected: str) -> None:
    assert overall_sentence(found) == expected


def test_what_was_left_out_was_not_said_where_nothing_could_be_compared() -> None:
    failed = agreement_of([a_sample(None, status=Status.FAILED)], {})
    assert overall_sentence(overall_of([failed])).endswith("nothing to compare. 1 left out: 1 failed.")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(0, 0), "–"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.99999, "99.9 %"),
        (0.00001, "0.1 %"),
        (Share(1, 3), "33.3 %"),
    ],
)
def test_all_and_none_are_said_only_of_all_and_none(share: Share | float, shown: str) -> None:
    assert percent(share) == shown


def test_an_interval_was_rounded_to_certainty() -> None:
    assert interval_phrase(wilson(Share(99_999, 100_000))) == "95 %: 99.9 to 99.9 %"
    assert interval_phrase(wilson(Share(100_000, 100_000))) == "95 %: 99.9 to 100.0 %"
    assert interval_phrase(None) == ""


def served(*groups: str, unknown: int = 0) -> Split[tuple[str, ...]]:
    """Split completions by fingerprint: each group is its fingerprint and the texts, like `fp_a:xxy`."""
    members = [((group.split(":")[0],), text) for group in groups for text in group.split(":")[1]]
    return Split(tuple(members), unknown)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (served(), ""),
        (served(unknown=2), "No fingerprint was reported, so a change of backends cannot be ruled out."),
        (served("fp_a:xx"), "All say fp_a."),
        (served("fp_a:xy"), "All say fp_a, and yet they differ."),
        (served("fp_a:x"), "One completion says fp_a."),
        (served("fp_a:xy", unknown=1), "2 completions say fp_a, and yet they differ. 1 completion came without one."),
        (
            served("b1-abc:xy"),
            "All say b1-abc, and yet they differ. It names the server's build (llama.cpp), not the model or its "
            "settings.",
        ),
        (
            served("m-1:xx"),
            "All say m-1. It repeats the model's name (LM Studio), so it cannot tell backends apart.",
        ),
        (
            served("fp_a:x", "fp_b:y"),
            "No two completions share a fingerprint, so whether it explains anything cannot be told: 0 % of 1 pair "
            "identical.",
        ),
        (
            served("fp_a:xxxx", "fp_b:yyyy"),
            "Every difference is across fingerprints: 100 % of 12 pairs identical within one, 0 % of 16 pairs across "
            "(p = 0.034).",
        ),
        (
            served("fp_a:xx", "fp_b:y"),
            "Every difference is across fingerprints, which may be chance: 100 % of 1 pair identical within one, 0 % "
            "of 2 pairs across (p = 0.304).",
        ),
        (
            served("fp_a:xxx", "fp_b:xx", unknown=3),
            "Fingerprints differ, and the texts do not: 100 % of 4 pairs identical within one, 100 % of 6 pairs "
            "across. 3 completions came without one.",
        ),
        (
            served("fp_a:xy", "fp_b:xy"),
            "Whether the fingerprint explains any of the differences cannot be told from chance: 0 % of 2 pairs "
            "identical within one, 50.0 % of 4 pairs across (p = 1.000).",
        ),
    ],
)
def test_a_sentence_says_whether_the_fingerprint_explains_anything(
    found: Split[tuple[str, ...]], expected: str
) -> None:
    assert fingerprint_sentence(found, "m-1") == expected


def test_the_fingerprint_explains_some_of_what_differs() -> None:
    said = fingerprint_sentence(served("fp_a:" + "x" * 19 + "y", "fp_b:" + "z" * 20))
    assert said.startswith("The fingerprint explains some of the differences: 95.0 % of 380 pairs identical within one")
    assert said.endswith("(p = 0.001).")


@given(st.lists(st.text(st.sampled_from("xyz"), max_size=4), min_size=1, max_size=4), st.integers(0, 2))
def test_every_way_of_serving_has_a_sentence(groups: list[str], unknown: int) -> None:
    found = served(*(f"fp_{number}:{said}" for number, said in enumerate(groups)), unknown=unknown)
    said = fingerprint_sentence(found, "m-1")
    assert bool(said) == bool(found.members or unknown)
    assert "–" not in said
    differ = len({text for _, text in found.members}) > 1
    assert ("texts do not" in said) <= (not differ)
    assert ("yet they differ" in said) <= differ


@pytest.mark.parametrize("unknown", [0, 1])
def test_whatever_a_server_calls_itself_is_displayable(unknown: int) -> None:
    name = ("fp\n\x1b[31m" + "x" * 200,)
    said = fingerprint_sentence(Split(((name, "x"), (name, "y")), unknown))
    assert said.isprintable()
    assert len(said) < 200
