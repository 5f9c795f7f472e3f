"""The request form: what is typed is the draft, and the draft is what is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import OptionList

from seedtui.core.draft import NOTEBOOK_DRAFT, Draft, DraftError, Turn, to_request
from seedtui.core.parameters import BY_NAME
from seedtui.core.request import Api
from seedtui.tui.keys_in_order import KeysInOrder
from seedtui.tui.widgets.form_hint import FormHint
from seedtui.tui.widgets.line_input import LineInput
from seedtui.tui.widgets.message_editor import MessageEditor
from seedtui.tui.widgets.model_field import ModelField
from seedtui.tui.widgets.parameter_field import ParameterField
from seedtui.tui.widgets.parameter_grid import ParameterGrid
from seedtui.tui.widgets.request_form import RequestForm
from seedtui.tui.widgets.text_editor import HEAD, TOO_LONG, TextEditor
from support.calm import calm

NARROW, WIDE = (42, 24), (80, 19)
START = replace(NOTEBOOK_DRAFT, endpoint="local", model="SmolLM2-135M-Instruct")
HOSTILE = "\x1b]0;pwn\x07[/]\x9b2J‮x"


class FormApp(KeysInOrder[None]):
    """Nothing but the form, and all it says."""

    AUTO_FOCUS = ""
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.first = draft
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        self.form = RequestForm(self.first, ["local", "openai"], default_models={"openai": "gpt-4o"}, id="form")
        yield self.form

    def on_request_form_changed(self, event: RequestForm.Changed) -> None:
        self.said.append(event)

    def on_request_form_endpoint_changed(self, event: RequestForm.EndpointChanged) -> None:
        self.said.append(event)

    def changes(self) -> list[Draft]:
        return [event.draft for event in self.said if isinstance(event, RequestForm.Changed)]


class Driver:
    """The form, as a user sees and works it."""

    def __init__(self, app: FormApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.form = app.form
        self.pilot = pilot

    async def settle(self) -> None:
        await calm(self.pilot)

    async def focus(self, name: str) -> None:
        """Put the focus into a field, as core.draft names it."""
        for field in self.form._fields():
            if field.field == name:
                field.take_focus()
                await self.pilot.pause()
                return
        raise AssertionError(name)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, name: str, text: str) -> None:
        """Type a text into a field, after what is there."""
        await self.focus(name)
        await self.press("end")
        await self.keys(text)

    async def keys(self, text: str) -> None:
        """Press a key for each character, faster than a pilot does: it waits after each."""
        for character in text:
            key = "enter" if character == "\n" else character
            self.app.post_message(events.Key(key, character))
        await self.pilot.pause()
        await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    def screen(self) -> list[str]:
        """What is painted, line by line; nothing in it may act on a terminal."""
        lines = ["".join(s.text for s in strip) for strip in self.app.screen._compositor.render_strips()]
        for line in lines:
            assert line.isprintable(), line
        return lines

    def line(self, word: str) -> str:
        return next(line for line in self.screen() if word in line)

    def first_message(self) -> TextEditor:
        return self.form.query(MessageEditor).first().editor

    def marked(self) -> list[str]:
        """The labels that stand after an exclamation mark."""
        return [line[1:].split()[0] for line in self.screen() if line.startswith("!")]

    def hint(self) -> str:
        return " ".join(str(self.form.query_one(FormHint).content).split())


@asynccontextmanager
async def opened(draft: Draft = START, size: tuple[int, int] = NARROW) -> AsyncIterator[Driver]:
    app = FormApp(draft)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


@pytest.mark.parametrize("size", [NARROW, WIDE, (46, 20)])
async def test_everything_of_the_notebooks_request_is_in_sight(size: tuple[int, int]) -> None:
    async with opened(size=size) as form:
        text = " ".join(" ".join(form.screen()).split())
    wanted = [
        "local SmolLM2-135M-Instruct",
        "Chat Completions Completions",
        "system You are a helpful assistant that generates short stories.",
        "user Generate a short story about a journey to Mars.",
        "temperature 0.7",
        "max_tokens 200",
        *(f"{name} not sent" for name in BY_NAME if name not in ("temperature", "max_tokens")),
        "extra JSON not sent",
    ]
    assert [part for part in wanted if part not in text] == []


def test_every_parameter_has_a_field() -> None:
    assert {field.field for field in ParameterGrid()} == set(BY_NAME)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_is_typed_into_every_field_is_the_draft(size: tuple[int, int]) -> None:
    values = {
        "seed": "-9223372036854775808",
        "temperature": "0",
        "max_tokens": "60",
        "top_p": "0.95",
        "n": "2",
        "stop": "END \\n",
        "presence_penalty": "-2",
        "frequency_penalty": ".5",
        "logprobs": "0",
    }
    assert values.keys() == BY_NAME.keys()
    async with opened(Draft(endpoint="local"), size) as form:
        for name, value in values.items():
            await form.type(name, value)
        await form.type("model", "a/b:c")
        await form.type("messages", "Say [b]no[/b].\nTwice?")
        await form.type("extra", '{"top_k": 40}')
        draft = form.form.draft
        assert form.app.changes()[-1] == draft
        assert form.line("seed").split()[1] == "-9223372036854775808"
    assert draft == Draft(
        endpoint="local",
        model="a/b:c",
        turns=(Turn("user", "Say [b]no[/b].\nTwice?"),),
        typed=values,
        extra='{"top_k": 40}',
    )
    assert to_request(draft).body["top_logprobs"] == 0


async def test_the_prompt_of_the_other_api() -> None:
    async with opened(replace(START, prompt="")) as form:
        form.form._api.focus()
        await form.press("right")
        await form.type("prompt", "Once")
        draft = form.form.draft
        assert any("prompt" in line for line in form.screen())
        assert not any("system" in line for line in form.screen())
    assert (draft.api, draft.prompt, draft.turns) == (Api.COMPLETIONS, "Once", START.turns)


async def test_switching_the_api_keeps_both_sides() -> None:
    async with opened() as form:
        form.form._api.focus()
        await form.press("right")
        assert form.form.draft == replace(START, api=Api.COMPLETIONS)
        await form.press("right")
        assert form.form.draft == START


async def test_unset_looks_different_from_zero() -> None:
    async with opened(replace(START, typed={"seed": "0", "top_p": ""})) as form:
        assert form.line("seed").split() == ["seed", "0"]
        assert "top_p not sent" in form.line("top_p")
        assert form.form.draft.typed == {"seed": "0"}
        seed = form.form.query_one("#field-seed", LineInput)
        top_p = form.form.query_one("#field-top_p", LineInput)
        styles = [next(s.style for s in one.render_line(0) if s.text.strip()) for one in (seed, top_p)]
        assert [bool(style and style.italic) for style in styles] == [False, True]


async def test_a_field_of_white_space_becomes_unset_when_left() -> None:
    async with opened() as form:
        await form.type("seed", "   ")
        await form.press("tab")
        assert "seed" not in form.form.draft.typed
        assert "not sent" in form.line("seed")


async def test_a_bad_value_is_marked_with_its_reason_and_kept() -> None:
    async with opened() as form:
        await form.type("seed", "1.5")
        assert form.marked() == ["seed"]
        assert form.hint() == "! seed must be a whole number from -2^63 to 2^63-1."
        assert form.form.draft.typed["seed"] == "1.5"
        await form.press("tab")
        assert form.marked() == ["seed"]
        assert form.hint().startswith("How freely tokens are drawn")
        await form.focus("seed")
        await form.press("end", "backspace", "backspace")
        assert form.marked() == []
        assert form.hint().startswith("Asks for the same sampling")


@pytest.mark.parametrize("seed", [str(-(2**63)), "-1", "0", str(2**63 - 1)])
async def test_every_64_bit_seed_is_taken(seed: str) -> None:
    async with opened() as form:
        await form.type("seed", seed)
        assert form.marked() == []
        assert to_request(form.form.draft).seed == int(seed)
        assert seed in form.line("seed")


@pytest.mark.parametrize("seed", [str(-(2**63) - 1), str(2**63), "0x7", "+-1", "true"])
async def test_no_other_seed_is_taken(seed: str) -> None:
    async with opened() as form:
        await form.type("seed", seed)
        assert form.marked() == ["seed"]
        assert form.form.draft.typed["seed"] == seed


async def test_extra_json_that_sets_a_field_twice() -> None:
    async with opened() as form:
        await form.type("extra", '{"temperature": 1}')
        assert form.marked() == ["extra"]
        assert form.hint() == "! temperature is set twice: here and in its own field."


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("name", BY_NAME)
async def test_every_help_and_every_problem_can_be_read_whole(size: tuple[int, int], name: str) -> None:
    async with opened(size=size) as form:
        await form.focus(name)
        assert BY_NAME[name].help in " ".join(" ".join(form.screen()).split())
        await form.type(name, '["')
        problem = form.hint()
        assert problem.startswith("! ")
        assert problem in " ".join(" ".join(form.screen()).split())


async def test_what_is_missing_is_said_when_asked_to_send() -> None:
    draft = Draft(endpoint="local", typed={"n": "0"})
    with pytest.raises(DraftError) as caught:
        to_request(draft)
    async with opened(draft) as form:
        assert form.marked() == []
        form.form.show_problems(caught.value.problems)
        await form.settle()
        assert form.app.focused is form.form.query_one("#field-model LineInput")
        assert form.hint() == "! Name a model."
        assert form.marked() == ["user"]
        await form.type("model", "m")
        assert form.hint().startswith("The model to ask for")
        await form.type("messages", "Hi")
        assert form.marked() == []
        assert "!n" in form.line("top_p") or "!n" in form.line("max_tokens")


DRAFTS = [
    START,
    Draft(endpoint="openai", api=Api.COMPLETIONS, model="m", prompt="Once\n\n", turns=(Turn("user", "x"),)),
    Draft(
        endpoint="gone",
        model=HOSTILE,
        turns=(Turn("system", HOSTILE), Turn("tool", "a\r\nb\tc "), Turn("made-up\x1b[1m", ""), Turn("user", "여행\n")),
        prompt="\u2028\x85\x0c",
        typed={"stop": "\t\x1b\n", "seed": "bad", "logprobs": "3"},
        extra='{\n  "a": "\x00"\n}',
    ),
]


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("draft", DRAFTS)
async def test_a_loaded_draft_comes_back_exactly_and_unsaid(draft: Draft, size: tuple[int, int]) -> None:
    async with opened(size=size) as form:
        form.form.load(draft)
        assert form.form.draft == draft
        await form.settle()
        form.screen()
        assert form.form.draft == draft
        form.form.draft = START
        await form.settle()
        assert form.form.draft == START
        assert len(form.form.query(MessageEditor)) == 2
        assert form.app.said == []


@pytest.mark.parametrize("draft", DRAFTS)
async def test_a_first_draft_comes_back_exactly_and_unsaid(draft: Draft) -> None:
    async with opened(draft) as form:
        form.screen()
        assert form.form.draft == draft
        assert form.app.said == []


async def test_an_edit_of_a_hostile_text_keeps_the_rest_of_it() -> None:
    async with opened(replace(START, turns=(Turn("user", HOSTILE),))) as form:
        await form.type("messages", "!")
        assert form.form.draft.turns[0].text == HOSTILE + "!"
        assert "␛]0;pwn␇[/]▯2J▯x!" in form.line("pwn")


async def test_pasted_control_characters_are_kept_and_not_painted() -> None:
    async with opened(replace(START, turns=(Turn("user", ""),))) as form:
        await form.focus("messages")
        await form.paste("one\r\ntwo\rthree \x1b[31m")
        await form.focus("seed")
        await form.paste("\x1b[2J12\r\n")
        draft = form.form.draft
        assert draft.turns[0].text == "one\ntwo\nthree \x1b[31m"
        assert draft.typed["seed"] == "\x1b[2J12"
        assert "␛[2J12" in form.line("seed")
        assert form.marked() == ["seed"]
        await form.press("ctrl+z")


async def test_undo_takes_a_paste_back() -> None:
    async with opened() as form:
        await form.focus("messages")
        await form.paste("\x1b")
        assert form.form.draft.turns[0].text == "\x1b" + START.turns[0].text
        await form.press("ctrl+z")
        assert form.form.draft == START


async def test_copy_and_paste_inside_the_app_is_exact() -> None:
    async with opened(replace(START, turns=(Turn("user", HOSTILE),))) as form:
        await form.focus("messages")
        await form.press("shift+end", "ctrl+x")
        assert form.app.clipboard == HOSTILE
        assert form.form.draft.turns[0].text == ""
        await form.press("ctrl+v")
        assert form.form.draft.turns[0].text == HOSTILE
        await form.focus("stop")
        await form.press("ctrl+v")
        assert form.form.draft.typed["stop"] == HOSTILE


async def test_a_huge_text_is_kept_whole_and_shown_by_its_beginning() -> None:
    huge = "word \x1b" * (TOO_LONG // 5)
    async with opened(replace(START, turns=(Turn("user", "ab"),))) as form:
        await form.focus("messages")
        await form.press("right")
        await form.paste(huge)
        editor = form.first_message()
        assert form.form.draft.turns[0].text == f"a{huge}b"
        assert editor.is_cut
        assert len(editor.text) == HEAD
        assert "too long to edit here" in form.hint()
        await form.press("x")
        assert form.form.draft.turns[0].text == f"a{huge}b"
        form.form.apply_edited(form.form.editor_target(), "short")
        await form.press("x")
        assert sorted(form.form.draft.turns[0].text) == sorted("shortx")


async def test_f6_is_left_to_the_app() -> None:
    async with opened() as form:
        await form.focus("messages")
        assert not {"f5", "f6", "f7"} & set(form.first_message()._bindings.key_to_bindings)


async def test_tab_goes_through_the_fields_and_types_nothing() -> None:
    async with opened() as form:
        await form.focus("endpoint")
        seen = []
        for _ in range(17):
            seen.append(next(field.field for field in form.form._focused_fields() if field.field))
            await form.press("tab")
        assert form.form.draft == START
    assert list(dict.fromkeys(seen)) == ["endpoint", "model", "api", "messages", *ParameterGrid()._fields, "extra"]


async def test_a_message_grows_to_six_rows() -> None:
    async with opened(replace(START, turns=(Turn("user", ""),))) as form:
        editor = form.first_message()
        heights = []
        for text in ("", "a\nb", "a\nb\nc", "\n" * 20):
            form.form.load(replace(START, turns=(Turn("user", text),)))
            await form.settle()
            heights.append(editor.size.height)
    assert heights == [2, 2, 3, 6]


async def test_turns_are_added_and_removed() -> None:
    async with opened() as form:
        form.form.add_turn()
        await form.settle()
        await form.keys("Sure")
        form.form.add_turn()
        await form.settle()
        await form.keys("More")
        turns = (*START.turns, Turn("assistant", "Sure"), Turn("user", "More"))
        assert form.form.draft.turns == turns
        await form.press("shift+tab", "shift+tab")
        assert form.form.remove_turn() == Turn("assistant", "Sure")
        await form.settle()
        assert form.form.draft.turns == (*START.turns, Turn("user", "More"))
        assert form.app.changes()[-1] == form.form.draft
        await form.keys("!")
        assert form.form.draft.turns[2].text == "More!"


async def test_the_only_turn_becomes_empty_and_can_be_had_back() -> None:
    async with opened(replace(START, turns=(Turn("user", "Hi"),))) as form:
        await form.focus("messages")
        assert form.form.remove_turn() == Turn("user", "Hi")
        await form.settle()
        assert form.form.draft.turns == (Turn("user", ""),)
        await form.press("ctrl+z")
        assert form.form.draft.turns == (Turn("user", "Hi"),)


async def test_a_role_is_changed_with_the_arrows() -> None:
    async with opened() as form:
        await form.focus("messages")
        await form.press("shift+tab", "right", "right")
        assert [turn.role for turn in form.form.draft.turns] == ["assistant", "user"]
        assert "‹assistant›" in form.line("assistant›")
        await form.press("left", "left", "left")
        assert form.form.draft.turns[0].role == "tool"


async def test_the_endpoint_is_said_and_brings_its_model() -> None:
    async with opened() as form:
        await form.focus("endpoint")
        await form.press("right")
        assert [event.name for event in form.app.said if isinstance(event, RequestForm.EndpointChanged)] == ["openai"]
        assert (form.form.draft.endpoint, form.form.draft.model) == ("openai", "gpt-4o")
        await form.press("left")
        assert form.form.draft == START
        form.form.set_endpoints(["vllm", "local"])
        await form.press("right")
        assert (form.form.draft.endpoint, form.form.draft.model) == ("vllm", "")


async def test_a_model_is_suggested_while_typing() -> None:
    async with opened(replace(START, model="")) as form:
        form.form.set_models("openai", ["gpt-elsewhere"])
        form.form.set_models("local", ["gpt-\x1b[31m", "gpt-4o-mini", "qwen"])
        await form.type("model", "GPT")
        assert "GPT-4o-mini" in form.line("local")
        assert form.form.draft.model == "GPT"
        await form.press("right")
        assert form.form.draft.model == "gpt-4o-mini"


@pytest.mark.parametrize("key", ["down", "ctrl+@", "ctrl+space"])
async def test_a_model_is_picked_from_the_list(key: str) -> None:
    async with opened() as form:
        form.form.set_models("local", ["first", "second", "third"])
        await form.focus("model")
        await form.press(key)
        assert any("second" in line for line in form.screen())
        assert form.app.focused is form.form.query_one("#field-model LineInput")
        await form.press("enter")
        assert form.form.draft.model == "first"
        assert not any("second" in line for line in form.screen())
        await form.press(key, "down", "down", "up", "enter")
        assert form.form.draft.model == "second"
        await form.press(key, "end", "backspace", "escape")
        assert form.form.draft.model == "secon"


async def test_typing_narrows_the_list() -> None:
    async with opened(replace(START, model="")) as form:
        form.form.set_models("local", [f"org/model-{number}" for number in range(2000)])
        await form.focus("model")
        await form.press("down")
        models = form.form.query_one("#field-model OptionList", OptionList)
        assert models.option_count == 301
        await form.keys("L-1999")
        assert models.option_count == 1
        await form.press("enter")
        assert form.form.draft.model == "org/model-1999"
        await form.press("down", "x", "enter")
        assert form.form.draft.model == "org/model-1999x"


async def test_a_model_is_picked_with_the_mouse() -> None:
    async with opened() as form:
        form.form.set_models("local", ["first", "second"])
        await form.focus("model")
        await form.press("down")
        await form.pilot.click("#field-model OptionList", offset=(2, 1))
        await form.settle()
        assert form.form.draft.model == "second"
        assert not form.form.query_one(ModelField).is_open


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_hostile_model_names_are_painted_as_pictures_and_kept_exactly(size: tuple[int, int]) -> None:
    async with opened(replace(START, model=""), size) as form:
        form.form.set_models("local", [HOSTILE, "[bold", "x" * 5000, "a\nb"])
        await form.focus("model")
        await form.press("down")
        assert any("␛]0;pwn␇[/]" in line for line in form.screen())
        assert any("[bold" in line for line in form.screen())
        await form.press("enter")
        assert form.form.draft.model == HOSTILE
        assert "␛]0;pwn␇[/]" in form.screen()[0]


async def test_hostile_endpoint_names() -> None:
    async with opened(replace(START, endpoint=HOSTILE)) as form:
        assert "␛]0;pwn␇[/]" in form.screen()[0]
        assert form.form.draft.endpoint == HOSTILE


async def test_long_texts_go_to_an_editor_and_back() -> None:
    async with opened(replace(START, extra="{}")) as form:
        form.form.query_one("#field-seed", ParameterField).take_focus()
        await form.settle()
        target = form.form.editor_target()
        assert (target.name, target.text) == ("message 2 (user)", START.turns[1].text)
        await form.focus("messages")
        assert form.form.editor_target().name == "message 1 (system)"
        await form.focus("extra")
        target = form.form.editor_target()
        assert (target.name, target.text) == ("extra JSON", "{}")
        form.form.apply_edited(target, '{\r\n "a": 1}')
        await form.settle()
        assert form.form.draft.extra == '{\r\n "a": 1}'
        assert form.app.changes()[-1] == form.form.draft
        await form.press("ctrl+z")
        assert form.form.draft.extra == "{}"
        form.form.load(replace(START, api=Api.COMPLETIONS))
        await form.focus("prompt")
        assert form.form.editor_target().name == "prompt"


async def test_an_edited_text_whose_message_is_gone_is_not_put_elsewhere() -> None:
    async with opened() as form:
        target = form.form.editor_target()
        form.form.remove_turn()
        await form.settle()
        form.form.apply_edited(target, "late")
        await form.settle()
        assert form.form.draft.turns == START.turns[:1]


async def test_many_turns_scroll_to_the_one_in_focus() -> None:
    turns = tuple(Turn("user", f"message {number}") for number in range(30))
    async with opened(replace(START, turns=turns)) as form:
        form.form.query(MessageEditor).last().take_focus()
        await form.settle()
        assert any("message 29" in line for line in form.screen())
        await form.focus("extra")
        assert any("extra JSON" in line for line in form.screen())


async def test_one_change_is_said_once() -> None:
    async with opened() as form:
        await form.type("seed", "7")
        await form.press("left", "tab", "shift+tab")
        assert len(form.app.changes()) == 1


async def test_no_cursor_stays_behind() -> None:
    async with opened() as form:
        editor = form.first_message()
        before = editor.render_lines(editor.size.region)
        await form.focus("messages")
        assert editor.render_lines(editor.size.region) != before
        await form.focus("seed")
        assert editor.render_lines(editor.size.region) == before
