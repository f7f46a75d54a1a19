"""HTML of model pages to plain text for the search index, and plain text to HTML. Neither makes HTML safe to show."""

from __future__ import annotations

import html
import re

# `[^<>]*`, not `[^>]*`: a text of nothing but `<a<a<a` must not cost quadratic time.
_BLOCK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|pre|blockquote|hr|section|article)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_HIDDEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_END = {name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style")}
# What nearly all descriptions are made of, replaced at a fifth of what the expressions cost.
_BREAKS = ("</p>", "<br />", "<li>", "</li>")
_INLINE = ("<p>", "<strong>", "</strong>", "</a>", "<code>", "</code>")
_INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad\0"
_MARKUP = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|a|b|i|em|strong|span|code|pre|img|blockquote)\b[^<>]*>", re.IGNORECASE
)


def html_to_text(source: str) -> str:
    """The readable text: one line per block, entities resolved, white space normalised, scripts and styles dropped."""
    if "<" in source:
        for tag in _BREAKS:
            source = source.replace(tag, "\n")
        for tag in _INLINE:
            source = source.replace(tag, "")
        source = _TAG.sub("", _BLOCK.sub("\n", _without_hidden(source)))
    if "&" in source:
        source = html.unescape(source.replace("&nbsp;", " "))
    if not source.isascii():
        for character in _INVISIBLE:
            source = source.replace(character, "")
    return "\n".join(filter(None, map(" ".join, map(str.split, source.split("\n")))))


def plain_to_html(text: str) -> str:
    """HTML of a text that a user typed; a text that is HTML already (some writers put it there) stays as it is."""
    if "<" in text and _MARKUP.search(text):
        return text
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\n")


def _without_hidden(source: str) -> str:
    """The source without its scripts and styles; one that is never closed takes the rest with it."""
    parts: list[str] = []
    position = 0
    while start := _HIDDEN.search(source, position):
        parts.append(source[position : start.start()])
        end = _END[start[1].lower()].search(source, start.end())
        if end is None:
            return "".join(parts)
        position = end.end()
    return "".join([*parts, source[position:]]) if parts else source
