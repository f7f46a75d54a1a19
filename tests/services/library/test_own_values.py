from __future__ import annotations

from typing import Any

from lora_manager.formats.sidecars.writing.record import with_values
from lora_manager.services.library.own_values import checked_values
from tests.helpers.network_files import civitai_model, write_adapter, write_json
from tests.helpers.shelf import Shelf

OWN: dict[str, Any] = {
    "name": "Mine", "version": None, "notes": "n", "description": "<p>Soft <b>light</b></p>", "negative_text": "",
    "base_model": "Pony", "archetype": "style", "weight": 0.9, "weight_min": None, "weight_max": 1.2, "nsfw_level": 4,
    "rating": 5, "favourite": True, "tags": ["own"], "trigger_groups": [["a, b"], ["c"]], "active": False, "ordinal": 7,
}  # fmt: skip


def write_own(shelf: Shelf, values: dict[str, Any]) -> None:
    """amber, whose record of Civitai holds what the user set."""
    write_adapter(shelf.root, "amber")
    record = shelf.root / "amber.json"
    write_json(record, civitai_model("Amber Lantern", "amber.safetensors"))
    record.write_bytes(with_values(record.read_bytes(), values))


def test_a_new_database_has_what_the_user_set(shelf: Shelf) -> None:
    write_own(shelf, OWN)
    for force in (False, True):
        shelf.scan(force=force)
        detail = shelf.detail("amber.safetensors")
        found = {**detail.fields, "tags": detail.tags}
        assert {name: found[name] for name in OWN if name != "trigger_groups"} == {
            name: value for name, value in OWN.items() if name != "trigger_groups"
        }
        assert detail.fields["family"] == "Pony"
        assert {detail.fields["sources"][name] for name in OWN if name not in ("active", "ordinal")} == {"user"}
        assert detail.fields["trained_words"] == ["lantern light"], "Civitai's words are still Civitai's"
    assert shelf.problems() == {}


def test_hostile_values_are_refused_one_by_one(shelf: Shelf) -> None:
    hostile = {
        "rating": 9,
        "favourite": "yes",
        "tags": ["x" * 600],
        "weight": 1e300,
        "id": 3,
        "sources": {},
        "notes": "n",
    }
    write_own(shelf, hostile)
    shelf.scan()
    detail = shelf.detail("amber.safetensors")
    assert (detail.fields["rating"], detail.fields["notes"], detail.tags) == (0, "n", ["lantern", "style"])
    assert shelf.problems() == {"amber.json": "partly_read"}
    values, refused = checked_values(hostile)
    assert values == {"notes": "n"}
    assert len(refused) == 6
