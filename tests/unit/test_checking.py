"""What passes a check, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.agreement.answers import answer_finder
from seedtui.core.checking import (
    Check,
    Outcome,
    Rule,
    as_object,
    checked_by,
    exit_status,
    has_text,
    judge,
    setting_of,
    summary,
    unsent_sentence,
)
from seedtui.core.run import Completion, Run, RunError, Status
from seedtui.core.series import Plan
from support.runs import a_run

STORY = "The crew set out for Mars. They left. Answer: B"
OTHER = "The crew set out for Venus. They left. Answer: B"
LETTER = answer_finder(r"Answer: (\w)")
REFUSED = RunError("http", "The endpoint wants another key.", 401)


def one(a: str = STORY, b: str | None = STORY, rule: Rule | None = None, **facts: Any) -> Check:
    """Judge a run of one choice against a baseline with the same request, unless the facts say otherwise."""
    checks = judge(a_run(a, seed=123), a_run(b, **{"id": 2, "seed": 123, **facts}), rule or Rule())
    assert len(checks) == 1
    return checks[0]


def with_choices(run: Run, *texts: str) -> Run:
    return replace(run, completions=tuple(Completion(index, text, "stop") for index, text in enumerate(texts)))


def test_the_same_text_passes() -> None:
    check = one()
    assert (check.passed, check.sign, check.similarity) == (True, "=", 1.0)
    assert check.line == "= #1 → #2  Identical: same request, seed 123."


def test_another_text_does_not_and_says_how_alike() -> None:
    check = one(b=OTHER)
    assert (check.outcome, check.sign) == (Outcome.DIFFERENT, "≠")
    assert check.why == "Same request, seed and fingerprint, yet the outputs part at word 6. 90 % alike."
    assert check.similarity == pytest.approx(0.9)


def test_the_same_text_of_another_backend_passes_and_says_so() -> None:
    check = one(fingerprint="fp_new")
    assert check.passed
    assert check.why == "Identical, although the backend changed (fp_fefa7b2153 → fp_new)."
    assert check.as_json()["fingerprints"] == {"a": "fp_fefa7b2153", "b": "fp_new"}


@pytest.mark.parametrize(
    ("text", "status", "error", "said"),
    [
        (None, Status.FAILED, REFUSED, "The new run failed: The endpoint wants another key."),
        (None, Status.CANCELLED, None, "The new run was cancelled."),
        (None, Status.ENDED_WITHOUT_REASON, None, "B stopped before its first word (ended without a reason)."),
        ("The crew", Status.CANCELLED, None, "The same as far as B goes: B stopped at word 2 (cancelled)."),
        (STORY, Status.FAILED, REFUSED, "Identical as far as both go"),
        (OTHER, Status.FAILED, REFUSED, "The new run failed: The endpoint wants another key."),
        ("The crew", Status.ENDED_WITHOUT_REASON, None, "The same as far as B goes"),
    ],
)
@pytest.mark.parametrize("rule", [Rule(), Rule(similarity=0.99), Rule(answer=LETTER)], ids=["text", "alike", "answer"])
def test_what_was_not_answered_to_its_end_is_trouble(
    text: str | None, status: Status, error: RunError | None, said: str, rule: Rule
) -> None:
    check = one(b=text, status=status, error=error, finish_reason=None, rule=rule)
    assert (check.outcome, check.sign) == (Outcome.TROUBLE, "!")
    assert said in check.why


def test_an_end_without_a_reason_passes_with_the_same_text() -> None:
    """Some servers never give a reason."""
    assert one(status=Status.ENDED_WITHOUT_REASON, finish_reason=None).passed


def test_a_choice_that_came_to_its_end_is_judged_though_the_run_was_cancelled() -> None:
    assert one(status=Status.CANCELLED).passed


@pytest.mark.parametrize("rule", [Rule(), Rule(similarity=1)])
def test_texts_cut_at_the_same_limit_compare_as_texts(rule: Rule) -> None:
    baseline, run = (a_run(text, finish_reason="length", seed=1) for text in ("The crew set out", "The crew"))
    assert [check.outcome for check in judge(baseline, run, rule)] == [Outcome.DIFFERENT]


def test_a_text_cut_where_the_baseline_ended_by_itself_is_trouble() -> None:
    check = one("The crew set out", "The crew", finish_reason="length")
    assert (check.outcome, check.why) == (
        Outcome.TROUBLE,
        "The same as far as B goes: B stopped at word 2 (cut at max_tokens 200).",
    )


@pytest.mark.parametrize(
    ("a", "b", "outcome", "said"),
    [
        (STORY, STORY, Outcome.SAME, "The same answer, B. Identical"),
        (STORY, OTHER, Outcome.SAME, "The same answer, B. Same request, seed and fingerprint, yet"),
        (STORY, "Answer: C", Outcome.DIFFERENT, "Another answer, B → C."),
        (STORY, "Well.", Outcome.DIFFERENT, "No answer is found in the new text; the baseline's is B."),
        ("Well.", STORY, Outcome.TROUBLE, "No answer is found in the baseline"),
        ("Well.", "Well.", Outcome.TROUBLE, "No answer is found in the baseline"),
    ],
)
def test_answers(a: str, b: str, outcome: Outcome, said: str) -> None:
    check = one(a, b, Rule(answer=LETTER))
    assert check.outcome is outcome
    assert check.why.startswith(said)


def test_another_text_with_the_same_answer_has_a_sign_of_its_own() -> None:
    assert one(b=OTHER, rule=Rule(answer=LETTER)).sign == "≈"


def test_long_answers_show_where_they_differ() -> None:
    finder = answer_finder("(?s).*")
    check = one("a" * 100 + "x", "a" * 100 + "y", Rule(answer=finder))
    assert "ax → …" in check.why
    assert check.why.split(".")[0].endswith("ay")


def test_a_pointer_finds_answers() -> None:
    check = one('{"answer": 1, "n": 1}', '{"answer": 1.0, "n": 2}', Rule(answer=answer_finder("/answer")))
    assert (check.outcome, check.why.split(".")[0]) == (Outcome.SAME, "The same answer, 1")


def test_a_pattern_that_takes_for_ever_is_trouble() -> None:
    text = "a" * 5000 + "!"
    check = one(text, text, Rule(answer=answer_finder(r"(a|aa|a*)*b\1(?<!x)c|(a+)+$d")))
    assert check.outcome is Outcome.TROUBLE


@pytest.mark.parametrize(("least", "passed"), [(0.9, True), (0.901, False), (0, True), (1, False)])
def test_similarity(least: float, passed: bool) -> None:
    check = one(b=OTHER, rule=Rule(similarity=least))
    assert check.passed is passed
    assert check.why.startswith(f"Similarity 0.9, {least:g} is {'asked for' if passed else 'wanted'}. Same request")


def test_choices_are_compared_by_their_index() -> None:
    baseline, run = with_choices(a_run(n=3), "a", "b", "c"), with_choices(a_run(id=2, n=3), "a", "x", "c")
    checks = judge(baseline, run, Rule())
    assert [(check.baseline, check.name, check.outcome.value) for check in checks] == [
        ("1.0", "2.0", "same"),
        ("1.1", "2.1", "different"),
        ("1.2", "2.2", "same"),
    ]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [("ab", "a", "The new run has no choice 1."), ("a", "ab", "The baseline has no choice 1 to compare with.")],
)
def test_a_missing_choice_is_trouble(a: str, b: str, said: str) -> None:
    first, second = judge(with_choices(a_run(), *a), with_choices(a_run(id=2), *b), Rule())
    assert (first.passed, second.outcome, second.why) == (True, Outcome.TROUBLE, said)
    assert second.as_json()["verdict"] is None
    assert second.as_json()["similarity"] is None


def test_a_run_that_could_not_be_kept_has_no_name() -> None:
    check = one(b=None, id=0, status=Status.FAILED, error=RunError("disk", "The disk is full."))
    words = "Generate a short story about a journey to Mars."
    assert check.line == f"! #1  The new run failed: The disk is full. ({words})"
    assert check.as_json()["run"] is None


def test_what_is_said_can_act_on_nothing() -> None:
    rule = Rule(answer=answer_finder("(?s)x(.*)"))
    for other in ("x\x1b[31m\nred", "x\x9b2J", "x\u202e\ud83d"):
        for check in (one("x", other, rule), one(other, "x", rule), one(other, other, rule)):
            assert check.line.isprintable()


texts = st.sampled_from(["", "a", "a b", "a b c", "a b c d", "x", "Answer: B", "a b\n"]) | st.text(max_size=10)
statuses = st.sampled_from([status for status in Status if status is not Status.STREAMING])
reasons = st.sampled_from([None, "stop", "length"])
rules = st.one_of(
    st.just(Rule()), st.floats(0, 1).map(lambda least: Rule(similarity=least)), st.just(Rule(answer=LETTER))
)


@given(texts, texts, statuses, statuses, reasons, reasons, rules)
def test_nothing_passes_that_was_not_answered(
    a: str, b: str, status_a: Status, status_b: Status, reason_a: str | None, reason_b: str | None, rule: Rule
) -> None:
    baseline = a_run(a, status=status_a, finish_reason=reason_a)
    run = a_run(b, id=2, status=status_b, finish_reason=reason_b)
    (check,) = judge(baseline, run, rule)
    assert check.why.isprintable()
    assert check.passed == (check.sign in "=≈")
    if check.passed and rule == Rule():
        assert a == b
    if check.passed:
        assert reason_b in ("stop",) or status_b in (Status.COMPLETE, Status.ENDED_WITHOUT_REASON)
    if a == b and status_a is status_b is Status.COMPLETE and rule.answer is None:
        assert check.passed


@given(st.lists(st.sampled_from(Outcome), max_size=8))
def test_trouble_outranks_a_difference(outcomes: list[Outcome]) -> None:
    checks = [Check(baseline=str(number), outcome=one, why="So.") for number, one in enumerate(outcomes, 1)]
    found = as_object(checks)
    if not checks or found["trouble"]:
        assert exit_status(checks) == 2
    else:
        assert exit_status(checks) == (1 if found["different"] else 0)
    assert found["same"] + found["different"] + found["trouble"] == len(found["results"]) == len(checks)
    assert found["checked"] == 0
    assert bool(unsent_sentence(checks)) == (Outcome.NOT_SENT in outcomes)


def test_the_summary() -> None:
    same, different = one(), one(b=OTHER)
    failed = one(b=None, status=Status.FAILED, error=REFUSED)
    unsent = Check(baseline="5", outcome=Outcome.NOT_SENT, why="Not sent: it was interrupted before.")
    nowhere = Check(baseline="6", outcome=Outcome.TROUBLE, why="It names no endpoint.")
    assert summary([same, same, different, failed]) == "4 checked: 2 the same, 1 different, 1 trouble."
    assert summary([same, nowhere, unsent]) == "1 of 3 checked: 1 the same, 1 trouble, 1 not sent."
    assert summary([nowhere]) == "0 of 1 checked: 1 trouble."
    assert as_object([same, nowhere, unsent])["checked"] == 1
    assert unsent_sentence([same, nowhere, unsent]) == "Not checked: #5."
    many = [Check(baseline=str(number), outcome=Outcome.NOT_SENT, why="So.") for number in range(1, 31)]
    assert unsent_sentence(many).endswith("#20 and 10 more.")


def test_a_series_knows_which_baselines_it_checks() -> None:
    baseline = a_run(id=41)
    plan = Plan.from_json(Plan((setting_of(baseline, "box"),), 1).as_json())
    assert (plan.settings[0].endpoint, checked_by(plan.settings[0])) == ("box", 41)
    assert checked_by(replace(plan.settings[0], labels=(("seed", 41),))) is None
    assert checked_by(replace(plan.settings[0], labels=(("baseline", "x"),))) is None


def test_what_has_a_text() -> None:
    assert has_text(a_run())
    assert not has_text(a_run(""))
    assert not has_text(a_run(None))
