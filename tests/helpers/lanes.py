"""Which hosts are imitated in a lane: in the packages of a host only that one, for no other comes with them."""

from __future__ import annotations

import os
from collections.abc import Sequence

LANE = os.environ.get("LORA_MANAGER_LANE", "default")
_SAME_PAGE = {"forge": "a1111"}


def of_this_lane(families: Sequence[str], lane: str = LANE) -> list[str]:
    """Return those of the families to be tested here: all, or the one of the lane (or of the same page)."""
    for name in (lane, _SAME_PAGE.get(lane, "")):
        if name in families:
            return [name]
    return list(families)
