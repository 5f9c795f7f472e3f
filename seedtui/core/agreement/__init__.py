"""How far many completions of one request agree: counts, intervals, prefixes, curve, tree.

Agreement is observed, or it is not; nothing here says that a model is deterministic.
"""

from seedtui.core.agreement.agreement import Agreement, Version, agreement_of
from seedtui.core.agreement.answers import AnswerFinder, answer_finder
from seedtui.core.agreement.intervals import Interval, pairwise_interval, wilson
from seedtui.core.agreement.overall import Overall, measurements, overall_of
from seedtui.core.agreement.tally import Share, Tally

__all__ = [
    "Agreement",
    "AnswerFinder",
    "Interval",
    "Overall",
    "Share",
    "Tally",
    "Version",
    "agreement_of",
    "answer_finder",
    "measurements",
    "overall_of",
    "pairwise_interval",
    "wilson",
]
