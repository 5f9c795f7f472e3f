"""Setting up a series of the form's request: how often, how many at a time, and what is varied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from seedtui.core.request import Request
from seedtui.core.series import Plan
from seedtui.core.sweep import label_phrase
from seedtui.core.text import displayable, one_line
from seedtui.tui import series_words as words
from seedtui.tui.commands import readable_key
from seedtui.tui.messages import ModelsListed
from seedtui.tui.screens.base import problem_of
from seedtui.tui.series_draft import (
    AT_A_TIME,
    LIVE,
    REPEATS,
    Outcome,
    Places,
    SeriesDraft,
    SeriesDraftError,
    presets,
    sweep_field,
    work_out,
)
from seedtui.tui.widgets.line_input import LineInput

_SWEEPS: Final = 3
_MOST_SWEEPS: Final = 8
_PLACEHOLDERS: Final = ("such as seed=1..20", "another field, such as temperature=0,0.7,1")
_HELP: Final[Mapping[str, str]] = {
    REPEATS: "How often each setting is sent. 20 repeats make 190 pairs.",
    AT_A_TIME: "How many runs may go on at the same time. A server may refuse too many; then the series waits.",
}
_SWEEP_HELP: Final = (
    "One field a line, and its values: seed=1..20  temperature=0,0.7,1  seed=unset,123  model=a,b  endpoint=x,y  "
    'prompt=["…","…"]. Every combination is sent.'
)


@dataclass(frozen=True)
class SetUp:
    """What was typed, and the plan if the series is to start."""

    draft: SeriesDraft
    plan: Plan | None = None


class SeriesSetup(ModalScreen[SetUp]):
    """Says what a series comes to while it is typed; Enter starts it, Escape keeps what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False, priority=True),
        Binding("f5,ctrl+s", "start", "Start", show=False, priority=True),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
        *(Binding(key, f"preset('{key}')", "Preset", show=False, priority=True) for key in ("f2", "f3", "f4")),
        *(Binding(key, f"preset('{key}')", "Preset", show=False, priority=True) for key in ("f6", "f7")),
    ]

    AUTO_FOCUS = "#repeats"

    DEFAULT_CSS = """
    SeriesSetup { align: center middle; }
    SeriesSetup > VerticalScroll {
        width: 92; max-width: 96%; height: auto; max-height: 96%; padding: 0 1; background: $panel;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
        scrollbar-size-vertical: 1;
    }
    SeriesSetup .line { height: 1; }
    SeriesSetup .name { width: 12; color: $text-muted; }
    SeriesSetup .number { width: 8; margin-right: 3; background: $surface; }
    SeriesSetup .sweep { background: $surface; }
    SeriesSetup #request { height: 1; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    SeriesSetup #hint { height: 3; margin-left: 12; color: $text-muted; }
    SeriesSetup #hint.-problem { color: $text-error; }
    SeriesSetup #presets { height: auto; margin-bottom: 1; }
    SeriesSetup #amount { height: auto; text-style: bold; }
    SeriesSetup #settings { height: 6; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @dataclass
    class Planned(Message):
        """The whole plan has been worked out, or cannot be."""

        plan: Plan | None
        field: str = ""
        problem: str = ""

    def __init__(self, draft: SeriesDraft, request: Request, places: Places) -> None:
        """Make the screen.

        Args:
            draft: What was typed the last time.
            request: The form's request.
            places: Where it can be sent.
        """
        super().__init__()
        self._draft, self._request, self._places = draft, request, places
        self._presets = {preset.key: preset for preset in presets(request, places)}
        self._sweeps = max(_SWEEPS, min(_MOST_SWEEPS, len(draft.sweeps)))
        self._problem: tuple[str, str] | None = None
        self._starting = self._judging = False

    def compose(self) -> ComposeResult:
        """Lay out the fields, and below them what they come to."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Series of the request in the form"
            box.border_subtitle = "Enter or F5 starts, Esc closes and keeps what is typed"
            yield Static(Content(self._request_phrase()), id="request", markup=False)
            with Horizontal(classes="line"):
                yield Static("repeats", classes="name", markup=False)
                yield _field(self._draft.repeats, REPEATS, "number")
                yield Static("at a time", classes="name", markup=False)
                yield _field(self._draft.at_a_time, AT_A_TIME, "number")
            for number in range(self._sweeps):
                yield self._sweep_line(number)
            yield Static("", id="hint", markup=False)
            yield Static(self._preset_line(), id="presets", markup=False)
            yield Static("", id="amount", markup=False)
            yield Static("", id="settings", markup=False)

    def _sweep_line(self, number: int) -> Horizontal:
        typed = self._draft.sweeps[number] if number < len(self._draft.sweeps) else ""
        hint = _PLACEHOLDERS[number] if number < len(_PLACEHOLDERS) else "another field"
        name = Static("sweep" if not number else "", classes="name", markup=False)
        return Horizontal(name, _field(typed, sweep_field(number), "sweep", hint), classes="line")

    def _request_phrase(self) -> str:
        model = one_line(self._request.model, 40)
        said = words.first_words(self._request)
        return f"{one_line(self._places.endpoint, 30)} · {model}" + (f" · “{said}”" if said else "")

    def _preset_line(self) -> Content:
        parts: list[tuple[str, str]] = []
        for preset in self._presets.values():
            parts += [(readable_key(preset.key), "bold $primary"), (f" {preset.title}  ", "$text-muted")]
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        """Say what it comes to as it is."""
        self._judge()

    def on_models_listed(self, event: ModelsListed) -> None:
        """Offer the models that the endpoint has named meanwhile."""
        event.stop()
        if event.endpoint == self._places.endpoint:
            self._places = self._places._replace(served=tuple(event.models))
            self._presets = {preset.key: preset for preset in presets(self._request, self._places)}
            self.query_one("#presets", Static).update(self._preset_line())

    @property
    def typed(self) -> SeriesDraft:
        """What stands in the fields."""
        sweeps = [box.typed for box in self.query(".sweep").results(LineInput)]
        while sweeps and not sweeps[-1].strip():
            sweeps.pop()
        return SeriesDraft(self._box(REPEATS).typed, self._box(AT_A_TIME).typed, tuple(sweeps))

    def _box(self, field: str) -> LineInput:
        return self.query_one(f"#{field}", LineInput)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field is for."""
        self._hint()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        # Typed quickly, it is judged once for several letters.
        if not self._judging:
            self._judging = True
            self.call_after_refresh(self._judge)

    def _judge(self) -> None:
        """Say what the fields come to, or what is wrong with them."""
        self._judging = False
        draft = self.typed
        try:
            outcome = work_out(draft, self._request, self._places, LIVE)
        except SeriesDraftError as error:
            self._show_problem(error.field, str(error))
        else:
            self._problem = None
            self._show(outcome)
        self._mark()
        self._hint()
        if len(draft.sweeps) == self._sweeps < _MOST_SWEEPS:
            self.query_one(VerticalScroll).mount(self._sweep_line(self._sweeps), before="#hint")
            self._sweeps += 1

    def _show_problem(self, field: str, problem: str) -> None:
        self._problem = (field, problem)
        self.query_one("#amount", Static).update(Content("Nothing to send yet."))
        self.query_one("#settings", Static).update(Content(""))

    def _mark(self) -> None:
        bad = self._problem[0] if self._problem else ""
        for box in self.query(LineInput):
            box.set_class(box.id == bad, "-bad")

    def _hint(self) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(self._problem is not None, "-problem")
        if self._problem is not None:
            hint.update(Content(displayable(f"! {self._problem[1]}")))
        else:
            focused = self.focused.id if self.focused is not None else None
            hint.update(Content(_HELP.get(focused or "", _SWEEP_HELP)))

    def _show(self, outcome: Outcome) -> None:
        amount = words.amount_of(outcome.total, outcome.repeat, outcome.at_a_time)
        self.query_one("#amount", Static).update(Content(f"{amount}{words.choices_phrase(outcome.plan)}."))
        lines = [label for setting in outcome.settings if (label := label_phrase(setting.labels))]
        room = 6 if outcome.total <= 6 else 5
        shown = [f"  {line}" for line in lines[:room]]
        if lines and outcome.total > room:
            shown.append(f"  and {outcome.total - room:,} more")
        self.query_one("#settings", Static).update(Content("\n".join(shown)))

    def action_preset(self, key: str) -> None:
        """Put a ready-made series into the fields."""
        preset = self._presets.get(key)
        if preset is None:
            return
        self._box(REPEATS).typed = preset.draft.repeats
        for number, box in enumerate(self.query(".sweep").results(LineInput)):
            box.typed = preset.draft.sweeps[number] if number < len(preset.draft.sweeps) else ""

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._start()

    def action_start(self) -> None:
        """Start, when the field has taken in what was typed before the key."""
        (self.focused or self).call_later(self._start)

    def _start(self) -> None:
        if not self._starting:
            self._starting = True
            self._plan(self.typed)

    @work(thread=True, exit_on_error=False, group="plan")
    def _plan(self, draft: SeriesDraft) -> None:
        # Every request's digest is worked out here: of thousands, that takes a while.
        try:
            self.post_message(self.Planned(work_out(draft, self._request, self._places).plan))
        except SeriesDraftError as error:
            self.post_message(self.Planned(None, error.field, str(error)))
        except Exception as error:
            self.post_message(self.Planned(None, REPEATS, problem_of(error)))

    def on_series_setup_planned(self, event: Planned) -> None:
        """Start, or say what is wrong and where."""
        event.stop()
        self._starting = False
        if event.plan is not None:
            self.dismiss(SetUp(self.typed, event.plan))
            return
        self._show_problem(event.field, event.problem)
        self._mark()
        self._hint()
        self._box(event.field).focus()

    def action_leave(self) -> None:
        """Leave without starting anything."""
        self.dismiss(SetUp(self.typed))


def _field(typed: str, name: str, kind: str, placeholder: str = "") -> LineInput:
    box = LineInput(typed, placeholder, id=name)
    box.add_class(kind)
    # A number is meant to be typed over: 20 with 50 behind it would be a costly mistake.
    box.select_on_focus = kind == "number"
    return box
