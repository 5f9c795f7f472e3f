"""CSV with named columns."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedtui.core.run import RunError, Status
from seedtui.exchange.logs import limits, table
from seedtui.exchange.logs.found import ImportedRun
from seedtui.exchange.logs.source import Source
from seedtui.exchange.logs.table import parse_columns
from support.logs import found_in, keys_in, problems_in, runs_in

PLAIN = b"prompt,text,model,seed,temperature\nName a planet.,Mars.,m-1,123,0.7\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_obvious_names_are_known_however_the_file_is_written(separator: str, encoding: str, ending: str) -> None:
    rows = [
        ["Question", "Model Output", "Model", "Random seed", "Temp", "system_fingerprint", "System prompt", "note"],
        ["Nenne, einen; Planeten.", 'Ein "Mars",\nrot.', "m-1", "123.0", "0,7", "fp_a", "Sei knapp.", "x"],
    ]
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=ending).writerows(rows)
    (run,) = runs_in(file.getvalue().encode(encoding))
    assert run.request.body == {
        "model": "m-1",
        "messages": [
            {"role": "system", "content": "Sei knapp."},
            {"role": "user", "content": "Nenne, einen; Planeten."},
        ],
        "seed": 123,
        "temperature": 0.7,
    }
    assert run.completions[0].text == 'Ein "Mars",\nrot.'
    assert (run.status, run.fingerprint) == (Status.COMPLETE, "fp_a")


def test_a_line_without_an_end_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few megabytes that unpacked to one line of gigabytes once took all the memory there was."""
    monkeypatch.setattr(table, "_HEADER_LIMIT", 1000)
    monkeypatch.setattr(limits, "PIECE", 1000)
    read: list[int] = []
    opened = table._opened

    def counted(source: Source) -> io.TextIOWrapper:
        file = opened(source)
        readline = file.readline

        def counting(size: int = -1) -> str:
            line = readline(size)
            read.append(len(line))
            return line

        monkeypatch.setattr(file, "readline", counting)
        return file

    monkeypatch.setattr(table, "_opened", counted)
    (nothing,) = problems_in(gzip.compress(b"x" * 1_000_000))
    assert "not a kind of file that can be imported" in nothing
    first, too_long = found_in(PLAIN + b"Name," + b"x" * 1_000_000)
    assert isinstance(first, ImportedRun)
    assert "a line is longer than 1" in str(too_long)
    assert max(read) <= 1000


def test_the_users_names_come_first() -> None:
    content = b"prompt,output,What I asked,reply,when,where\nold,old,Name a planet.,Mars.,1700000000,lab\n"
    columns = parse_columns("prompt=What I asked,text=REPLY,created_at=when,endpoint=where")
    (run,) = runs_in(content, columns=columns)
    assert run.request.messages[0]["content"] == "Name a planet."
    assert run.completions[0].text == "Mars."
    assert run.created_at == datetime.fromtimestamp(1700000000, UTC)
    assert run.endpoint == "lab"


def test_the_answer_of_the_model_is_not_the_answer_of_the_exercise() -> None:
    (run,) = runs_in(b"question,answer,completion\n1+1?,2,It is 2.\n")
    assert run.completions[0].text == "It is 2."


def test_a_prompt_may_be_a_chat() -> None:
    (run,) = runs_in(b'prompt,text\n"[{""role"": ""system"", ""content"": ""s""}, {""role"": ""user""}]",Mars.\n')
    assert [message["role"] for message in run.request.messages] == ["system", "user"]


def test_what_is_not_given_is_not_sent() -> None:
    (run,) = runs_in(b"prompt,text,model,seed,temperature,top_p\nq,a,,, ,\n")
    assert set(run.request.body) == {"messages"}


def test_an_error_is_a_failed_run() -> None:
    first, second = runs_in(b"prompt,text,error\nq,,rate limit\nq,half,cut off\n")
    assert (first.status, first.error, first.completions) == (Status.FAILED, RunError("http", "rate limit"), ())
    assert (second.status, second.completions[0].text) == (Status.FAILED, "half")


def test_missing_columns_are_named_with_those_there_are() -> None:
    (said,) = problems_in(b"prompt,colour,\x1b[2J\nq,red,x\n")
    assert said == (
        "file1: no column is the text. The columns are: prompt, colour and \u241b[2J. "
        "Say which is which: --columns prompt=NAME,text=NAME."
    )
    (said,) = problems_in(b"prompt,text\nq,a\n", columns={"seed": "Samen"})
    assert "no column is the seed (Samen). The columns are: prompt and text." in said


