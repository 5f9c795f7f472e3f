"""The texts of a request: what was asked, and those that a sweep may replace: prompt, system message, any message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from seedtui.core.phrases import plural
from seedtui.core.request import UNSET, Api, JsonObject, Request, canonical_json
from seedtui.core.response import content_text

_INDEXED: Final = re.compile(r"messages\[([0-9]+)\]\Z")


def is_message(name: str) -> bool:
    """Whether a swept field is a text of the conversation: `prompt`, `system`, or like `messages[2]`."""
    return name in ("prompt", "system") or _INDEXED.match(name) is not None


@dataclass(frozen=True)
class Conversation:
    """Where in a request's messages the swept texts belong.

    Attributes:
        messages: The request's messages; None for a request of Completions.
        places: For each swept text, the number of the message it replaces; -1 to stand before all of them, and the
            number of messages to stand after them.
    """

    messages: tuple[Any, ...] | None
    places: Mapping[str, int]

    @classmethod
    def of(cls, request: Request, names: Sequence[str]) -> Conversation:
        """Find the places of swept texts.

        Args:
            request: The request.
            names: What is swept: names for which `is_message` holds.

        Raises:
            ValueError: If the request has no such place, or two names mean the same one.
        """
        if request.api is Api.COMPLETIONS:
            for name in names:
                if name != "prompt":
                    raise ValueError(f"{name} cannot be swept: the Completions API takes one prompt and no messages.")
            return cls(None, dict.fromkeys(names, 0))
        given = request.body.get("messages")
        messages = tuple(given) if isinstance(given, list) else ()
        places: dict[str, int] = {}
        for name in names:
            place = _place(name, messages)
            same = next((other for other, there in places.items() if there == place), None)
            if same is not None:
                raise ValueError(f"{same} and {name} are the same message: sweep one of them.")
            places[name] = place
        return cls(messages, places)

    def with_texts(self, texts: Mapping[str, Any]) -> JsonObject:
        """Return the body fields with these texts in their places; a system message that is `UNSET` is left out."""
        if not texts:
            return {}
        if self.messages is None:
            return dict(texts)
        messages: list[Any] = list(self.messages)
        # From the back, so that the places that are still to come stay what they are.
        for name in sorted(texts, key=lambda name: -self.places[name]):
            place, text = self.places[name], texts[name]
            if text is UNSET:
                if place >= 0:
                    del messages[place]
            elif 0 <= place < len(self.messages):
                messages[place] = {**messages[place], "content": text}
            else:
                role = "system" if name == "system" else "user"
                messages.insert(max(place, 0), {"role": role, "content": text})
        return {"messages": messages}


def asked_text(request: Request | None) -> str:
    """Return what was asked: the last message of the user, or the prompt; raw."""
    if request is None:
        return ""
    prompt = request.body.get("prompt")
    if not request.messages:
        return prompt if isinstance(prompt, str) else "" if prompt is None else canonical_json(prompt)
    users = [message for message in request.messages if message.get("role") == "user"]
    return content_text((users or list(request.messages))[-1].get("content"))


def _place(name: str, messages: Sequence[Any]) -> int:
    if name == "system":
        place = 0 if messages and _role(messages[0]) == "system" else -1
    elif name == "prompt":
        users = [number for number, message in enumerate(messages) if _role(message) == "user"]
        place = users[-1] if users else len(messages)
    else:
        place = int(name[len("messages[") : -1])
        if place >= len(messages):
            raise ValueError(
                f"{name} is not there: the request has {plural(len(messages), 'message')}, from messages[0] on."
            )
    if 0 <= place < len(messages) and not _is_text(messages[place]):
        raise ValueError(f"{name} cannot be swept: that message is more than one text.")
    return place


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, Mapping) else None


def _is_text(message: Any) -> bool:
    return isinstance(message, Mapping) and isinstance(message.get("content"), str)
