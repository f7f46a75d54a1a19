"""Forgotten adapters: never used, or not for long."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import numpy as np

from lora_manager.db.cards import Card
from lora_manager.db.columns.table import Columns, Mask

FORGOTTEN_AFTER_DAYS = 60
_DAY_S = 86_400.0


def forgotten_mask(columns: Columns, now: float | None = None) -> Mask:
    """Return which adapters were never used, or not in the last 60 days. `now` is seconds since 1970."""
    today = (time.time() if now is None else now) / _DAY_S
    last_used = columns["last_used"]
    with np.errstate(invalid="ignore"):
        is_long_ago = last_used < today - FORGOTTEN_AFTER_DAYS
    found: Mask = is_long_ago | np.isnan(last_used) & (columns["uses"] <= 0)
    return found


def forgotten_since(card: Card, now: datetime | None = None) -> str:
    """Say how long an adapter was not used, as the end of a sentence."""
    if card.last_used_at is None:
        return "it was never used"
    try:
        then = datetime.fromisoformat(card.last_used_at[:19]).replace(tzinfo=timezone.utc)
    except ValueError:
        return "it was not used for long"
    days = ((now or datetime.now(timezone.utc)) - then).days
    return f"it was not used for {days} days"
