from __future__ import annotations

import copy
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text

from lora_manager.db.details import adapter_detail
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.edits.state import tags_of
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from lora_manager.db.hash_state import HashedFile, record_hashes
from lora_manager.db.rows import DescribedFile, OwnHash, SidecarRow
from lora_manager.db.tables import Adapter, NetworkFile, Sidecar, Tag
from tests.db.described import described, put
from tests.db.typed import expression_of
from tests.helpers.at_once import at_once


def columns(database: Database, adapter_id: int) -> dict[str, Any]:
    with database.read() as connection:
        return adapter_detail(connection, adapter_id).fields


def search(database: Database, query: str) -> list[int]:
    with database.read() as connection:
        return sorted(adapter_id for adapter_id, _ in FullText.search(connection, expression_of(query) or '""'))


def again(item: DescribedFile, **adapter: Any) -> DescribedFile:
    """The same known file read again with other values."""
    later = copy.deepcopy(item)
    for key, value in adapter.items():
        setattr(later.adapter, key, value)
    return later


def edit(database: Database, adapter_id: int, **values: Any) -> None:
    with database.write() as connection:
        edit_adapter(connection, adapter_id, values)


def test_new_files_get_a_row_each_in_order(fresh_database: Database) -> None:
    items = [described("b/two.pt", "Two"), described("one.safetensors", "One", weight=0.7)]
    first, second = put(fresh_database, *items)
    assert second == first + 1
    assert [item.file_id for item in items] == [1, 2]
    row = columns(fresh_database, second)
    assert (row["name"], row["sort_name"], row["weight"], row["uses"]) == ("One", "one", 0.7, 0)
    assert (row["favourite"], row["rating"], row["active"], row["ordinal"]) == (False, 0, True, 0)


def test_what_is_read_again_keeps_what_the_user_and_the_history_say(fresh_database: Database) -> None:
    item = described("one.pt", "Old name")
    (adapter_id,) = put(fresh_database, item)
    edit(fresh_database, adapter_id, favourite=True, rating=4, active=False, ordinal=7)
    with fresh_database.write() as connection:
        connection.execute(text("UPDATE adapter SET uses = 3, last_used_at = 'x', made_by_hand = 1"))
    before = columns(fresh_database, adapter_id)
    assert put(fresh_database, again(item, name="New name")) == [adapter_id]
    after = columns(fresh_database, adapter_id)
    kept = ("favourite", "rating", "active", "ordinal", "uses", "last_used_at", "made_by_hand", "added_at")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert after["name"] == "New name"


def test_stars_and_hearts_of_another_program_are_taken_but_never_over_the_users_own(fresh_database: Database) -> None:
    item = described("one.pt", "One", favourite=True, rating=4, downloads=7, sources={"favourite": "rgthree"})
    (adapter_id,) = put(fresh_database, item)
    row = columns(fresh_database, adapter_id)
    assert (row["favourite"], row["rating"], row["downloads"]) == (True, 4, 7)
    assert row["sources"]["favourite"] == "rgthree"
    edit(fresh_database, adapter_id, favourite=False)
    put(fresh_database, again(item, rating=2))
    row = columns(fresh_database, adapter_id)
    assert (row["favourite"], row["rating"]) == (False, 2)
    assert row["sources"]["favourite"] == "user"


