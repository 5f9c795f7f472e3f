"""The request pane: a form whose content is a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from seedtui.core.draft import Draft, DraftError, Turn, to_request
from seedtui.core.parameters import BY_NAME
from seedtui.core.request import Api
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.choice import Choice
from seedtui.tui.widgets.conversation import Conversation
from seedtui.tui.widgets.form_field import FormField
from seedtui.tui.widgets.form_hint import FormHint
from seedtui.tui.widgets.message_editor import MessageEditor
from seedtui.tui.widgets.model_field import ModelField
from seedtui.tui.widgets.parameter_grid import ParameterGrid
from seedtui.tui.widgets.text_editor import TextEditor

_API_LABELS: Final = {Api.CHAT: "Chat Completions", Api.COMPLETIONS: "Completions"}
# A field that is still empty is no mistake until somebody wants to send.
_LIVE: Final = frozenset({*BY_NAME, "extra"})


class EditorTarget(NamedTuple):
    """A long text of the form that an editor may take over.

    Attributes:
        name: What it is, in a word or two.
        text: The text.
        editor: The box it stands in.
    """

    name: str
    text: str
    editor: TextEditor


class FormBody(VerticalScroll, Box, can_focus=False):
    """The scrolling part. It moves at once, and no further than it must."""

    DEFAULT_CSS = """
    FormBody {
        scrollbar-size-vertical: 1;
    }
    """

    def scroll_to_region(self, region: Region, **options: Any) -> Offset:
        """Scroll a region into view."""
        return super().scroll_to_region(region, **{**options, "animate": False, "center": False})


class RequestForm(Box):
    """The form in which a request is written.

    Args:
        draft: What stands in it at first.
        endpoints: The names to choose from.
        default_models: Endpoint name to the model put into the form with it, when no other was
            typed for that endpoint before.
        width: The cells that it will have at first, if known: the first frame is right then.
    """

    DEFAULT_CSS = """
    RequestForm {
        background: transparent;
        & #form-head {
            layout: horizontal;
            height: 1;
        }
        & #form-api {
            margin-bottom: 1;
        }
        & #form-endpoint {
            color: $text;
            max-width: 24;
            margin-right: 1;
        }
        & ParameterGrid {
            margin-top: 1;
        }
    }
    """

    @dataclass(eq=False, repr=False)
    class Changed(Message):
        """The user changed the draft."""

        form: RequestForm
        draft: Draft

        @property
        def control(self) -> RequestForm:
            """The form that sent the message."""
            return self.form

    @dataclass(eq=False, repr=False)
    class EndpointChanged(Message):
        """The user chose another endpoint."""

        form: RequestForm
        name: str

        @property
        def control(self) -> RequestForm:
            """The form that sent the message."""
            return self.form

    def __init__(
        self,
        draft: Draft,
        endpoints: Sequence[str],
        *,
        default_models: Mapping[str, str] | None = None,
        width: int = 0,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._default_models = dict(default_models or {})
        self._typed_models: dict[str, str] = {}
        self._listed_models: dict[str, tuple[str, ...]] = {}
        self._problems: dict[str, str] = {}
        self._asked: frozenset[str] = frozenset()
        self._endpoint = Choice(
            endpoints,
            draft.endpoint,
            id="form-endpoint",
            field="endpoint",
            help_text="Where the request goes. Left and right change it.",
        )
        self._model = ModelField(draft.model)
        self._api = Choice(
            tuple(Api),
            draft.api,
            labels=[_API_LABELS[api] for api in Api],
            spread=True,
            id="form-api",
            field="api",
            help_text="Chat Completions sends messages, Completions one prompt. Left and right change it.",
        )
        self._conversation = Conversation(draft.turns, draft.prompt, draft.api)
        self._grid = ParameterGrid()
        self._grid.load(draft.typed, draft.extra)
        self._grid.show_api(draft.api)
        self._hint = FormHint()
        self._grid.fit(width)
        self._hint.fit(width)
        self._last = self.draft
        self._last_focused: Widget | None = None
        self._long_text: TextEditor | None = None

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        with FormBody():
            yield Box(self._endpoint, self._model, id="form-head")
            yield self._api
            yield self._conversation
            yield self._grid
        yield self._hint

    def on_mount(self) -> None:
        """Show what is wrong with the first draft."""
        self._judge()

    @property
    def draft(self) -> Draft:
        """What stands in the form."""
        return Draft(
            endpoint=self._endpoint.value,
            model=self._model.model,
            api=Api(self._api.value),
            turns=self._conversation.turns,
            prompt=self._conversation.prompt.editor.value,
            typed=self._grid.typed,
            extra=self._grid.extra.value,
        )

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self.load(draft)

    def load(self, draft: Draft) -> None:
        """Show another draft. No message is sent for it."""
        self._endpoint.value = draft.endpoint or self._endpoint.value
        self._model.models = self._listed_models.get(self._endpoint.value, ())
        self._model.model = draft.model
        self._api.value = draft.api
        self._conversation.load(draft.turns, draft.prompt)
        self._grid.load(draft.typed, draft.extra)
        self._show_api()
        self._asked = frozenset()
        self._last = self.draft
        self._judge()

    def set_models(self, endpoint: str, models: Sequence[str]) -> None:
        """Offer the models that an endpoint lists, whenever it is the chosen one."""
        self._listed_models[endpoint] = tuple(models)
        if endpoint == self._endpoint.value:
            self._model.models = models
            self._hint_at_focus()

    @property
    def models(self) -> tuple[str, ...]:
        """The models that the chosen endpoint lists; empty until it has said so."""
        return self._listed_models.get(self._endpoint.value, ())

    def set_endpoints(self, endpoints: Sequence[str]) -> None:
        """Offer other endpoints. The chosen one stays."""
        self._endpoint.set_options(endpoints)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Mark the fields that keep the draft from being sent, and put the focus into the first.

        Args:
            problems: As in `core.draft.DraftError`.
        """
        self._asked = frozenset(problems)
        self._judge(problems)
        for field in self._fields():
            if field.field in problems:
                field.take_focus()
                return

    def take_focus(self) -> None:
        """Put the focus back where it last was in the form; at first, into the last message."""
        last = self._last_focused
        # A message that was just taken away is still there for a moment, and focusable.
        fields: set[object] = set(self._fields())
        here = last is not None and last.focusable and not fields.isdisjoint(last.ancestors_with_self)
        (last if here and last is not None else self._written()).focus()

    def begin_focused(self) -> TextEditor:
        """Put the focus into the last message at once, so that the first frame shows it there.

        Returns:
            The editor that has it.
        """
        editor = self._written()
        editor.has_focus = True
        self.screen.set_focus(editor)
        self.on_descendant_focus()
        return editor

    def add_turn(self) -> None:
        """Add a message to a chat and put the focus into it."""
        if self._api.value == Api.CHAT:
            self._conversation.add()
            self._edited()

    def remove_turn(self) -> Turn | None:
        """Take away the message in focus, or else the last one.

        Returns:
            What was taken away, if anything.
        """
        if self._api.value != Api.CHAT:
            return None
        message = self._focused_message() or self._conversation.messages[-1]
        turn = self._conversation.remove_message(message)
        self._edited()
        return turn

    def editor_target(self) -> EditorTarget:
        """Return the long text in focus, or the one last in focus, or the last message."""
        editor = self._written()
        return EditorTarget(self._editors()[editor], editor.value, editor)

    def apply_edited(self, target: EditorTarget, text: str) -> None:
        """Put an edited text back to where it came from."""
        if target.editor.is_attached:
            target.editor.replace_value(text)
            target.editor.focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _note_typing(self, event: Message) -> None:
        event.stop()
        self._edited()

    @on(Input.Submitted)
    @on(Input.Blurred)
    @on(TextArea.SelectionChanged)
    def _keep_inside(self, event: Message) -> None:
        event.stop()

    @on(Choice.Changed)
    def _note_choice(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice is self._endpoint:
            self._change_endpoint(event.before, event.value)
        self._show_api()
        self._edited()
        self._hint_at_focus()

    def on_descendant_focus(self) -> None:
        """Say what the field in focus is for."""
        self._last_focused = self.screen.focused
        if isinstance(self._last_focused, TextEditor):
            self._long_text = self._last_focused
        self._hint_at_focus()

    def on_descendant_blur(self) -> None:
        """Say what is wrong, if anything, once no field is in focus."""
        self._hint_at_focus()

    def _change_endpoint(self, before: str, name: str) -> None:
        self._typed_models[before] = self._model.model
        self._model.models = self._listed_models.get(name, ())
        self._model.model = self._typed_models.get(name, self._default_models.get(name, ""))
        self.post_message(self.EndpointChanged(self, name))

    def _show_api(self) -> None:
        api = Api(self._api.value)
        self._conversation.show_api(api)
        self._grid.show_api(api)

    def _edited(self) -> None:
        draft = self.draft
        if draft != self._last:
            self._last = draft
            self._judge()
            self.post_message(self.Changed(self, draft))

    def _judge(self, problems: Mapping[str, str] | None = None) -> None:
        """Mark what cannot be sent: bad values at once, missing ones after somebody tried to send."""
        if problems is None:
            shown = _LIVE | self._asked
            problems = {field: why for field, why in _problems(self._last).items() if field in shown}
        self._problems = dict(problems)
        for field in self._fields():
            field.mark(field.field in problems)
        self._hint_at_focus()

    def _hint_at_focus(self) -> None:
        fields = self._focused_fields()
        if not fields:
            self._hint.show(next(iter(self._problems.values()), None), "")
            return
        names = [field.field for field in fields]
        help_text = next((field.help_text for field in fields if field.help_text), "")
        self._hint.show(next((self._problems[name] for name in names if name in self._problems), None), help_text)

    def _fields(self) -> Iterator[FormField]:
        """All fields that the chosen API has, from top to bottom."""
        yield self._endpoint
        yield self._model
        yield self._api
        if self._api.value == Api.CHAT:
            yield from self._conversation.messages
        else:
            yield self._conversation.prompt
        yield from self._grid
        yield self._grid.extra

    def _focused_fields(self) -> list[FormField]:
        """The field in focus, inside out: a part of a field, then the field."""
        focused = self.screen.focused if self.is_attached else None
        if focused is None or self not in focused.ancestors:
            return []
        return [node for node in focused.ancestors_with_self if isinstance(node, FormField)]

    def _focused_message(self) -> MessageEditor | None:
        return next((field for field in self._focused_fields() if isinstance(field, MessageEditor)), None)

    def _written(self) -> TextEditor:
        """The long text in focus, or the one last in focus, or the last message."""
        *texts, extra = self._editors()
        last = self._long_text
        return last if last is not None and last in (*texts, extra) else texts[-1]

    def _editors(self) -> dict[TextEditor, str]:
        """The long texts that the chosen API has, and what each is called."""
        if self._api.value == Api.COMPLETIONS:
            editors = {self._conversation.prompt.editor: "prompt"}
        else:
            messages = enumerate(self._conversation.messages, 1)
            editors = {message.editor: f"message {number} ({message.turn.role})" for number, message in messages}
        return {**editors, self._grid.extra: "extra JSON"}


def _problems(draft: Draft) -> Mapping[str, str]:
    try:
        to_request(draft)
    except DraftError as error:
        return error.problems
    return {}
