from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.edits.state import tags_of
from lora_manager.db.engine import Database
from lora_manager.db.history import Act, open_set, read_changes
from lora_manager.errors import BadInputError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.bulk import edit_actions as module
from lora_manager.services.bulk.action import BulkAction, BulkResult
from lora_manager.services.bulk.edit_actions import EditFields, EditTags
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.editing import MAX_TAGS
from tests.db.described import described, put
from tests.helpers.at_once import at_once

Progress = list[tuple[int, int]]


class Table:
    """Five adapters, and actions done with them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids = put(database, *(described(f"{n}.pt", f"A{n}", tags=("old", "Own") if n else ()) for n in range(5)))
        self.told: list[int] = []
        self.progress: Progress = []

    def do(
        self, action: BulkAction, params: dict[str, Any], cancelled: Callable[[], bool] = lambda: False
    ) -> BulkResult:
        with self.database.write() as connection:
            self.set_id = open_set(connection, Act("bulk_edit", CLI))
        context = ChangeContext(self.set_id, Actor(CLI), lambda d, t, _: self.progress.append((d, t)), cancelled)
        return action.run(self.ids, action.check(params), context)

    def tags(self) -> list[list[str]]:
        with self.database.read() as connection:
            return [tags_of(connection, key) for key in self.ids]


@pytest.fixture
def table(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    return Table(fresh_database)


def test_tags_come_and_go(table: Table) -> None:
    tags = EditTags(table.database, table.told.extend)
    assert table.do(tags, {"add": ["new", "OWN"], "remove": ["OLD"]}).changed == 5
    assert table.tags() == [["new", "Own"], *[["Own", "new"]] * 4]
    assert sorted(table.told) == table.ids
    assert table.progress == [(2, 5), (4, 5), (5, 5)]
    with table.database.read() as connection:
        changes = read_changes(connection, set_id=table.set_id)
    assert [(change.field, change.old, change.new) for change in changes[:2]] == [
        ("tags", [], ["new", "OWN"]),
        ("tags", ["old", "Own"], ["Own", "new"]),
    ]
    assert table.do(tags, {"add": ["new"]}).changed == 0, "they have it"
    assert table.do(tags, {"replace": []}).changed == 5
    assert table.tags() == [[]] * 5


def test_who_has_as_many_tags_as_there_may_be_is_counted(table: Table) -> None:
    with table.database.write() as connection:
        edit_adapter(connection, table.ids[0], {"tags": [f"t{n}" for n in range(MAX_TAGS)]})
    result = table.do(EditTags(table.database, table.told.extend), {"add": ["more"]})
    assert (result.changed, result.extra) == (4, {"full": 1})


def test_fields_are_set_and_given_back(table: Table) -> None:
    fields = EditFields(table.database, table.told.extend)
    assert table.do(fields, {"values": {"rating": 4, "base_model": "Pony", "active": False}}).changed == 5
    assert table.do(fields, {"values": {"rating": 4}}).changed == 0
    assert table.do(fields, {"reset": ["rating", "notes"]}).changed == 5
    with table.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT rating, base_model, family, active FROM adapter").all()
    assert [tuple(row) for row in rows] == [(0, "Pony", "Pony", 0)]


def test_between_two_parts_it_can_be_cancelled(table: Table) -> None:
    asked = iter([False, True])
    result = table.do(EditTags(table.database, table.told.extend), {"add": ["new"]}, lambda: next(asked))
    assert result.changed == 2
    assert sum("new" in tags for tags in table.tags()) == 2


@pytest.mark.parametrize(
    ("action", "params"),
    [
        (EditFields, {}),
        (EditFields, {"values": {"name": "one for all"}}),
        (EditFields, {"values": {"trigger_groups": [["x"]]}}),
        (EditFields, {"values": {"rating": 9}}),
        (EditFields, {"values": {"sources": {}}}),
        (EditFields, {"values": [], "reset": []}),
        (EditFields, {"reset": ["id"]}),
        (EditFields, {"reset": [[]]}),
        (EditFields, {"value": {"rating": 1}}),
        (EditTags, {}),
        (EditTags, {"add": ["a"], "replace": ["b"]}),
        (EditTags, {"add": ["a"], "removed": ["b"]}),
        (EditTags, {"add": "x"}),
        (EditTags, {"replace": [""]}),
        (EditTags, {"add": [1]}),
    ],
)
def test_what_cannot_be_is_refused(table: Table, action: type[Any], params: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        action(table.database, table.told.extend).check(params)


def test_what_writes_over_something_is_backed_up_before(table: Table) -> None:
    tags, fields = (kind(table.database, table.told.extend) for kind in (EditTags, EditFields))
    assert not tags.is_backed_up(tags.check({"add": ["a"]}))
    assert tags.is_backed_up(tags.check({"replace": ["a"]}))
    assert fields.is_backed_up(fields.check({"values": {"rating": 1}}))


def test_two_tabs_and_a_command_that_tag_at_once_lose_nothing(table: Table) -> None:
    others = [Database(table.database.url) for _ in range(2)]

    def tag(database: Database, name: str) -> None:
        action = EditTags(database, lambda ids: None)
        for n in range(6):
            with database.write() as connection:
                set_id = open_set(connection, Act("bulk_edit", CLI))
            context = ChangeContext(set_id, Actor(CLI), lambda *_: None, lambda: False)
            action.run(table.ids, action.check({"add": [f"{name}{n}"]}), context)

    at_once([partial(tag, one, name) for one, name in zip((table.database, *others), "abc", strict=True)])
    for database in others:
        database.close()
    wanted = {f"{name}{n}" for name in "abc" for n in range(6)}
    assert all(wanted <= set(tags) for tags in table.tags())
