"""Named texts that try to act on a terminal or on the app, and files that hold them in every field."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

# No sequence of these is one that the app writes itself: raw in its output, it can only come from here.
ACTING: Final[Mapping[str, str]] = {
    "csi": "\x1b[5;31mcsi\x1b[9999;9999H",
    "csi modes": "\x1b[?5h\x1b[?1006;1049lmodes",
    "csi queries": "\x1b[6n\x1b[>q\x1b[21tqueries",
    "osc 0": "\x1b]0;owned\x07osc",
    "osc 2 by C1": "\x9d2;owned\x9cosc",
    "osc 8": "\x1b]8;;http://evil.invalid/\x1b\\link\x1b]8;;\x1b\\",
    "osc 52": "\x1b]52;c;b3duZWQ=\x07clipboard",
    "dcs": '\x1bP$q"p\x1b\\dcs',
    "apc": "\x1b_Ga=T;b3duZWQ=\x1b\\apc",
    "pm": "\x1b^pm\x1b\\pm",
    "sos": "\x1bXsos\x1b\\sos",
    "ris": "\x1bcris",
    "decaln": "\x1b#8decaln",
    "charset": "\x1b(0\x0echarset",
    "c1": "\x9b5;31mc1\x9b2J\x90q\x9c\x85\x8d",
    "escape at the end": "end\x1b",
    "cr": "safe\rEVIL",
    "bs": "safe\b\b\b\bEVIL",
    "del": "de\x7fl",
    "nul": "n\0ul",
    "bel": "\x07bel",
    "vt and ff": "v\vt\ff\x1c\x1d\x1e\x1f",
    "bidi": "abc\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c",
    "zero width": "a\u200bb\u2060c\ufeffd\u00ade\u200d\u200cf",
    "line ends": "a\u2028b\u2029c\x85d",
    "tags": "tag\U000e0041\U000e007f",
    "fillers": "\u3164\u115f\uffa0x",
    "noncharacters": "\uffff\ufffe\U0010ffff\ufdd0",
    "private use": "\ue000\U000f0000\U00100000",
    "interlinear": "\ufff9a\ufffab\ufffb",
    "lone surrogate": "half \ud83d here \ude00",
}
"""What acts, hides, or has no shape."""

ODD: Final[Mapping[str, str]] = {
    "markup": "[bold red]markup[/bold red] [b]x",
    "click": "[@click=app.quit]x[/]",
    "click by screen": "[@click=screen.command('delete')]del[/]",
    "close": "[/]",
    "close too much": "[/b][/i][/]",
    "link": "[link=http://evil.invalid/]x[/link]",
    "brackets": "[[x]] \\[y \\\\[z] [$primary]v[/] [on red]",
    "braces": "{0} %s %(x)s ${x} $x {{}} {x!r}",
    "tabs": "\t" * 400,
    "newlines": "\n" * 400,
    "white space": " \u00a0\u2003\u3000 ",
    "zalgo": "Z" + "\u0301\u0489" * 200 + "algo",
    "combining first": "\u0301\u0308start",
    "marks alone": "\u20e0\u0489\u0300",
    "wide": "한국어 漢字かな ｗｉｄｅ",
    "jamo": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "emoji": "👩‍👩‍👧 ❤️ 🏳️‍🌈 👍🏽 1️⃣",
    "variation selectors": "x\ufe0f\ufe0f\ufe0ey\U000e0100",
    "right to left": "שלום مرحبا",
    "formula": "=1+1 @x -2 +3",
    "path": "../../etc/passwd",
    "json": '"}]} \\u001b[31m \\x1b',
}
"""What is hard to lay out, or means something to a tool in between."""

TEXTS: Final[Mapping[str, str]] = {**ACTING, **ODD}

HUGE: Final[Mapping[str, str]] = {
    "a line of 1 MB": "\x1b]52;c;eA==\x07" + "wörd " * 200_000,
    "200,000 lines": "line\x1b[5m\n" * 200_000,
}
"""What must not keep the app from answering a key."""

FRAGMENTS: Final = tuple(
    fragment.encode()
    for fragment in (
        "\x1b[5;31m",
        "\x1b[9999",
        "\x1b[?5h",
        "\x1b[?1006;1049l",
        "\x1b[6n",
        "\x1b[>q",
        "\x1b[21t",
        "\x1b[5m",
        "\x1b]0;",
        "\x1b]2;",
        "\x1b]8;",
        "\x1b]52;",
        "\x1bP",
        "\x1b_",
        "\x1b^",
        "\x1bX",
        "\x1bc",
        "\x1b#",
        "\x1b(",
        "\x0e",
        "\rEVIL",
        "\b",
        "\0",
    )
)
"""Bytes that act, of these texts."""

FIELDS: Final = 26
"""How many fields from outside one run of `a_line` has."""


def _of(name_at: int) -> Callable[[int], str]:
    """Return what gives each field another text; over as many runs as there are texts, each gets all."""
    texts = list(TEXTS.values())
    return lambda field: texts[(name_at + field) % len(texts)]


def a_line(number: int, *, twin: int = 0) -> dict[str, Any]:
    """Return an import line, each of whose fields holds a text of the corpus.

    Args:
        number: Which text the first field holds; the others hold those that follow.
        twin: Another answer to the same request for another number.
    """
    of = _of(number)
    request = {
        "model": of(0),
        "messages": [{"role": of(1), "content": of(2), "name": of(3)}, {"role": "user", "content": of(4)}],
        "stop": [of(5)],
        "user": of(6),
        of(7): of(8),
        "seed": 7,
        "metadata": {of(9): of(10)},
    }
    text = f"{of(11)} {of(12)}\n{of(13)} twin {twin}\n{of(14)}"
    logprobs = {"content": [{"token": of(15), "logprob": -0.1, "top_logprobs": [{"token": of(16), "logprob": -0.2}]}]}
    message = {"role": of(17), "content": text, "refusal": of(18)}
    response = {
        "id": of(19) + str(twin),
        "object": "chat.completion",
        "model": of(20),
        "system_fingerprint": of(21 + twin),
        "provider": of(22),
        "service_tier": of(23),
        "choices": [{"index": 0, "message": message, "finish_reason": of(24), "logprobs": logprobs}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8},
    }
    created_at = f"2026-11-22T21:{number % 60:02}:{twin:02}Z"
    return {"request": request, "response": response, "endpoint": of(25), "created_at": created_at}


def a_failed_line(number: int) -> dict[str, Any]:
    """Return an import line of a run that failed with a text of the corpus."""
    of = _of(number)
    error = {"kind": of(0), "message": of(1), "http_status": 400}
    request = {"model": of(2), "prompt": of(3), "suffix": of(4)}
    return {
        "request": request,
        "error": error,
        "endpoint": of(5),
        "headers": {of(6): of(7)},
        "created_at": "2026-11-23T00:00:00Z",
    }


def lines(stride: int = 1) -> Iterator[str]:
    """Yield JSON lines in which every field has held every text: two answers to each request, and a failure.

    Args:
        stride: Take one text of so many for the first field, and so on: fewer lines, with each text in some fields.
    """
    for number in range(0, len(TEXTS), stride):
        for one in (a_line(number), a_line(number, twin=1), a_failed_line(number)):
            yield json.dumps(one) + "\n"


def bad_lines() -> Iterator[str]:
    """Yield lines that cannot be read, so that what is wrong with them is told."""
    for text in TEXTS.values():
        yield json.dumps({"request": {"model": "m", "prompt": "x"}, "status": text}) + "\n"
        yield json.dumps({"request": {"model": "m", "prompt": "x"}, "error": {text: text}}) + "\n"
        yield json.dumps({"request": {"model": "m", "prompt": "x"}, "headers": {text: 1}, "response": {}}) + "\n"
        yield text.encode("utf-8", "replace").decode().replace("\n", " ") + "\n"


def csv_file() -> str:
    """Return a CSV file whose cells are the corpus, with a column named by it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["prompt", "text", "model", "fingerprint", "endpoint", "finish_reason", TEXTS["osc 52"]])
    of = [text.encode("utf-8", "replace").decode().replace("\0", "\x01") for text in TEXTS.values()]
    for at in range(len(of)):
        writer.writerow([of[(at + field) % len(of)] or "x" for field in range(7)])
    return file.getvalue()


