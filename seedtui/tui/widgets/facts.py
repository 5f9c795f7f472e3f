"""The facts beside a diff: what was asked, by whom it was answered, how much and how fast."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from seedtui.core import phrases
from seedtui.core.comparison import Comparison
from seedtui.core.diff import Diff
from seedtui.core.parameters import PARAMETERS, SEED
from seedtui.core.request import Request, Unset
from seedtui.core.run import Side, Status
from seedtui.core.text import one_line
from seedtui.core.verdict import Code, phrase_change, phrase_value

_GAUGE: Final = "▁▂▃▄▅▆▇█"


class Facts(Static):
    """Two aligned lines for A and B, the request in common, and where the changes are."""

    DEFAULT_CSS = """
    Facts { height: auto; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._comparison: Comparison | None = None
        self._change = -1
        self._keys: int | None = None
        self._lines: list[_Line] = []
        self._lines_width = -1

    def show(self, comparison: Comparison | None, change: int = -1, keys: int | None = None) -> None:
        """Show the facts of a comparison.

        Args:
            comparison: What is compared; None for nothing.
            change: The number of the current change, from 0.
            keys: How many changes there are key by key, if that is how they are counted.
        """
        self._comparison, self._change, self._keys = comparison, change, keys
        before, width, self._lines_width = self._lines, self._lines_width, -1
        if width < 0:
            # It has never been painted.
            self.refresh(layout=True)
        elif (now := self._lines_at(width)) != before:
            self.refresh(layout=len(now) != len(before))

    def _lines_at(self, width: int) -> list[_Line]:
        """Return the lines for a width: worked out once, as they are measured and then painted."""
        if width != self._lines_width:
            known = self._comparison
            self._lines = list(lines(known, self._change, max(20, width), self._keys)) if known else []
            self._lines_width = width
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are at this width, which need not be the one of before."""
        return len(self._lines_at(width))

    def render(self) -> Content:
        """Paint the lines."""
        return Content("\n").join(Content.assemble(*line) for line in self._lines_at(self.content_size.width))


_Line = list[tuple[str, str]]


def lines(comparison: Comparison, change: int, width: int, keys: int | None = None) -> Iterator[_Line]:
    """Write the facts, line by line; each line is made of texts and their styles.

    Args:
        comparison: What is compared.
        change: The number of the current change, from 0.
        width: Cells.
        keys: How many changes there are key by key, if that is how they are counted.
    """
    sides = [("A", comparison.a)] if comparison.a else []
    sides.append(("B", comparison.b))
    yield from _wrapped(difference_phrases(comparison), width, "$foreground")
    cells = [side_cells(name, side) for name, side in sides]
    widths = [max(cell_len(text) for text in column) for column in zip(*cells, strict=True)]
    for row in cells:
        parts = [text + " " * (widths[column] - cell_len(text)) for column, text in enumerate(row)]
        yield [(parts[0], "bold $accent"), ("  " + "  ".join(parts[1:]).rstrip(), "$foreground")]
    for name, side in sides:
        if side.run.error is not None:
            yield from _wrapped([f"{name} failed: {one_line(side.run.error.message, 400)}"], width, "$text-error")
    yield from _wrapped([*served_phrases(comparison), *request_phrases(comparison)], width)
    yield from _wrapped(comparison.verdict.notes if comparison.verdict else (), width)
    yield from _wrapped(fork_phrases(comparison), width)
    if comparison.diff.ignore:
        yield [(f"the diff is shown {comparison.diff.ignore.phrase}", "bold $warning")]
    if comparison.verdict and not comparison.diff.equal:
        growing = any(side.run.status is Status.STREAMING for _, side in sides)
        said = progress(comparison.diff, change, keys, growing=growing)
        yield [(said, "$foreground"), (gauge(comparison.diff, width - cell_len(said) - 2), "$primary")]


def side_cells(name: str, side: Side) -> list[str]:
    """Write one side's facts: name, seed, fingerprint and its class, tokens, time."""
    run = side.run
    return [
        f"{name} #{side.label}",
        phrases.seed(run.request),
        phrases.fingerprint(run) if run.fingerprints or run.status is not Status.STREAMING else "no fingerprint yet",
        tokens_phrase(side),
        phrases.seconds(run.timing.total_ms),
    ]


def tokens_phrase(side: Side) -> str:
    """Write how many tokens came, or how the run stands."""
    run = side.run
    state = "" if run.status is Status.COMPLETE else f", {run.status.phrase}"
    if run.completion_tokens is None:
        return run.status.phrase if state else "tokens not reported"
    prompt = "" if run.prompt_tokens is None else f"{run.prompt_tokens}+"
    return f"{prompt}{run.completion_tokens} tokens{state}"


def served_phrases(comparison: Comparison) -> list[str]:
    """Write who answered: the served model and the endpoint, of both sides where they differ."""
    runs = [side.run for side in (comparison.a, comparison.b) if side is not None]
    models = dict.fromkeys(phrases.model(run) for run in runs)
    endpoints = dict.fromkeys(one_line(run.endpoint, 40) for run in runs)
    where = " → ".join(name or "not known" for name in endpoints) if any(endpoints) else ""
    return [" → ".join(models) + (f" on {where}" if where else "")]


def difference_phrases(comparison: Comparison) -> list[str]:
    """Write where the requests differ, where the verdict's sentence is about something else."""
    told = comparison.verdict is None or comparison.verdict.code in (Code.REQUEST_CHANGED, Code.SAME_DESPITE_REQUEST)
    changes = () if told or comparison.verdict is None else comparison.verdict.changes
    said = "; ".join(phrase_change(change) for change in changes)
    return [f"the request differs: {said}"] if said else []


def request_phrases(comparison: Comparison) -> list[str]:
    """Write what both requests share."""
    changes = comparison.verdict.changes if comparison.verdict else ()
    changed = {change.field for change in changes}
    request = comparison.b.run.request
    sent = [name for name in _parameter_names(request) if name != "seed" and name not in changed]
    said = [f"{one_line(name, 40)} {phrase_value(request.get(name), 24)}" for name in sent]
    unset = _unset(request, changed)
    return said + ([f"not sent: {', '.join(unset)}"] if unset else [])


def _unset(request: Request, changed: Collection[str]) -> list[str]:
    names = [one.name for one in PARAMETERS if one is not SEED and one.name not in changed]
    unset = [name for name in names if isinstance(request.get(name), Unset)]
    penalties = [name for name in unset if name.endswith("_penalty")]
    if len(penalties) < 2:
        return unset
    return [*(name for name in unset if name not in penalties), "penalties"]


def _parameter_names(request: Request) -> list[str]:
    return [name for name in request.body if name not in ("model", "messages", "prompt")]


def fork_phrases(comparison: Comparison) -> list[str]:
    """Write what else each model might have said where the two part, if that was recorded."""
    a, b = comparison.forks
    if a is None and b is None:
        return []
    from seedtui.core.logprobs import fork_phrase, tie_phrase

    said = [f"{name} chose {fork_phrase(fork)}" for name, fork in (("A", a), ("B", b)) if fork is not None]
    tie = tie_phrase(a, b)
    return [*said, tie] if tie else said


def progress(diff: Diff, change: int, keys: int | None = None, *, growing: bool = False) -> str:
    """Write which change is the current one, of how many, at which word, and how alike the texts are."""
    count = len(diff.changes) if keys is None else keys
    at = f"change {change + 1} of {count}" if change >= 0 else phrases.plural(count, "change")
    if keys is not None:
        return f"{at}, key by key  "
    # As long as a text grows, counting its words anew for each paint would cost more than it tells.
    if change >= 0 and not growing:
        at += f", word {' of '.join(map(str, diff.word_at(change)))}"
    return f"{at} · {phrases.alike(diff)}  "


def gauge(diff: Diff, width: int) -> str:
    """Draw where along the text the changes are: the taller a column, the more of it changed."""
    if width < 8:
        return ""
    width = min(width, 40)
    total = max(1, len(diff.a) + len(diff.b))
    amount = [0.0] * width
    for span in diff.changes:
        start, end = (span.a_start + span.b_start) / total * width, (span.a_end + span.b_end) / total * width
        for column in range(int(start), min(width, int(end) + 1)):
            amount[column] += max(0.0, min(end, column + 1) - max(start, column))
    bars = "".join(_GAUGE[min(7, int(share * 7 + 0.999))] for share in amount)
    return f"▕{bars}▏"


def _wrapped(phrases: Sequence[str], width: int, style: str = "") -> Iterator[_Line]:
    """Join phrases with dots; break lines between phrases, and inside one only where it is too long for a line."""
    line = ""
    for phrase in phrases:
        joined = f"{line} · {phrase}" if line else phrase
        if line and cell_len(joined) > width:
            yield [(line, style)]
            joined = phrase
        *full, line = _broken(joined, width)
        yield from ([(text, style)] for text in full)
    if line:
        yield [(line, style)]


def _broken(text: str, width: int) -> list[str]:
    """Break a text at spaces into lines of at most so many cells; a longer word has a line of its own."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
