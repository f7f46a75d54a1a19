"""Words as terms of an FTS5 expression: always quoted, so that nothing typed is taken for its syntax."""

from __future__ import annotations

from lora_manager.search.words import CJK_RUN, cjk_pieces


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
