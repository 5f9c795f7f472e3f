"""The workbench: request, runs and comparison on one screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus, Key, Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from seedtui.core.draft import NOTEBOOK_DRAFT, Draft
from seedtui.core.request import Api
from seedtui.tui.commands import ABOUT_THE_RUN, BY_ID, Scope, bindings, for_bar, keys_of
from seedtui.tui.screens.base import PaneName
from seedtui.tui.screens.browsing import Browsing
from seedtui.tui.screens.choosing import Choosing
from seedtui.tui.screens.comparing import NOTHING, WELCOME, Comparing
from seedtui.tui.screens.exporting import Exporting
from seedtui.tui.screens.measuring import Measuring
from seedtui.tui.screens.reading import Reading
from seedtui.tui.screens.repeating import Repeating
from seedtui.tui.widgets.bars import KeyBar, PaneTitle, StatusLine, TabBar
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.compare_pane import ComparePane
from seedtui.tui.widgets.diff_view import DiffView
from seedtui.tui.widgets.request_form import RequestForm
from seedtui.tui.widgets.runs_list import RunsList
from seedtui.tui.widgets.verdict_line import VerdictLine

NARROW: Final = 100
"""Below this width, in cells, the panes fold into tabs."""

_PANES: Final[tuple[tuple[PaneName, str], ...]] = (
    ("request", "F2 Request"),
    ("runs", "F3 Runs"),
    ("compare", "F4 Compare"),
)


class Workbench(Measuring, Repeating, Browsing, Comparing, Choosing, Reading, Exporting, Screen[None]):
    """Lays out the panes, moves the focus between them, and does the commands of the table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EVERYWHERE, Scope.REQUEST)]
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    Workbench { background: $background; }
    Workbench #panes { layout: horizontal; height: 1fr; }
    Workbench #left { width: 46; border-right: solid $panel; }
    Workbench #request { height: auto; max-height: 60%; }
    Workbench #form { height: auto; padding: 0 1; }
    Workbench #runs { height: 1fr; }
    Workbench #compare { width: 1fr; }
    Workbench #tabs, Workbench #verdict-above { display: none; }

    Workbench.-narrow #tabs { display: block; }
    Workbench.-narrow #panes { layout: vertical; }
    Workbench.-narrow #left { width: 100%; border-right: none; height: 1fr; }
    Workbench.-narrow #request { max-height: 100%; height: 1fr; }
    Workbench.-narrow #form { height: 1fr; }
    Workbench.-narrow #compare { width: 100%; height: 1fr; }
    Workbench.-narrow.-request #runs, Workbench.-narrow.-request #compare { display: none; }
    Workbench.-narrow.-runs #request, Workbench.-narrow.-runs #compare { display: none; }
    Workbench.-narrow.-compare #left { display: none; }
    Workbench.-narrow PaneTitle { display: none; }
    Workbench.-narrow.-request #verdict-above, Workbench.-narrow.-runs #verdict-above { display: block; }
    """

    def __init__(self, draft: Draft) -> None:
        """Make the workbench.

        Args:
            draft: What the form begins with.
        """
        super().__init__()
        self._draft = draft
        self._shown = False
        self._has_rows = False
        # Given here, it costs nothing; changed later, it restyles every widget.
        self.set_classes("-request")

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        width = self.app.size.width
        narrow = width < NARROW
        self.set_class(narrow, "-narrow")
        endpoints = self.seedtui.settings.endpoints
        models = {name: endpoint.model for name, endpoint in endpoints.items()}
        yield TabBar(_PANES, id="tabs")
        yield VerdictLine(NOTHING, id="verdict-above")
        with Box(id="panes"):
            with Box(id="left"):
                with Box(id="request"):
                    yield PaneTitle("Request")
                    yield RequestForm(
                        self._draft,
                        list(endpoints),
                        default_models=models,
                        width=width - 2 if narrow else 0,
                        id="form",
                    )
                with Box(id="runs"):
                    yield PaneTitle("Runs", id="runs-title")
                    yield RunsList(id="list")
            yield ComparePane(id="compare")
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Paint first; read and ask afterwards."""
        self._has_rows = self.begin_with_newest()
        self.compare_pane.show(None, welcome=WELCOME)
        self.query_one(TabBar).active = "request"
        self._show_focus(self.form.begin_focused())
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        if not self._has_rows:
            self.read_page()
        self.read_pins()
        self.watch_history()
        self.seedtui.after_first_frame()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Style nothing again when it is first shown: every widget was styled as it was mounted."""
        event.refresh_styles, self._shown = self._shown, True

    # Commands: an id of the table is the name of a method, after `do_`.

    def action_command(self, name: str) -> None:
        """Do a command of the table."""
        command = BY_ID[name]
        handler: Callable[[], object] = getattr(self, f"do_{command.id}")
        if name in ABOUT_THE_RUN and self.runs.has_focus:
            # The cursor may be on its way to a run that is being read.
            self.runs.when_there(handler)
        else:
            handler()

    def do_show_request(self) -> None:
        """Go to the request."""
        self.show_pane("request")

    def do_show_runs(self) -> None:
        """Go to the list of runs."""
        self.show_pane("runs")

    def do_show_compare(self) -> None:
        """Go to the comparison."""
        self.show_pane("compare")

    def do_help(self) -> None:
        """Show the help."""
        from seedtui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.seedtui.settings.keys))

    def do_help_letter(self) -> None:
        """Show the help."""
        self.do_help()

    def do_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_redraw(self) -> None:
        """Paint the whole screen anew."""
        self.seedtui.redraw()

    def do_edit(self) -> None:
        """Open the long text with the focus in the user's editor."""
        from seedtui.tui.external_editor import EditorError, edit

        target = self.form.editor_target()
        text = problem = None
        with self.app.suspend():
            # What is raised in here would leave the terminal suspended.
            try:
                text = edit(target.text, os.environ, self.seedtui.settings.editor or "")
            except EditorError as error:
                problem = str(error)
        if problem:
            self.say(problem, error=True)
        if text is not None:
            self.form.apply_edited(target, text)
        self.app.refresh()

    def do_switch_api(self) -> None:
        """Switch between Chat Completions and Completions."""
        draft = self.form.draft
        other = Api.COMPLETIONS if draft.api is Api.CHAT else Api.CHAT
        self._fill(replace(draft, api=other))
        self.form.editor_target().editor.focus()

    def do_add_turn(self) -> None:
        """Add a message to the conversation."""
        self.form.add_turn()

    def do_remove_turn(self) -> None:
        """Remove the message with the focus."""
        self.form.remove_turn()

    def do_reset_request(self) -> None:
        """Fill the form with the notebook's request."""
        self._fill(replace(NOTEBOOK_DRAFT, endpoint=self.form.draft.endpoint, model=self.form.draft.model))

    def _fill(self, draft: Draft) -> None:
        self.form.load(draft)
        self.seedtui.draft_changed(self.form.draft)

    # Panes and focus.

    def show_pane(self, name: PaneName, *, focus: bool = True) -> None:
        """Bring a pane into sight, and the focus into it."""
        self.set_classes(f"-{name} -narrow" if self.has_class("-narrow") else f"-{name}")
        self.query_one(TabBar).active = name
        if focus:
            if name == "request":
                self.form.take_focus()
            else:
                (self.runs if name == "runs" else self.query_one(DiffView)).focus()

    @on(TabBar.Chosen)
    def _tab_chosen(self, event: TabBar.Chosen) -> None:
        event.stop()
        for name, _ in _PANES:
            if name == event.pane:
                self.show_pane(name)

    def on_resize(self, event: Resize) -> None:
        """Fold the panes into tabs where the terminal is narrow."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.compare_pane.repaint()

    def on_key(self, event: Key) -> None:
        """Leave the prompt, the filter, or a field, with Escape."""
        if event.key != "escape":
            return
        if self.prompt_is_open:
            self.close_prompt()
        elif self.filter_is_open:
            self.close_filter()
        else:
            self.show_pane("runs")
        event.stop()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Mark the pane that has the focus, and show the keys that act in it."""
        self._show_focus(event.widget)

    def _show_focus(self, focused: Widget) -> None:
        inside = {pane.id for pane in focused.ancestors_with_self if isinstance(pane, Widget)}
        for name, _ in _PANES:
            self.query_one(f"#{name} PaneTitle").set_class(name in inside, "-active")
        keys: tuple[tuple[str, str], ...] = ()
        if "request" in inside:
            shown = for_bar(Scope.EVERYWHERE, Scope.REQUEST)
        elif focused.id == "filter":
            # Letters are typed there.
            shown, keys = for_bar(Scope.EVERYWHERE), (("Enter", "To the runs"), ("Esc", "All runs"))
        else:
            own = Scope.RUNS if "runs" in inside else Scope.COMPARE
            shown = [*for_bar(Scope.LISTS, own), *for_bar(Scope.EVERYWHERE)]
        keymap = self.seedtui.settings.keys
        self.query_one(KeyBar).keys = (*keys, *((keys_of(one, keymap)[0], one.title) for one in shown))