def test_details_of_the_network_are_kept(fresh_database: Database) -> None:
    details = {"modules": {"unet": 2}, "evidence": [{"what": "keys", "source": "tensors"}]}
    item = described("one.pt", "One", file={"naming": "kohya", "details": details, "autov2": "ab" * 5})
    (adapter_id,) = put(fresh_database, item)
    put(fresh_database, item)
    with fresh_database.read() as connection:
        (file,) = adapter_detail(connection, adapter_id).files
    assert (file.naming, file.details, file.autov2, file.autov3_computed) == ("kohya", details, "ab" * 5, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Mine 2"),
        ("version", "v9"),
        ("notes", "my notes"),
        ("negative_text", "daylight"),
        ("weight", -0.25),
        ("archetype", "style"),
        ("nsfw_level", 4),
        ("base_model", "Pony"),
        ("description", "my description"),
        ("weight", None),
    ],
)
def test_an_edited_field_stays_the_users(fresh_database: Database, field: str, value: object) -> None:
    item = described("one.pt", "Theirs", version="v1", notes="n", weight=1.0, description="d", base_model="SDXL 1.0")
    (adapter_id,) = put(fresh_database, item)
    edit(fresh_database, adapter_id, **{field: value})
    edited = columns(fresh_database, adapter_id)
    put(fresh_database, again(item))
    after = columns(fresh_database, adapter_id)
    assert after[field] == value
    assert after["sources"][field] == "user"
    derived = ("sort_name", "family")
    assert {key: after[key] for key in derived} == {key: edited[key] for key in derived}


def test_edited_words_stay_the_users(fresh_database: Database) -> None:
    item = described("one.pt", tags=["theirs"], triggers=[["their word"]])
    (adapter_id,) = put(fresh_database, item)
    edit(fresh_database, adapter_id, tags=["mine"], trigger_groups=[["my word", "other"], ["third"]])
    put(fresh_database, again(item))
    with fresh_database.read() as connection:
        assert tags_of(connection, adapter_id) == ["mine"]
    assert search(fresh_database, "their") == []
    assert search(fresh_database, "my word") == [adapter_id]


def test_an_edited_description_is_what_is_searched(fresh_database: Database) -> None:
    item = described("one.pt", description="<p>theirs</p>", description_text="theirs")
    (adapter_id,) = put(fresh_database, item)
    edit(fresh_database, adapter_id, description="<p>mine</p>")
    put(fresh_database, again(item))
    assert search(fresh_database, "mine") == [adapter_id]
    assert search(fresh_database, "theirs") == []


def test_search_follows_what_is_read_again(fresh_database: Database) -> None:
    item = described("style/amber.pt", "Lantern", tags=["glow"], triggers=[["dusk"]], author_username="moth")
    (adapter_id,) = put(fresh_database, item)
    for word in ("lantern", "glow", "dusk", "moth", "style", "amber"):
        assert search(fresh_database, word) == [adapter_id], word
    put(fresh_database, again(item, name="Torch", author_username=None))
    assert search(fresh_database, "torch") == [adapter_id]
    assert search(fresh_database, "lantern") == search(fresh_database, "moth") == []


def test_a_tag_is_one_row_whatever_its_case(fresh_database: Database) -> None:
    first = described("a.pt", tags=["Style", "style", "GLOW", "ß"])
    second = described("b.pt", tags=["STYLE", "new", "SS"])
    ids = put(fresh_database, first, second)
    with fresh_database.read() as connection:
        assert tags_of(connection, ids[0]) == ["Style", "GLOW", "ß"]
        assert tags_of(connection, ids[1]) == ["Style", "new", "ß"]
        assert len(connection.execute(select(Tag.key)).all()) == 4


def test_more_tags_than_a_statement_has_places_for(fresh_database: Database) -> None:
    many = [f"tag {number}" for number in range(1300)]
    (adapter_id,) = put(fresh_database, described("a.pt", tags=many))
    with fresh_database.read() as connection:
        assert tags_of(connection, adapter_id) == many


def test_sidecars_are_replaced_and_belong_to_one_file(fresh_database: Database) -> None:
    def sidecar(path: str, size: int = 1) -> SidecarRow:
        return SidecarRow(path, size, 1, "a1111", ["x"], b"")

    first = described("a.pt", sidecars=[sidecar("a.json"), sidecar("a.civitai.info")])
    put(fresh_database, first, described("b.pt"))
    first.sidecars = [sidecar("a.json", 2)]
    second = described("b.pt", sidecars=[sidecar("a.json", 3)])
    put(fresh_database, first)
    put(fresh_database, second)
    with fresh_database.read() as connection:
        rows = connection.execute(select(Sidecar.relative_path, Sidecar.size, Sidecar.network_file_id)).all()
    assert [tuple(row) for row in rows] == [("a.json", 3, second.file_id)]


