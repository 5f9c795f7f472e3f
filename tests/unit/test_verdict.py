"""Every row of the verdict table, in its order, and the side notes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.fingerprint import FingerprintClass, classify
from seedtui.core.run import Completion, RunError, Side, Status
from seedtui.core.verdict import Code, Verdict, verdict
from support.runs import a_run, a_side

REFUSED = RunError("http", "The endpoint refused the key (401): check OPENAI_API_KEY.", 401)
TEXT = "In the year 2050, a team of courageous astronauts embarked."
OTHER = "In the year 2050, a team of astronauts set out."


def judged(a: dict[str, Any], b: dict[str, Any]) -> Verdict:
    return verdict(a_side(**a), a_side(**b))


def test_a_side_that_failed_without_text_has_no_text() -> None:
    found = judged({"text": TEXT, "seed": 1}, {"text": None, "seed": 1, "status": Status.FAILED, "error": REFUSED})
    assert (found.code, found.sentence) == (Code.NO_TEXT, "B has no text: the endpoint answered 401.")


def test_no_text_comes_before_everything_else() -> None:
    failed = {"text": None, "status": Status.FAILED, "error": RunError("dns", "No such host: x.invalid.")}
    found = judged(failed, {**failed, "temperature": 0.1})
    assert found.code is Code.NO_TEXT
    assert found.sentence == "Neither has a text: no such host: x.invalid."


def test_same_texts_of_different_requests() -> None:
    found = judged({"text": TEXT, "seed": 1}, {"text": TEXT, "seed": 1, "temperature": 0.2})
    assert found.code is Code.SAME_DESPITE_REQUEST
    assert found.sentence == "Identical, although temperature differs (0.7 → 0.2)."


def test_same_texts_without_a_seed() -> None:
    found = judged({"text": TEXT}, {"text": TEXT})
    assert (found.code, found.sentence) == (Code.SAME_UNSEEDED, "Identical, without a seed.")


@pytest.mark.parametrize(
    ("b", "sentence"),
    [
        ({"fingerprint": "fp_b"}, "Identical, although the backend changed (fp_fefa7b2153 → fp_b)."),
        ({"served_model": "m-2"}, "Identical, although the served model changed (m-1 → m-2)."),
        ({"endpoint": "azure"}, "Identical, although the endpoint changed (openai → azure)."),
        ({"fingerprint": None}, "Identical, although the fingerprint changed (fp_fefa7b2153 → not reported)."),
    ],
)
def test_same_texts_across_backends(b: dict[str, Any], sentence: str) -> None:
    found = judged({"text": TEXT, "seed": 1}, {"text": TEXT, "seed": 1, **b})
    assert (found.code, found.sentence) == (Code.REPRODUCED_ACROSS_BACKENDS, sentence)


@pytest.mark.parametrize("fingerprint", ["fp_fefa7b2153", "fp_ollama", "b0-unknown", None])
def test_same_texts_of_the_same_request_and_seed(fingerprint: str | None) -> None:
    side = {"text": TEXT, "seed": 123, "fingerprint": fingerprint}
    found = judged(side, side)
    assert (found.code, found.sentence) == (Code.REPRODUCED, "Identical: same request, seed 123.")


@pytest.mark.parametrize(
    ("status", "reason", "how"),
    [
        (Status.CANCELLED, None, "stopped at word 4 (cancelled)"),
        (Status.FAILED, None, "stopped at word 4 (failed)"),
        (Status.INTERRUPTED, None, "stopped at word 4 (interrupted)"),
        (Status.ENDED_WITHOUT_REASON, None, "stopped at word 4 (ended without a reason)"),
        (Status.COMPLETE, "length", "stopped at word 4 (cut at max_tokens 200)"),
        (Status.STREAMING, None, "has come to word 4 (still streaming)"),
    ],
)
def test_a_text_that_stopped_early_is_incomplete(status: Status, reason: str | None, how: str) -> None:
    short = {"text": "In the year 2050", "status": status, "finish_reason": reason}
    found = judged({"text": TEXT}, short)
    assert (found.code, found.sentence) == (Code.INCOMPLETE, f"The same as far as B goes: B {how}.")
    assert judged(short, {"text": TEXT}).sentence == f"The same as far as A goes: A {how}."


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED, Status.INTERRUPTED])
@pytest.mark.parametrize(
    ("seed", "code", "said"),
    [
        (1, Code.REPRODUCED, "Identical as far as both go: same request, seed 1."),
        (None, Code.SAME_UNSEEDED, "Identical as far as both go, without a seed."),
    ],
)
def test_equal_beginnings_of_broken_runs_are_called_beginnings(
    status: Status, seed: int | None, code: Code, said: str
) -> None:
    side = {"text": "In the year 2050", "seed": seed, "status": status, "finish_reason": None}
    found = judged(side, side)
    assert found.code is code
    assert found.sentence == f"{said} B stopped at word 4 ({status.phrase})."


def test_texts_that_still_stream_are_not_called_identical() -> None:
    side = {"text": "In the year 2050", "seed": 1, "status": Status.STREAMING, "finish_reason": None}
    found = judged(side, side)
    assert found.code is Code.INCOMPLETE
    assert found.sentence == "The same as far as both go: B has come to word 4 (still streaming)."


def test_a_changed_build_explains_nothing_for_certain() -> None:
    """llama.cpp's fingerprint names its build: another one is no proof of another backend, nor the same of the same."""
    a = {"text": TEXT, "seed": 1, "fingerprint": "b100-aa"}
    found = judged(a, {**a, "text": OTHER, "fingerprint": "b200-bb"})
    assert found.code is Code.UNEXPLAINED
    assert "the fingerprint changed (b100-aa → b200-bb), but it names only the server's build" in found.sentence


