"""Text as numbers: every word and every phrase is its 32-bit CRC, so that no vocabulary is kept anywhere.

A phrase is the CRC of its words joined by blanks; a phrase of one word is therefore that word. Two of a million words
share a number about a hundred times, which is far below what the words of a prompt do to each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.words import CJK_RUN, cjk_pieces, word_spans

Terms = NDArray[np.uint32]
"""Terms: 32-bit numbers of words or phrases."""

LONGEST_PHRASE = 8
"""Words of the longest phrase: names and trigger phrases beyond that are known by their first words."""
_LATIN_END = 0x250
"""Accents are taken off signs before this one only: further on they make another letter."""

_ANGLE_TAG = re.compile(r"<[^<>]*>")
_WEIGHT = re.compile(r":\s*[+-]?\d*\.?\d+\s*(?=[)\]}>])")
_COMMAND = re.compile(r"\b(?:BREAK|AND|ADDCOMM|ADDROW|ADDCOL|ADDBASE)\b")


def without_syntax(prompt: str) -> str:
    """Return a prompt of the same length with blanks for tags and weights, and a line end for each command.

    What is left stands where it stood: the spans of its words are spans of the prompt.
    """
    text = _ANGLE_TAG.sub(_blanks, prompt) if "<" in prompt else prompt
    text = _WEIGHT.sub(_blanks, text) if ":" in text else text
    return _COMMAND.sub(_line_end, text)


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _line_end(found: re.Match[str]) -> str:
    return "\n" * len(found[0])


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """Return a word as it is compared: composed, case-folded, Latin letters without accents."""
    if word.isascii():
        return word.lower()
    text = unicodedata.normalize("NFKC", word).casefold()
    return "".join(_without_accent(sign) for sign in text)


def _without_accent(sign: str) -> str:
    if sign.isascii() or ord(sign) >= _LATIN_END:
        return sign
    return unicodedata.normalize("NFD", sign)[0]


def words_of(text: str) -> list[str]:
    """Return the folded words of a text in order; Chinese, Japanese and Korean in overlapping pairs."""
    return [word for word, _, _ in placed_words(text)]


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """Return the folded words of a text with where each begins and ends in it."""
    found = []
    for start, end in word_spans(text):
        word = folded(text[start:end])
        if word.isascii() or not CJK_RUN.fullmatch(word):
            found.append((word, start, end))
            continue
        pieces = cjk_pieces(word)
        for i, piece in enumerate(pieces[:-1] or pieces):
            found.append((piece, min(start + i, end - 1), min(start + i + len(piece), end)))
    return found


@lru_cache(maxsize=65_536)
def term_id(word: str) -> int:
    """Return the number of a folded word, or of a phrase of folded words joined by blanks."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def term_ids(words: Iterable[str]) -> Terms:
    """Return the numbers of folded words."""
    return np.fromiter((term_id(word) for word in words), np.uint32)


def phrase_id(words: Sequence[str]) -> int:
    """Return the number of a phrase of folded words; beyond LONGEST_PHRASE words the rest is not looked at."""
    return crc32(" ".join(words[:LONGEST_PHRASE]).encode("utf-8", "surrogatepass"))


def phrases_in(
    words: Sequence[str], longest: int = LONGEST_PHRASE
) -> tuple[Terms, NDArray[np.int32], NDArray[np.int32]]:
    """Return every run of 1 to `longest` words: its number, where it begins and how many words it has.

    A run of two or three words is there a second time without blanks ("chainsaw man" also as "chainsawman").
    """
    numbers: list[int] = []
    starts: list[int] = []
    lengths: list[int] = []
    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    for start, first in enumerate(encoded):
        number = crc32(first)
        joined = number
        numbers.append(number)
        starts.append(start)
        lengths.append(1)
        for length in range(2, min(longest, len(encoded) - start) + 1):
            following = encoded[start + length - 1]
            number = crc32(following, crc32(b" ", number))
            numbers.append(number)
            starts.append(start)
            lengths.append(length)
            if length <= 3:
                joined = crc32(following, joined)
                numbers.append(joined)
                starts.append(start)
                lengths.append(length)
    return np.array(numbers, np.uint32), np.array(starts, np.int32), np.array(lengths, np.int32)
