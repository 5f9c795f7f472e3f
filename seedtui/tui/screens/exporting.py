"""The workbench's part that exports: what is marked, or else the diff that is in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.worker import get_current_worker

from seedtui.core import phrases
from seedtui.core.ignoring import Ignore
from seedtui.core.layout.rows import View
from seedtui.core.status import Status
from seedtui.core.text import one_line
from seedtui.tui.messages import Exported, Gathered
from seedtui.tui.pair import Ref
from seedtui.tui.screens.base import WorkbenchBase, problem_of, side_of

if TYPE_CHECKING:
    from seedtui.core.comparison import Comparison
    from seedtui.core.run import Side
    from seedtui.exchange.formats import Format, Marked
    from seedtui.tui.screens.export import Destination

Chosen = dict[tuple[Ref, Ref], frozenset[int] | None]
Known = Mapping[tuple[Ref | None, Ref | None], "Comparison"]

_WHOLE: Final = "The whole diff: nothing is marked."


class Exporting(WorkbenchBase):
    """Marks changes and pairs, and writes what is marked."""

    def __init__(self) -> None:
        super().__init__()
        self._gathering = 0

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
        if not self.shows_the_pair():
            self.say("The two are still being compared: once more in a moment.")
            return None
        return self.pair.a, self.pair.b

    def _set_mark(self, pair: tuple[Ref, Ref], changes: frozenset[int] | None, *, remove: bool) -> None:
        if remove:
            self.marks.pop(pair, None)
        else:
            self.marks[pair] = changes
        self.compare_pane.mark(self.marks_of_pair())
        said = f"{self._marked_phrase(self.marks.values())} e exports."
        self.say(said if self.marks else "Nothing is marked any more.")

    def _marked_phrase(self, chosen: Iterable[frozenset[int] | None]) -> str:
        marked = list(chosen)
        changes = sum(len(one) for one in marked if one is not None)
        whole = marked.count(None)
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
        here = self.compare_pane.comparison if self.shows_the_pair() else None
        known = {(self.pair.a, self.pair.b): here} if here is not None else {}
        self.say("Gathering what is to be exported …")
        self._gathering += 1
        self._gather(self._gathering, chosen, known, self.ignore)

    @work(thread=True, group="export", exclusive=True, exit_on_error=False)
    def _gather(self, number: int, chosen: Chosen, known: Known, ignore: Ignore) -> None:
        """Compare the marked pairs: of most of them only their runs' numbers are known here."""
        from seedtui.core.comparison import compare
        from seedtui.core.interrupt import StoppedError, interruptible
        from seedtui.exchange.formats import Marked

        worker = get_current_worker()
        found: list[Marked] = []
        try:
            with interruptible(lambda: worker.is_cancelled):
                for (a, b), changes in chosen.items():
                    comparison = known.get((a, b))
                    if comparison is None:
                        left, right = self._side(a), self._side(b)
                        comparison = compare(left, right, ignore) if left is not None and right is not None else None
                    if comparison is not None:
                        found.append(Marked(comparison, changes))
            self.post_message(Gathered(number, found))
        except StoppedError:
            # It was asked for once more.
            return
        except Exception as error:
            self.post_message(Gathered(number, [], problem_of(error)))

    def _side(self, ref: Ref) -> Side | None:
        run = self.read_runs.get(ref.run_id) or self.seedtui.history.run(ref.run_id)
        return side_of(run, ref.index) if run is not None else None

    @on(Gathered)
    def _ask_where(self, event: Gathered) -> None:
        from seedtui.tui.screens.export import ExportScreen

        if event.number != self._gathering or self.app.screen is not self:
            # Asked for once more, or the user has gone on to something else.
            return
        if event.problem or not event.marked:
            self.say(event.problem or "What was marked is no longer there.", error=True)
            return
        self.say("")

        def chosen(where: Destination | None) -> None:
            if where is not None:
                self._write(event.marked, where, self._layout_for(where.format))

        what = self._marked_phrase([one.changes for one in event.marked]) if self.marks else _WHOLE
        self.app.push_screen(ExportScreen(event.marked, what), chosen)

    def _layout_for(self, format: Format) -> tuple[View | None, int]:
        """Return the view and the width for a format: a picture shows the pane as it is."""
        layout = self.compare_pane.layout_now
        view = None if layout.view is View.STRUCTURE else layout.view
        if format == "svg":
            return view, max(60, self.compare_pane.diff_view.layout_width)
        return (view if format in ("text", "markdown") and view is not View.SPLIT else None), 100

    @work(thread=True, group="write", exit_on_error=False)
    def _write(self, marked: Sequence[Marked], where: Destination, layout: tuple[View | None, int]) -> None:
        from seedtui.exchange.files import new_file
        from seedtui.exchange.formats import write

        shown = one_line(str(where.path), 120)
        try:
            text = write(marked, where.format, view=layout[0], width=layout[1])
            if where.path is None:
                self.post_message(Exported("", copied=text))
                return
            with new_file(where.path.expanduser()) as out:
                out(text)
        except FileExistsError:
            said, bad = f"{shown} is there already, and is not overwritten: e offers another name.", True
        except OSError as error:
            said, bad = f"{shown} could not be written: {error.strerror}. What is marked stays marked.", True
        except (ValueError, RuntimeError):
            # No path at all: a name with a NUL in it, the home of somebody who is not known.
            said, bad = f"{shown} cannot be a file's name: e asks for another.", True
        except Exception as error:
            said, bad = problem_of(error), True
        else:
            said, bad = f"Saved as {shown}.", False
        self.post_message(Exported(said, bad))

    @on(Exported)
    def _say_exported(self, event: Exported) -> None:
        if event.copied:
            self.app.copy_to_clipboard(event.copied)
            size = f"{max(1, len(event.copied.encode()) // 1000)} kB"
            self.say(f"Sent to the terminal's clipboard ({size}). It never answers: if nothing arrives, save a file.")
        else:
            self.say(event.said, error=event.problem)
