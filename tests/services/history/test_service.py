from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.edits.fields import EDITABLE
from lora_manager.db.edits.state import Held, held_fields
from lora_manager.db.engine import Database
from lora_manager.db.history import Act, ChangeRow, add_changes, note_set, open_set, read_changes, read_set
from lora_manager.errors import NotFoundError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.history.outcome import CannotUndoError, RevertOutcome
from lora_manager.services.history.service import History
from tests.conftest import DatabaseFactory
from tests.db.described import described, put

ME = Actor(CLI)


class Desk:
    """Two adapters, edits of which are on record."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.told: list[int] = []
        self.history = History(database, self.told.extend)
        first = described("a.pt", "A", tags=("x", "y"), notes="from a file")
        self.one, self.other = put(database, first, described("b.pt", "B"))

    def edit(self, adapter_id: int, *, resets: frozenset[str] = frozenset(), **values: Any) -> int:
        """Edit as services do; returns the set, 0 when nothing changed."""
        with self.database.write() as connection:
            changes = apply_edits(connection, [Edit(adapter_id, values, resets)])
            return note_set(connection, Act("edit", "cli"), changes) or 0

    def held(self, adapter_id: int) -> dict[str, Held]:
        """All fields of an adapter."""
        with self.database.read() as connection:
            return held_fields(connection, [adapter_id], EDITABLE)[adapter_id]

    def value(self, field: str) -> Any:
        """A field of the first."""
        return self.held(self.one)[field].value


@pytest.fixture
def desk(fresh_database: Database) -> Desk:
    return Desk(fresh_database)


def test_undo_puts_back_what_was_there_and_where_it_came_from(desk: Desk) -> None:
    before = desk.held(desk.one)
    set_id = desk.edit(desk.one, notes="mine", rating=5, tags=["z"], active=False, trigger_groups=[["w"]])
    outcome = desk.history.undo(set_id, ME)
    assert (outcome.reverted, outcome.skipped) == (5, [])
    assert desk.held(desk.one) == before
    assert desk.told == [desk.one]


def test_undoing_the_undo_does_it_again(desk: Desk) -> None:
    set_id = desk.edit(desk.one, notes="mine")
    undo = desk.history.undo(set_id, ME).set_id
    assert undo is not None
    with pytest.raises(CannotUndoError, match="undone already"):
        desk.history.undo(set_id, ME)
    desk.history.undo(undo, ME)
    assert desk.held(desk.one)["notes"] == Held("mine", "user")
    desk.history.undo(set_id, ME)
    assert desk.value("notes") == "from a file"


def test_what_was_changed_again_since_stays_and_is_named(desk: Desk) -> None:
    set_id = desk.edit(desk.one, notes="mine", rating=5)
    desk.edit(desk.one, notes="mine again")
    outcome = desk.history.undo(set_id, ME)
    assert outcome.reverted == 1
    (skipped,) = outcome.skipped
    assert (skipped.name, skipped.field, skipped.why) == ("A", "notes", "It was changed again since.")
    assert (desk.value("notes"), desk.value("rating")) == ("mine again", 0)


def test_tags_are_taken_back_one_by_one(desk: Desk) -> None:
    set_id = desk.edit(desk.one, tags=["x", "new"])  # y goes, new comes
    desk.edit(desk.one, tags=["x", "new", "later"])
    assert desk.history.undo(set_id, ME).skipped == []
    assert desk.value("tags") == ["x", "later", "y"]


def test_single_changes_are_reverted(desk: Desk) -> None:
    set_id = desk.edit(desk.one, notes="mine", rating=5)
    with desk.database.read() as connection:
        (notes,) = (change for change in read_changes(connection, set_id=set_id) if change.field == "notes")
    assert desk.history.revert([notes.id], ME).reverted == 1
    assert (desk.value("notes"), desk.value("rating")) == ("from a file", 5)
    with pytest.raises(NotFoundError):
        desk.history.revert([999], ME)
    with pytest.raises(NotFoundError):
        desk.history.undo(999, ME)


def test_what_a_scan_brought_is_undone_by_hand(desk: Desk) -> None:
    with desk.database.write() as connection:
        set_id = note_set(
            connection, Act("import", "scan"), [ChangeRow(desk.one, "notes", "before", "from a file", "a1111", "a1111")]
        )
    assert set_id is not None
    desk.history.undo(set_id, ME)
    assert desk.held(desk.one)["notes"] == Held("before", "user"), "no scan brings it again"


def test_back_to_a_moment(desk: Desk) -> None:
    desk.edit(desk.one, notes="first")
    with desk.database.write() as connection:
        connection.exec_driver_sql("UPDATE change_set SET created_at = '2026-01-01T00:00:00.000Z'")
    desk.edit(desk.one, notes="second", rating=1)
    desk.edit(desk.one, notes="third", rating=2)
    desk.edit(desk.other, rating=3)
    moment = "2026-01-02T00:00:00.000Z"
    assert vars(desk.history.extent(moment)) == {"changes": 3, "adapters": 2, "files": 0}
    assert desk.history.back_to(moment, desk.one, ME).reverted == 2
    assert (desk.value("notes"), desk.value("rating")) == ("first", 0)
    assert desk.held(desk.other)["rating"].value == 3


def test_changes_of_files_are_taken_back_by_who_knows_how_the_newest_first(desk: Desk) -> None:
    with desk.database.write() as connection:
        rows = [ChangeRow(desk.one, "file", {"path": "a"}, {"path": "b"}), ChangeRow(desk.one, "rating", 0, 0)]
        set_id = note_set(connection, Act("move", "cli"), [*rows, ChangeRow(desk.one, "file", "b", "c")])
    assert set_id is not None
    seen: list[Any] = []

    def revert(changes: Any, context: ChangeContext) -> RevertOutcome:
        seen.extend(change.new for change in changes)
        with desk.database.write() as connection:
            add_changes(connection, context.set_id, [ChangeRow(desk.one, "file", 1, 2)])
        return RevertOutcome(len(changes))

    desk.history.reverters["file"] = revert
    outcome = desk.history.undo(set_id, ME)
    assert seen == ["c", {"path": "b"}]
    assert outcome.reverted == 3
    with desk.database.read() as connection:
        stored = read_set(connection, outcome.set_id or 0)
    assert stored is not None
    assert stored.touches_files


def test_a_set_that_a_dead_process_left_open_can_be_undone(desk: Desk) -> None:
    with desk.database.write() as connection:
        set_id = open_set(connection, Act("bulk_edit", "cli", owner=""))
        add_changes(connection, set_id, apply_edits(connection, [Edit(desk.one, {"rating": 2})]))
    with pytest.raises(CannotUndoError, match="still goes on"):
        desk.history.undo(set_id, ME)
    desk.history.start()
    assert desk.history.undo(set_id, ME).reverted == 1


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "notes": st.sampled_from(["a", "b", None]),
    "rating": st.integers(0, 5),
    "tags": st.lists(st.sampled_from("xyz"), max_size=3, unique=True),
    "active": st.booleans(),
    "weight": st.sampled_from([None, 0.5, 1.0]),
}
STEPS = st.lists(
    st.fixed_dictionaries({}, optional=VALUES) | st.frozensets(st.sampled_from(sorted(VALUES)), min_size=1), max_size=6
)


@settings(max_examples=60)
@given(STEPS, st.integers(0, 5))
def test_undoing_from_the_last_to_any_step_leads_back_to_it(
    database_factory: DatabaseFactory, steps: list[Any], keep: int
) -> None:
    with database_factory() as database:
        desk = Desk(database)
        states: list[dict[str, Held]] = [desk.held(desk.one)]
        sets: list[int] = []
        do: Callable[..., int] = desk.edit
        for step in steps:
            set_id = do(desk.one, resets=step) if isinstance(step, frozenset) else do(desk.one, **step)
            if set_id:
                sets.append(set_id)
                states.append(desk.held(desk.one))
        for set_id in reversed(sets[keep:]):
            assert desk.history.undo(set_id, ME).skipped == []
        expected = states[min(keep, len(sets))]
        assert {name: held.value for name, held in desk.held(desk.one).items()} == {
            name: held.value for name, held in expected.items()
        }
        is_users = {name for name, held in desk.held(desk.one).items() if held.source == "user"}
        assert is_users == {name for name, held in expected.items() if held.source == "user"}
