"""Stories for the scripted server: the same for the same seed, another each time without one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OPENING: Final = "In the year 2050, a team of"
_WHO: Final = ("courageous astronauts", "tired engineers", "young botanists", "retired pilots", "quiet robots")
_DID: Final = ("set out for", "dreamed of", "landed on", "wrote letters from", "grew gardens on")
_WHERE: Final = ("Mars", "the red planet", "a dusty crater", "the northern ice", "an old station")
_HOW: Final = ("in silence", "with great hope", "against the odds", "for seven months", "and never looked back")


def story(seed: str, words: int) -> list[str]:
    """Return a story's words, each but the first with the space before it.

    Args:
        seed: Equal seeds give equal stories. All stories share their first words (`OPENING`).
        words: How many.
    """
    drawn = random.Random(seed)
    found = OPENING.split()
    while len(found) < words:
        for choices in (_WHO, _DID, _WHERE, _HOW):
            found += drawn.choice(choices).split()
        found[-1] += "."
        found.append("They")
        if drawn.random() < 0.5:
            found[-1] = "Soon"
    return [word if index == 0 else f" {word}" for index, word in enumerate(found[:words])]


@dataclass
class StoryTeller:
    """Makes the chunks of an answer to a request body."""

    words: int = 60
    _unseeded: Iterator[int] = field(default_factory=itertools.count)

    def chunks(self, body: Mapping[str, Any], path: str, fingerprint: str | None) -> Iterator[dict[str, Any]]:
        """Yield the chunks: choice by choice a word at a time, finish reasons, usage if it was asked for."""
        chat = path.endswith("/chat/completions")
        asked = body.get("max_tokens") or body.get("max_completion_tokens") or self.words
        count = min(int(asked), self.words)
        reason = "length" if int(asked) < self.words else "stop"
        seed = body.get("seed")
        base = f"unseeded {next(self._unseeded)}" if seed is None else str(seed)
        top = _top(body, chat, fingerprint)
        choices = int(body.get("n") or 1)
        told = [story(base if index == 0 else f"{base}+{index}", count) for index in range(choices)]
        if chat:
            for index in range(choices):
                delta = {"role": "assistant", "content": ""}
                yield {**top, "choices": [{"index": index, "delta": delta, "finish_reason": None}]}
        for step in range(count + 1):
            for index in range(choices):
                word = told[index][step] if step < count else None
                yield {**top, "choices": [_choice(index, word, chat, reason, bool(body.get("logprobs")))]}
        if (body.get("stream_options") or {}).get("include_usage"):
            prompt = len(str(body.get("messages") or body.get("prompt") or "").split())
            all_words = count * choices
            usage = {"prompt_tokens": prompt, "completion_tokens": all_words, "total_tokens": prompt + all_words}
            yield {**top, "choices": [], "usage": usage}


def written(chunk: Mapping[str, Any]) -> str:
    """Return the text in a chunk of one choice."""
    choices = chunk["choices"]
    return "" if not choices else str(choices[0].get("text") or choices[0].get("delta", {}).get("content") or "")


def _top(body: Mapping[str, Any], chat: bool, fingerprint: str | None) -> dict[str, Any]:
    kind = "chat.completion.chunk" if chat else "text_completion"
    top = {"id": "chatcmpl-scripted", "object": kind, "created": 1700000000, "model": str(body.get("model", ""))}
    return {**top, "system_fingerprint": fingerprint} if fingerprint else top


def _choice(index: int, word: str | None, chat: bool, reason: str, logprobs: bool) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": index, "finish_reason": reason if word is None else None}
    if chat:
        choice["delta"] = {} if word is None else {"content": word}
        if logprobs and word is not None:
            token = {"token": word, "logprob": -0.25, "bytes": list(word.encode()), "top_logprobs": []}
            choice["logprobs"] = {"content": [token], "refusal": None}
        return choice
    choice["text"] = word or ""
    if logprobs and word is not None:
        choice["logprobs"] = {"tokens": [word], "token_logprobs": [-0.25], "top_logprobs": [], "text_offset": [0]}
    return choice
