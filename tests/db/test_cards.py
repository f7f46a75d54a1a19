from __future__ import annotations

from lora_manager.db.cards import cards, trigger_groups
from lora_manager.db.engine import Database
from tests.db.described import described, put


def test_a_page_of_cards_comes_in_the_order_asked_for(fresh_database: Database) -> None:
    ids = put(fresh_database, *(described(f"f/{name}.pt", name) for name in "abc"))
    wanted = [ids[2], 999, ids[0], ids[1]]
    with fresh_database.read() as connection:
        assert [card.id for card in cards(connection, wanted)] == [ids[2], ids[0], ids[1]]
        assert cards(connection, []) == []
        assert cards(connection, [999]) == []


def test_a_card_is_of_the_adapter_and_its_file(fresh_database: Database) -> None:
    item = described(
        "style/amber.safetensors",
        "Amber",
        triggers=[["a", "b"], ["c"]],
        version="v2",
        author_username="moth",
        base_model="SD 1.5",
        family="SD 1.5",
        weight=0.6,
        nsfw_level=3,
        sources={"weight": "a1111"},
        file={"size": 7, "preview": "style/amber.png", "preview_version": "x-1"},
    )
    (adapter_id,) = put(fresh_database, item)
    with fresh_database.read() as connection:
        (card,) = cards(connection, [adapter_id])
    assert (card.name, card.version, card.author, card.base_model, card.family) == (
        "Amber", "v2", "moth", "SD 1.5", "SD 1.5",
    )  # fmt: skip
    assert (card.root, card.relative_path, card.folder, card.file_name, card.stem, card.size) == (
        "/lora", "style/amber.safetensors", "style", "amber.safetensors", "amber", 7,
    )  # fmt: skip
    assert (card.preview, card.preview_version, card.state) == ("style/amber.png", "x-1", "present")
    assert card.trigger_groups == [["a", "b"], ["c"]]
    assert (card.weight, card.weight_source, card.nsfw_level) == (0.6, "a1111", 3)
    assert (card.uses, card.last_used_at, card.favourite, card.rating, card.active) == (0, None, False, 0, True)


def test_a_group_without_words_is_no_group(fresh_database: Database) -> None:
    ids = put(fresh_database, described("a.pt", triggers=[["x"], [], ["y"]]), described("b.pt"))
    with fresh_database.read() as connection:
        assert trigger_groups(connection, ids) == {ids[0]: [["x"], ["y"]]}
