from __future__ import annotations

from lora_manager.db.cards import cards
from lora_manager.db.engine import Database
from lora_manager.db.generations import ImageRow, UseRow, image_path, record, recorded
from lora_manager.db.revision import catalogue_revision
from tests.db.described import described, put
from tests.db.runs import generation_row, run_of


def test_a_run_is_recorded_whole_and_read_back(fresh_database: Database) -> None:
    (adapter_id,) = put(fresh_database, described("a.pt", "Amber"))
    images = [ImageRow("/out/1.png", 7, 64, 32, "one"), ImageRow("/out/2.png", 8, 64, 32, "two")]
    uses = [UseRow(adapter_id, "amber", 0.5, 0.75), UseRow(None, "unknown file", 1.0, 1.0)]
    with fresh_database.write() as connection:
        generation_id, image_ids = record(connection, generation_row(), images, uses)
    with fresh_database.read() as connection:
        total, (run,) = recorded(connection, 10, 0)
        assert [image_path(connection, image_id) for image_id in image_ids] == ["/out/1.png", "/out/2.png"]
        assert image_path(connection, 99) is None
    assert total == 1
    assert run.fields["id"] == generation_id
    assert run.fields["refused"] == [{"tag_name": "x", "reason": "none"}]
    assert (run.fields["prompt"], run.fields["cfg_scale"], run.fields["interrupted"]) == ("a lantern", 7.0, False)
    assert [(image["id"], image["seed"]) for image in run.images] == [(image_ids[0], 7), (image_ids[1], 8)]
    assert run.uses == [
        {"id": adapter_id, "tag_name": "amber", "name": "Amber", "te_weight": 0.5, "unet_weight": 0.75},
        {"id": None, "tag_name": "unknown file", "name": "unknown file", "te_weight": 1.0, "unet_weight": 1.0},
    ]


def test_uses_are_counted_and_the_catalogue_moves(fresh_database: Database) -> None:
    first, second = put(fresh_database, described("a.pt"), described("b.pt"))
    with fresh_database.read() as connection:
        before = catalogue_revision(connection)
    run_of(fresh_database, {first: 1.0, second: 0.5, None: 1.0})
    run_of(fresh_database, {first: 1.0})
    with fresh_database.read() as connection:
        counted = {card.id: (card.uses, card.last_used_at is not None) for card in cards(connection, [first, second])}
        assert catalogue_revision(connection) == before + 2
    assert counted == {first: (2, True), second: (1, True)}


def test_pages_come_newest_first(fresh_database: Database) -> None:
    ids = [run_of(fresh_database, {}, images=number) for number in range(5)]
    with fresh_database.read() as connection:
        total, page = recorded(connection, 2, 1)
        assert recorded(connection, 0, 0) == (5, [])
        assert recorded(connection, 10, 99) == (5, [])
    assert total == 5
    assert [(run.fields["id"], len(run.images)) for run in page] == [(ids[3], 3), (ids[2], 2)]
