from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from lora_manager.db.cards import Card
from lora_manager.db.columns.table import Columns
from lora_manager.services.recommending.forgotten import forgotten_mask, forgotten_since

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def test_forgotten_is_what_was_never_used_or_not_for_sixty_days() -> None:
    today = NOW.timestamp() / 86_400
    last_used = np.array([np.nan, today - 61, today - 59, np.nan])
    columns = Columns(1, {"last_used": last_used, "uses": np.array([0, 3, 3, 2])}, {}, *cast(Any, (None,) * 3))
    assert forgotten_mask(columns, NOW.timestamp()).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("last_used_at", "said"),
    [
        (None, "it was never used"),
        ("2025-12-01T00:00:00.000Z", "it was not used for 90 days"),
        ("long ago", "it was not used for long"),
    ],
)
def test_for_how_long_is_said(last_used_at: str | None, said: str) -> None:
    card = cast(Card, SimpleNamespace(last_used_at=last_used_at))
    assert forgotten_since(card, NOW) == said
