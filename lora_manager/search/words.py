"""Words as the index holds them: runs of letters and digits, and Chinese, Japanese and Korean text in pieces of two.

The index's tokenizer makes one token of an unbroken run of ideographs, so a name could be found by its beginning only.
Each run is therefore written as overlapping pairs, and its last sign once more alone: every sign starts a token.
"""

from __future__ import annotations

import re
import unicodedata

# Letters only: not the middle dot of katakana, nor the voicing marks that NFKC could not compose.
_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
)
CJK_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
# A run of CJK, or of signs that are in no word. The tokenizer knows an old Unicode: it takes later emoji, private-use
# icons and some marks for letters, and would make one token of a fox's picture and the word behind it. The common
# punctuation that it does know is left alone, because replacing it takes twice the time.
_PIECE = re.compile(rf"([{_CJK}]+)|[^\w\x00-\xbb\u2010-\u2027]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters and digits, and unbroken runs of CJK signs."""
    return _WORD.findall(text if text.isascii() else unicodedata.normalize("NFKC", text))


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends, in the text as it is written."""
    return [found.span() for found in _WORD.finditer(text)]


def cjk_pieces(run: str) -> list[str]:
    """Return the index's tokens of a CJK run: its overlapping pairs, then its last sign."""
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


def index_form(text: str) -> str:
    """Return the text as it goes into the index: composed (NFKC), CJK runs in pieces, blanks for what is in no word."""
    if text.isascii():
        return text
    return _PIECE.sub(_indexed, unicodedata.normalize("NFKC", text))


def _indexed(piece: re.Match[str]) -> str:
    return f" {' '.join(cjk_pieces(piece[1]))} " if piece[1] else " "
