"""Texts that would do something if any part of a page took them for more than text."""

from __future__ import annotations

RUN = "window.__pwned=(window.__pwned||0)+1"
ELSEWHERE = "http://elsewhere.test"

HOSTILE = (
    f"<script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f'"><img src=x onerror={RUN}>',
    f"'><svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"javascript:{RUN}",
    f'<a href="javascript:{RUN}" autofocus onfocus={RUN}>x</a>',
    f"<details open ontoggle={RUN}>",
    f"<template><img src=x onerror={RUN}></template><video><source onerror={RUN}></video>",
    f'<math><mtext></p><img src=x onerror="{RUN}">',
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    f"data:text/html,<script>{RUN}</script>",
    f"</textarea></style><style>*{{display:none}} @import url({ELSEWHERE}/x.css)</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css><base href={ELSEWHERE}/>",
    f"<img src={ELSEWHERE}/x.png srcset='{ELSEWHERE}/y.png 2x'>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/'>",
    f"<form action={ELSEWHERE}/><input name=q autofocus><button>x</button></form>",
    f"red;background:url({ELSEWHERE}/x.png)",
    "`${" + RUN + "}`",
    "${" + RUN + "}{{" + RUN + "}}<%=" + RUN + "%>",
    f"');{RUN};//",
    "right to left \u202egnp.exe\u202c \u2066isolated\u2069 \u200bwide\ufeff",
    f"--><!--<![CDATA[<script>{RUN}</script>]]>",
)


def hostile(number: int) -> str:
    """The nth of them, again and again."""
    return HOSTILE[number % len(HOSTILE)]
