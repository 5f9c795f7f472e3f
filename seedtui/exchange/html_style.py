"""How the HTML page looks: light and dark, wide, narrow and on paper."""

from __future__ import annotations

from typing import Final

# Orange is A's and blue is B's: told apart by eyes that do not tell red from green. Lines and signs say it too.
_LIGHT: Final = """
--paper:#fbfaf7;--ink:#1f242c;--soft:#5a6577;--line:#dfdbd2;--panel:#f3f1ec;--accent:#2f5f9e;
--a:#7a3a00;--a-bed:#fae3cf;--b:#123f70;--b-bed:#d8e7fa;
"""
_DARK: Final = """
--paper:#14171d;--ink:#d5dae3;--soft:#97a2b5;--line:#2b323e;--panel:#191d25;--accent:#7aa2d6;
--a:#f0bf9b;--a-bed:#43291b;--b:#a9d0f5;--b-bed:#1c3857;
"""

# A on top of B, as on a narrow screen; what both say is said once.
_STACKED: Final = """
%(at)s .diff,%(at)s .diff tbody,%(at)s .diff thead,%(at)s .diff tr{display:block;width:auto}
%(at)s .diff td,%(at)s .diff th,%(at)s .diff td.a,%(at)s .diff th.a{display:block;width:auto;border:0;padding-right:0}
%(at)s .diff td.b,%(at)s .diff th.b{padding-left:1.4em}
%(at)s .diff td.b .sign{left:0}
%(at)s .same td.b,%(at)s .diff td.none{display:none}
"""

_BASE: Final = """
:root{--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif;
overflow-wrap:anywhere}
main{max-width:76rem;margin:0 auto;padding:3rem 2rem 4rem}
h1,.verdict,p,ul,ol{margin:0}
h1,.verdict{font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;max-width:48rem;text-wrap:balance}
.part{font-size:1rem;font-weight:650;margin:3rem 0 .6rem}
.role{font-size:.875rem;font-weight:600;color:var(--soft);margin:1.2rem 0 .3rem}
section+section{margin-top:5rem;padding-top:3rem;border-top:1px solid var(--line)}
.pair{color:var(--soft);font-size:.875rem;margin-bottom:.5rem}
.verdict-sign{color:var(--accent);margin-right:.15em}
.summary{margin-top:.7rem}
.code{font:.8125rem/1.4 var(--mono);color:var(--soft)}
.limits{margin-top:.4rem;font-weight:600}
.notes{margin-top:.7rem;padding:0;list-style:none;color:var(--soft);font-size:.9375rem;max-width:48rem}
nav{margin-bottom:4rem}
nav ol{margin-top:1rem;padding:0;list-style:none}
nav li{display:grid;grid-template-columns:8rem 1fr;gap:1rem;padding:.45rem 0;border-top:1px solid var(--line)}
a{color:var(--accent);text-underline-offset:.2em}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:inherit;vertical-align:top}
td{vertical-align:top;padding:0}
.diff{margin-top:2.2rem;table-layout:fixed}
.diff thead th{padding:0 1.4rem .7rem 1.4em;font-size:.875rem;line-height:1.45;color:var(--soft)}
.diff thead strong{display:block;color:var(--ink);font-size:1rem}
.diff th.a,.diff td.a{border-right:1px solid var(--line)}
.diff td{position:relative;padding:.22rem 1.4rem .22rem 1.4em}
.diff td.b,.diff th.b{padding-left:2.4em}
.diff .text{display:block;white-space:pre-wrap;min-height:1.55em;unicode-bidi:isolate}
.diff .fenced{font:.8125rem/1.6 var(--mono);min-height:1.3rem}
.diff .sign{position:absolute;left:0;width:1em;text-align:center;font-weight:700}
.diff .a .sign{color:var(--a)}
.diff .b .sign{color:var(--b)}
.diff td.b .sign{left:1em}
.single td,.single th{padding-right:0}
.single{max-width:48rem}
.single td.a,.single th.a{border:0}
.single th.b{padding-left:1.4em}
.fold td{color:var(--soft);text-align:center;font-size:.875rem}
del,ins{border-radius:2px;padding:.08em 0;-webkit-box-decoration-break:clone;box-decoration-break:clone}
del,ins{text-decoration:underline 1px;text-underline-offset:.22em;
text-decoration-color:color-mix(in srgb,currentColor 55%,transparent)}
del{color:var(--a);background:var(--a-bed);text-decoration-style:dashed}
ins{color:var(--b);background:var(--b-bed)}
.single del,.single+.legend del{text-decoration-line:line-through;text-decoration-style:solid}
.unreached{color:var(--soft)}
.legend{margin:1rem 0 0 1.4em;font-size:.8125rem;color:var(--soft)}
.facts{font-size:.9375rem;font-variant-numeric:tabular-nums;table-layout:fixed}
.facts th,.facts td{padding:.32rem 1.2rem .32rem 0;border-top:1px solid var(--line)}
.facts thead th{border:0;font-size:.875rem;color:var(--soft)}
.facts th:first-child{width:11rem;color:var(--soft)}
.facts td{color:var(--soft)}
.facts .differs td{color:var(--ink)}
.unsent{margin-top:.8rem;font-size:.9375rem;color:var(--soft)}
.said{white-space:pre-wrap;background:var(--panel);border-radius:4px;padding:.7rem 1rem;
font-size:.9375rem;unicode-bidi:isolate}
.role+.diff{margin-top:.4rem;font-size:.9375rem}
footer{margin-top:4rem;color:var(--soft);font-size:.8125rem}
"""

_NARROW: Final = """
main{padding:1.75rem 1.1rem 3rem}
h1,.verdict{font-size:1.3rem}
nav li{display:block}
.facts th:first-child{width:7.5rem}
.facts th,.facts td{padding-right:.7rem}
"""

_PAPER: Final = """
@page{margin:18mm 16mm}
html{font-size:10pt}
body{background:none}
main{max-width:none;padding:0}
.part,.role{break-after:avoid}
thead,.facts tr{break-inside:avoid}
nav,section+section{break-before:page}
nav{break-before:auto}
section+section{border:0;margin-top:0;padding-top:0}
del,ins,.said{-webkit-print-color-adjust:exact;print-color-adjust:exact}
"""

STYLE: Final = "".join(
    (
        f":root{{color-scheme:light dark;{_LIGHT}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}",
        _BASE,
        _STACKED % {"at": ".stacked"},
        f"@media screen and (max-width:46rem){{{_STACKED % {'at': '.page'}}{_NARROW}}}",
        f"@media print{{{_PAPER}}}",
    )
).replace("\n", "")
