"""Every filter of the query language, and free text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from seedtui.core.query import FILTERS, parse_query
from seedtui.core.request import Request
from seedtui.core.run import Completion, Run, Status
from seedtui.history import History
from support.runs import STORY, a_run


def at(run: Run, day: int, hour: int = 0, second: int = 0) -> Run:
    return replace(run, created_at=datetime(2026, 11, day, hour, 0, second, tzinfo=UTC))


RUNS = {
    "plain": at(a_run("Once upon a time."), 1),
    "seeded": at(a_run("Once upon a time.", seed=123, endpoint="local"), 1, hour=12),
    "zero": at(a_run("In the year 2050.", seed=0, fingerprint=None), 2),
    "minus": at(a_run("우주로 가는 길", seed=-1, fingerprint=("fp_old", "fp_ollama")), 3),
    "huge": at(a_run("ÇA VA, Straße", seed=2**63 - 1, model="other_model", served_model="m-1-2026"), 4),
    "odd": at(a_run("100% _sure_ \\ \x00 null", seed=2**70, model="m_1"), 5),
    "failed": at(a_run(None, status=Status.FAILED, seed=1230, endpoint="loc"), 5, second=1),
}


@pytest.fixture
def names(history: History) -> dict[int, str]:
    ids, _ = history.add(RUNS.values(), [None] * len(RUNS))
    return dict(zip(ids, RUNS, strict=True))


def find(history: History, names: dict[int, str], typed: str) -> str:
    return " ".join(names[row.id] for row in reversed(history.page(parse_query(typed))))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("seed:123", "seeded"),
        ("seed:0", "zero"),
        ("seed:-1", "minus"),
        ("seed:+123", "seeded"),
        ("seed:9223372036854775807", "huge"),
        ("seed:none", "plain"),
        ("model:other", "huge"),
        ("model:m_", "odd"),
        ("model:m-1-2026", "huge"),
        ("model:m", "plain seeded zero minus huge odd failed"),
        ("model:1", ""),
        ("fp:fp_o", "minus"),
        ("fp:fp_ollama", "minus"),
        ("fp:fp_old", "minus"),
        ("fp:fp%", ""),
        ("fp:none", "zero"),
        ("status:failed", "failed"),
        ("status:streaming", ""),
        ("endpoint:local", "seeded"),
        ("endpoint:loc", "failed"),
        ("since:2026-11-04T00:00Z", "huge odd failed"),
        ("since:2026-11-05T00:00:01Z", "failed"),
        ("since:2026-11-05T09:00:01+09:00", "failed"),
        ("seed:123 status:complete endpoint:local", "seeded"),
        ("seed:123 status:failed", ""),
        ("once", "plain seeded"),
        ("ONCE TIME", "plain seeded"),
        ('"once time"', ""),
        ("once seed:123", "seeded"),
        ("주로", "minus"),
        ("로 길", "minus"),
        ("ça", "huge"),
        ("STRASSE", "huge"),
        ("100%", "odd"),
        ("_sure_", "odd"),
        ("0%s", ""),
        ("\\", "odd"),
        ("null", "odd"),
        ("journey once", "plain seeded"),
        ("note: once", ""),
        ("user", ""),
        ("content", ""),
        ("messages", ""),
        ("", "plain seeded zero minus huge odd failed"),
    ],
)
def test_a_query_finds(history: History, names: dict[int, str], typed: str, found: str) -> None:
    assert find(history, names, typed) == found


def test_a_digest_is_found_by_its_beginning_in_either_case(history: History, names: dict[int, str]) -> None:
    digest = RUNS["seeded"].request.digest
    assert find(history, names, f"digest:{digest}") == "seeded"
    assert find(history, names, f"digest:{digest[:12].upper()}") == "seeded"
    assert find(history, names, f"digest:{digest[:12]} seed:0") == ""
    assert find(history, names, f"digest:{digest}0") == ""


def test_pages_of_one_digest_hold_every_run_once(history: History) -> None:
    ids, _ = history.add([a_run(str(number)) for number in range(5)], [None] * 5)
    query = parse_query(f"digest:{a_run().request.digest[:8]}")
    first = [row.id for row in history.page(query, limit=3)]
    assert first + [row.id for row in history.page(query, first[-1], 3)] == ids[::-1]


def test_every_filter_of_the_language_has_a_meaning(history: History) -> None:
    values = {"since": "2026-11-01", "status": "failed"}
    for name in FILTERS:
        assert history.page(parse_query(f"{name}:{values.get(name, '1')}")) == []


def test_a_word_is_searched_in_every_message_and_every_choice(history: History) -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": 'Say "hello\nworld"'}]},
        {"role": "assistant", "content": "Gladly"},
    ]
    run = replace(
        a_run(None, messages=messages, stop="HALT"), completions=(Completion(0, "first"), Completion(1, "second"))
    )
    history.add([run], [None])
    for typed in ("hello", "gladly", "halt", "first second", "HELLO SECOND"):
        assert history.page(parse_query(typed)), typed
    (found,) = history.page(replace(parse_query(""), words=('"hello\nworld"',)))
    assert found.choices == 2
    assert not history.page(parse_query("third"))


def test_a_word_is_found_in_a_prompt(history: History) -> None:
    history.add([replace(a_run(None), request=Request({"prompt": "Once upon a time"}))], [None])
    assert history.page(parse_query("UPON"))


def test_a_word_is_found_in_text_that_is_still_arriving(history: History) -> None:
    run_id = history.start(Request(STORY), "local", datetime(2026, 11, 1, tzinfo=UTC))
    history.append([(run_id, 0, "A needle")])
    assert history.page(parse_query("NEEDLE"))
    assert not history.page(parse_query("haystack"))


def test_composed_and_decomposed_letters_are_the_same_word(history: History) -> None:
    decomposed = unicodedata.normalize("NFD", "우주 café")
    history.add([a_run(decomposed)], [None])
    assert history.page(parse_query(unicodedata.normalize("NFC", "우주")))
    assert history.page(parse_query(unicodedata.normalize("NFD", "CAFÉ")))


@pytest.mark.parametrize("text", ["line\n\u0301x", "\x1b\u0307", "\t\u0323\u0301", 'say\n\u0308"so"', "\u0301\n"])
def test_a_mark_behind_what_json_escapes_does_not_hide_a_prompt(history: History, text: str) -> None:
    history.add([a_run(None, messages=[{"role": "user", "content": text}])], [None])
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            assert history.page(replace(parse_query(""), words=(text[start:end],))), text[start:end]
