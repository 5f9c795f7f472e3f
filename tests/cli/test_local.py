"""The notebook's experiment, headless, on the built-in model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.cli import Command

pytestmark = [pytest.mark.local, pytest.mark.usefixtures("built_in")]

SYSTEM = "You are a helpful assistant that generates short stories."
PROMPT = "Generate a short story about a journey to Mars."


def send(seedtui: Command, *options: object) -> None:
    """Send the notebook's request, with these options besides."""
    common = ("--local", "--temperature", "0.7", "--max-tokens", "60", "-s", SYSTEM)
    found = seedtui("run", *common, *options, PROMPT)
    assert found.code == 0, found.err
    assert len(found.out.split()) > 20
    assert "(build only)" in found.err


def test_one_seed_reproduces_and_two_do_not(seedtui: Command) -> None:
    for seed in (123, 123, 7):
        send(seedtui, "--seed", seed)
    same, other = seedtui("diff", "@3", "@2"), seedtui("diff", "@2", "@1")
    assert (same.code, other.code) == (0, 1)
    assert "Identical: same request, seed 123." in same.out
    assert "they part at word" in other.out
    assert "seed 123 → 7" in other.out


def test_without_a_seed_two_stories_part(seedtui: Command) -> None:
    send(seedtui, "--repeat", "2", "--concurrency", "2")
    found = seedtui("diff", "@2", "@1", "--format", "json")
    assert found.code == 1
    assert found.json["verdict"]["code"] == "unseeded"
    assert found.json["fingerprint_class"] == "build only"


def test_the_completions_api_and_several_choices(seedtui: Command) -> None:
    found = seedtui(
        *("run", "--local", "--api", "completions", "-n", "2", "--seed", "5", "--max-tokens", "12", "--json"),
        "Once upon a time, a crew set out on a journey to Mars.",
    )
    assert found.code == 0, found.err
    assert len(found.json["completions"]) == 2
    assert found.json["request"]["n"] == 2


def test_a_baseline_reproduces_until_it_is_altered(seedtui: Command, home: Path) -> None:
    send(seedtui, "--seed", 123)
    assert seedtui("baseline", "add", "@1").out == "#1 is pinned.\n"
    found = seedtui("check", "--repeat", "2", "--concurrency", "2")
    assert found.code == 0, found.err
    assert found.out.count("Identical: same request, seed 123.") == 2
    (line,) = seedtui("show", "1", "--json").lines
    message = line["response"]["choices"][0]["message"]
    message["content"] = message["content"].replace(" ", "  ", 1)
    kept = {name: line[name] for name in ("request", "response", "endpoint", "created_at", "fingerprints")}
    (home / "altered.jsonl").write_text(json.dumps(kept) + "\n")
    assert seedtui("import", home / "altered.jsonl").code == 0
    seedtui("baseline", "add", "@1")
    found = seedtui("check", "--json")
    assert found.code == 1, found.err
    assert [one["passed"] for one in found.json["results"]] == [True, False]
    assert found.json["results"][1]["verdict"]["code"] == "unexplained"
    assert "the texts differ only in white space" in found.json["results"][1]["verdict"]["notes"]


def test_doctor_finds_it_in_working_order(seedtui: Command) -> None:
    found = seedtui("doctor", "--local")
    assert found.code == 0, found.out
    assert "serves SmolLM2-135M-Instruct" in found.out
