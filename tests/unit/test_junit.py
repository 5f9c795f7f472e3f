"""JUnit XML: well-formed whatever a model said, and built as CI servers read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from seedtui.core.checking import Check, Outcome, Rule, judge
from seedtui.core.run import Completion, RunError, Status
from seedtui.exchange.junit import junit_xml
from support.hostile import MARKUP, SCRIPTS
from support.runs import a_run

BEGUN: Final = datetime(2026, 11, 22, 21, 43, tzinfo=UTC)
_PIECES = [*"<& \n\r\t\0\x08\x1b\x7f\x85\ufffe\uffff\ud800\udfff\"'", "]]>", "<![CDATA[", "-->", "a ", "b. ", "🚀"]
texts = st.lists(st.sampled_from(_PIECES), max_size=15).map("".join) | st.text(max_size=30)

# What XML 1.0 takes, and does not advise against.
_GOOD: Final = re.compile("[\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*\\Z")
_NUMBER: Final = re.compile(r"\d+\Z")
_SECONDS: Final = re.compile(r"\d+\.\d{3}\Z")
_COUNTS: Final = {"tests", "failures", "errors", "skipped"}


def parsed(checks: list[Check], rounds: int = 1) -> ElementTree.Element:
    """Parse what is written, and hold it against the schema that Jenkins publishes, as far as it is used."""
    written = junit_xml(checks, BEGUN, rounds)
    assert _GOOD.match(written)
    root = ElementTree.fromstring(written.encode())
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite.tag == "testsuite"
    assert suite.attrib.keys() == {"name", "time", "timestamp", *_COUNTS}
    assert suite.get("timestamp") == "2026-11-22T21:43:00"
    for counted in (root, suite):
        assert all(_NUMBER.match(counted.attrib[name]) for name in _COUNTS)
        assert _SECONDS.match(counted.attrib["time"])
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(counted.attrib[name]) == len(list(root.iter(tag)))
        assert int(counted.attrib["tests"]) == len(checks)
    for case in suite:
        assert_case(case)
    return root


def assert_case(case: ElementTree.Element) -> None:
    assert case.tag == "testcase"
    assert case.attrib.keys() == {"name", "classname", "time"}
    assert "\n" not in case.attrib["name"]
    assert _SECONDS.match(case.attrib["time"])
    (told,) = case
    if told.tag == "skipped":
        assert told.attrib.keys() == {"message"}
    elif told.tag == "system-out":
        assert told.text
    else:
        assert told.tag in ("failure", "error")
        assert told.attrib.keys() == {"message", "type"}
        assert told.text


def told(checks: list[Check]) -> Iterator[ElementTree.Element]:
    for case in parsed(checks).iter("testcase"):
        yield from case


@given(texts, texts, texts)
def test_whatever_a_model_says_it_is_well_formed(a: str, b: str, said: str) -> None:
    failed = a_run(a, id=3, status=Status.FAILED, error=RunError("http", said or "No.", 500), finish_reason=None)
    baseline = a_run(a, model=said, messages=[{"role": "user", "content": said}])
    checks = [*judge(baseline, a_run(b, id=2), Rule()), *judge(baseline, failed, Rule())]
    parsed([*checks, Check(baseline="4", outcome=Outcome.NOT_SENT, why="Not sent: it was interrupted before.")])


def test_markup_stays_text() -> None:
    (failure,) = told(judge(a_run("one\n" + MARKUP), a_run("one\n" + SCRIPTS, id=2), Rule()))
    assert f"-{MARKUP}" in (failure.text or "")


def test_each_outcome_has_its_element() -> None:
    request: dict[str, Any] = {"messages": [{"role": "user", "content": "Tell me\na story."}]}
    baseline = a_run("one\ntwo\n", **request)
    failed = a_run(None, id=4, status=Status.FAILED, error=RunError("timeout", "Too slow."))
    checks = [
        *judge(baseline, a_run("one\ntwo\n", id=2, **request), Rule()),
        *judge(baseline, a_run("one\n2\n", id=3, seed=1), Rule()),
        *judge(baseline, failed, Rule()),
        Check(baseline="5", outcome=Outcome.NOT_SENT, why="Not sent: it was interrupted before.", pinned=baseline),
        Check(baseline="6", outcome=Outcome.TROUBLE, why="It is damaged."),
    ]
    passed, failure, error, skipped, damaged = told(checks)
    assert [one.tag for one in (passed, failure, error, skipped, damaged)] == [
        *("system-out", "failure", "error", "skipped", "error")
    ]
    assert passed.text == "= #1 → #2  Identical, without a seed."
    assert failure.get("type") == "request-changed"
    assert "-two\n+2\n" in (failure.text or "")
    assert (error.get("type"), error.get("message")) == ("timeout", "The new run failed: Too slow.")
    assert (damaged.get("type"), damaged.get("message")) == ("trouble", "It is damaged.")
    names = [case.get("name") for case in parsed(checks).iter("testcase")]
    assert names == [*["#1 Tell me a story."] * 3, "#5 Tell me a story.", "#6"]


def test_repetitions_are_numbered() -> None:
    baseline = a_run()
    checks = [check for round in (1, 2) for check in judge(baseline, a_run(id=round + 1), Rule(), round)]
    names = [str(case.get("name")) for case in parsed(checks, rounds=2).iter("testcase")]
    assert [name[-8:] for name in names] == ["(1 of 2)", "(2 of 2)"]


def test_choices_share_the_time_of_their_run() -> None:
    choices = tuple(Completion(index, "Once.", "stop") for index in range(2))
    baseline, run = (replace(a_run(id=number, n=2), completions=choices) for number in (1, 2))
    suite = parsed(judge(baseline, run, Rule()))[0]
    assert [case.get("time") for case in suite] == ["2.100"] * 2
    assert suite.get("time") == "2.100"


def test_a_long_difference_is_cut_and_says_where_all_of_it_is() -> None:
    baseline = a_run("".join(f"line {number}\n" for number in range(2000)))
    other = a_run("".join(f"row {number}\n" for number in range(2000)), id=2)
    (failure,) = told(judge(baseline, other, Rule()))
    lines = (failure.text or "").splitlines()
    assert len(lines) < 210
    assert lines[-1] == "… seedtui diff 1 2 shows all of it."
