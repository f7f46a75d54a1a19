"""Keywords: the words and phrases that tell an adapter apart, with scores.

A phrase counts by the places it stands in times how rare it is among adapters. How rare is shipped as hashes
(tools/count_common_words.py), so that no vocabulary is in clear; a phrase that is not among them is as rare as its
words on average, and a word that is not is rare.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.texts import MAX_ENTRIES, MAX_ENTRY, MAX_EXAMPLE, MAX_EXAMPLES

SHIPPED = Path(__file__).with_name("common_words.npz")
MOST = 20
LEAST_SCORE = 0.05
_LONGEST, _MOST_WORDS = 48, 5
_NAME, _TAG, _TRIGGER, _SEEN = 2.0, 2.0, 2.5, 1.5
_FEW_EXAMPLES = 3
"""So many examples must agree for a phrase of theirs to count in full."""

_NAME_PARTS = re.compile(r"[()\[\]{}【】（）「」|/,:：、·•~]+|\s[-–—]\s")
_PROMPT_PARTS = re.compile(r"[,\n;|()\[\]{}<>]+|\bBREAK\b|:\s*\d*\.?\d+")
_NETWORK_TAG = re.compile(r"<[^<>]{0,300}>")
_BLANKS = re.compile(r"[\s_]+")
_EDGES = " \t.!?*'\"`#+=~-–—:\\"
_VERSION = re.compile(
    r"\b(?:v(?:er)?(?:sion)?[ .]?\d[\w.]*|\d+(?:\.\d+)*|(?:lo|ly|do)?(?:ra|con|coris|kr|ha)|model|epoch\d*|beta|alpha"
    r"|sd ?\d[\d.]*|sdxl|xl|flux|pony|illustrious|noobai|pdxl|ilxl)\b",
    re.IGNORECASE,
)
_BOILERPLATE_TEXT = (
    "masterpiece, best quality, high quality, highest quality, good quality, normal quality, quality, amazing quality, "
    "ultra detailed, highly detailed, extremely detailed, very detailed, detailed, intricate details, intricate, "
    "insane details, absurdres, highres, high resolution, ultra high res, ultra highres, hires, 4k, 8k, 16k, uhd, hdr, "
    "hd, 8k uhd, raw photo, official art, wallpaper, sharp focus, sharp, professional lighting, photon mapping, "
    "radiosity, physically based rendering, physically-based rendering, trending on artstation, artstation, newest, "
    "very aesthetic, aesthetic, finely detailed, beautiful, perfect, award winning, unity 8k wallpaper, cg, "
    "extremely detailed cg unity 8k wallpaper, depth of field, lora, locon, lycoris, embedding, solo, 1girl, 1boy, "
    "looking at viewer, girl, woman, female, anime, simple background, white background, upper body, break, and, the, "
    "score 9, score 8, score 8 up, score 7, score 7 up, score 6 up, score 5 up, score 4 up, source anime, "
    "rating safe, safe, general, sensitive"
)
_BOILERPLATE = frozenset(_BOILERPLATE_TEXT.split(", "))


class Keyword(NamedTuple):
    """A word or phrase as it is shown, and its score: 1 for the one that tells most."""

    word: str
    score: float


def keywords_of(facts: AdapterFacts) -> tuple[Keyword, ...]:
    """Return the keywords of an adapter, what tells most first."""
    common = shipped_common()
    scored = {phrase: weight * rarity(phrase, common) for phrase, weight in candidates(facts).items()}
    most = max(scored.values(), default=0.0)
    if most <= 0:
        return ()
    best = sorted(scored, key=lambda phrase: (-scored[phrase], phrase))[:MOST]
    found = (Keyword(phrase, round(scored[phrase] / most, 3)) for phrase in best)
    return tuple(keyword for keyword in found if keyword.score >= LEAST_SCORE)


def candidates(facts: AdapterFacts) -> dict[str, float]:
    """Return phrase -> how much the places that it stands in count together."""
    found: dict[str, float] = {}
    _put(found, (_VERSION.sub(" ", part) for part in _NAME_PARTS.split(facts.name[: 4 * MAX_ENTRY])), _NAME)
    _put(found, facts.tags[:MAX_ENTRIES], _TAG)
    groups = facts.trigger_groups[:MAX_ENTRIES]
    words = [word for group in groups for word in group[:MAX_ENTRIES]][: 2 * MAX_ENTRIES]
    _put(found, (part for word in words for part in word[:MAX_ENTRY].split(",")), _TRIGGER)
    captions = facts.captions[:MAX_ENTRIES]
    most = max((count for _, count in captions), default=0)
    for text, count in captions:
        _put(found, (text,), _SEEN * max(0, count) / most if most > 0 else 0.0)
    examples = facts.examples[:MAX_EXAMPLES]
    for example in examples:
        text = _NETWORK_TAG.sub(",", example.text[:MAX_EXAMPLE].replace("\\", ""))
        _put(found, _PROMPT_PARTS.split(text), _SEEN / max(_FEW_EXAMPLES, len(examples)))
    return found


def rarity(phrase: str, common: Mapping[int, float]) -> float:
    """Return 0 (every adapter has it) to 1. common: hash -> rarity, see `phrase_hash`."""
    known = common.get(phrase_hash(phrase))
    if known is not None:
        return known
    words = phrase.split()
    return sum(common.get(phrase_hash(word), 1.0) for word in words) / len(words) if len(words) > 1 else 1.0


def phrase_hash(phrase: str) -> int:
    """Return the CRC-32 that stands for a phrase in the table."""
    return zlib.crc32(phrase.encode("utf-8", "replace"))


@cache
def shipped_common() -> Mapping[int, float]:
    """Return hash -> rarity (0 to 1) of the phrases that many adapters have, as it comes with the package."""
    with np.load(SHIPPED, allow_pickle=False) as held:
        pairs = zip(held["hashes"].tolist(), held["rarities"].tolist(), strict=True)
        return {number: rare / 255 for number, rare in pairs}


def _put(found: dict[str, float], texts: Iterable[str], weight: float) -> None:
    for phrase in {cleaned for text in texts if (cleaned := _cleaned(text))}:
        found[phrase] = found.get(phrase, 0.0) + weight


def _cleaned(text: str) -> str:
    """A phrase in small letters without what stands at its edges; "" for one that says nothing by itself."""
    if len(text) > 2 * _LONGEST:
        return ""
    phrase = _BLANKS.sub(" ", text).strip(_EDGES).lower()
    if not 2 <= len(phrase) <= _LONGEST or phrase in _BOILERPLATE or phrase.count(" ") >= _MOST_WORDS:
        return ""
    return phrase if any(map(str.isalpha, phrase)) else ""
