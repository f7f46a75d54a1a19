from __future__ import annotations

import pytest

from lora_manager.db.backup.work import UNITS, BackupCancelledError, Work


def test_parts_of_parts_tell_their_share_of_the_whole() -> None:
    told: list[tuple[int, int, str]] = []
    work = Work(lambda *news: told.append(news))
    half = work.part(0.5, 1.0, "half")
    half.at(0.0)
    half.part(0.5, 1.0, "quarter").at(0.5)
    half.at(7.0)
    assert told == [(UNITS // 2, UNITS, "half"), (875, UNITS, "quarter"), (UNITS, UNITS, "half")]


def test_it_ends_where_it_is_to_stop() -> None:
    with pytest.raises(BackupCancelledError):
        Work(cancelled=lambda: True).part(0.0, 0.1, "x").at(0.0)
