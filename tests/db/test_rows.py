from __future__ import annotations

import pickle

from lora_manager.db.rows import StoredSidecar
from tests.db.described import described


def test_a_stored_sidecar_is_current_while_size_and_time_are_the_same() -> None:
    stored = StoredSidecar(5, 7, "a1111", [], None)
    assert stored.is_current(5, 7)
    assert not stored.is_current(6, 7)
    assert not stored.is_current(5, 8)


def test_rows_go_between_processes() -> None:
    item = described("a/b.pt", tags=["t"], triggers=[["x"]])
    assert pickle.loads(pickle.dumps(item)) == item
