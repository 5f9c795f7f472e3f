"""Tables of agreement: no text in them acts, none is wider than it may be, and the figures are those of the texts."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seedtui.core.agreement import Agreement, overall_of
from seedtui.core.agreement.overall import Counted
from seedtui.core.agreement.timeline import timelines
from seedtui.core.agreement.tree_rows import tree_rows
from seedtui.core.request import UNSET, Request
from seedtui.core.run import Status
from seedtui.core.sample import Sample
from seedtui.core.text import displayable
from seedtui.exchange.agreement.csv import COLUMNS, cell
from seedtui.exchange.agreement.report import (
    AGREEMENT_FORMATS,
    AgreementFormat,
    AgreementReport,
    Asked,
    SeriesFacts,
    Single,
    row_of,
)
from seedtui.exchange.agreement.tables import Column, table_lines
from seedtui.exchange.agreement.titles import titles
from seedtui.exchange.agreement.tree import the_words
from seedtui.exchange.agreement.writing import write_agreement
from support.hostile import TEXT

EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@a",
    " =x",
    "\x1b[31m",
    "a|b",
    "\r\n| --- |",
    "`",
    "``x",
    "<b>",
    "서울",
    "👩‍👩‍👧",
    "\u202e",
    '"',
    ",",
]
texts = st.lists(st.sampled_from(EVIL), max_size=4).map("".join)


def an_agreement(said: list[str], *, fingerprint: str = "fp_a", digest: str = "ab12" * 16) -> Agreement:
    found = Agreement(digest)
    for number, text in enumerate(said, 1):
        found.add(a_sample(number, text, fingerprint, digest), lambda text=text: text)  # type: ignore[misc]
    return found


def a_sample(number: int, text: str, fingerprint: str, digest: str) -> Sample:
    return Sample(
        run_id=number,
        index=0,
        digest=digest,
        endpoint="local",
        model="m-1",
        served_model=None,
        fingerprints=(fingerprint,) if fingerprint else (),
        created_at=datetime(2026, 11, 22, 21, number % 60, tzinfo=UTC),
        status=Status.COMPLETE,
        identity=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        whole=True,
    )


def asked(prompt: str, *, model: str = "m-1", endpoint: str = "local", **parameters: object) -> Asked:
    body = {"model": model, "messages": [{"role": "user", "content": prompt}], **parameters}
    return Asked(Request(body), model, (endpoint,))


def report(*found: tuple[Agreement, Asked], series: bool = False) -> AgreementReport:
    agreements: list[Counted] = [one for one, _ in found]
    first = found[0][0]
    single = Single(first, tuple(tree_rows(first.tree, 20))) if len(found) == 1 else None
    return AgreementReport(
        rows=tuple(row_of(one, about, whole=True) for one, about in found),
        overall=overall_of(agreements),
        timelines=tuple(timelines(sample for one, _ in found for sample in one.samples)),
        single=single,
        series=SeriesFacts(3, 20, 10, len(found)) if series else None,
    )


@given(st.lists(texts, min_size=1, max_size=6), texts, texts, texts, st.sampled_from(AGREEMENT_FORMATS), st.booleans())
def test_everything_written_can_be_shown(
    said: list[str], prompt: str, model: str, fingerprint: str, format: AgreementFormat, several: bool
) -> None:
    first = (an_agreement(said, fingerprint=fingerprint), asked(prompt, model=model, endpoint=model))
    written = write_agreement(report(first, *([first] if several else [])), format, width=60)
    assert written.endswith("\n")
    shown = written.replace("\r\n", "\n")
    assert displayable(shown, newlines=True) == shown
    if format == "text":
        assert max(map(cell_len, written.splitlines())) <= 60


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_csv_has_a_record_for_each_row_and_no_formula(asked_for: list[tuple[str, str]]) -> None:
    rows = [(an_agreement(["a", "b"]), asked(prompt, model=model, stop=prompt)) for prompt, model in asked_for]
    written = write_agreement(report(*rows), "csv")
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert tuple(read[0]) == COLUMNS
    assert len(read) == 1 + len(rows)
    assert {len(record) for record in read} == {len(COLUMNS)}
    for record in read[1:]:
        assert not [one for one in record if one.lstrip().startswith(tuple("=+-@"))]


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_markdown_rows_have_as_many_cells_as_the_head(asked_for: list[tuple[str, str]]) -> None:
    rows = [(an_agreement(["a", "b"]), asked(prompt, model=model, stop=model)) for prompt, model in asked_for]
    lines = [one for one in write_agreement(report(*rows), "markdown").splitlines() if one.startswith("|")]
    assert len(lines) == 2 + len(rows)
    assert len({one.count("|") for one in lines}) == 1


@pytest.mark.parametrize(
    ("text", "written"), [("=1", "'=1"), (" +1", "' +1"), ("plain", "plain"), ("＝1", "'＝1"), ("", "")]
)
def test_a_cell_that_could_be_a_formula_has_an_apostrophe(text: str, written: str) -> None:
    assert cell(text) == written


def test_negative_numbers_stay_numbers_and_what_is_not_sent_stays_empty() -> None:
    about = Asked(Request({"model": "m", "prompt": "p", "seed": -1}), "m", (), (("seed", -1), ("top_p", UNSET)))
    written = write_agreement(report((an_agreement(["a"]), about)), "csv")
    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert (row["seed"], row["swept_seed"], row["swept_top_p"], row["pairwise"], row["agrees"]) == (
        "-1",
        "-1",
        "",
        "",
        "",
    )


@given(st.lists(st.lists(texts.map(displayable), min_size=3, max_size=3), min_size=1, max_size=5), st.integers(20, 120))
def test_no_line_of_a_table_is_wider_than_it_may_be(cells: list[list[str]], width: int) -> None:
    columns = [
        Column(f"c{rank}", tuple(column), right=rank == 1, rank=rank)
        for rank, column in enumerate(zip(*cells, strict=True))
    ]
    lines = table_lines(columns, width)
    assert len(lines) == 1 + len(cells)
    assert all(cell_len(one) <= width for one in lines)


def test_what_all_prompts_begin_with_is_left_out_of_their_titles() -> None:
    examples = "If you follow these instructions, do you return to the starting point? "
    requests = [asked(examples + rest).request for rest in ("Turn left.", "Turn around.")]
    assert titles(requests) == ["… left.", "… around."]
    assert titles([asked("One.").request, asked("Two.").request, None]) == ["One.", "Two.", ""]
    assert titles([asked(examples).request] * 2)[0].startswith("If you follow")


def test_parameters_that_differ_are_columns() -> None:
    rows = [(an_agreement(["a", "b"]), asked("p", seed=seed, temperature=0)) for seed in (1, 2)]
    head = write_agreement(report(*rows), "markdown").split("| N |", 1)[1].splitlines()[0]
    assert "seed" in head
    assert "temperature" not in head


def test_line_breaks_and_spaces_at_which_texts_part_are_seen() -> None:
    assert the_words("\n\nThen") == "␊␊Then"
    assert the_words("  then \n go") == "␣␣then␊go"
    assert the_words("\x1b[0m") == "␛[0m"


@pytest.mark.parametrize("format", AGREEMENT_FORMATS)
def test_long_hostile_texts_fit(format: AgreementFormat) -> None:
    first = an_agreement([TEXT, TEXT.replace("Hello", "Bye"), TEXT, f"{TEXT} And more."], fingerprint=TEXT)
    written = write_agreement(report((first, asked(TEXT, model=TEXT, endpoint=TEXT))), format, width=80)
    shown = written.replace("\r\n", "\n")
    assert displayable(shown, newlines=True) == shown
    if format == "text":
        assert max(map(cell_len, written.splitlines())) <= 80
