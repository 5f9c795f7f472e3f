"""The workbench's part that exports: what is marked, or else the diff that is in sight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work

from seedtui.core import phrases
from seedtui.core.layout.rows import View
from seedtui.core.run import Side, Status
from seedtui.core.text import one_line
from seedtui.tui.messages import Exported, Gathered
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase, problem_of

if TYPE_CHECKING:
    from seedtui.exchange.formats import Format, Marked

Chosen = dict[tuple[Ref, Ref], frozenset[int] | None]


class Exporting(WorkbenchBase):
    """Marks changes and pairs, and writes what is marked."""

    def do_mark_change(self) -> None:
        """Mark the current change for the export, or no longer."""
        pair, view = self._markable_pair(), self.compare_pane.diff_view
        if pair is None:
            return
        if view.change < 0 or self.compare_pane.view is View.STRUCTURE:
            self.say("There is no change under the cursor: n goes to the next one, M marks the whole pair.")
            return
        marked = self.marks_of_pair() ^ {view.change}
        self._set_mark(pair, marked or None, remove=not marked)
        self.compare_pane.move_change(1)

    def do_mark_pair(self) -> None:
        """Mark this pair for the export, or no longer."""
        pair = self._markable_pair()
        if pair is not None:
            self._set_mark(pair, None, remove=pair in self.marks and self.marks[pair] is None)

    def _markable_pair(self) -> tuple[Ref, Ref] | None:
        comparison = self.compare_pane.comparison
        if self.pair.a is None or self.pair.b is None or comparison is None or comparison.a is None:
            self.say("There is no pair to mark yet.")
            return None
        if Status.STREAMING in (comparison.a.run.status, comparison.b.run.status):
            self.say("Text is still coming: mark it when it has ended.")
            return None
        return self.pair.a, self.pair.b

    def _set_mark(self, pair: tuple[Ref, Ref], changes: frozenset[int] | None, *, remove: bool) -> None:
        if remove:
            self.marks.pop(pair, None)
        else:
            self.marks[pair] = changes
        self.compare_pane.mark(self.marks_of_pair())
        self.say(f"{self._marked_phrase(self.marks)} e exports." if self.marks else "Nothing is marked any more.")

    def _marked_phrase(self, chosen: Chosen) -> str:
        changes = sum(len(one) for one in chosen.values() if one is not None)
        whole = sum(one is None for one in chosen.values())
        parts = [phrases.plural(changes, "change")] if changes else []
        parts += [phrases.plural(whole, "whole pair")] if whole else []
        return f"Marked: {' and '.join(parts)}."

    def do_export(self) -> None:
        """Save or copy what is marked, or else the whole diff."""
        chosen: Chosen = dict(self.marks)
        if not chosen:
            pair = self._markable_pair()
            if pair is None:
                return
            chosen = {pair: None}
        self._gather(chosen)

    @work(thread=True, group="export", exclusive=True, exit_on_error=False)
    def _gather(self, chosen: Chosen) -> None:
        """Compare the marked pairs: of most of them only their runs' numbers are known here."""
        from seedtui.core.comparison import compare
        from seedtui.exchange.formats import Marked

        def side(ref: Ref) -> Side | None:
            run = self.read_runs.get(ref.run_id) or self.seedtui.history.run(ref.run_id)
            return Side.of(run, ref.index) if run is not None else None

        found: list[Marked] = []
        try:
            for (a, b), changes in chosen.items():
                left, right = side(a), side(b)
                if left is not None and right is not None:
                    found.append(Marked(compare(left, right, self.ignore), changes))
            self.post_message(Gathered(found))
        except Exception as error:
            self.post_message(Gathered([], problem_of(error)))

    @on(Gathered)
    def _ask_where(self, event: Gathered) -> None:
        from seedtui.tui.screens.export import Destination, ExportScreen

        if event.problem or not event.marked:
            self.say(event.problem or "What was marked is no longer there.", error=True)
            return

        def chosen(where: Destination | None) -> None:
            if where is None:
                return
            if where.path is None:
                self._copy(event.marked, where.format)
            else:
                self._save(event.marked, where.format, where.path)

        what = self._marked_phrase(self.marks) if self.marks else "The whole diff: nothing is marked."
        self.app.push_screen(ExportScreen(event.marked, what), chosen)

    def _layout_for(self, format: Format) -> tuple[View | None, int]:
        """Return the view and the width for a format: a picture shows the pane as it is."""
        layout = self.compare_pane.layout_now
        view = None if layout.view is View.STRUCTURE else layout.view
        if format == "svg":
            return view, max(60, self.compare_pane.diff_view.layout_width)
        return (view if format in ("text", "markdown") and view is not View.SPLIT else None), 100

    @work(thread=True, group="export", exit_on_error=False)
    def _save(self, marked: Sequence[Marked], format: Format, path: Path) -> None:
        from seedtui.exchange.files import new_file
        from seedtui.exchange.formats import write

        shown = one_line(str(path), 120)
        try:
            text = write(marked, format, view=(layout := self._layout_for(format))[0], width=layout[1])
            with new_file(path) as out:
                out(text)
        except FileExistsError:
            said, bad = f"{shown} is there already, and is not overwritten: e offers another name.", True
        except OSError as error:
            said, bad = f"{shown} could not be written: {error.strerror}. What is marked stays marked.", True
        except Exception as error:
            said, bad = problem_of(error), True
        else:
            said, bad = f"Saved as {shown}.", False
        self.post_message(Exported(said, bad))

    @work(thread=True, group="export", exit_on_error=False)
    def _copy(self, marked: Sequence[Marked], format: Format) -> None:
        from seedtui.exchange.formats import write

        try:
            text = write(marked, format, view=(layout := self._layout_for(format))[0], width=layout[1])
        except Exception as error:
            self.post_message(Exported(problem_of(error), True))
        else:
            self.post_message(Exported("", copied=text))

    @on(Exported)
    def _say_exported(self, event: Exported) -> None:
        if event.copied:
            self.app.copy_to_clipboard(event.copied)
            size = f"{max(1, len(event.copied.encode()) // 1000)} kB"
            self.say(f"Sent to the terminal's clipboard ({size}). It never answers: if nothing arrives, save a file.")
        else:
            self.say(event.said, error=event.problem)
