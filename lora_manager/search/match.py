"""From what a user types to an FTS5 expression: every word must match, the last one as a beginning."""

from __future__ import annotations

import re

from lora_manager.search.words import CJK_RUN, cjk_pieces, split_words

MAX_WORDS = 32
MAX_QUERY = 1000
# A tag out of somebody's prompt, pasted: what is looked for is the name in it, not "lora" and the weight.
_TAG = re.compile(r"<(?:lora|lyco):([^:<>]*)[^<>]*>", re.IGNORECASE)


def all_words_match(query: str) -> str | None:
    """Return the FTS5 expression for "all these words, the last as a prefix", or None when there is no word.

    Words are quoted, so that nothing typed is taken for FTS5 syntax. Text beyond MAX_QUERY characters or MAX_WORDS
    words is left out.
    """
    query = _TAG.sub(r" \1 ", query[:MAX_QUERY])
    words = split_words(query)[:MAX_WORDS]
    if not words:
        return None
    ends_open = query[-1:].isalnum()
    terms = [word_term(word) for word in words[:-1]]
    terms.append(word_term(words[-1], prefix=ends_open))
    return " AND ".join(terms)


def any_word_match(words: list[str]) -> str:
    """Return the FTS5 expression for "at least one of these words"."""
    return " OR ".join(word_term(word) for word in words)


def word_term(word: str, *, prefix: bool = False) -> str:
    """Return one word as a quoted FTS5 term; a CJK run becomes a phrase of its pieces."""
    if CJK_RUN.fullmatch(word):
        if len(word) == 1:
            return f'"{word}"*'
        return f'"{" ".join(cjk_pieces(word)[:-1])}"'
    return f'"{word}"*' if prefix else f'"{word}"'
