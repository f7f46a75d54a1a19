from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.refresh import refreshed
from lora_manager.db.columns.sorting import BY_NAME, order
from lora_manager.db.columns.table import Columns
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision, touch_catalogue
from lora_manager.db.tables import Adapter, NetworkFile, Root
from tests.db.columns.plain import plain
from tests.db.columns.random_library import HASHES, LIBRARIES, TAGS, adapters, add, fill
from tests.search.query.reference import Known

EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Amber", "Zebra", "a 2", "a 10"]),
        "tags": st.lists(st.sampled_from([*TAGS, "new tag"]), max_size=3, unique=True),
        "trigger_groups": st.sampled_from([[], [["one", "two"]]]),
        "favourite": st.booleans(),
        "rating": st.integers(0, 5),
        "weight": st.sampled_from([0.5, None]),
        "base_model": st.sampled_from(["Pony", "A new base"]),
        "archetype": st.sampled_from(["style", None]),
    },
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 9), EDITS),
        st.tuples(st.just("file"), st.integers(0, 9), st.sampled_from(["missing", "present", "incomplete"])),
        st.tuples(st.just("hash"), st.integers(0, 9), st.sampled_from(HASHES)),
        st.tuples(st.just("add"), st.integers(0, 9), adapters()),
        st.tuples(st.just("root"), st.integers(1, 2), st.booleans()),
    ),
    max_size=4,
)


def change(database: Database, ids: list[int], kind: str, number: int, value: Any) -> None:
    """Make one change as the services do, each with its own revision."""
    if kind == "add":
        ids.extend(add(database, [value], first=1000 + len(ids)))
        return
    with database.write() as connection:
        if kind == "root":
            connection.execute(update(Root).where(Root.id == number).values(online=value))
            touch_catalogue(connection)
            return
        adapter_id = ids[number % len(ids)]
        if kind == "edit":
            edit_adapter(connection, adapter_id, value)
            return
        values = {"state": value} if kind == "file" else {"sha256": value}
        connection.execute(update(NetworkFile).where(NetworkFile.adapter_id == adapter_id).values(values))
        touch_catalogue(connection, [adapter_id])


def now(database: Database, before: Columns | None = None) -> Columns:
    """The columns as they are, read anew or brought up to date."""
    with database.read() as connection:
        revision = catalogue_revision(connection)
        return load_columns(connection, revision) if before is None else refreshed(connection, before, revision)


@settings(max_examples=100)
@given(LIBRARIES.filter(bool), st.lists(CHANGES, min_size=1, max_size=3), st.booleans())
def test_what_is_brought_up_to_date_is_what_is_read_anew(
    library_database: Database, library: list[tuple[Known, str | None]], rounds: list[Any], is_sorted: bool
) -> None:
    # More adapters, so that a few changes are few.
    ids = list(fill(library_database, library * 4))
    columns = now(library_database)
    for changes in rounds:
        if is_sorted:
            order(columns, BY_NAME)
        first = plain(columns)
        for kind, number, value in changes:
            change(library_database, ids, kind, number, value)
        later = now(library_database, columns)
        anew = now(library_database)
        assert plain(later) == plain(anew)
        assert later.revision == anew.revision
        assert order(later, BY_NAME).tolist() == order(anew, BY_NAME).tolist()
        assert (later.ids.dtype, later["size"].dtype, later["base_model"].dtype) == (
            anew.ids.dtype,
            anew["size"].dtype,
            anew["base_model"].dtype,
        )
        assert plain(columns) == first
        columns = later


def test_many_changes_are_read_anew(fresh_database: Database) -> None:
    ids = list(fill(fresh_database, [(Known(name=f"n {number}"), None) for number in range(10)]))
    columns = now(fresh_database)
    with fresh_database.write() as connection:
        connection.execute(update(Adapter).values(rating=4))
        touch_catalogue(connection, None)
    later = now(fresh_database, columns)
    assert later["rating"].tolist() == [4] * len(ids)
    assert later.vocabularies is not columns.vocabularies


def test_nothing_changed(fresh_database: Database) -> None:
    fill(fresh_database, [(Known(name=f"n {number}"), None) for number in range(3)])
    columns = now(fresh_database)
    assert plain(now(fresh_database, columns)) == plain(columns)


def test_a_library_that_begins_empty(fresh_database: Database) -> None:
    columns = now(fresh_database)
    assert len(columns) == 0
    fill(fresh_database, [(Known(name="n", tags=("a", "b")), None)])
    assert plain(now(fresh_database, columns)) == plain(now(fresh_database))
