"""A comparison in one of several formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, get_args

from seedtui.core.layout.rows import View
from seedtui.exchange.marked import Marked

__all__ = ["FORMATS", "Format", "Marked", "suggested_name", "write"]

Format = Literal["text", "json", "patch", "markdown", "html", "svg"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_SUFFIXES: Final[dict[Format, str]] = {"text": "txt", "markdown": "md"}


def write(marked: Sequence[Marked], format: Format, *, view: View | None = None, width: int = 100) -> str:
    """Write one comparison or several as one document, which ends with a line feed.

    Of a single comparison, `json` is one object; of several, an array of them. A `patch` holds the
    texts as they are, control characters too; every other format can be shown anywhere.

    Args:
        marked: What to write, at least one.
        format: One of `FORMATS`.
        view: How to lay out the diff, where the format has a choice: text, Markdown, HTML and SVG.
            None for what suits it best: side by side in HTML and SVG, unified in the others.
        width: Cells in a line of text, Markdown and SVG.

    Raises:
        ValueError: If a comparison has no A.
    """
    if format == "json":
        return _json(marked)
    if format == "patch":
        from seedtui.exchange.patch import patch_text

        return "".join(map(patch_text, marked))
    if format == "markdown":
        from seedtui.exchange.markdown import markdown

        return markdown(marked, view or View.UNIFIED, width)
    if format == "html":
        from seedtui.exchange.html import html_page

        return html_page(marked, view or View.SPLIT)
    if format == "svg":
        from seedtui.exchange.svg import svg_picture

        return svg_picture(marked, view or View.SPLIT, width)
    from seedtui.exchange.text import Look, marked_text

    look = Look(view or View.UNIFIED, width)
    return "\n".join(marked_text(one, look) for one in marked)


def suggested_name(marked: Sequence[Marked], format: Format) -> str:
    """Suggest a file's name: `seedtui-41-42.patch`, or `seedtui-41-42-and-2-more.html` for three pairs."""
    first, more = marked[0], len(marked) - 1
    name = f"seedtui-{first.a.label}-{first.b.label}" + (f"-and-{more}-more" if more else "")
    return f"{re.sub('[^a-z0-9.-]', '', name)}.{_SUFFIXES.get(format, format)}"


def _json(marked: Sequence[Marked]) -> str:
    from seedtui.exchange.diff_json import diff_object
    from seedtui.exchange.jsonl import dumps

    objects = []
    for one in marked:
        found = diff_object(one.comparison)
        if one.changes is not None:
            found["selected"] = [number + 1 for number in sorted(one.changes)]
        objects.append(found)
    return dumps(objects[0] if len(objects) == 1 else objects) + "\n"