def test_equal_texts_of_a_server_that_gives_no_reason_are_reproduced() -> None:
    side = {"text": TEXT, "seed": 1, "status": Status.ENDED_WITHOUT_REASON, "finish_reason": None}
    assert judged(side, side).code is Code.REPRODUCED


def test_a_seed_that_is_no_number_is_not_called_unsent() -> None:
    side = {"text": TEXT, "seed": "7"}
    assert judged(side, side).sentence == 'Identical: same request, seed "7".'


def test_a_beginning_that_ended_by_itself_is_a_difference() -> None:
    assert judged({"text": TEXT, "seed": 1}, {"text": "In the year 2050", "seed": 1}).code is Code.NOT_REPRODUCED


def test_incomplete_comes_before_a_changed_request() -> None:
    """Cut at fewer tokens, the text is a beginning of the other: that explains it, before the parameter does."""
    short = {"text": "In the year", "finish_reason": "length", "max_tokens": 3}
    assert judged({"text": TEXT}, short).code is Code.INCOMPLETE


def test_different_texts_of_different_requests() -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Write about Mars."}]
    edited = [messages[0], {"role": "user", "content": "Write about Venus."}]
    found = judged({"text": TEXT, "messages": messages}, {"text": OTHER, "messages": edited, "temperature": 0.2})
    assert found.code is Code.REQUEST_CHANGED
    assert found.sentence == "Expected: temperature 0.7 → 0.2, message 2 edited."
    assert [change.field for change in found.changes] == ["temperature", "messages[1]"]


def test_a_seed_on_one_side_is_a_changed_request() -> None:
    found = judged({"text": TEXT}, {"text": OTHER, "seed": 123})
    assert (found.code, found.sentence) == (Code.REQUEST_CHANGED, "Expected: seed not sent → 123.")
    assert found.as_json()["request_changes"] == [{"field": "seed", "a": None, "b": 123}]


def test_different_texts_without_a_seed() -> None:
    found = judged({"text": TEXT}, {"text": OTHER})
    assert (found.code, found.sentence) == (Code.UNSEEDED, "Expected: no seed was sent.")


@pytest.mark.parametrize(
    ("b", "sentence"),
    [
        ({"fingerprint": "fp_b"}, "Backend changed: fp_fefa7b2153 → fp_b."),
        ({"served_model": "m-2"}, "Backend changed: the served model, m-1 → m-2."),
        ({"extra": {"provider": "Z"}}, "Backend changed: the provider, Y → Z."),
        ({"endpoint": "azure"}, "Backend changed: the endpoint, openai → azure."),
    ],
)
def test_different_texts_from_different_backends(b: dict[str, Any], sentence: str) -> None:
    found = judged(
        {"text": TEXT, "seed": 1, "extra": {"provider": "Y"}},
        {"text": OTHER, "seed": 1, "extra": {"provider": "Y"}} | b,
    )
    assert (found.code, found.sentence) == (Code.BACKEND_CHANGED, sentence)


