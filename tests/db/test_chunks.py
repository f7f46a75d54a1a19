from __future__ import annotations

import pytest

from lora_manager.db.chunks import MOST_VALUES, chunks


@pytest.mark.parametrize("count", [0, 1, MOST_VALUES, MOST_VALUES + 1, 3 * MOST_VALUES])
def test_everything_comes_once_in_order_in_parts(count: int) -> None:
    parts = list(chunks(range(count)))
    assert [item for part in parts for item in part] == list(range(count))
    assert all(0 < len(part) <= MOST_VALUES for part in parts)
    assert len(parts) == -(-count // MOST_VALUES)
