from __future__ import annotations

import json

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.edits.fields import EDITABLE
from lora_manager.db.edits.state import Held, Remembered, held_fields, remembered_fields
from lora_manager.db.engine import Database
from tests.db.described import described, put


def test_every_field_with_its_source(fresh_database: Database) -> None:
    (one,) = put(fresh_database, described("a.pt", "A", tags=("x",), triggers=[["w"]]))
    with fresh_database.write() as connection:
        apply_edits(connection, [Edit(one, {"rating": 4, "favourite": True, "active": False, "weight": 0.5})])
        held = held_fields(connection, [one, 999], EDITABLE)
        assert set(held) == {one}
        assert set(held[one]) == EDITABLE
        assert held[one]["rating"] == Held(4, "user")
        assert held[one]["favourite"] == Held(True, "user")
        assert held[one]["favourite"].value is True
        assert held[one]["active"] == Held(False, "")
        assert held[one]["tags"].value == ["x"]
        assert held[one]["trigger_groups"].value == [["w"]]
        assert held[one]["weight"] == Held(0.5, "user")


def test_what_sources_say_of_every_kind_of_value(fresh_database: Database) -> None:
    (one,) = put(fresh_database, described("a.pt", "A", tags=("x", "y")))
    values = {"rating": 4, "weight": None, "tags": ["z"], "notes": "5", "favourite": True}
    with fresh_database.write() as connection:
        apply_edits(connection, [Edit(one, values)])
        said = remembered_fields(connection, [one], EDITABLE)
    assert said == {
        (one, "rating"): Remembered(0, ""),
        (one, "weight"): Remembered(None, ""),
        (one, "tags"): Remembered(["x", "y"], ""),
        (one, "notes"): Remembered(None, ""),
        (one, "favourite"): Remembered(False, ""),
    }
    assert json.dumps(sorted(name for _, name in said))
