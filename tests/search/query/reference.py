"""The slow, obvious way to ask a library: one adapter after the other, each node of the query as its docstring says.

What the fast way (columns, the full-text index) finds must be the same. Texts are compared word by word; case and
accents make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from lora_manager.search.query.nodes import Age, All, Any, Everything, Flag, Hash, Node, Not, Number, Words
from lora_manager.search.words import CJK_RUN, split_words


@dataclass(frozen=True)
class Known:
    """What is known of an adapter. Times are days since 1970."""

    name: str = ""
    version: str | None = None
    file: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    author: str | None = None
    note: str | None = None
    description: str = ""
    base: str = ""
    algorithm: str = ""
    archetype: str | None = None
    state: str = "present"
    rank: int | None = None
    weight: float | None = None
    ordinal: int = 0
    rating: int = 0
    downloads: int | None = None
    size: int = 1
    used: int = 0
    added: float = 0.0
    published: float | None = None
    last_used: float | None = None
    hash: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    """Of favourite, inactive, edited, duplicate, offline, nopreview: what cannot be told from the rest."""


def finds(node: Node, known: Known, today: float) -> bool:
    """Whether a query finds an adapter."""
    if isinstance(node, Everything):
        return True
    if isinstance(node, Not):
        return not finds(node.node, known, today)
    if isinstance(node, All):
        return all(finds(one, known, today) for one in node.nodes)
    if isinstance(node, Any):
        return any(finds(one, known, today) for one in node.nodes)
    if isinstance(node, Number):
        return _number(node, known)
    if isinstance(node, Age):
        return _age(node, known, today)
    if isinstance(node, Flag):
        return _flag(node.name, known)
    if isinstance(node, Hash):
        return known.hash.startswith(node.digits)
    return _words(node, known)


def _number(node: Number, known: Known) -> bool:
    value = getattr(known, node.field)
    if value is None:
        return False
    if node.low is not None and not (value >= node.low if node.has_low else value > node.low):
        return False
    return node.high is None or (value <= node.high if node.has_high else value < node.high)


def _age(node: Age, known: Known, today: float) -> bool:
    time = known.last_used if node.field == "used" else getattr(known, node.field)
    if time is None:
        return False
    if node.is_date:  # the upper bound is the beginning of the day behind
        return (node.low is None or time >= node.low) and (node.high is None or time < node.high)
    age = today - time
    return (node.low is None or age >= node.low) and (node.high is None or age <= node.high)


def _flag(name: str, known: Known) -> bool:
    told = {
        "missing": known.state == "missing",
        "incomplete": known.state == "incomplete",
        "untagged": not known.tags,
        "notriggers": not known.triggers,
        "unused": known.used == 0,
    }
    return told.get(name, name in known.flags)


def _words(node: Words, known: Known) -> bool:
    choices = {
        "tag": list(known.tags),
        "base": [known.base],
        "author": [] if known.author is None else [known.author],
        "type": [value for value in (known.algorithm, known.archetype) if value],
        "folder": [known.folder],
    }
    if node.field in choices:
        return any(_fits(node, value) for value in choices[node.field])
    texts = {
        "name": [known.name, known.version or ""],
        "trigger": [" , ".join(known.triggers)],
        "file": [known.file],
        "note": [known.note or ""],
        "description": [known.description],
    }
    if node.field:
        return any(_holds(node, text) for text in texts[node.field])
    others = [known.folder, " , ".join(known.tags), known.author or ""]
    return any(_holds(node, text) for text in [*(text for group in texts.values() for text in group), *others])


def _fits(node: Words, value: str) -> bool:
    """A value of a field with choices, compared as a whole or by its beginning."""
    wanted, value = node.text.casefold().strip(), value.casefold()
    if node.field == "folder":
        return _folder_fits(node, wanted.strip("/"), value)
    if node.is_exact:
        return value == wanted
    if node.field == "base":
        wanted, value = (re.sub(r"[\W_]", "", text) for text in (wanted, value))
        return bool(wanted) and value.startswith(wanted)
    if not value.startswith(wanted):
        return False
    rest = value[len(wanted) :]
    return not rest or node.is_open or not rest[0].isalnum()


def _folder_fits(node: Words, wanted: str, folder: str) -> bool:
    parts = folder.split("/")
    looked_for = wanted.split("/")
    starts = range(1) if node.is_exact else range(len(parts))
    for start in starts:
        there = parts[start : start + len(looked_for)]
        if there == looked_for:
            return True
        begins = len(there) == len(looked_for) and there[-1].startswith(looked_for[-1])
        if node.is_open and there[:-1] == looked_for[:-1] and begins:
            return True
    return False


def _folded(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _holds(node: Words, text: str) -> bool:
    """Whether the words that are looked for stand in a row in a text."""
    wanted, there = ([_folded(word) for word in split_words(one)] for one in (node.text, text))
    if not wanted:
        return False
    starts = range(len(there) - len(wanted) + 1)
    return any(_in_a_row(wanted, there[start : start + len(wanted)], node.is_open) for start in starts)


def _in_a_row(wanted: list[str], part: list[str], is_open: bool) -> bool:
    last = len(wanted) - 1
    return all(
        _same(word, other, goes_on=number == last and is_open, is_first=number == 0, is_last=number == last)
        for number, (word, other) in enumerate(zip(wanted, part, strict=True))
    )


def _same(word: str, other: str, *, goes_on: bool, is_first: bool, is_last: bool) -> bool:
    """Whether a word is the other; signs without blanks between them are found anywhere, so a row may cut them."""
    if not CJK_RUN.fullmatch(word):
        return other.startswith(word) if goes_on else other == word
    if is_first and is_last:
        return word in other
    if is_first:
        return other.endswith(word)
    return other.startswith(word) if is_last else other == word
