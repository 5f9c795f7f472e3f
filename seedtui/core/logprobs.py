"""What the choices of a model were at one place of a completion, as far as the response tells.

The probabilities are as the endpoint reports them: usually those before temperature and the like
were applied, from which the token was then drawn. Nothing in a response makes this raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seedtui.core.text import displayable
from seedtui.core.token_map import Token, alternatives_of, choice_of, placed_tokens, readable, share_of

if TYPE_CHECKING:
    from seedtui.core.run import Run, Side

# How many times likelier than the other one of two near-equals may be.
_NEAR: Final = 1.2
_LONGEST: Final = 24
_SHOWN: Final = 3


@dataclass(frozen=True)
class Fork:
    """A token of a completion, and what might have stood there instead.

    Attributes:
        token: The token's text; a part of a character reads `<0xF0>`, the end of the text is empty.
        probability: Its probability, from 0 to 1.
        alternatives: Other tokens and their probabilities, the likeliest first; empty if none were
            recorded.
        position: The token's number, from 0.
        last_part: Whether the probabilities are of the last part of this token only: llama.cpp
            reports a character that it wrote in several tokens as one.
    """

    token: str
    probability: float
    alternatives: tuple[tuple[str, float], ...]
    position: int
    last_part: bool = False


def fork_at(run: Run, index: int, character: int) -> Fork | None:
    """Return the choices for the token that a character is in.

    Args:
        run: The run; its response must have been asked for with logprobs.
        index: The choice's index.
        character: A place in the completion's text, in code points from 0. At the text's end it is
            the token that ended it, where that was recorded.

    Returns:
        None where the response does not tell.
    """
    completion = run.completion(index)
    text = completion.text if completion is not None else ""
    if not 0 <= character <= len(text):
        return None
    tokens = placed_tokens(choice_of(run.response, index), text)
    return _fork(_covering(tokens, len(_utf8(text[:character]))))


def forks(a: Side, b: Side, character: int) -> tuple[Fork | None, Fork | None]:
    """Return both sides' choices where two texts part.

    The tokens need not begin where the texts part, nor both at one place: taken are those after the
    last place before it where a token begins on both sides. There the two models chose differently.

    Args:
        a: A.
        b: B.
        character: Where the texts part, in code points from 0.
    """
    if not 0 <= character <= min(len(a.text), len(b.text)):
        return None, None
    place = _parting(a.text, b.text, character)
    left = placed_tokens(choice_of(a.run.response, a.completion.index), a.text)
    right = placed_tokens(choice_of(b.run.response, b.completion.index), b.text)
    one, two = _covering(left, place), _covering(right, place)
    while one is not None and two is not None and one.start != two.start:
        place = min(one.start, two.start)
        one, two = _covering(left, place), _covering(right, place)
    return _fork(one), _fork(two)


def fork_phrase(fork: Fork) -> str:
    """Write a fork: `" courageous" 41 % · " astronauts" 39 % · " brave" 7 %`, what was taken first."""
    choices = [(fork.token, fork.probability), *fork.alternatives][:_SHOWN]
    written = " · ".join(f"{token_phrase(token)} {percent(share)}" for token, share in choices)
    return f"{written} (of the token's last part)" if fork.last_part else written


def tie_phrase(a: Fork | None, b: Fork | None) -> str:
    """Write how near the tie was between what A took and what B took: `a near tie: 41 % against 39 %`.

    Both probabilities are of one side where it lists both tokens. With one side only, what it took
    stands against the likeliest other token.

    Returns:
        Nothing if that is not known.
    """
    if a is not None and b is not None:
        shares = _against(a, b)
        return "" if shares is None else f"{_tie(*shares)}: {percent(shares[0])} against {percent(shares[1])}"
    only, name = (a, "A") if a is not None else (b, "B")
    if only is None or not only.alternatives:
        return ""
    other = only.alternatives[0][1]
    return f"{_tie(only.probability, other)} in {name}: {percent(only.probability)} against {percent(other)}"


def token_phrase(token: str) -> str:
    """Write a token: quoted and cut, or `the end`."""
    if not token:
        return "the end"
    shown = displayable(token[: 2 * _LONGEST])
    return f'"{shown}"' if len(shown) <= _LONGEST else f'"{shown[: _LONGEST - 1]}…"'


def percent(share: float) -> str:
    """Write a probability: `41 %`; near 0 and 1 with a decimal, and never as one of them."""
    per_cent = 100 * share
    if per_cent < 0.1:
        return "< 0.1 %"
    if per_cent > 99.9:
        return "> 99.9 %"
    return f"{per_cent:.0f} %" if 1 <= per_cent < 99.5 else f"{per_cent:.1f} %"


def _against(a: Fork, b: Fork) -> tuple[float, float] | None:
    """Return the probabilities of A's token and B's, of one side if it has both."""
    if a.token == b.token:
        return None
    in_a, in_b = _listed_share(a, b.token), _listed_share(b, a.token)
    if in_a is not None:
        return a.probability, in_a
    return (a.probability if in_b is None else in_b), b.probability


def _listed_share(fork: Fork, token: str) -> float | None:
    return next((share for text, share in fork.alternatives if text == token), None)


def _tie(one: float, two: float) -> str:
    return "a near tie" if max(one, two) <= _NEAR * min(one, two) else "no tie"


def _parting(a: str, b: str, character: int) -> int:
    """Return where two texts part in UTF-8: two different characters may begin with the same bytes."""
    before = len(_utf8(a[:character]))
    for one, two in zip(_utf8(a[character : character + 1]), _utf8(b[character : character + 1]), strict=False):
        if one != two:
            break
        before += 1
    return before


def _covering(tokens: list[Token], place: int) -> Token | None:
    found = next((token for token in tokens if token.start <= place < token.end), None)
    if found is None and tokens and tokens[-1].start == tokens[-1].end == place:
        # What ended the text has no width.
        return tokens[-1]
    return found


def _fork(token: Token | None) -> Fork | None:
    share = None if token is None else share_of(token.entry.logprob)
    if token is None or share is None:
        return None
    others, last_part = alternatives_of(token.entry)
    return Fork(readable(token.entry), share, tuple((one.text, one.share) for one in others), token.position, last_part)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