@pytest.mark.parametrize(
    ("fingerprint", "model", "reason"),
    [
        ("fp_ollama", "m-1", "fp_ollama is a constant"),
        ("b4567-abc1234", "m-1", "b4567-abc1234 names only the server's build"),
        ("m-1", "m-1", "m-1 is only the model's name"),
        (None, "m-1", "no fingerprint was reported"),
    ],
)
def test_different_texts_and_a_fingerprint_that_cannot_tell(fingerprint: str | None, model: str, reason: str) -> None:
    side = {"seed": 1, "fingerprint": fingerprint, "served_model": model}
    found = judged({"text": TEXT, **side}, {"text": OTHER, **side})
    assert found.code is Code.UNEXPLAINED
    assert found.sentence == f"Same request and seed; {reason}, so a backend change cannot be ruled out."


def test_not_reported_is_never_the_same_as_reported() -> None:
    found = judged({"text": TEXT, "seed": 1}, {"text": OTHER, "seed": 1, "fingerprint": None})
    assert found.code is Code.UNEXPLAINED
    assert "B has no fingerprint" in found.sentence


def test_different_texts_and_all_the_same() -> None:
    found = judged({"text": TEXT, "seed": 1}, {"text": OTHER, "seed": 1})
    assert found.code is Code.NOT_REPRODUCED
    assert found.sentence == "Same request, seed and fingerprint, yet the outputs part at word 8."


def test_a_failed_side_with_text_is_compared() -> None:
    failed = {"text": OTHER, "seed": 1, "status": Status.FAILED, "error": REFUSED, "finish_reason": None}
    assert judged({"text": TEXT, "seed": 1}, failed).code is Code.NOT_REPRODUCED


def test_temperature_1_and_1_point_0_are_one_request() -> None:
    assert judged({"text": TEXT, "temperature": 1}, {"text": TEXT, "temperature": 1.0}).code is Code.SAME_UNSEEDED


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"temperature": 0.7}, "temperature is 0.7: above 0, tokens are drawn at random from the seed"),
        (
            {"extra": {"usage": {"prompt_tokens_details": {"cached_tokens": 31}}}},
            "B took 31 prompt tokens from a cache",
        ),
        ({"extra": {"service_tier": "flex"}}, "B was served in tier flex"),
        ({"retries": 2}, "B was sent again 2 times"),
        ({"extra": {"x_groq": {"seed": 7}}}, "B was answered with seed 7, though 1 was sent"),
        ({"extra": {"choices": [{"seed": 7}]}}, "B was answered with seed 7, though 1 was sent"),
        ({"fingerprint": ("fp_a", "fp_b")}, "B reported 2 fingerprints in one stream"),
        ({"status": Status.CANCELLED}, "B was cancelled"),
    ],
)
def test_side_notes_say_what_was_recorded(facts: dict[str, Any], note: str) -> None:
    assert note in judged({"text": TEXT, "seed": 1}, {"text": OTHER, "seed": 1, **facts}).notes


