"""Descriptions from model pages made harmless: authors write any HTML, and it is shown in a page that may do much.

A picture of a description becomes a link to it, with its address as the text: none is loaded before the user clicks,
for it would tell its server who looks at what.
"""

from __future__ import annotations

import re

import nh3

from lora_manager.formats.html_text import html_to_text

MAX_CHARACTERS = 100_000
MAX_TAGS = 2_000
"""Parsing nested or unclosed tags takes time by the square of their number: 0.1 s for these, minutes for a megabyte."""
MAX_PICTURES = 50
MOST_PASSES = 5
MAX_ADDRESS = 2_000

_TAGS = {
    "p", "br", "hr", "b", "strong", "i", "em", "u", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "td", "th", "span", "sub", "sup",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "title"}, "*": set()}
"""Without the last, nh3 leaves a title and a language to every tag."""
_SCHEMES = {"http", "https"}
_LINK_REL = "noopener noreferrer nofollow"
_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?]")
_PICTURE = re.compile(r'<img(?: src="([^"]*)")?>')
"""As nh3 writes one, with the characters of the address escaped."""
_CUT_NOTE = "<p><em>The rest of this description is too long to be shown.</em></p>"


def safe_html(html: str) -> str:
    """Return an author's HTML without scripts, styles, forms, pictures or any attribute but a web link's."""
    source = _bounded(html)
    cleaned = _clean(source, _TAGS | {"img"}, {**_ATTRIBUTES, "img": {"src"}})
    if "<img" in cleaned:
        cleaned = _clean(_with_links(cleaned), _TAGS, _ATTRIBUTES)
    cleaned = _settled(cleaned)
    return cleaned if source is html else cleaned + _CUT_NOTE


def _settled(cleaned: str) -> str:
    """Return HTML that a browser reads as it was judged: what it was nested in before may have let it be nested so."""
    for _ in range(MOST_PASSES):
        again = _clean(cleaned, _TAGS, _ATTRIBUTES)
        if again == cleaned:
            return cleaned
        cleaned = again
    return nh3.clean_text(html_to_text(cleaned))


def _clean(html: str, tags: set[str], attributes: dict[str, set[str]]) -> str:
    return nh3.clean(
        html, tags=tags, attributes=attributes, attribute_filter=_web_only, url_schemes=_SCHEMES, link_rel=_LINK_REL
    )


def _web_only(_tag: str, attribute: str, value: str) -> str | None:
    """Drop addresses without a host: they would lead to our own server."""
    return None if attribute in ("href", "src") and not _WEB.match(value.strip()) else value


def _bounded(html: str) -> str:
    """Return the text itself, or as much of it as may be parsed."""
    text = html if len(html) <= MAX_CHARACTERS else html[:MAX_CHARACTERS]
    for number, tag in enumerate(_TAG.finditer(text)):
        if number == MAX_TAGS:
            return text[: tag.start()]
    return text


def _with_links(cleaned: str) -> str:
    pictures = 0

    def link(found: re.Match[str]) -> str:
        nonlocal pictures
        address = found[1]
        if not address or len(address) > MAX_ADDRESS or pictures >= MAX_PICTURES:
            return ""
        pictures += 1
        return f'<a href="{address}">{address}</a> '

    return _PICTURE.sub(link, cleaned)
