"""HTML of model pages to plain text for the search index, and plain text to HTML. Neither makes HTML safe to show."""

from __future__ import annotations

import html
import re

# `[^<>]*`, not `[^>]*`: a text of nothing but `<a<a<a` must not cost quadratic time.
_BLOCK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|pre|blockquote|hr|section|article)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_INVISIBLE = str.maketrans({"\u200b": None, "\u200c": None, "\u2060": None, "\ufeff": None, "\u00ad": None, "\0": None})
_MARKUP = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|a|b|i|em|strong|span|code|pre|img|blockquote)\b[^<>]*>", re.IGNORECASE
)


def html_to_text(source: str) -> str:
    """The readable text: one line per block, entities resolved, white space normalised, scripts and styles dropped."""
    if "<" in source:
        for element in ("script", "style"):
            source = _without(source, element)
        source = _TAG.sub("", _BLOCK.sub("\n", source))
    if "&" in source:
        source = html.unescape(source)
    if not source.isascii():
        source = source.translate(_INVISIBLE)
    return _LINES.sub("\n", _SPACES.sub(" ", source)).strip()


def plain_to_html(text: str) -> str:
    """HTML of a text that a user typed; a text that is HTML already (some writers put it there) stays as it is."""
    if "<" in text and _MARKUP.search(text):
        return text
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\n")


def _without(source: str, element: str) -> str:
    """The source without `<element ...> ... </element>`; one that is never closed takes the rest with it."""
    lowered = source.lower()
    if f"<{element}" not in lowered or len(lowered) != len(source):
        return source
    parts: list[str] = []
    position = 0
    while (start := lowered.find(f"<{element}", position)) >= 0:
        parts.append(source[position:start])
        end = lowered.find(f"</{element}", start)
        close = lowered.find(">", end) if end >= 0 else -1
        if close < 0:
            return "".join(parts)
        position = close + 1
    parts.append(source[position:])
    return "".join(parts)