def test_a_bad_row_is_named_and_the_others_come_in() -> None:
    table = (
        PLAIN
        + b"q,a\n"
        + b"q,a,m,1,0,7\n"
        + b'"two\nlines",a,m,x,0\n'
        + b"q,a,m,1,warm\n"
        + b",a,m,1,0\n"
        + b"q,\xff,m,1,0\n"
        + b"\n"
        + b"q,a,m,9223372036854775807,0,,\n"
    )
    found = found_in(table)
    assert [type(one) for one in found].count(ImportedRun) == 2
    assert problems_in(table) == [
        "file1, line 3: model is missing: it has 2 fields, the header 5.",
        "file1, line 4: it has 6 fields, the header 5: a separator stands outside quotes.",
        "file1, line 5: seed must be a whole number.",
        "file1, line 7: temperature must be a number.",
        "file1, line 8: prompt is empty.",
        "file1, line 9: text is not UTF-8.",
    ]
    assert isinstance(found[-1], ImportedRun)
    assert found[-1].run.request.seed == 2**63 - 1


def test_a_gzipped_table_and_a_cut_off_one() -> None:
    rows = b"".join(b"question %d,answer %d\n" % (number, number * 7919) for number in range(2000))
    packed = gzip.compress(b"prompt,text\n" + rows)
    assert len(runs_in(packed)) == 2000
    found = found_in(packed[:-2000])
    assert len(found) > 100
    assert "the compressed file is cut off or damaged here." in str(found[-1])


def test_huge_fields_are_read() -> None:
    text = "Mars. " * 100_000
    (run,) = runs_in(f'prompt,text\nq,"{text}"\n'.encode())
    assert run.completions[0].text == text


def test_repeats_are_measurements_of_their_own() -> None:
    """Runs of one experiment, a file each, often give the same answers."""
    first, second = PLAIN, PLAIN + b"Name a moon.,Luna.,m-1,123,0.7\n"
    assert len({*keys_in(first), *keys_in(second)}) == 3
    assert len(set(keys_in(first + PLAIN.splitlines(True)[1]))) == 2
    assert keys_in(first) == keys_in(first)


def test_an_id_of_its_own_makes_a_row_the_same_in_each_file() -> None:
    one = b"prompt,text,response_id\nq,a,r-1\n"
    assert keys_in(one) == keys_in(one + b"q,b,r-2\n")[:1]
    known = b"prompt,text,id\nq,a,chatcmpl-9abc\n"
    assert keys_in(known) == keys_in(known + b"\n")
    exact = b"prompt,text,created_at\nq,a,2026-11-22 21:43:00.25\n"
    assert keys_in(exact) == keys_in(exact + b"\n")


def test_the_number_of_a_question_is_no_id_of_its_answer() -> None:
    counted = b"id,prompt,text\n7,q,a\n"
    assert keys_in(counted) != keys_in(counted + b"\n")
    columns = {"id": "id"}
    assert keys_in(counted, columns=columns) == keys_in(counted + b"\n", columns=columns), "unless the user says so"
    both = b"id,run,prompt,text\n7,0,q,a\n7,1,q,a\n"
    assert len(set(keys_in(both, columns=columns))) == 2


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("prompt", "--columns takes NAME=COLUMN,…"),
        ("prompt=", "--columns takes NAME=COLUMN,…"),
        ("colour=x", "NAME is one of prompt, text, system"),
        ("prompt=a,prompt=b", "--columns names prompt twice."),
    ],
)
def test_columns_that_cannot_be_read(given_: str, expected: str) -> None:
    with pytest.raises(ValueError, match="--columns") as raised:
        parse_columns(given_)
    assert expected in str(raised.value)


def test_columns_with_commas_in_their_names() -> None:
    assert parse_columns("prompt=a,,b, text = c") == {"prompt": "a,b", "text": "c"}


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_rows_make_it_stumble(rest: bytes) -> None:
    found_in(PLAIN + rest)
    found_in(rest, columns={"prompt": "a"})


names = st.sampled_from(["prompt", "text", "seed", "temperature", "created_at", "id", "max_tokens", "error", "run"])
cells = st.text(max_size=12) | st.sampled_from(["1e400", "NaN", "9" * 5000, "-1", "0.5", "[[", "0001-01-01", "1e17"])


@settings(deadline=None)
@given(st.lists(names, min_size=2, max_size=9, unique=True), st.lists(st.lists(cells, max_size=9), max_size=4))
def test_whatever_is_in_a_cell_it_does_not_stumble(header: list[str], rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["prompt", "text", *header], *(["q", "a", *row] for row in rows)])
    found_in(file.getvalue().encode("utf-8", "replace"), columns={name: name for name in header})
