"""Agreement as it is shown: versions, figures, tables, many requests, timelines in sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.agreement import answer_finder
from seedtui.core.agreement.agreement import Agreement, agreement_of
from seedtui.core.agreement.asked import asked, differing
from seedtui.core.agreement.findings import findings
from seedtui.core.agreement.overall import measurements, overall_of
from seedtui.core.agreement.overview import entries
from seedtui.core.agreement.timeline import timelines
from seedtui.core.agreement.timeline_phrases import timeline_sentence
from seedtui.core.request import Request
from seedtui.core.run import Status
from seedtui.core.sample import Sample

BEGAN = datetime(2026, 11, 3, 12, tzinfo=UTC)


def sample(run_id: int, text: str | None, *, digest: str = "d", fingerprint: str = "fp_a", index: int = 0) -> Sample:
    return Sample(
        run_id=run_id,
        index=-1 if text is None else index,
        digest=digest,
        endpoint="openai",
        model="m-1",
        served_model="m-1-snapshot",
        fingerprints=(fingerprint,) if fingerprint else (),
        created_at=BEGAN + timedelta(days=run_id),
        status=Status.FAILED if text is None else Status.COMPLETE,
        identity=text or "",
        whole=text is not None,
    )


def found(samples: list[Sample]) -> Agreement:
    texts = {(one.run_id, one.index): one.identity for one in samples}
    return agreement_of(samples, texts)


def test_versions_say_where_they_part_from_the_commonest() -> None:
    shown = findings(found([*(sample(n, "The sky is blue.") for n in (1, 2)), sample(3, "The sky is grey.")]))
    assert [(one.count, one.first, one.second, one.parts_at, one.words) for one in shown.versions] == [
        (2, (1, 0), (2, 0), None, "The sky is blue."),
        (1, (3, 0), None, 4, "… is grey."),
    ]
    assert shown.figures[:2] == (
        "N = 3",
        "identical pairs 33.3 % (1 of 3; 95 %: 0.0 to 100.0 %)",
    )


def test_fingerprints_are_split_within_and_across() -> None:
    samples = [sample(n, "A", fingerprint="fp_a") for n in range(1, 5)]
    samples += [sample(n, "B", fingerprint="fp_b") for n in range(5, 9)] + [sample(9, "B", fingerprint="")]
    (table,) = findings(found(samples)).tables
    assert [(one.name, one.n, one.pairs) for one in table.groups] == [
        ("fp_a", 4, (6, 6)),
        ("fp_b", 4, (6, 6)),
        ("not reported", 1, (0, 0)),
        ("all within one", None, (12, 12)),
        ("all across two", None, (0, 16)),
    ]
    assert table.sentence.startswith("Every difference is across fingerprints")


def test_choices_have_a_table_of_their_own() -> None:
    samples = [sample(run, text, index=index) for run in (1, 2) for index, text in enumerate("AB")]
    table = findings(found(samples)).tables[-1]
    assert [(one.name, one.pairs) for one in table.groups] == [
        ("two choices of one run", (0, 2)),
        ("the same choice of two runs", (2, 2)),
    ]


def test_nothing_and_one_and_failures_are_told() -> None:
    assert findings(found([])).sentence == "No completion has come to its end yet."
    assert findings(found([sample(1, "A")])).figures == ("N = 1",)
    assert findings(found([sample(1, None)])).sentence.endswith("1 left out: 1 failed.")


DRAWN = st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from(["x 1", "x 2", "y", None])), max_size=25)


@given(DRAWN)
def test_an_overview_counts_as_agreements_do(drawn: list[tuple[str, str | None]]) -> None:
    samples = [sample(number, text, digest=digest) for number, (digest, text) in enumerate(drawn, 1)]
    finder = answer_finder("[0-9]")
    known = {one.identity: finder.find(one.identity) for one in samples}
    listed = entries(samples)
    for entry in listed:
        entry.answer(known)
    texts = {(one.run_id, one.index): one.identity for one in samples}
    every = [agreement_of(one.samples, texts, finder=finder) for one in measurements(samples)]
    assert overall_of(listed) == overall_of(every)
    shares = [entry.tally.pairs.value for entry in listed if entry.n > 1]
    assert shares == sorted(shares, key=lambda share: share or 0.0)
    assert [entry.n > 1 for entry in listed] == sorted((entry.n > 1 for entry in listed), reverse=True)


def test_a_timeline_is_told_in_a_sentence() -> None:
    samples = [sample(n, "A", fingerprint="fp_a") for n in range(4)]
    samples += [sample(n, "B", fingerprint="fp_b") for n in range(9, 11)] + [sample(12, "B", fingerprint="")]
    (line,) = timelines(samples)
    assert timeline_sentence(line, UTC) == (
        "2 fingerprints since 3 Nov 2026: fp_a → fp_b on 12 Nov 2026; 100 % of pairs identical (7 of 7) within, "
        "0 % (0 of 8) across. 1 run came without one."
    )


def test_one_fingerprint_and_none_are_told_too() -> None:
    (one,) = timelines([sample(0, "A", fingerprint="fp_ollama")])
    assert timeline_sentence(one, UTC) == (
        "fp_ollama since 3 Nov 2026, which cannot tell backends apart (constant); "
        "no pair of one request to compare within."
    )
    (none,) = timelines([sample(0, "A", fingerprint="")])
    assert timeline_sentence(none, UTC) == "No fingerprint was ever reported (1 run)."


def test_a_request_is_told_by_what_the_user_says_last_and_by_what_differs() -> None:
    first, second = (
        asked(
            Request({"model": "m\x1b", "seed": 1, "stop": stop, "messages": [{"role": "user", "content": "Say\nhi"}]})
        )
        for stop in ("a", "b")
    )
    assert (first.words, first.model, first.phrases) == ("Say hi", "m␛", ["seed 1", "stop a"])
    assert differing([first, second]) == ["stop"]
    assert asked(Request({"prompt": ""})).words == "(nothing asked)"
    assert asked(Request({"messages": [{"role": "user", "content": [{"text": "part"}, 3]}]})).words == "part"