@pytest.mark.parametrize(
    ("a", "b", "only"),
    [
        ("One.", "One.\n", "a trailing line break"),
        ("One.", "One.\r\n", "a trailing line break"),
        ("One.\r\nTwo.\r\n", "One.\nTwo.\n", "line ends (CR LF and LF)"),
        ("One.\r\nTwo.", "One.\nTwo. ", "white space"),
        ("One.", "One.\n\n", "white space"),
        ("One two", "One  two", "white space"),
        ("One two", "Onetwo", "white space"),
        ("A caf\u00e9.", "A cafe\u0301.", "Unicode normalization (NFC and NFD forms of the same characters)"),
        (
            "\ud55c\uad6d",
            "\u1112\u1161\u11ab\uad6d",
            "Unicode normalization (NFC and NFD forms of the same characters)",
        ),
        ("One Two", "one two", "capital letters"),
        ("STRASSE \u03a3", "strasse \u03c2", "capital letters"),
        ("One Two", "one  two", None),
        ("A caf\u00e9.", "A Cafe\u0301.", None),
        ("One two", "One three", None),
        ("One", "", None),
        ("One\r", "One\n\r", "white space"),
    ],
)
def test_what_alone_differs_is_noted(a: str, b: str, only: str | None) -> None:
    for left, right in ((a, b), (b, a)):
        notes = judged({"text": left, "seed": 1}, {"text": right, "seed": 1}).notes
        said = [note for note in notes if note.startswith("the texts differ only in")]
        assert said == ([f"the texts differ only in {only}"] if only else [])


def test_of_a_text_still_coming_no_one_says_in_what_alone_it_differs() -> None:
    notes = judged({"text": "One.\n"}, {"text": "One.", "status": Status.STREAMING, "finish_reason": None}).notes
    assert not any("differ only" in note for note in notes)


@pytest.mark.parametrize(
    ("seed", "noted"), [(-1, True), (2**63 - 1, True), (0xFFFFFFFF, True), (0, False), (123, False)]
)
def test_seeds_that_llama_cpp_reads_as_random_are_noted(seed: int, noted: bool) -> None:
    side = {"seed": seed, "fingerprint": "b0-unknown"}
    notes = judged({"text": TEXT, **side}, {"text": OTHER, **side}).notes
    assert any("which llama.cpp reads as random" in note for note in notes) == noted


def test_choices_of_one_run_are_told_apart() -> None:
    run = a_run(TEXT, seed=1, n=2)
    left, right = Side(run, Completion(0, TEXT, "stop")), Side(run, Completion(1, OTHER, "stop"))
    assert "the two are different choices of one request, which servers sample apart" in verdict(left, right).notes


@pytest.mark.parametrize(
    ("fingerprint", "model", "expected"),
    [
        ("fp_44709d6fcb", "gpt-4o", FingerprintClass.INFORMATIVE),
        ("vllm-0.19.0-tp2-1a2b3c4d", "llama", FingerprintClass.INFORMATIVE),
        ("b0-unknown", "SmolLM2", FingerprintClass.BUILD_ONLY),
        ("b6123-a1b2c3d4", "SmolLM2", FingerprintClass.BUILD_ONLY),
        ("qwen2.5-7b", "qwen2.5-7b", FingerprintClass.MODEL_NAME),
        ("fp_ollama", "llama3", FingerprintClass.CONSTANT),
        ("", "x", FingerprintClass.ABSENT),
        (None, None, FingerprintClass.ABSENT),
    ],
)
def test_fingerprints_have_a_class(fingerprint: str | None, model: str | None, expected: FingerprintClass) -> None:
    assert classify(fingerprint, model) is expected


_sides = st.builds(
    a_side,
    st.sampled_from([None, "", "a", "a b", "a c"]),
    status=st.sampled_from(Status),
    finish_reason=st.sampled_from([None, "stop", "length"]),
    fingerprint=st.sampled_from([None, "fp_a", "fp_b", "fp_ollama", "b1-x", "m-1"]),
    served_model=st.sampled_from([None, "m-1", "m-2"]),
    endpoint=st.sampled_from(["", "x", "y"]),
    seed=st.sampled_from([None, 1]),
    temperature=st.sampled_from([None, 0, 0.7]),
)


@given(_sides, _sides)
def test_every_pair_has_a_verdict_that_agrees_with_the_texts(a: Side, b: Side) -> None:
    found = verdict(a, b)
    assert found.equal == (a.text == b.text)
    same = {Code.SAME_DESPITE_REQUEST, Code.SAME_UNSEEDED, Code.REPRODUCED_ACROSS_BACKENDS, Code.REPRODUCED}
    if found.code is Code.INCOMPLETE:
        assert a.text.startswith(b.text) or b.text.startswith(a.text)
    elif found.code is not Code.NO_TEXT:
        assert (found.code in same) == found.equal
    assert "deterministic" not in found.sentence
    assert found.sentence.endswith(".")
