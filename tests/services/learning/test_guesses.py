from __future__ import annotations

import numpy as np
from sqlalchemy import delete, insert

from lora_manager.db.engine import Database
from lora_manager.db.stamps import next_stamp
from lora_manager.db.tables import AdapterDigest
from lora_manager.services.learning.guesses import Guesses
from tests.services.learning.conftest import School


def guess(database: Database, adapter_id: int, archetype: str, style: str, sureness: float = 0.9) -> None:
    """Write a digest as the background does."""
    with database.write() as connection:
        connection.execute(delete(AdapterDigest).where(AdapterDigest.adapter_id == adapter_id))
        row = {
            "adapter_id": adapter_id, "revision": 1, "recipe": 1, "stamp": next_stamp(connection), "document": b"",
            "examples": b"", "keywords": [], "archetype": archetype, "archetype_confidence": sureness,
            "style": style, "style_confidence": sureness, "quality": 0.0, "quality_parts": [], "popularity": 0.0,
        }  # fmt: skip
        connection.execute(insert(AdapterDigest), row)


def names(guesses: Guesses, ids: list[int]) -> list[tuple[str | None, str | None]]:
    known: list[str | None] = [*guesses.vocabulary.values, None]
    wanted = np.array(ids, np.int64)
    pairs = zip(guesses.archetypes(wanted).tolist(), guesses.styles(wanted).tolist(), strict=True)
    return [(known[archetype], known[style]) for archetype, style in pairs]


def test_only_what_is_new_and_sure_is_read(school: School) -> None:
    guesses, fresh_database = Guesses(), school.database
    moth, cat, fog = (school.ids[name] for name in ("moth", "cat", "fog"))
    guess(fresh_database, moth, "style", "anime")
    guess(fresh_database, cat, "character", "photo", sureness=0.3)
    with fresh_database.read() as connection:
        first = guesses.refresh(connection)
    assert names(guesses, [moth, cat, fog, 999]) == [("style", "anime"), (None, None), (None, None), (None, None)]
    guess(fresh_database, cat, "character", "photo")
    with fresh_database.read() as connection:
        assert guesses.refresh(connection) > first
        assert guesses.refresh(connection) == guesses.stamp
    assert names(guesses, [moth, cat]) == [("style", "anime"), ("character", "photo")]
