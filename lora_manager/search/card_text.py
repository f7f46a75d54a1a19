"""Card text: what full-text search sees of an adapter, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lora_manager.search.words import index_form

MAX_DESCRIPTION = 4000
"""Characters of a description that are searched: what an author means stands in the beginning."""


class CardText(NamedTuple):
    """One adapter's searchable text, by field; CJK text already in pieces."""

    name: str
    version: str
    file_name: str
    folder: str
    tags: str
    triggers: str
    author: str
    notes: str
    description: str


FIELDS = CardText._fields


def tags_text(tags: Sequence[str]) -> str:
    """Return the text of tags."""
    return index_form(" , ".join(tags))


def card_text(
    *,
    name: str,
    version: str | None,
    file_name: str,
    folder: str,
    tags: list[str],
    triggers: list[str],
    author: str | None,
    notes: str | None,
    description: str | None,
) -> CardText:
    """Build the card text of an adapter. `description` is plain text, not HTML."""
    return CardText(
        index_form(name),
        index_form(version or ""),
        index_form(file_name),
        index_form(folder),
        tags_text(tags),
        index_form(" , ".join(triggers)),
        index_form(author or ""),
        index_form(notes or ""),
        index_form((description or "")[:MAX_DESCRIPTION]),
    )
