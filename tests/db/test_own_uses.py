from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from lora_manager.db.generations import GenerationRow, ImageRow, UseRow, record
from lora_manager.db.own_uses import (
    MOST_USES,
    OwnUse,
    RecordedWeight,
    own_uses,
    recorded_weights,
    used_together,
)
from lora_manager.db.tables import Adapter, Image
from tests.conftest import DatabaseFactory
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


@pytest.fixture
def ids(shelf: Shelf) -> list[int]:
    """Three adapters."""
    for name in ("amber", "moth", "fox"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    return [shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "moth", "fox")]


def generate(shelf: Shelf, *uses: tuple[int, float], rating: int = 0, user: str | None = None) -> None:
    run = GenerationRow("x", "", "", "", "", "a", "", 1, 1, 1, 1.0, "", 1, 1.0, False, "", [], user)
    with shelf.database.write() as connection:
        images = [ImageRow(f"/{number}.png", 1, 1, 1, "") for number in range(2)]
        rows = [UseRow(adapter_id, "x", 9.0, weight) for adapter_id, weight in uses]
        _, image_ids = record(connection, run, images, rows)
        connection.execute(update(Image).where(Image.id == image_ids[1]).values(rating=rating, favourite=rating == 5))


def test_uses_come_with_the_best_rating_of_their_images(shelf: Shelf, ids: list[int]) -> None:
    amber, moth, _ = ids
    generate(shelf, (amber, 0.5), (moth, 0.7), rating=4)
    generate(shelf, (amber, 0.6))
    generate(shelf, (amber, 0.9), rating=5)
    with shelf.database.read() as connection:
        found = own_uses(connection, ids)
    assert found == {
        amber: [OwnUse(0.9, 5, True), OwnUse(0.6, 0, False), OwnUse(0.5, 4, False)],
        moth: [OwnUse(0.7, 4, False)],
    }


def test_only_the_newest_uses_count(shelf: Shelf, ids: list[int]) -> None:
    for number in range(MOST_USES + 3):
        generate(shelf, (ids[0], number / 1000))
    with shelf.database.read() as connection:
        found = own_uses(connection, ids)[ids[0]]
    assert len(found) == MOST_USES
    assert found[0].weight == (MOST_USES + 2) / 1000


def test_what_was_used_together_is_counted_by_generation(shelf: Shelf, ids: list[int]) -> None:
    amber, moth, fox = ids
    generate(shelf, (amber, 1.0), (moth, 1.0), (moth, 0.5))
    generate(shelf, (amber, 1.0), (moth, 1.0), (fox, 1.0))
    generate(shelf, (fox, 1.0))
    with shelf.database.read() as connection:
        assert used_together(connection, [amber]) == {moth: 2, fox: 1}
        assert used_together(connection, [amber, moth]) == {fox: 1}
        assert used_together(connection, []) == {}


def test_of_several_users_each_has_their_own(shelf: Shelf, ids: list[int]) -> None:
    amber, moth, _ = ids
    generate(shelf, (amber, 0.5), (moth, 1.0), user="ada")
    generate(shelf, (amber, 0.9), user="bob")
    with shelf.database.read() as connection:
        assert own_uses(connection, [amber], "bob") == {amber: [OwnUse(0.9, 0, False)]}
        assert len(own_uses(connection, [amber])[amber]) == 2
        assert used_together(connection, [amber], "bob") == {}
        assert used_together(connection, [amber], "ada") == {moth: 1}


def test_what_is_on_record_of_weights(database_factory: DatabaseFactory) -> None:
    row = {"name": "x", "sort_name": "x", "added_at": "", "updated_at": ""}
    with database_factory() as database:
        with database.write() as connection:
            said = {"weight": 0.7, "weight_min": 0.6, "weight_max": 0.8, "sources": {"weight": "text"}}
            connection.execute(insert(Adapter), [{**row, "id": 1, **said}])
            connection.execute(insert(Adapter), [{**row, "id": 2}])
        with database.read() as connection:
            assert recorded_weights(connection, [1, 2, 3]) == {
                1: RecordedWeight(0.7, "text", 0.6, 0.8),
                2: RecordedWeight(None, "", None, None),
            }
