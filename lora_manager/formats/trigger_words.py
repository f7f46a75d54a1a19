"""Trigger words as authors write them, cleaned into groups of words that belong together.

The verbatim list is kept elsewhere: authors mean either "each entry is one outfit" or "each entry is one word".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lora_manager.formats.merge import Merged

_ENTRY_LENGTH = 4_000
_ENTRIES = 200
_ROUNDS = 8
_MARKUP = "()[]<>:|\\"
"""Signs that mean something in a prompt."""

_COMMAS = str.maketrans(
    {"，": ",", "、": ",", "､": ",", "﹐": ",", "；": ",", "\n": ",", "\r": ",", "\u00a0": " ", "（": "(", "）": ")"}
)
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
_NETWORK_TAG = re.compile(r"<(?:lora|lyco|locon|hypernet|ti)\s*:[^<>]*(?:>|$)", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<!\\)\(([^()\\]*(?:\\.[^()\\]*)*):\s*-?\d{0,2}\.?\d{0,4}\s*(?<!\\)\)")
_WEIGHT_AT_END = re.compile(r":\s*-?\d{0,2}\.\d{1,4}$")
_NUMBER = re.compile(r"[\s\d.,:+~%/-]*")
_ADDRESS = re.compile(r"\w+://|www\.|\w+\.(?:com|net|org)/", re.IGNORECASE)
_EDGE = " \t.,:;\"'`|。"
_PLACEHOLDERS = frozenset(
    word.strip()
    for line in (
        "none, n/a, na, nil, null, undefined, tbd, tba, todo, nothing, none needed, none required, not needed",
        "not required, not necessary, no trigger, no triggers, no trigger word, no trigger words, no triggerword",
        "no triggerwords, no trigger needed, no trigger word needed, no trigger words needed, no keyword, no keywords",
        "无, 無, なし, ない, 没有",
    )
    for word in line.split(",")
)
_OPEN, _CLOSE = "([", ")]"


def clean_trigger_words(entries: Sequence[str]) -> list[list[str]]:
    """One group per entry, or per alternative (`||`) of an entry; no word twice in a group, no group twice."""
    groups = _groups(entries)
    for _ in range(_ROUNDS):
        if not any(sign in word for group in groups for word in group for sign in _MARKUP):
            break
        # What stood around a word may have kept a bracket or a weight from being one.
        again = _groups([", ".join(group) for group in groups])
        if again == groups:
            break
        groups = again
    return groups


def _groups(entries: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    seen: set[tuple[str, ...]] = set()
    for entry in entries[:_ENTRIES]:
        # Invisible signs go first: one between two bars would hide that they divide alternatives.
        for alternative in _visible(entry[:_ENTRY_LENGTH]).split("||"):
            group = _group_of(alternative)
            key = tuple(word.lower() for word in group)
            if group and key not in seen:
                seen.add(key)
                groups.append(group)
    return groups


def trigger_groups(merged: Merged) -> list[list[str]]:
    """The groups to offer: the user's activation text first, then what the author lists beyond it."""
    groups = clean_trigger_words([merged.activation_text]) if merged.activation_text else []
    covered = [{word.lower() for word in group} for group in groups]
    for group in _author_groups(merged.trained_words):
        words = {word.lower() for word in group}
        if not any(words <= other for other in covered):
            groups.append(group)
            covered.append(words)
    return groups


def _author_groups(entries: Sequence[str]) -> list[list[str]]:
    groups = clean_trigger_words(entries)
    # A short list of single short words means "all of these"; longer entries are outfits or prompts, one at a time.
    if 2 <= len(entries) <= 6 and all(len(group) == 1 and _is_short(group[0]) for group in groups):
        words = [group[0] for group in groups]
        return [words] if words else []
    return groups


def _is_short(word: str) -> bool:
    return len(word) <= 40 and len(word.split()) <= 4


def _visible(text: str) -> str:
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def _group_of(text: str) -> list[str]:
    words: dict[str, str] = {}
    for word in _words_of(text):
        words.setdefault(word.lower(), word)
    return list(words.values())


def _words_of(text: str) -> Iterator[str]:
    if text.isascii() and text.replace(" ", "").replace("_", "").isalpha():  # the usual single word, at once
        word = " ".join(text.split())
        if _is_word(word):
            yield word
        return
    text = text.translate(_COMMAS)
    if "<" in text:
        text = _NETWORK_TAG.sub(",", text)
    for _ in range(_ROUNDS):
        plain = _EMPHASIS.sub(r"\1", text)
        if plain == text:
            break
        text = plain
    for part in _split_outside(text.replace("||", ",")):  # bars that emphasis had kept apart
        yield from _clean(part)


def _clean(part: str, rounds: int = _ROUNDS) -> Iterator[str]:
    """The words of one part: as many as commas appear when brackets round the whole of it are taken away."""
    word = part
    for _ in range(_ROUNDS):
        before = word
        word = _strip_brackets(" ".join(word.replace("\\(", "(").replace("\\)", ")").split()).strip(_EDGE))
        word = _WEIGHT_AT_END.sub("", word)
        if word == before:
            break
    else:
        return  # brackets within weights within brackets: nobody's trigger word
    pieces = list(_split_outside(word)) if "," in word else []
    if len(pieces) > 1 and rounds:
        for piece in pieces:
            yield from _clean(piece, rounds - 1)
    elif len(pieces) <= 1 and _is_word(word):
        yield word


def _is_word(word: str) -> bool:
    if not word or word.lower() in _PLACEHOLDERS or _NUMBER.fullmatch(word):
        return False
    if ("." in word or ":" in word) and _ADDRESS.search(word):
        return False
    return not word.isascii() or any(char.isalnum() for char in word)


def _pairs(text: str) -> dict[int, int]:
    """Where each bracket that has a partner finds it, in both directions; the others are ordinary characters."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, char in enumerate(text):
        if char in _OPEN:
            stack.append(index)
        elif char in _CLOSE and stack and _OPEN.index(text[stack[-1]]) == _CLOSE.index(char):
            start = stack.pop()
            pairs[start], pairs[index] = index, start
    return pairs


def _split_outside(text: str) -> Iterator[str]:
    """The parts between the commas that lie outside brackets."""
    if "(" not in text and "[" not in text:
        yield from text.split(",")
        return
    pairs = _pairs(text)
    start = closed = 0
    for index, char in enumerate(text):
        if char == "," and index >= closed:
            yield text[start:index]
            start = index + 1
        elif char in _OPEN and index in pairs:
            closed = max(closed, pairs[index])
    yield text[start:]


def _strip_brackets(word: str) -> str:
    """The word without brackets round the whole of it, and without one at either end that has no partner."""
    if not word or not (word[0] in _OPEN + _CLOSE or word[-1] in _OPEN + _CLOSE):
        return word
    pairs = _pairs(word)
    start, end = 0, len(word)
    while start < end:
        last = end - 1
        if pairs.get(start) == last or (word[start] in _OPEN + _CLOSE and start not in pairs):
            end = last if pairs.get(start) == last else end
            start += 1
        elif word[last] in _OPEN + _CLOSE and last not in pairs:
            end = last
        else:
            break
    return word[start:end]
