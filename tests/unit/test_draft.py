"""The form's content: from what was typed to a request, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seedtui.core.draft import NOTEBOOK_DRAFT, Draft, DraftError, Turn, from_json, from_request, problem, to_request
from seedtui.core.parameters import BY_NAME, PARAMETERS, SEED_MAX, SEED_MIN
from seedtui.core.request import Api, Request
from support.bodies import any_json, texts, valid_bodies

MARS = replace(NOTEBOOK_DRAFT, model="m")
PROMPT = replace(MARS, api=Api.COMPLETIONS)
typed_texts = texts | st.sampled_from(["0", "1", "-1", "0.7", "abc", " ", "END", '["a"]'])
drafts = st.builds(
    Draft,
    endpoint=texts,
    model=texts,
    api=st.sampled_from(Api),
    turns=st.lists(st.builds(Turn, texts, texts), max_size=3).map(tuple),
    prompt=texts,
    typed=st.dictionaries(st.sampled_from([*BY_NAME, "other"]), typed_texts, max_size=4),
    extra=texts | st.sampled_from(['{"top_k": 40}', '{"model": "x"}', '{"messages": [{}]}', '{"prompt": "x"}', "{"]),
)


def outcome(draft: Draft) -> tuple[Request | None, Mapping[str, str]]:
    """Return the request that a draft gives; None and the problems if it gives none."""
    try:
        return to_request(draft), {}
    except DraftError as error:
        return None, error.problems


def problems_of(draft: Draft) -> Mapping[str, str]:
    request, problems = outcome(draft)
    assert request is None
    return problems


@given(valid_bodies)
def test_the_form_sends_again_what_was_sent(body: dict[str, Any]) -> None:
    request = Request(body)
    # A seed that no server can take is refused.
    assume(request.seed is None or SEED_MIN <= request.seed <= SEED_MAX)
    draft = from_request(request, "e", before=MARS)
    assert draft.endpoint == "e"
    assert to_request(draft).digest == request.digest


@given(st.dictionaries(st.sampled_from(["model", "messages", "prompt", "seed", "x"]), any_json) | valid_bodies)
def test_any_stored_request_can_be_loaded_into_the_form(body: dict[str, Any]) -> None:
    draft = from_request(Request(body), "e")
    assert draft.api is Request(body).api


@given(drafts)
def test_a_draft_gives_a_request_of_its_api_or_a_sentence_for_each_field(draft: Draft) -> None:
    sent, problems = outcome(draft)
    if sent is None:
        assert problems.keys() <= {*BY_NAME, "model", "messages", "prompt", "extra"}
        assert all(sentence.endswith(".") for sentence in problems.values())
    else:
        assert sent.api is draft.api
        assert sent.body.keys() <= {"model", "messages", "prompt", "top_k", "top_logprobs", *BY_NAME}


@given(drafts, st.sampled_from(PARAMETERS))
def test_a_field_is_marked_exactly_if_it_keeps_the_request_from_being_sent(draft: Draft, parameter: Any) -> None:
    _, problems = outcome(draft)
    assert problem(parameter.name, draft.typed.get(parameter.name, "")) == problems.get(parameter.name)


@given(drafts)
def test_a_kept_draft_reads_back(draft: Draft) -> None:
    assert from_json(json.loads(json.dumps(draft.as_json()))) == draft


@given(any_json | st.fixed_dictionaries({}, optional=dict.fromkeys(Draft().as_json(), any_json)))
def test_whatever_was_kept_gives_a_draft(value: Any) -> None:
    draft = from_json(value)
    json.dumps(draft.as_json())
    fields: list[Any] = [draft.endpoint, draft.model, draft.prompt, draft.extra, *draft.typed.values()]
    for turn in draft.turns:
        fields += [turn.role, turn.text]
    assert all(isinstance(text, str) for text in fields)


def test_the_notebooks_draft_lacks_only_a_model() -> None:
    assert problems_of(NOTEBOOK_DRAFT) == {"model": "Name a model."}
    assert to_request(MARS).body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant that generates short stories."},
            {"role": "user", "content": "Generate a short story about a journey to Mars."},
        ],
        "temperature": 0.7,
        "max_tokens": 200,
    }


@pytest.mark.parametrize("typed", ["", " ", "\n", "\u3000"])
def test_a_blank_field_is_not_sent_and_zero_is(typed: str) -> None:
    assert "seed" not in to_request(replace(MARS, typed={"seed": typed})).body
    assert to_request(replace(MARS, typed={"seed": f"{typed}0{typed}"})).body["seed"] == 0


def test_every_problem_is_told_at_once_and_at_its_field() -> None:
    draft = Draft(turns=(Turn("user", ""),), typed={"seed": "7.0", "n": "0", "top_p": "1"}, extra="[")
    assert problems_of(draft).keys() == {"seed", "n", "extra", "model", "messages"}
    assert problems_of(replace(draft, api=Api.COMPLETIONS, prompt="")).keys() == {
        *("seed", "n", "extra", "model", "prompt")
    }


def test_white_space_is_part_of_a_stop_text_and_of_no_number() -> None:
    body = to_request(replace(MARS, typed={"stop": " END ", "seed": " 7 "})).body
    assert (body["stop"], body["seed"]) == (" END ", 7)


def test_the_extra_json_may_not_turn_a_prompt_into_a_conversation() -> None:
    draft = replace(PROMPT, extra='{"messages": [{"role": "user", "content": "Hi"}]}')
    assert problems_of(draft)["extra"].startswith("messages belong to Chat Completions")


def test_fields_of_the_other_api_are_kept_while_a_request_is_loaded() -> None:
    chat = from_request(Request({"model": "m", "messages": [{"role": "user", "content": "Hi"}]}), "e", before=PROMPT)
    assert (chat.turns, chat.prompt) == ((Turn("user", "Hi"),), PROMPT.prompt)
    prompt = from_request(Request({"model": "m", "prompt": "Once"}), "e", before=MARS)
    assert (prompt.turns, prompt.prompt) == (MARS.turns, "Once")


def test_what_an_imported_request_leaves_empty_is_no_obstacle_in_the_form() -> None:
    draft = from_request(Request({"model": "", "messages": []}), "e")
    assert (draft.model, draft.turns, draft.extra) == ("", (), "")


def test_a_model_with_space_around_it_is_sent_as_it_was() -> None:
    request = Request({"model": " m", "messages": [{"role": "user", "content": "Hi"}]})
    assert to_request(from_request(request, "e")).body["model"] == " m"
