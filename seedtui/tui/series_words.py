"""How a series reads on its screens. Every phrase is displayable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from seedtui.core.agreement.sentences import left_out_phrase, percent, sentence
from seedtui.core.conversation import asked_text
from seedtui.core.phrases import plural
from seedtui.core.sweep import label_phrase, value_phrase
from seedtui.core.text import one_line
from seedtui.tui.widgets.table import Column, Row

if TYPE_CHECKING:
    from seedtui.core.request import Request
    from seedtui.core.series import Plan, Setting
    from seedtui.runner import Progress
    from seedtui.tui.series_watch import Measured, SeriesWatch

_FULL: Final = "█"
_EMPTY: Final = "░"
_VALUE: Final = 40
_SAID: Final = 70
_MINUTE: Final = 60
_HOUR: Final = 3600


def amount(plan: Plan) -> str:
    """Say what a plan comes to: `4 settings × 20 = 80 runs, 8 at a time`."""
    return amount_of(len(plan.settings), plan.repeat, plan.concurrency) + choices_phrase(plan)


def amount_of(settings: int, repeat: int, at_a_time: int) -> str:
    """Say what so many settings, sent so often, come to."""
    count = settings * repeat
    runs = "1 run" if count == 1 else f"{count:,} runs"
    if settings > 1:
        runs = f"{settings:,} settings × {repeat:,} = {runs}"
    return f"{runs}, {at_a_time} at a time"


def choices_phrase(plan: Plan) -> str:
    """Say that runs ask for several choices; nothing if they do not."""
    counts = sorted({setting.request.n for setting in plan.settings})
    if counts == [1]:
        return ""
    if len(counts) == 1:
        return f"; each run asks for {counts[0]} choices"
    return f"; a run asks for {counts[0]} to {counts[-1]} choices"


def where(plan: Plan) -> str:
    """Name the endpoint and the model, where all settings share them, and how the request begins."""
    asked = asked_phrase(plan)
    return " · ".join(one for one in (served_phrase(plan), f"“{asked}”" if asked else "") if one)


def asked_phrase(plan: Plan) -> str:
    """Write how the request begins, where all settings share that."""
    words = {first_words(setting.request) for setting in plan.settings}
    return words.pop() if len(words) == 1 else ""


def served_phrase(plan: Plan) -> str:
    """Name the endpoint and the model, where all settings share them."""
    endpoints = {setting.endpoint for setting in plan.settings}
    models = {setting.request.model for setting in plan.settings}
    return " · ".join(one_line(next(iter(names)), 40) for names in (endpoints, models) if len(names) == 1)


def first_words(request: Request) -> str:
    """Return how the last message of a user, or the prompt, begins."""
    return one_line(asked_text(request), _SAID)


def duration(seconds: float) -> str:
    """Write how long something takes, roughly: `23 s`, `4 min`, `1 h 5 min`."""
    if seconds < 2 * _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"


def bar(done: int, of: int, width: int) -> str:
    """Draw how far something is. It is full only at the end, and empty only at the beginning."""
    filled = done * width // of if of else 0
    if done and not filled:
        filled = 1
    return _FULL * filled + _EMPTY * (width - filled)


def status_phrase(watch: SeriesWatch) -> str:
    """Say in the status line how far a series is, that goes on behind it."""
    progress = watch.progress
    if progress is None:
        return f"Series {watch.id} begins …"
    said = f"Series {watch.id}: {progress.answered} of {progress.planned} answered"
    if progress.failed:
        said += f", {progress.failed} failed"
    return f"{said}, {progress.waiting}. R shows it." if progress.waiting else f"{said}. R shows it."


def state(watch: SeriesWatch) -> str:
    """Say what a series is doing, and what can be done about it."""
    if watch.going:
        return watch.progress.waiting or "" if watch.progress else ""
    if watch.progress is None:
        return "Reading …"
    if watch.elsewhere:
        return f"Another seedtui sends it now: {plural(watch.progress.going, 'run')} going there."
    left = watch.open
    if not left:
        return "All of it is answered."
    why = watch.stopped or ("Cancelled; what came is kept." if watch.cancelled else "")
    rest = "r sends the one that is open." if left == 1 else f"r sends the {left} that are open."
    return f"{why} {rest}".strip()


def pace(progress: Progress, *, going: bool) -> str:
    """Say how quickly it goes, what is left, and what went wrong, in that order."""
    parts = []
    if going:
        if progress.rate:
            parts.append(
                f"{progress.rate:.1f} a second" if progress.rate >= 1 else f"{progress.rate * 60:.0f} a minute"
            )
        if progress.remaining_s is not None and progress.answered < progress.planned:
            parts.append(f"about {duration(progress.remaining_s)} left")
        parts.append(f"{progress.going} going")
    elif progress.elapsed_s >= 1:
        parts.append(f"took {duration(progress.elapsed_s)}")
    parts.append(f"{progress.failed} failed")
    if progress.retried or going:
        parts.append(f"{progress.retried} sent again")
    return " · ".join(parts)


def failures(found: Sequence[tuple[str, int]], most: int) -> list[str]:
    """Write the failures, one message a line, with how often it came."""
    lines = [f"{count} × {one_line(message, 300)}" for message, count in found[:most]]
    rest = found[most:]
    if rest:
        lines.append(f"and {plural(sum(count for _, count in rest), 'more failure')} of {plural(len(rest), 'kind')}")
    return lines


def columns(plan: Plan) -> tuple[Column, ...]:
    """Return the columns of the table by setting."""
    swept = tuple(Column(one_line(name, 20), gives=1) for name, _ in plan.swept) or (Column("request", gives=1),)
    return (
        *swept,
        Column("N", right=True),
        Column("unique", right=True),
        Column("commonest", right=True, gives=2),
        Column("identical", right=True),
        Column("95 %", right=True, gives=2),
        Column("prefix", right=True),
    )


def cells(plan: Plan, setting: Setting, measured: Measured | None) -> Row:
    """Write the row of a setting."""
    labels = dict(setting.labels)
    swept = tuple(value_phrase(labels.get(name), _VALUE) for name, _ in plan.swept) or (
        first_words(setting.request) or "as in the form",
    )
    if measured is None or not measured.n:
        return (*swept, "0", "–", "–", "–", "–", "–")
    interval = measured.interval
    low_high = f"{100 * interval.low:.0f}–{100 * interval.high:.0f} %" if interval else "–"
    several = measured.n > 1
    return (
        *swept,
        str(measured.n),
        str(measured.unique),
        f"{measured.modal.part} of {measured.modal.whole}",
        percent(measured.pairs),
        low_high,
        str(measured.words) if several else "–",
    )


def conclusion(watch: SeriesWatch, measured: Sequence[Measured]) -> str:
    """Say in a sentence how far the settings agree with themselves."""
    plan = watch.plan
    if len(plan.settings) == 1:
        return sentence(watch.agreements[0])
    counting = [(one, setting) for one, setting in zip(measured, plan.settings, strict=True) if one.n > 1]
    if not counting:
        return "Nothing to compare yet: no setting has two completions."
    same = [one for one, _ in counting if one.unique == 1]
    so_far = " so far" if watch.open else ""
    if len(same) == len(counting):
        return f"All {_settings(len(counting), plan)} repeated exactly{so_far}."
    least, setting = min(counting, key=lambda pair: pair[0].pairs.value or 0.0)
    worst = f"least with {label_phrase(setting.labels, 20)}: {percent(least.pairs)} of the pairs identical"
    if same:
        return f"{len(same)} of {_settings(len(counting), plan)} repeated exactly{so_far}; {worst}."
    return f"None of {_settings(len(counting), plan)} repeated exactly{so_far}; {worst}."


def _settings(count: int, plan: Plan) -> str:
    return plural(count, "setting") if count == len(plan.settings) else f"{count} settings with two completions"


def left_out(measured: Sequence[Measured]) -> str:
    """Say how many completions do not count, and why; nothing if all do."""
    total: dict[str, int] = {}
    for one in measured:
        for why, count in one.left_out.items():
            total[why] = total.get(why, 0) + count
    return left_out_phrase(total)
