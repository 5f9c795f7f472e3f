"""`seedtui agree`: what it says, in every format, and how it ends."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from seedtui.core.request import Request
from seedtui.core.series import Plan
from seedtui.core.sweep import expand, parse_axis
from seedtui.history import History
from support.cli import ROOT, Command, run_on_terminal
from support.measured import BEGAN, OPENING, line, of_two_backends, repeated, without_answer
from support.runs import a_run

FORMATS = ["text", "json", "csv", "markdown"]
HOSTILE = "=cmd|'/c calc'!A1 \x1b[31m\x07\u202e| `x` <script>alert(1)</script> [a](http://b.c) @someone"


def imported(seedtui: Command, home: Path, lines: str) -> None:
    path = home / "runs.jsonl"
    path.write_text(lines)
    assert seedtui("import", path).code == 0


def table(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written, newline="")))


@pytest.mark.parametrize("task", ["navigate", "public_relations"])
@pytest.mark.parametrize("answer", [(), ("--answer", "/Answer"), ("--answer", r'"Answer":\s*"\(?([A-Za-z]+)')])
def test_published_runs_agree_as_often_as_counted_by_hand(seedtui: Command, task: str, answer: tuple[str, ...]) -> None:
    path = ROOT / "tests" / "data" / f"gpt4o-{task}-cut.jsonl.gz"
    assert seedtui("import", path).code == 0
    texts: dict[str, list[str]] = defaultdict(list)
    for typed in gzip.decompress(path.read_bytes()).decode().splitlines():
        read = json.loads(typed)
        texts[json.dumps(read["request"])].append(read["response"]["choices"][0]["message"]["content"])
    once = [said for said in texts.values() if len(said) == 5]
    found = seedtui("agree", "--json", *answer)
    overall = found.json["overall"]
    # A question that the set has twice was asked in two rounds.
    assert overall["requests"] == sum(len(said) // 5 for said in texts.values())
    assert len(once) // 2 <= overall["agreeing"] < overall["requests"]
    assert sum(len(set(said)) == 1 for said in once) <= overall["agreeing"]
    assert overall["tarr"] == overall["agreeing"] / overall["requests"]
    assert overall["pairs"] == 10 * overall["requests"]
    assert overall["n"] == 5
    assert (overall["tara"] is not None) == bool(answer)
    assert found.code == 1


def test_the_least_stable_request_comes_first_and_one_without_a_pair_last(seedtui: Command, home: Path) -> None:
    lines = (
        repeated(["one"], prompt="Alone")
        + repeated(["one", "one", "one"], prompt="Same")
        + repeated(["one", "two", "three"], prompt="Different")
        + repeated(["one", "two"], prompt="Few")
        + repeated(["one", "one", "two"], prompt="Nearly")
    )
    imported(seedtui, home, lines)
    found = seedtui("agree", "--json")
    assert [group["request"]["title"] for group in found.json["groups"]] == [
        *("Different", "Few", "Nearly", "Same", "Alone")
    ]
    assert found.code == 1
    text = seedtui("agree").out
    assert "1 of 4 requests agrees" in text or "1 of 4 requests agree" in text
    assert text.index("Different") < text.index("Nearly") < text.index("Alone")
    assert "2 requests more" in seedtui("agree", "--limit", "3").out
    assert len(seedtui("agree", "--limit", "3", "--json").json["groups"]) == 3
    assert seedtui("agree", "--limit", "3", "--json").json["overall"] == found.json["overall"]


def test_a_backend_that_changed_is_said_to_have_and_nothing_is_promised(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, "".join(of_two_backends()))
    found = seedtui("agree", "--json")
    (group,) = found.json["groups"]
    told = group["fingerprints"]
    assert [(one["fingerprints"], one["n"], one["unique"]) for one in told["groups"]] == [
        *((["fp_a"], 12, 2), (["fp_b"], 28, 4))
    ]
    assert told["within"] == {"pairs": 66 + 378, "identical_pairs": 55 + 300, "pairwise": 355 / 444}
    assert told["across"] == {"pairs": 336, "identical_pairs": 0, "pairwise": 0.0}
    assert told["p_value"] < 0.05
    (line_of_time,) = found.json["timelines"]
    eras = line_of_time["eras"]
    assert [(era["first_run"], era["runs"], era["class"]) for era in eras] == [
        *((1, 12, "informative"), (13, 28, "informative"))
    ]
    assert eras[0]["across_to_next"] == {"pairs": 336, "identical_pairs": 0, "pairwise": 0.0}
    assert eras[0]["last_seen"] < eras[1]["first_seen"]
    text = seedtui("agree")
    assert text.code == found.code == 1
    assert text.out.startswith("25 of 40 identical; 6 versions; all share the first 7 words.")
    for said in ("fp_a → fp_b", "355 of 444", "0 of 336", "The fingerprint explains some of the differences", "#13"):
        assert said in text.out
    for format in FORMATS:
        assert "determinis" not in seedtui("agree", "--format", format).out.lower()


def test_one_request_is_told_of_in_full(seedtui: Command, home: Path) -> None:
    texts = [f"{OPENING} robots."] * 3 + [f"{OPENING} pilots."] * 2
    imported(seedtui, home, repeated(texts))
    found = seedtui("agree")
    for said in (
        *("3 of 5 identical; 2 versions; all share the first 7 words.", "m-1 · endpoint openai · seed 12"),
        *("“A story about Mars.”", "Wilson, N = 5", "bootstrap, N = 5", "4 of 10"),
        *("Versions", "#4", "…pilots.", "┤", "Where they part", "2 40.0 %"),
        "All say fp_a, and yet they differ.",
    ):
        assert said in found.out
    assert found.out.count("95 %:") == 2
    assert max(map(len, found.out.splitlines())) <= 100


def test_identical_and_different_texts_end_differently(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, repeated(["one"] * 3, prompt="Same") + repeated(["one", "two"], prompt="Different"))
    groups = {one["request"]["title"]: one["digest"] for one in seedtui("agree", "--json").json["groups"]}
    same = seedtui("agree", f"digest:{groups['Same']}")
    assert same.code == 0
    assert same.out.startswith("3 of 3 identical.")
    assert "Where they part" not in same.out
    different = seedtui("agree", f"digest:{groups['Different']}")
    assert different.code == 1
    assert different.out.startswith("None of 2 identical; 2 versions; ")
    assert "from where they differ from the oldest" in different.out


def test_answers_may_agree_where_texts_do_not(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, repeated(["So the answer is 7.", "Hence the answer is 7."]))
    assert seedtui("agree").code == 1
    found = seedtui("agree", "--answer", r"answer is (\d+)")
    assert found.code == 0
    assert "all agree; commonest: 7 (2 of 2)" in found.out
    assert seedtui("agree", "--answer", r"answer is (\d+)", "--json").json["overall"]["tara"] == 1.0
    assert seedtui("agree", "--answer", r"no such").code == 1


@pytest.mark.parametrize("typed", ["(", "", "/a~2"])
def test_an_answer_that_cannot_be_meant_is_trouble(seedtui: Command, home: Path, typed: str) -> None:
    imported(seedtui, home, repeated(["one", "two"]))
    found = seedtui("agree", f"--answer={typed}")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("--answer: ")
    assert "Traceback" not in found.err


def test_nothing_to_compare_is_trouble(seedtui: Command, home: Path) -> None:
    assert "There is no history" in seedtui("agree").err
    imported(seedtui, home, repeated(["one"]))
    for format in FORMATS:
        found = seedtui("agree", "--format", format)
        assert found.code == 2
        assert "nothing to compare" in found.err
        assert found.out
    missing = seedtui("agree", "model:nobody")
    assert (missing.code, missing.out, missing.err) == (2, "", "No run fits the query.\n")
    assert seedtui("agree", "series:9").err.startswith("There is no series 9")


def test_what_failed_is_left_out_and_counted(seedtui: Command, home: Path) -> None:
    lines = repeated(["one", "one"]) + without_answer("failed", 8) + without_answer("cancelled", 9)
    imported(seedtui, home, lines)
    found = seedtui("agree", "--json")
    assert found.code == 0
    assert found.json["groups"][0]["n"] == 2
    assert found.json["overall"]["left_out"] == {"failed": 1, "cancelled": 1}
    assert table(seedtui("agree", "--format", "csv").out)[0]["left_out"] == "2"
    for format in ("text", "markdown"):
        assert "2 left out: 1 failed, 1 cancelled." in seedtui("agree", "--format", format).out


def test_choices_of_one_run_are_told_apart_from_runs(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, "".join(line("one", "two", number=number, n=2) for number in (1, 2)))
    found = seedtui("agree")
    assert "two choices of one run:      0 of 2 pairs identical (0 %)" in found.out
    assert "the same choice of two runs: 2 of 2 pairs identical (100 %)" in found.out
    assert "#1.1" in found.out
    choices = seedtui("agree", "--json").json["groups"][0]["choices"]
    assert choices["within_run"]["pairwise"] == 0.0
    assert choices["same_choice"]["pairwise"] == 1.0


def test_endpoints_are_compared_where_there_are_several(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, repeated(["one", "one"], endpoint="here") + repeated(["two", "two"], endpoint="there"))
    found = seedtui("agree").out
    assert "within one endpoint: 2 of 2 pairs identical (100 %)" in found
    assert "across endpoints: 0 of 4 pairs identical (0 %)" in found
    assert seedtui("agree", "--json").json["groups"][0]["request"]["endpoints"] == ["here", "there"]


@pytest.fixture
def swept(home: Path) -> None:
    """A series of six settings, each to be run three times; two rounds were answered."""
    body = {"model": "m-1", "messages": [{"role": "user", "content": "A story."}]}
    axes = [parse_axis("seed=unset,7"), parse_axis("temperature=0,0.7,1")]
    plan = Plan(expand(Request(body), "local", axes), 3)
    with contextlib.closing(History.open(home / "runs.db")) as history:
        series_id = history.add_series(plan.as_json(), BEGAN)
        for slot in range(12):
            setting = plan.setting_of(slot)
            run_id = history.start(setting.request, setting.endpoint, BEGAN, (series_id, slot))
            text = "One." if setting.request.has_seed else f"{slot}."
            run = a_run(text, id=run_id, endpoint="local")
            history.finish(type(run)(**{**_fields(run), "request": setting.request}))


def _fields(run: Any) -> dict[str, Any]:
    return {name: getattr(run, name) for name in run.__dataclass_fields__}


@pytest.mark.usefixtures("swept")
def test_a_series_is_told_setting_by_setting_in_its_order(seedtui: Command) -> None:
    found = seedtui("agree", "series:1", "--json")
    assert found.code == 1
    labels = [group["request"]["labels"] for group in found.json["groups"]]
    assert labels == [{"seed": seed, "temperature": heat} for seed in (None, 7) for heat in (0, 0.7, 1)]
    assert [group["pairwise"] for group in found.json["groups"]] == [0.0] * 3 + [1.0] * 3
    assert found.json["groups"][0]["request"]["not_sent"] == ["seed"]
    assert found.json["series"] == {"id": 1, "planned": 18, "answered": 12, "settings": 6}
    text = seedtui("agree", "series:1").out
    assert "Series 1, 6 settings: 12 of 18 runs answered." in text
    assert "seedtui run --resume 1" in text
    rows = [row.split() for row in text.splitlines() if row.startswith(("=", "≠"))]
    assert [row[:3] for row in rows[3:]] == [["=", "7", "0"], ["=", "7", "0.7"], ["=", "7", "1"]]
    cells = table(seedtui("agree", "series:1", "--format", "csv").out)
    assert [(row["swept_seed"], row["swept_temperature"]) for row in cells][2:4] == [("", "1"), ("7", "0")]
    assert "| seed | temperature | N |" in seedtui("agree", "series:1", "--format", "markdown").out


@pytest.mark.usefixtures("swept")
def test_a_series_of_which_nothing_has_come_shows_its_settings(seedtui: Command, home: Path) -> None:
    plan = Plan(expand(Request({"model": "m", "prompt": "A"}), "local", [parse_axis("seed=1,2")]), 2)
    with contextlib.closing(History.open(home / "runs.db")) as history:
        history.add_series(plan.as_json(), BEGAN)
    found = seedtui("agree", "series:2")
    assert found.code == 2
    assert "0 of 4 runs answered" in found.out


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_gets_what_a_pipe_gets_and_is_never_overwritten(seedtui: Command, home: Path, format: str) -> None:
    imported(seedtui, home, repeated(["one", "two"], prompt="A") + repeated(["one", "one"], prompt="B"))
    piped = seedtui("agree", "--format", format)
    filed = seedtui("agree", "--format", format, "-o", home / "out")
    assert (piped.code, piped.err, filed.code, filed.out) == (1, "", 1, "")
    assert (home / "out").read_bytes().decode() == piped.out
    assert (home / "out").stat().st_mode & 0o777 == 0o600
    again = seedtui("agree", "--format", format, "-o", home / "out")
    assert again.code == 2
    assert "not overwritten" in again.err


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("several", [False, True])
def test_nothing_from_outside_acts_on_a_terminal(seedtui: Command, home: Path, format: str, several: bool) -> None:
    lines = repeated([HOSTILE, f"{HOSTILE} more"], prompt=HOSTILE, fingerprint=HOSTILE, endpoint=HOSTILE, model=HOSTILE)
    lines += line(HOSTILE, prompt=HOSTILE, model=HOSTILE, fingerprint="fp_b", number=3, endpoint="\x1b]0;x\x07")
    if several:
        lines += repeated(["a", "b"], prompt=f"{HOSTILE}\r\n\x9b31m")
    imported(seedtui, home, lines)
    code, said = run_on_terminal("agree", "--format", format)
    assert code == 1
    text = said.decode()
    assert not {one for one in text if ord(one) < 32 or 127 <= ord(one) < 160 or one == "\u202e"} - {"\r", "\n"}


def test_a_spreadsheet_finds_no_formula_and_markdown_keeps_its_cells(seedtui: Command, home: Path) -> None:
    lines = repeated([HOSTILE, "b"], prompt=HOSTILE, endpoint="+1", model="@m", stop="-1")
    imported(seedtui, home, lines + repeated(["a", "a"], prompt="-plain", model="\t=1"))
    written = seedtui("agree", "--format", "csv").out
    assert written.count("\r\n") == 3
    for row in table(written):
        assert None not in row
        for name in ("endpoints", "model", "title"):
            assert not row[name].startswith(("=", "+", "-", "@"))
    markdown = seedtui("agree", "--format", "markdown").out
    rows = [one for one in markdown.splitlines() if one.startswith("|")]
    assert len(rows) == 4
    assert len({one.count(" | ") for one in rows}) == 1
    # What could act stands in code, whose fence nothing in it can end.
    assert all(one.count("``") == 2 and one.endswith("`` |") for one in rows if "<script>" in one)


def test_a_damaged_text_is_named_and_left_out(seedtui: Command, home: Path) -> None:
    imported(seedtui, home, repeated(["one", "one", "two", "two", "three"]))
    with contextlib.closing(sqlite3.connect(home / "runs.db")) as database, database:
        database.execute("UPDATE completions SET text = 'changed' WHERE run_id IN (1, 5)")
    found = seedtui("agree", "--json")
    assert found.code == 2
    assert "#1 in" in found.err
    assert "#5 in" in found.err
    assert found.json["damaged"] == ["1", "5"]
    assert (found.json["groups"][0]["n"], found.json["groups"][0]["unique"]) == (3, 2)
    assert found.json["overall"]["pairs"] == 3
    assert seedtui("agree").code == 2


def test_probabilities_are_told_where_the_texts_part(seedtui: Command, home: Path) -> None:
    def probable(word: str, other: str, number: int) -> str:
        entry = {"token": word, "logprob": -0.5, "bytes": None, "top_logprobs": [{"token": other, "logprob": -0.9}]}
        first = {"token": "A ", "logprob": -0.1, "bytes": None, "top_logprobs": []}
        message = {"role": "assistant", "content": f"A {word}"}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": {"content": [first, entry]}}
        return line(number=number, more={"response": {"model": "m-1", "choices": [choice]}})

    lines = [probable("cat", "dog", 1), probable("cat", "dog", 2), probable("dog", "cat", 3)]
    imported(seedtui, home, "".join(lines))
    assert 'likely here: "cat" 61 % · "dog" 41 %' in seedtui("agree").out


def test_help_says_how_it_ends_and_what_the_columns_are(seedtui: Command) -> None:
    from seedtui.exchange.agreement.csv import COLUMNS

    found = seedtui("agree", "--help")
    assert "Exit status: 0 all" in found.out
    for name in COLUMNS:
        stem = name.split("_")[0]
        assert stem in found.out
