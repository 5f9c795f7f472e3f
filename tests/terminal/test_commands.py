"""Everything from outside through every command, its results and its messages on a real terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from support.corpus import (
    HUGE,
    TEXTS,
    a_line,
    bad_lines,
    csv_file,
    lines,
    llm_file,
    promptfoo_file,
)
from support.scripted_server import ScriptedServer, chunk, error_body, sse, status
from support.terminal import Terminal
from support.wire import COMMAND_SEQUENCES, strange

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "tests" / "data"
# Many commands in one process: to start one for each takes far longer than all they do.
PROGRAM = """
import json, sys
from seedtui.cli import main
for argv in json.load(open(sys.argv[1], encoding="utf-8", errors="surrogateescape")):
    print("$ command", flush=True)
    try:
        main(argv)
    except SystemExit:
        pass
"""
ESC_NAME = "log\x1b]52;c;eA==\x07\u202e.jsonl"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(models=list(TEXTS.values())) as running:
        yield running


def output_of(
    home: Path, commands: Sequence[Sequence[str]], server: ScriptedServer | None = None, settings: str = ""
) -> bytes:
    """Run commands on a terminal; return all that came there."""
    (home / "settings.toml").write_text(settings, encoding="utf-8")
    (home / "commands.json").write_text(json.dumps(commands), encoding="utf-8")
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": "sk-terminal-123456",
        "OPENAI_BASE_URL": server.base_url if server else "http://nobody.invalid/v1",
        "SEEDTUI_DB": str(home / "history.db"),
        "SEEDTUI_CONFIG": str(home / "settings.toml"),
    }
    argv = [sys.executable, "-c", PROGRAM, str(home / "commands.json")]
    with Terminal(argv, columns=100, environment=variables, cwd=home, patience=120) as terminal:
        assert terminal.wait_for_exit() == 0, bytes(terminal.output[-2000:]).decode(errors="replace")
        assert terminal.output.count(b"$ command") == len(commands)
        assert b"Traceback" not in terminal.output
        return bytes(terminal.output)


def assert_harmless(output: bytes) -> None:
    assert strange(output, COMMAND_SEQUENCES) == []
    for mark in ("␛]52;c;", "‹202E›", "‹009B›"):
        assert mark.encode() in output, f"{mark} is not shown"


def imported(home: Path) -> list[str]:
    (home / "corpus.jsonl").write_text("".join(lines()))
    return ["import", "corpus.jsonl"]


def test_what_runs_say_is_shown_and_does_nothing(home: Path) -> None:
    runs = range(1, 3 * len(TEXTS) + 1)
    shows = [["show", str(run)] for run in runs]
    as_json = [["show", str(run), "--json"] for run in runs[:6]]
    # Each view gets each text: neighbours differ by one text only.
    names = ("unified", "split", "inline")
    views = [["diff", str(run), str(run + 1), "--view", names[run // 3 % 3]] for run in runs[::3]]
    lists = [["log", "--limit", "500"], ["log", "--limit", "500", "--json"], ["export", "-o", "-"]]
    output = output_of(home, [imported(home), *lists, *shows, *as_json, *views])
    assert_harmless(output)


def test_exports_shown_on_a_terminal_do_nothing(home: Path) -> None:
    formats = ("text", "json", "patch", "markdown", "html", "svg")
    diffs = [
        ["diff", str(run), str(run + 1), "--format", form] for run in range(1, 3 * len(TEXTS), 12) for form in formats
    ]
    agreements = [["agree", "--format", form, "--limit", "500"] for form in ("text", "json", "csv", "markdown")]
    one = [["agree", f"fp:{TEXTS['csi'][:4]}", "--format", form] for form in ("text", "json", "csv", "markdown")]
    pins = [["baseline", "add", "1", "2", "4", "7", "10"], ["baseline", "list"], ["baseline", "list", "--json"]]
    output = output_of(home, [imported(home), *diffs, *agreements, *one, *pins, ["agree", "--answer", "(\x1b.)", "x"]])
    assert_harmless(output)


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "svg"])
def test_an_exported_file_holds_nothing_that_acts(home: Path, form: str) -> None:
    """A patch alone holds the texts as they are: it would not apply otherwise."""
    numbers = range(1, 3 * len(TEXTS) + 1, 3)
    commands = [["diff", str(run), str(run + 1), "--format", form, "-o", f"out-{run}"] for run in numbers]
    agree = [["agree", "--format", "text" if form in ("html", "svg") else form, "-o", "agree.out"]]
    output_of(home, [imported(home), *commands, *agree])
    files = [*home.glob("out-*"), home / "agree.out"]
    assert len(files) == len(TEXTS) + 1
    for file in files:
        assert strange(file.read_bytes(), COMMAND_SEQUENCES) == [], file.name


def test_names_of_files_are_shown_and_do_nothing(home: Path) -> None:
    """An argument too many was once quoted as it was."""
    (home / ESC_NAME).write_text("".join(bad_lines()))
    corpus = imported(home)[1]
    (home / f"llm-{ESC_NAME}").write_bytes(b"SQLite format 3\0 and no more")
    commands = [
        ["import", ESC_NAME],
        ["import", f"llm-{ESC_NAME}"],
        ["import", f"not there {ESC_NAME}"],
        ["import", "--columns", f"{ESC_NAME}=1", ESC_NAME],
        ["show", ESC_NAME],
        ["show", "1", ESC_NAME],
        [ESC_NAME],
        ["log", f"since:{ESC_NAME}"],
        ["log", "--limit", ESC_NAME],
        ["diff", "1", "2", "--format", ESC_NAME],
        ["diff", "1", "2", "--changes", ESC_NAME],
        ["export", "-o", ESC_NAME],
        ["export", "-o", f"{ESC_NAME}-new"],
        ["agree", "--answer", f"({ESC_NAME}"],
        ["baseline", "add", ESC_NAME],
        ["baseline", ESC_NAME],
        ["check", ESC_NAME],
        ["run", "x", "--endpoint", ESC_NAME],
        ["run", "x", "--base-url", f"http://{ESC_NAME}"],
        ["run", "x", "--seed", ESC_NAME],
        ["run", "x", "--extra", ESC_NAME],
        ["run", "x", "--messages", ESC_NAME],
        ["run", "x", "--prompts", ESC_NAME],
        ["run", "x", "--sweep", ESC_NAME],
        ["run", "x", "--repeat", ESC_NAME],
        ["run", "x", "--api", ESC_NAME],
        ["run", "--resume", ESC_NAME],
        ["log", "--db", ESC_NAME],
        ["log", "--db", f"/proc/{ESC_NAME}"],
        ["doctor", "--db", ESC_NAME],
        ["log", "--config", f"{ESC_NAME}-none"],
        ["log", "--config", ESC_NAME],
        ["doctor", "--config", ESC_NAME],
        ["doctor", "--endpoint", ESC_NAME],
        ["--db", ESC_NAME, f"--{ESC_NAME}"],
        # Bytes of a name that are no UTF-8 come as halves of surrogate pairs.
        *(["import", corpus, "--db", f"{ESC_NAME}\udcff.db"], ["log", "--db", f"{ESC_NAME}\udcff.db"]),
        *([*command, "--db", f"{ESC_NAME}\udcff.db"] for command in (["backup"], ["doctor", "--repair"], ["check"])),
        *([*command, "--db", ESC_NAME] for command in (["backup"], ["backup", "-o", ESC_NAME], ["doctor", "--repair"])),
        *(["series", "--db", ESC_NAME], ["baseline", "list", "--db", ESC_NAME], ["agree", "--db", f"~{ESC_NAME}"]),
        *(["backup", "-o", f"{ESC_NAME}\udcff"], ["export", "-o", f"no/{ESC_NAME}\udcff"]),
    ]
    output = output_of(home, commands)
    assert strange(output, COMMAND_SEQUENCES) == []
    assert output.count("␛]52;c;".encode()) > len(commands) / 2


def test_files_of_other_tools_are_read_and_do_nothing(home: Path) -> None:
    (home / "corpus.csv").write_text(csv_file())
    (home / "promptfoo.json").write_text(promptfoo_file())
    llm_file(home / "llm.db", (DATA / "llm_responses.sql").read_text())
    (home / "batch.jsonl").write_text("".join(json.dumps({"custom_id": text}) + "\n" for text in TEXTS.values()))
    files = [["import", name] for name in ("corpus.csv", "promptfoo.json", "llm.db", "batch.jsonl")]
    shows = [["show", str(run)] for run in range(1, 100, 3)]
    output = output_of(home, [*files, ["log", "--limit", "500"], *shows, ["agree", "--limit", "500"]])
    assert_harmless(output)
    assert b"There is no run" not in output


def settings_of(text: str) -> list[str]:
    """Return settings files with a text in every place that takes one."""
    quoted = json.dumps(text.encode("utf-8", "replace").decode()).replace("\x7f", "\\u007f")
    endpoint = '[endpoints.x]\nbase_url = "http://127.0.0.1:9/v1"\n'
    return [
        f"{quoted} = 1",
        f"theme = {quoted}",
        f"default_endpoint = {quoted}",
        f"editor = {quoted}",
        f"[keys]\n{quoted} = {quoted}",
        f"[keys]\nsend = {quoted}",
        f"[endpoints.{quoted}]\nbase_url = 'http://x/v1'",
        f"[endpoints.x]\nbase_url = {quoted}",
        f"[endpoints.x]\nbase_url = {json.dumps('http://127.0.0.1:9/' + text.encode('utf-8', 'replace').decode())}",
        f"{endpoint}model = {quoted}",
        f"{endpoint}key_env = {quoted}",
        f"{endpoint}key_keyring = {quoted}",
        f"{endpoint}[endpoints.x.headers]\n{quoted} = {quoted}",
        f"{endpoint}[endpoints.x.rename]\n{quoted} = {quoted}",
        f"{endpoint}{quoted} = 1",
        f"[local]\nmodel = {quoted}",
        f"broken {text}".encode("utf-8", "replace").decode(),
    ]


def test_settings_are_shown_and_do_nothing(home: Path) -> None:
    files = []
    for number, text in enumerate(settings_of(TEXTS["osc 52"] + TEXTS["c1"] + TEXTS["bidi"] + "x" + TEXTS["del"])):
        (home / f"{number}.toml").write_text(text, encoding="utf-8")
        files.append(f"{number}.toml")
    commands = [["endpoints", "--config", file] for file in files]
    doctor = [["doctor", "--config", file, "--endpoint", "x"] for file in files]
    runs = [["run", "hello", "--config", file] for file in files]
    assert_harmless(output_of(home, [*commands, *doctor, *runs]))


def test_what_a_server_says_is_shown_and_does_nothing(home: Path, server: ScriptedServer) -> None:
    texts = list(TEXTS.values())
    for at, text in enumerate(texts):
        other = texts[(at + 7) % len(texts)]
        named: dict[str, Any] = {"id": text, "model": text, "provider": text, "service_tier": text}
        pieces = [chunk(letter, fingerprint=text, **named) for letter in f"{text} {other}"[:60]]
        server.script(sse(*pieces, chunk(finish_reason=other, fingerprint=other, **named)))
        server.script(status(400, error_body(f"{text} {other}", text)))
    server.script(sse("{not json \x1b]52;c;eA==\x07"), sse('{"error": {"message": "\\u001b]0;x\\u0007"}}'))
    one = ["run", "-m", "m", "--timeout", "30", "hello"]
    sweep = ["run", "-m", "m", "--sweep", f"stop={json.dumps(texts[:4])}", "--repeat", "2", "hello"]
    prompts = home / "prompts.jsonl"
    prompts.write_text(json.dumps([text.encode("utf-8", "replace").decode() for text in texts]))
    commands = [
        *([one] * len(texts)),
        *([[*one, "--json"]] * len(texts)),
        *([one] * 2),
        sweep,
        ["run", "-m", "m", "-q", "--prompts", str(prompts), "hello"],
        ["series"],
        ["series", "--json"],
        ["agree", "series:1"],
        ["baseline", "add", "1", "3"],
        ["check"],
        ["baseline", "list"],
        ["doctor"],
        ["endpoints"],
    ]
    assert_harmless(output_of(home, commands, server))


def test_a_line_of_1_mb_and_200_000_lines_are_written_and_do_nothing(home: Path) -> None:
    with (home / "huge.jsonl").open("w") as file:
        for number, text in enumerate(HUGE.values()):
            line = a_line(number)
            line["response"]["choices"][0]["message"]["content"] = text
            file.write(json.dumps(line) + "\n")
    output = output_of(home, [["import", "huge.jsonl"], ["log"], ["show", "1"], ["show", "2"], ["diff", "1", "2"]])
    assert strange(output, COMMAND_SEQUENCES) == []
