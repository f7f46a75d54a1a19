"""Words as the index holds them: runs of letters and digits, and Chinese, Japanese and Korean text in pieces of two.

The index's tokenizer makes one token of an unbroken run of ideographs, so a name could be found by its beginning only.
Each run is therefore written as overlapping pairs, and its last sign once more alone: every sign starts a token.
"""

from __future__ import annotations

import re
import unicodedata

_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)
CJK_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters and digits, and unbroken runs of CJK signs."""
    return _WORD.findall(text if text.isascii() else unicodedata.normalize("NFKC", text))


def cjk_pieces(run: str) -> list[str]:
    """Return the index's tokens of a CJK run: its overlapping pairs, then its last sign."""
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


def index_form(text: str) -> str:
    """Return the text as it goes into the index: CJK runs in pieces, everything else composed (NFKC)."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return CJK_RUN.sub(lambda run: f" {' '.join(cjk_pieces(run.group()))} ", composed)
