"""Texts that try to act, and texts that are hard to lay out."""

from __future__ import annotations

from typing import Final

from seedtui.core.comparison import compare
from seedtui.exchange.marked import Marked
from support.runs import a_side

RAN: Final = "a script ran"
_ACT: Final = f"document.title='{RAN}';document.body.id='ran'"

MARKUP: Final = (
    f"</span></td></tr></table></style></title></textarea><script>{_ACT}</script>"
    f'<img src=x onerror="{_ACT}"><svg onload="{_ACT}"/><a href="javascript:{_ACT}">click</a>'
    f'"><iframe srcdoc="<script>{_ACT}</script>"></iframe><style>*{{display:none}}</style>'
    "<meta http-equiv=refresh content='0;url=https://example.com'><base href=//example.com>"
    " --> ]]> <!-- &lt;b&gt; &amp;"
)
MARKDOWN: Final = (
    "[click](https://example.com) ![x](https://example.com/x.png) <https://example.com> www.example.com "
    "a@example.com @someone #12 **bold** _it_ ~~no~~ `code` ``` | cell | \\| $x$ :smile: [^1] <b>b</b>"
)
LINES: Final = (
    "one\n# heading\n- item\n```\n````\n| a | b |\n---\n> quote\n1. item\n    code\n[a]: https://example.com\n"
)
SCRIPTS: Final = (
    "서울의 밤은 길었다. 그들은 화성으로 떠났다.\n火星への旅は長かった。乗組員は不安だった。\n"
    'مرحبا بالعالم، هذه رحلة إلى المريخ.\nShe said "שלום" and left \u202eevil\u202c text.\n'
    "👨‍👩‍👧 family 🇩🇪 flag, e\u0301, ﾊﾟ.\nTab\there, \x1b[31mred\x07, nul\x00, \x85 next.\r\n"
)
LONG: Final = "x" * 10_000

TEXT: Final = f"Hello {MARKUP} world.\n{MARKDOWN}\n{LINES}{SCRIPTS}{LONG}\nThe end."
EDITED: Final = (
    TEXT.replace("Hello", "Goodbye")
    .replace("길었다", "짧았다")
    .replace("長", "短")
    .replace("المريخ", "القمر")
    .replace("🇩🇪", "🇫🇷")
    .replace("<script>", "<script >")
    .replace("Tab\there", "Tab here")
)


def hostile_pair(text: str = MARKUP) -> Marked:
    """Return two completions whose every field, and text, is hostile.

    Args:
        text: What stands in the fields.
    """
    messages = [{"role": "system", "content": f"{text} Be brief."}, {"role": text, "content": f"Say\n\n{LONG}"}]
    fields = {"fingerprint": text, "endpoint": text, "finish_reason": text, "stop": text, text: text}
    extra = {"provider": text, "id": text, "service_tier": text}
    a = a_side(TEXT, id=41, seed=123, messages=messages, **fields)
    b = a_side(EDITED, id=42, seed=124, served_model=text, extra=extra, prompt=text, model=text)
    return Marked(compare(a, b))
