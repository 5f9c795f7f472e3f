"""What was asked, in a few words: the request's first words, and its parameters. All of it is displayable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from seedtui.core.conversation import asked_text
from seedtui.core.request import Request
from seedtui.core.request_phrases import phrase_value
from seedtui.core.text import one_line

_LONGEST: Final = 200
_TEXTS: Final = frozenset({"model", "messages", "prompt"})
# What comes first where there is no room for all of them.
_FIRST: Final = ("seed", "temperature", "max_tokens", "top_p")


@dataclass(frozen=True)
class Asked:
    """A request as it is told from others.

    Attributes:
        words: The first words of what the user says in it.
        model: The model.
        parameters: Its parameters as sent, the telling ones first.
    """

    words: str
    model: str
    parameters: Mapping[str, str]

    @property
    def phrases(self) -> list[str]:
        """The parameters: `seed 123`, `temperature 0.7`; of those that tell most, also that one is not sent."""
        sent = [f"{name} {value}" for name, value in self.parameters.items()]
        return sent if "seed" in self.parameters else ["no seed", *sent]


def asked(request: Request) -> Asked:
    """Tell a request in a few words."""
    names = [name for name in _FIRST if name in request.body]
    names += [name for name in request.body if name not in _FIRST and name not in _TEXTS]
    values = {one_line(name, 40): phrase_value(request.body[name], 24) for name in names}
    return Asked(one_line(asked_text(request), _LONGEST) or "(nothing asked)", one_line(request.model, 60), values)


def differing(every: Iterable[Asked]) -> list[str]:
    """Return the names of the parameters in which some requests differ, in the order they first come."""
    known = list(every)
    names = dict.fromkeys(name for one in known for name in one.parameters)
    return [name for name in names if len({one.parameters.get(name) for one in known}) > 1]
