"""How cells look, and the shortest way from one look to another.

A look is known by one character, so that a row's looks are a string: as quickly compared and cut as its text.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.color import ColorSystem
from rich.style import Style

from seedtui.tui.cells.unmodelled import UnmodelledError

# In the order of their bits; rich's names for them, what switches them on, and off.
_ATTRIBUTES: Final = (
    ("bold", "1", "22"),
    ("dim", "2", "22"),
    ("italic", "3", "23"),
    ("underline", "4", "24"),
    ("blink", "5", "25"),
    ("blink2", "6", "25"),
    ("reverse", "7", "27"),
    ("conceal", "8", "28"),
    ("strike", "9", "29"),
    # Not every terminal knows how to switch these off.
    ("underline2", "21", ""),
    ("frame", "51", ""),
    ("encircle", "52", ""),
    ("overline", "53", ""),
)
_UNDERLINE: Final = 1 << 3
# What shows on a blank.
_ON_BLANKS: Final = sum(
    1 << bit
    for bit, (name, _, _) in enumerate(_ATTRIBUTES)
    if name in {"underline", "reverse", "strike", "underline2", "frame", "encircle", "overline"}
)
_FIRST: Final = 0x100
_MOST: Final = 20_000
_MOST_STYLES: Final = 8_192


class Look(NamedTuple):
    """Colours as SGR parameters, empty for the terminal's own, and attributes as bits.

    The look of blanks has no foreground: any will do.
    """

    foreground: str = ""
    background: str = ""
    attributes: int = 0
    is_blank: bool = False


class Looks:
    """The looks met so far.

    Args:
        system: The colours that the terminal has.
    """

    def __init__(self, system: ColorSystem) -> None:
        self.system = system
        self._known: list[Look] = []
        self._code: dict[Look, str] = {}
        self._of_style: dict[tuple[Style, bool], str] = {}
        self._changes: dict[tuple[str, str], tuple[str, str]] = {}
        self.default = self._code_of(Look())
        self.default_blank = self._code_of(Look(is_blank=True))

    def code(self, style: Style | None, *, is_blank: bool = False) -> str:
        """Return the character that stands for a style.

        Args:
            style: The style; what a style means beyond its look is left out.
            is_blank: Whether only blanks have it.

        Raises:
            UnmodelledError: If it is a link's.
        """
        if style is None:
            return self.default_blank if is_blank else self.default
        found = self._of_style.get((style, is_blank))
        if found is None:
            if len(self._of_style) >= _MOST_STYLES:
                self._of_style.clear()
            found = self._of_style[style, is_blank] = self._code_of(self._look(style, is_blank))
        return found

    def change(self, pen: str, code: str) -> tuple[str, str]:
        """Return what to write for a look, and the look that the pen has then, which may differ for blanks.

        Args:
            pen: The look that the terminal writes with.
            code: The look that is wanted.
        """
        found = self._changes.get((pen, code))
        if found is None:
            found = self._changes[pen, code] = self._change(
                self._known[ord(pen) - _FIRST], self._known[ord(code) - _FIRST]
            )
        return found

    def _look(self, style: Style, is_blank: bool) -> Look:
        if style.link:
            raise UnmodelledError("a link")
        attributes = sum(1 << bit for bit, (name, _, _) in enumerate(_ATTRIBUTES) if getattr(style, name))
        foreground, background = style.color, style.bgcolor
        after = "" if background is None else ";".join(background.downgrade(self.system).get_ansi_codes(False))
        if is_blank and not attributes & _ON_BLANKS:
            return Look(background=_own(after, "49"), is_blank=True)
        before = "" if foreground is None else ";".join(foreground.downgrade(self.system).get_ansi_codes())
        return Look(_own(before, "39"), _own(after, "49"), attributes)

    def _code_of(self, look: Look) -> str:
        found = self._code.get(look)
        if found is None:
            if len(self._known) >= _MOST:
                raise UnmodelledError("too many looks")
            found = self._code[look] = chr(_FIRST + len(self._known))
            self._known.append(look)
        return found

    def _change(self, pen: Look, wanted: Look) -> tuple[str, str]:
        if not wanted.is_blank:
            return _sgr(pen, wanted), self._code_of(wanted)
        # A blank takes the foreground as it is, and loses it only if that is shorter.
        kept = Look(pen.foreground, wanted.background, pen.attributes & ~_ON_BLANKS)
        bare = Look(background=wanted.background)
        chosen = min((kept, bare), key=lambda look: len(_sgr(pen, look)))
        return _sgr(pen, chosen), self._code_of(chosen)


def _own(parameters: str, default: str) -> str:
    return "" if parameters == default else parameters


def _sgr(pen: Look, wanted: Look) -> str:
    if pen[:3] == wanted[:3]:
        return ""
    anew = ["0", *_switched_on(wanted.attributes), wanted.foreground, wanted.background]
    whole = ";".join(filter(None, anew))
    changed = _changed(pen, wanted)
    return f"\x1b[{whole if changed is None or len(whole) < len(changed) else changed}m"


def _changed(pen: Look, wanted: Look) -> str | None:
    """Return the parameters for what differs; nothing if that cannot be said safely."""
    gone = pen.attributes & ~wanted.attributes
    off = list(dict.fromkeys(code for bit, (_, _, code) in enumerate(_ATTRIBUTES) if gone >> bit & 1))
    if "" in off:
        return None
    # What one code switches off together with another is switched on again.
    shared = sum(1 << bit for bit, (_, _, code) in enumerate(_ATTRIBUTES) if code in off)
    parameters = [*off, *_switched_on(wanted.attributes & (~pen.attributes | shared))]
    if pen.foreground != wanted.foreground:
        if not wanted.foreground and wanted.attributes & _UNDERLINE:
            # Old Linux consoles end underlining with the colour.
            return None
        parameters.append(wanted.foreground or "39")
    if pen.background != wanted.background:
        parameters.append(wanted.background or "49")
    return ";".join(parameters)


def _switched_on(attributes: int) -> list[str]:
    return [code for bit, (_, code, _) in enumerate(_ATTRIBUTES) if attributes >> bit & 1]
