"""Count which words and phrases many adapters have, for the keywords to leave them low.

usage: count_common_words.py MODELS.jsonl[.gz] [--out FILE]

Writes hash -> rarity: -ln(share of the adapters) over -ln(1 / number of adapters), in 255 steps. No word is in clear.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.keywords import SHIPPED, candidates, phrase_hash
from tools.train_archetype import facts_of

FEWEST = 5
"""Adapters that have a phrase, for it to be common."""


def read_facts(path: Path) -> list[AdapterFacts]:
    """Return the adapters of a file of model records, one per line, with all their tags."""
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [facts for line in lines if (facts := facts_of(json.loads(line))) is not None]


def rarities(adapters: Sequence[AdapterFacts]) -> dict[int, int]:
    """Return hash -> rarity in 255 steps of every phrase, and every word of one, that many adapters have."""
    counts: Counter[str] = Counter()
    for facts in adapters:
        phrases = set(candidates(facts))
        counts.update(phrases | {word for phrase in phrases for word in phrase.split()})
    most = math.log(max(2, len(adapters)))
    common = {phrase: count for phrase, count in counts.items() if count >= FEWEST}
    return {phrase_hash(p): round(255 * math.log(len(adapters) / count) / most) for p, count in common.items()}


def main() -> None:
    """Count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    asked = parser.parse_args()
    found = sorted(rarities(read_facts(asked.models)).items())
    hashes = np.array([number for number, _ in found], dtype=np.uint32)
    np.savez_compressed(asked.out, hashes=hashes, rarities=np.array([rare for _, rare in found], dtype=np.uint8))
    print(json.dumps({"phrases": len(found), "bytes": asked.out.stat().st_size}))


if __name__ == "__main__":
    main()
