"""A history of as many runs as one likes, about 1 kB of text each: the same every time, and quickly made.

    python tests/benchmarks/many_runs.py PATH [RUNS]

Five runs of a request follow one another; English for the most part, some Korean and Chinese. Few models, seeds,
fingerprints and endpoints, some of them rare; ids with gaps; one run in two hundred is deleted. Every run holds a
word that no other has: `unique_word(id)`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import words
from seedtui.core.request import Request
from seedtui.history import History, codec

BATCH: Final = 10_000
REPEATS: Final = 5
NEWEST: Final = datetime(2026, 11, 20, tzinfo=UTC)
# Of so many runs, one has it.
RARE: Final = 20_000
RARE_MODEL, RARE_FINGERPRINT, RARE_ENDPOINT = "qwen2.5-0.5b", "fp_0000rare00", "lab"
# In a thousandth of the runs, in the middle of other text.
SCARCE_WORD, SCARCE_KOREAN = "zygomorphic", "쿼카"

_DATA: Final = Path(__file__).parent.parent / "data"
_PHRASES: Final = 20_000
_RUN: Final = ("id", "deleted_at", *codec.SEALED, "seal")
_INSERT_RUN: Final = f"INSERT INTO runs ({', '.join(_RUN)}) VALUES ({', '.join('?' * len(_RUN))})"
_INSERT_TEXT: Final = "INSERT INTO completions VALUES (?, ?, ?, ?, ?)"


def _words(together: str) -> list[str]:
    return together.split()


_NOUNS: Final = _words(
    "우주 화성 여행 사람 시간 이야기 지구 바다 하늘 마음 아이 여자 "
    "남자 친구 학교 도시 나라 세계 문제 생각 과학 기술 연구 결과 "
    "모델 데이터 언어 문장 단어 시스템 프로그램 컴퓨터 인공지능 로켓 "
    "탐사 대원 선장 임무 발견 생명 역사 문화 음악 영화 소설 아침 "
    "저녁 겨울 여름 커피 음식 가족 어머니 아버지 선생님 학생 회사 "
    "정부 경제 시장 가격 환경 날씨 건강 병원 의사 운동 경기 자동차 "
    "기차 비행기 도서관 "
)
_PARTICLES: Final = _words("은 는 이 가 을 를 에 에서 으로 와 과 의 도 까지 부터 ")
_VERBS: Final = _words(
    "떠났다 보았다 말했다 시작했다 생각했다 만들었다 찾았다 돌아왔다 "
    "알게 되었다 기다렸다 사랑했다 배웠다 있었다 없었다 아름다웠다 "
)


class Rows(NamedTuple):
    """The rows of one run, as the tables have them."""

    run: tuple[Any, ...]
    texts: tuple[tuple[Any, ...], ...]


def unique_word(run_id: int) -> str:
    """Return the word that only this run holds."""
    return f"Kel{run_id:x}mara"


def build(path: Path, count: int, told: Callable[[int], None] = lambda done: None) -> None:
    """Make a history, past the store: for making it is not what is measured.

    Args:
        path: Where to; there must be none.
        count: How many runs.
        told: Told now and then how many there are.
    """
    History.open(path).close()
    rows = _rows(count)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA mmap_size = 0;")
        done = 0
        while batch := list(islice(rows, BATCH)):
            connection.execute("BEGIN")
            connection.executemany(_INSERT_RUN, [one.run for one in batch])
            connection.executemany(_INSERT_TEXT, [text for one in batch for text in one.texts])
            _add_series(connection, [one.run[0] for one in batch[:50]])
            connection.execute("COMMIT")
            done += len(batch)
            told(done)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _add_series(connection: sqlite3.Connection, run_ids: list[int]) -> None:
    insert = "INSERT INTO series (created_at, plan) VALUES (?, ?)"
    series = connection.execute(insert, (codec.moment(NEWEST), '{"repeat":50}')).lastrowid
    slots = [(series, slot, run_id) for slot, run_id in enumerate(run_ids)]
    connection.executemany("INSERT INTO slots (series_id, slot, run_id) VALUES (?, ?, ?)", slots)


def _rows(count: int) -> Iterator[Rows]:
    drawn = random.Random(7)
    pools = _pools()
    deleted_at = codec.moment(datetime.now(UTC))
    run_id, prompt, language = 0, "", "english"
    for number in range(count):
        run_id += 1 if drawn.random() < 0.995 else 2 + drawn.randrange(20)
        if number % REPEATS == 0:
            language = drawn.choices(("english", "korean", "chinese"), (85, 10, 5))[0]
            prompt = _text(drawn, pools[language], 4)
        text = f"{_text(drawn, pools[language], 10)} {unique_word(run_id)}."
        if drawn.random() < 0.001:
            text = f"{text[:60]}un{SCARCE_WORD}al {text[60:]}"
        if drawn.random() < 0.001:
            text = f"{text[:40]}그{SCARCE_KOREAN}는 {text[40:]}"
        facts = _facts(drawn, number / count)
        created_at = codec.moment(NEWEST - timedelta(seconds=55 * (count - number)))
        yield _row(run_id, facts, prompt, text, created_at, deleted_at if drawn.random() < 0.005 else None)


def _facts(drawn: random.Random, age: float) -> dict[str, Any]:
    rare = drawn.randrange(RARE)
    kind = drawn.random()
    return {
        "model": RARE_MODEL if rare == 0 else drawn.choices(("gpt-4o", "gpt-4o-mini", "llama3:8b"), (5, 3, 2))[0],
        "fingerprint": RARE_FINGERPRINT if rare == 1 else None if kind < 0.1 else f"fp_{int(age * 10):02}fefa7b21",
        "endpoint": RARE_ENDPOINT if rare == 2 else drawn.choices(("openai", "local", "vllm"), (6, 3, 1))[0],
        "seed": None if kind < 0.2 else 123 if kind < 0.5 else drawn.randrange(100 if kind < 0.95 else 2**62),
        "status": drawn.choices(
            ("complete", "failed", "cancelled", "ended-without-reason", "interrupted"), (975, 10, 10, 4, 1)
        )[0],
    }


def _row(run_id: int, facts: dict[str, Any], prompt: str, text: str, created_at: str, deleted_at: str | None) -> Rows:
    body: dict[str, Any] = {
        "model": facts["model"],
        "messages": [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": prompt}],
        "temperature": 0.7,
    }
    if facts["seed"] is not None:
        body["seed"] = facts["seed"]
    failed = facts["status"] == "failed"
    reason = "stop" if facts["status"] == "complete" else None
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
    response = {
        "id": f"chatcmpl-{run_id}",
        "object": "chat.completion",
        "model": facts["model"],
        "choices": [choice],
        "usage": {"prompt_tokens": len(prompt) // 4, "completion_tokens": len(text) // 4},
    }
    if facts["fingerprint"] is not None:
        response["system_fingerprint"] = facts["fingerprint"]
    row = {
        "created_at": created_at,
        "status": facts["status"],
        "endpoint": facts["endpoint"],
        "model": facts["model"],
        "served_model": None if failed else facts["model"],
        "seed": None if facts["seed"] is None else str(facts["seed"]),
        "temperature": "0.7",
        "digest": Request(body).digest,
        "fingerprints": "[]" if facts["fingerprint"] is None or failed else f'["{facts["fingerprint"]}"]',
        "completion_tokens": None if failed else len(text) // 4,
        "choices": 0 if failed else 1,
        "first_words": "" if failed else text[:80],
        "request": _dump(body),
        "response": None if failed else _dump(response),
        "headers": "{}",
        "first_token_ms": 80.0,
        "total_ms": 2100.0,
        "error": '{"kind":"http","message":"The endpoint answered 500.","http_status":500}' if failed else None,
        "retries": 0,
    }
    digest = hashlib.sha256(text.encode()).hexdigest()
    texts = () if failed else ((run_id, 0, text, reason, digest),)
    return Rows((run_id, deleted_at, *row.values(), codec.seal_of(row)), texts)


_dump: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def _text(drawn: random.Random, pool: list[str], phrases: int) -> str:
    return " ".join(drawn.choices(pool, k=phrases))


def _pools() -> dict[str, list[str]]:
    """Return phrases to put texts together from: cut from prose where there is some, else made."""
    drawn = random.Random(5)
    english = _english()
    starts = (drawn.randrange(len(english) - 20) for _ in range(_PHRASES))
    chinese = words("chinese", _PHRASES * 8, 3)
    return {
        "english": [" ".join(english[start : start + drawn.randint(7, 16)]) for start in starts],
        "korean": [_korean(drawn) for _ in range(_PHRASES)],
        "chinese": ["".join(chinese[8 * one : 8 * one + drawn.randint(4, 8)]) for one in range(_PHRASES)],
    }


def _english() -> list[str]:
    from pydoc_data.topics import topics

    found = [word for topic in topics.values() for word in re.findall(r"[A-Za-z][a-z'-]*[.,]?", topic)]
    for file in sorted(_DATA.glob("gpt4o-*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                found += json.loads(line)["response"]["choices"][0]["message"]["content"].split()
    return found


def _korean(drawn: random.Random) -> str:
    made = [drawn.choice(_NOUNS) + drawn.choice(_PARTICLES) for _ in range(drawn.randint(2, 5))]
    if drawn.random() < 0.3:
        # A name: any two or three syllables.
        made.append("".join(chr(drawn.randrange(0xAC00, 0xD7A4)) for _ in range(drawn.randint(2, 3))))
    return " ".join([*made, drawn.choice(_VERBS) + "."])


def main() -> None:
    """Make a history and say how long it took."""
    path, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    start = time.perf_counter()
    build(path, count, lambda done: print(f"\r{done}", end="", file=sys.stderr, flush=True))
    taken = time.perf_counter() - start
    print(f"\r{count} runs in {taken:.1f} s, {path.stat().st_size / count:.0f} bytes a run", file=sys.stderr)


if __name__ == "__main__":
    main()
