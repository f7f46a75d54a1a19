"""HTML of model pages to plain text for the search index, and plain text to HTML. Neither makes HTML safe to show."""

from __future__ import annotations

import html
import re

# `[^<>]*`, not `[^>]*`: a text of nothing but `<a<a<a` must not cost quadratic time.
_TAG = re.compile(r"<(/?[a-zA-Z!]\w*(?!\w))[^<>]*>")
_BLOCKS = (
    *("p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "table"),
    *("pre", "blockquote", "hr", "section", "article"),
)
_LINE_BREAKS = {slash + name: "\n" for name in _BLOCKS for slash in ("", "/")}
_HIDDEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_END = {name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style")}
_INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad\0"
_LONGEST_ENTITY = 40
_MARKUP = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|a|b|i|em|strong|span|code|pre|img|blockquote)\b[^<>]*>", re.IGNORECASE
)


def html_to_text(source: str) -> str:
    """The readable text: one line per block, entities resolved, white space normalised, scripts and styles dropped."""
    if "<" in source:
        parts = _TAG.split(_without_hidden(source))  # text, name of a tag, text, name of a tag ...
        parts[1::2] = [_LINE_BREAKS.get(name.lower(), "") for name in parts[1::2]]
        source = "".join(parts)
    if "&" in source:
        source = html.unescape(source.replace("&nbsp;", " "))
    if not source.isascii():
        for character in _INVISIBLE:
            source = source.replace(character, "")
    return _tidy(source)


def beginning_of_html(source: str, length: int) -> str:
    """The first `length` characters of the readable text; costs what those cost, however long the source is."""
    window = 2 * length + _LONGEST_ENTITY
    while window < len(source):
        # No tag and no entity holds a "<", so before one there is nothing to cut in two.
        text = html_to_text(source[: max(0, source.rfind("<", 0, window))])
        if len(text) > length + _LONGEST_ENTITY:  # one that tags cut in two may be unresolved at the end
            return text[:length]
        window *= 4
    return html_to_text(source)[:length]


def _tidy(text: str) -> str:
    lines = list(filter(None, map(str.strip, text.split("\n"))))
    joined = "\n".join(lines)
    # Most texts are tidy then; to take every line apart costs three times as much.
    if "  " in joined or not "".join(lines).isprintable():
        joined = "\n".join(filter(None, map(" ".join, map(str.split, lines))))
    return joined


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
