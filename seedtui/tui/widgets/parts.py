"""Styles of a widget's parts, worked out when a part is first painted.

Textual works out the style of each of a widget's component classes whenever it styles the widget.
Of ours, few are painted: a cursor needs the focus, a deleted word a diff. At the start that would be
most of the styling there is to do.
"""

from __future__ import annotations

from rich.style import Style
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget


class LateParts(Widget):
    """A base for widgets whose CSS styles parts of them by class, without `COMPONENT_CLASSES`."""

    @property
    def rich_style(self) -> Style:
        """The widget's own style. Textual gathers it from all ancestors for each line; this one is kept."""
        return self.visual_style.rich_style

    def get_component_styles(self, *names: str) -> RenderStyles:
        """Return the styles of parts, by class."""
        for name in names:
            if name not in self._component_styles:
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Forget the styles of the parts, too, when the widget is styled anew."""
        if self._component_styles:
            self._component_styles.clear()
            self.refresh()
        super().notify_style_update()