def test_a_file_that_another_process_wrote_meanwhile_is_taken_over(fresh_database: Database) -> None:
    (adapter_id,) = put(fresh_database, described("a.pt", "First"))
    edit(fresh_database, adapter_id, notes="mine")
    assert put(fresh_database, described("a.pt", "Second")) == [adapter_id]
    row = columns(fresh_database, adapter_id)
    assert (row["name"], row["notes"]) == ("Second", "mine")


def test_two_processes_that_write_the_same_files_double_nothing(fresh_database: Database) -> None:
    other = Database(fresh_database.url)
    paths = [f"{number}.pt" for number in range(60)]

    def write_all(database: Database) -> None:
        for start in range(0, 60, 10):
            put(database, *(described(path, tags=["a", path]) for path in paths[start : start + 10]))

    at_once([partial(write_all, fresh_database), partial(write_all, other)])
    with fresh_database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM adapter")).scalar() == 60
        assert sorted(connection.execute(select(NetworkFile.relative_path)).scalars()) == sorted(paths)
        assert connection.execute(text("SELECT count(*) FROM adapter_fts")).scalar() == 60
        assert len(set(connection.execute(select(Adapter.id)).scalars())) == 60
    other.close()


def test_nothing_to_write_is_fine(fresh_database: Database) -> None:
    assert put(fresh_database) == []


def hashes(database: Database) -> dict[str, Any]:
    names = ("sha256", "sha256_state", "autov2", "autov3_computed", "hashed_size", "hashed_mtime_ns")
    with database.read() as connection:
        return dict(connection.execute(select(*(getattr(NetworkFile, name) for name in names))).mappings().one())


def test_a_file_that_did_not_change_keeps_its_computed_hashes(fresh_database: Database) -> None:
    item = described("one.safetensors")
    put(fresh_database, item)
    with fresh_database.write() as connection:
        record_hashes(connection, [HashedFile(1, 100, 10**18, "ab" * 32, "0123456789ab")])
    before = hashes(fresh_database)
    assert before["hashed_size"] == 100
    put(fresh_database, again(item, name="Read again"))
    assert hashes(fresh_database) == before
    claims = again(item)
    claims.file.sha256, claims.file.sha256_state, claims.file.autov2 = "cd" * 32, "claimed", "cd" * 5
    put(fresh_database, claims)
    assert hashes(fresh_database) == before


@pytest.mark.parametrize("change", [{"size": 101}, {"mtime_ns": 10**18 + 1}])
def test_a_file_that_changed_has_no_hash_of_its_own_any_more(fresh_database: Database, change: dict[str, int]) -> None:
    item = described("one.safetensors")
    put(fresh_database, item)
    with fresh_database.write() as connection:
        record_hashes(connection, [HashedFile(1, 100, 10**18, "ab" * 32, "0123456789ab")])
    later = again(item)
    for name, value in change.items():
        setattr(later.file, name, value)
    put(fresh_database, later)
    assert hashes(fresh_database) == {
        "sha256": None, "sha256_state": "", "autov2": None, "autov3_computed": None, "hashed_size": None,
        "hashed_mtime_ns": None,
    }  # fmt: skip


@pytest.mark.parametrize(("own_hash", "fingerprint"), [(None, ""), (OwnHash("ab" * 32, None), "100:1")])
def test_a_file_whose_records_were_read_before_its_hash_was_known_is_read_again(
    fresh_database: Database, own_hash: OwnHash | None, fingerprint: str
) -> None:
    item = described("one.safetensors")
    put(fresh_database, item)
    with fresh_database.write() as connection:
        record_hashes(connection, [HashedFile(1, 100, 10**18, "ab" * 32, None)])
    later = again(item)
    later.own_hash = own_hash
    later.sidecars = [SidecarRow("one.json", 1, 1, "x", [], None)]
    put(fresh_database, later)
    with fresh_database.read() as connection:
        assert connection.execute(select(NetworkFile.fingerprint)).scalar_one() == fingerprint