def promptfoo_file() -> str:
    """Return results of promptfoo whose texts are the corpus."""
    results = []
    for number in range(len(TEXTS)):
        of = _of(number)
        results.append(
            {
                "provider": {"id": of(0), "label": of(1)},
                "prompt": {"raw": of(2), "label": of(3)},
                "vars": {of(4): of(5)},
                "response": {"output": of(6), "finishReason": of(7)},
                "error": of(8) if number % 5 == 0 else None,
            }
        )
    return json.dumps({"evalId": TEXTS["osc 0"], "results": {"version": 3, "results": results}})


def llm_file(path: Path, schema: str) -> Path:
    """Make a history of llm whose texts are the corpus.

    Args:
        path: Where.
        schema: SQL that makes llm's tables.
    """
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(responses)")]
    texts = [text.encode("utf-8", "replace").decode() for text in TEXTS.values()]
    for number in range(len(texts)):
        values = {name: texts[(number + at) % len(texts)] for at, name in enumerate(columns)}
        values.update(id=f"id-{number}", datetime_utc="2026-11-22T21:43:00", prompt_json="{}", response_json="{}")
        values.update(options_json="{}", duration_ms="5", conversation_id="", schema_id="")
        kept = {name: value for name, value in values.items() if name in columns and value}
        marks = ", ".join("?" * len(kept))
        connection.execute(f"INSERT INTO responses ({', '.join(kept)}) VALUES ({marks})", list(kept.values()))
    connection.commit()
    connection.close()
    return path
