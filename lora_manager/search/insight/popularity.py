"""How popular an adapter is with the community, on a scale of 0 to 1."""

from __future__ import annotations

import math

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.numbers import first_number, number_of

UNKNOWN = 0.5
"""Of what nobody counts: neither popular nor not."""
MOST_DOWNLOADS, MOST_FAVOURITES = 300_000, 30_000
"""Where the scale ends."""
_DOWNLOADS_COUNT, _FAVOURITES_COUNT = 0.7, 0.3


def popularity_of(facts: AdapterFacts) -> float:
    """Return 0 to 1, by downloads and favourites on a log scale: ten times as many are one step more, always."""
    downloads = first_number(facts.stats, "downloadCount") or number_of(facts.downloads) or None
    favourites = first_number(facts.stats, "favoriteCount", "thumbsUpCount", "collectedCount")
    if not downloads:  # a record says 0 of what nobody counted, too
        return UNKNOWN
    by_downloads = _on_scale(downloads, MOST_DOWNLOADS)
    if not favourites:
        return round(by_downloads, 4)
    return round(_DOWNLOADS_COUNT * by_downloads + _FAVOURITES_COUNT * _on_scale(favourites, MOST_FAVOURITES), 4)


def _on_scale(count: float, most: float) -> float:
    return min(1.0, math.log1p(count) / math.log1p(most))
