"""Edits, resets, write-backs, what other programs write, and scans, in any order: the user's word stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.cards import trigger_groups
from lora_manager.services.editing import check_value
from tests.conftest import DatabaseFactory
from tests.formats.sidecars.writing.records import VALUES
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import Shelf, touch_later
from tests.services.desk import Desk

FIELDS = sorted(set(VALUES) - {"active", "ordinal"})
Step = tuple[str, str, Any]

EDITS = st.sampled_from(FIELDS).flatmap(lambda name: st.tuples(st.just("edit"), st.just(name), VALUES[name]))
RESETS = st.tuples(st.just("reset"), st.sampled_from(FIELDS), st.none())
OTHERS = st.tuples(
    st.just("other"), st.sampled_from(["notes", "preferred weight", "activation text"]), st.sampled_from(["1", "x, y"])
)
PLAIN = st.sampled_from([("write", "", None), ("undo", "", None), ("scan", "", False), ("scan", "", True)])
STEPS = st.lists(EDITS | RESETS | OTHERS | PLAIN, min_size=2, max_size=9)


def seen(desk: Desk) -> dict[str, Any]:
    """What the catalogue says of every field that can be edited."""
    detail = desk.shelf.detail("amber.safetensors")
    with desk.database.read() as connection:
        groups = trigger_groups(connection, [detail.fields["id"]]).get(detail.fields["id"], [])
    return {**{name: detail.fields[name] for name in FIELDS if name in detail.fields}, "tags": detail.tags,
            "trigger_groups": groups}  # fmt: skip


def do(desk: Desk, step: Step, own: dict[str, Any]) -> None:
    """One step; `own` is what the user has set since."""
    kind, name, value = step
    record = desk.root / "amber.json"
    if kind == "edit":
        own[name] = check_value(name, value)
        desk.edit("amber", {name: value})
    elif kind == "reset":
        own.pop(name, None)
        desk.edit("amber", {}, name)
    elif kind == "other":
        document = json.loads(record.read_bytes())
        document[name] = 1.5 if name == "preferred weight" else value
        record.write_text(json.dumps(document, indent=4, ensure_ascii=False), encoding="utf-8")
        touch_later(record)
    elif kind == "write":
        result = desk.write("amber")
        assert result.problems == []
        desk.set_id *= result.changed  # one that changed nothing is not on record
        touch_later(record)
    elif kind == "undo" and desk.set_id:
        desk.history.undo(desk.set_id, desk.actor)
        desk.set_id = 0
    elif kind == "scan":
        desk.shelf.scan(force=bool(value))


def same(name: str, found: Any, wanted: Any) -> bool:
    """A tag has one spelling in a library; what is cleared may be nothing or an empty text."""
    if name == "tags":
        return [tag.casefold() for tag in found] == [tag.casefold() for tag in wanted]
    return bool(found == wanted) or (not found and not wanted)


@settings(max_examples=60)
@given(STEPS)
def test_in_any_order_what_the_user_set_stands_and_what_was_reset_is_gone(
    database_factory: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    root = tmp_path_factory.mktemp("orders")
    write_adapter(root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    own: dict[str, Any] = {}
    with database_factory() as database, database_factory() as other:
        desk = Desk(Shelf(database, root))
        desk.shelf.scan()
        for step in steps:
            do(desk, step, own)
            found = seen(desk)
            assert all(same(name, found[name], value) for name, value in own.items()), (step, own, found)
        desk.shelf.scan(force=True)
        assert desk.write("amber").problems == []
        desk.edit("amber", {}, *FIELDS)
        desk.write("amber")
        desk.shelf.scan(force=True)
        plain = Desk(Shelf(other, root))
        plain.shelf.scan()
        assert seen(desk) == seen(plain), "with everything reset it is what the files say, and nothing of ours"
