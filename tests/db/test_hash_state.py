from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event, select, text

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.engine import Database
from lora_manager.db.hash_state import (
    HashedFile,
    hash_totals,
    is_paused,
    pending,
    record_failures,
    record_hashes,
    set_paused,
)
from lora_manager.db.library_state import open_problems
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.rows import DescribedFile, SidecarRow
from lora_manager.db.scan_state import FolderState, scanned_folders, unsettled_folders, write_scanned_folders
from lora_manager.db.tables import Adapter, NetworkFile
from lora_manager.formats.packing import pack
from tests.db.described import described, put

OWN, OTHER = "ab" * 32, "cd" * 32
SIZE, TIME = 100, 10**18


def row(database: Database, path: str) -> dict[str, Any]:
    with database.read() as connection:
        found = connection.execute(select(NetworkFile.__table__).where(NetworkFile.relative_path == path))
        return dict(found.mappings().one())


def record(database: Database, *results: HashedFile) -> bool:
    with database.write() as connection:
        return record_hashes(connection, results)


def problems(database: Database) -> dict[str, tuple[str, str]]:
    with database.read() as connection:
        return {problem.path: (problem.kind, problem.message) for problem in open_problems(connection)}


def with_claim(document: bytes | None, sha256: str = OTHER, autov3: str | None = None) -> Any:
    """A file whose record names a hash."""
    sidecars = [
        SidecarRow("a.json", 1, 1, "x", [], document and pack(document)),
        SidecarRow("b.json", 1, 1, "x", [], None),
    ]
    file = {"sha256": sha256, "sha256_state": "claimed", "autov3": autov3}
    return described("a.safetensors", file=file, sidecars=sidecars)


def test_the_newest_come_first_and_a_page_follows_the_last(fresh_database: Database) -> None:
    times = (3, 9, 9, 1, 5)
    put(fresh_database, *(described(f"f{n}", file={"mtime_ns": time}) for n, time in enumerate(times)))
    with fresh_database.read() as connection:
        whole = pending(connection, [1], 10)
        first = pending(connection, [1], 3)
        rest = pending(connection, [1], 3, first[-1])
        assert pending(connection, [2], 10) == []
    assert [file.relative_path for file in whole] == ["f2", "f1", "f4", "f0", "f3"]
    assert first + rest == whole
    assert whole[0].path in ("/lora/f2", "/lora\\f2")


@pytest.mark.parametrize("change", ["state = 'missing'", "state = 'incomplete'", "hashed_size = 100"])
def test_what_is_not_whole_or_has_its_hash_is_not_pending(fresh_database: Database, change: str) -> None:
    put(fresh_database, described("a"), described("b"))
    with fresh_database.write() as connection:
        connection.execute(text(f"UPDATE network_file SET {change} WHERE relative_path = 'a'"))
        assert [file.relative_path for file in pending(connection, [1], 10)] == ["b"]


def test_a_root_that_is_away_has_nothing_to_do(fresh_database: Database) -> None:
    put(fresh_database, described("a"))
    with fresh_database.write() as connection:
        connection.execute(text("UPDATE root SET online = 0"))
        assert pending(connection, [1], 10) == []
        assert hash_totals(connection, [1]) == (0, 0, 0, 0, 0)


def test_what_is_pending_is_found_without_a_look_at_the_rows(fresh_database: Database) -> None:
    """At 100,000 files the rows hold hundreds of megabytes of headers."""
    put(fresh_database, described("a"), described("b"))
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        asked.append((statement, parameters))

    event.listen(fresh_database.engine, "before_cursor_execute", note)
    with fresh_database.read() as connection:
        (first,) = pending(connection, [1], 1)
        pending(connection, [1], 1, first)
        hash_totals(connection, [1])
        event.remove(fresh_database.engine, "before_cursor_execute", note)
        statements = [one for one in asked if "network_file" in one[0]]
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()) for sql, values in statements
        ]
    assert len(plans) == 3
    assert all("ix_network_file_hashed" in plan for plan in plans), plans
    assert "COVERING" in plans[2]


def test_hashes_are_recorded_and_counted(fresh_database: Database) -> None:
    put(fresh_database, described("a"), described("b"))
    with fresh_database.read() as connection:
        assert hash_totals(connection, [1]) == (2, 200, 0, 0, 0)
    assert record(fresh_database, HashedFile(1, SIZE, TIME, OWN, "0123456789ab"))
    found = row(fresh_database, "a")
    assert (found["sha256"], found["sha256_state"], found["autov2"]) == (OWN, "confirmed", OWN[:10])
    assert (found["autov3_computed"], found["hashed_size"], found["hashed_mtime_ns"]) == ("0123456789ab", SIZE, TIME)
    with fresh_database.read() as connection:
        assert hash_totals(connection, [1]) == (2, 200, 1, 100, 0)


def test_a_file_that_a_scan_has_changed_meanwhile_keeps_what_the_scan_says(fresh_database: Database) -> None:
    put(fresh_database, described("a"))
    assert not record(fresh_database, HashedFile(1, SIZE, TIME + 1, OWN, None), HashedFile(7, SIZE, TIME, OWN, None))
    assert row(fresh_database, "a")["sha256"] is None


def test_only_an_adapter_whose_hash_is_another_now_has_changed(fresh_database: Database) -> None:
    put(fresh_database, with_claim(b"", OWN), described("b"))
    with fresh_database.write() as connection:
        connection.execute(text("UPDATE adapter SET revision = 0"))
    assert not record(fresh_database, HashedFile(1, SIZE, TIME, OWN, None))
    assert record(fresh_database, HashedFile(2, SIZE, TIME, OWN, None))
    with fresh_database.read() as connection:
        revisions = connection.execute(select(Adapter.revision).order_by(Adapter.id)).scalars().all()
    assert [revision > 0 for revision in revisions] == [False, True]
    assert problems(fresh_database) == {}


@pytest.mark.parametrize(("embedded", "is_news"), [(None, True), ("ffffffffffff", True), ("0123456789ab", False)])
def test_a_computed_autov3_is_found_at_once_also_where_the_sha256_was_claimed_right(
    fresh_database: Database, embedded: str | None, is_news: bool
) -> None:
    put(fresh_database, with_claim(b"", OWN, embedded))
    catalogue = Catalogue(fresh_database)
    with fresh_database.read() as connection:
        before = list(catalogue.find(connection, CatalogueQuery("hash:0123456789ab")).ids)
    assert before == ([] if is_news else [1])
    with fresh_database.write() as connection:
        changed = record_hashes(connection, [HashedFile(1, SIZE, TIME, OWN, "0123456789ab")])
        touch_catalogue(connection)
    assert changed is is_news
    with fresh_database.read() as connection:
        assert list(catalogue.find(connection, CatalogueQuery("hash:0123456789ab")).ids) == [1]


def test_a_record_that_says_otherwise_is_named_with_what_to_do(fresh_database: Database) -> None:
    put(fresh_database, with_claim(b'{"description": "", "sha256": "' + OTHER.upper().encode() + b'"}'))
    record(fresh_database, HashedFile(1, SIZE, TIME, OWN, "0123456789ab"))
    ((path, (kind, message)),) = problems(fresh_database).items()
    assert path.endswith("a.json")
    assert kind == "hash_differs"
    assert all(part in message for part in ("a.safetensors", "CDCDCDCDCD…", "ABABABABAB…", "Download"))
    record(fresh_database, HashedFile(1, SIZE, TIME, OWN, "0123456789ab"))
    assert len(problems(fresh_database)) == 1


def test_a_file_whose_record_is_understood_otherwise_now_is_read_again_with_its_folder(
    fresh_database: Database,
) -> None:
    put(fresh_database, in_folder("s/a.safetensors", OWN), in_folder("t/b.safetensors", OTHER), described("u/c"))
    with fresh_database.write() as connection:
        write_scanned_folders(connection, 1, {folder: FolderState("x", 1) for folder in ("s", "t", "u")})
    record(fresh_database, *(HashedFile(number, SIZE, TIME, OWN, None) for number in (1, 2, 3)))
    paths = ("s/a.safetensors", "t/b.safetensors", "u/c")
    assert [row(fresh_database, path)["fingerprint"] for path in paths] == ["", "100:1", "100:1"]
    with fresh_database.read() as connection:
        assert set(scanned_folders(connection, 1)) == {"t", "u"}
        assert unsettled_folders(connection, 1) == {"s"}


def in_folder(path: str, sha256: str) -> DescribedFile:
    """A file whose record lists two versions of its size; only the hash of the first can tell."""
    versions = [
        {"id": number, "name": f"v{number}", "files": [{"name": "x", "sizeKB": SIZE / 1024, "hashes": {"SHA256": sha}}]}
        for number, sha in enumerate((sha256, "ef" * 32))
    ]
    document = json.dumps({"id": 1, "name": "A", "type": "LORA", "modelVersions": versions}).encode()
    return described(path, sidecars=[SidecarRow(f"{path}.json", 1, 1, "civitai_model", [], pack(document))])


def test_a_file_whose_header_was_edited_is_told_from_one_of_other_weights(fresh_database: Database) -> None:
    put(fresh_database, with_claim(b'{"description": "", "sha256": "' + OTHER.encode() + b'"}', autov3="0123456789ab"))
    record(fresh_database, HashedFile(1, SIZE, TIME, OWN, "0123456789ab"))
    ((_, message),) = problems(fresh_database).values()
    assert "Only its header was edited" in message
    assert "nothing needs to be done" in message


def test_why_a_file_has_no_hash_is_a_problem_until_it_has_one(fresh_database: Database) -> None:
    put(fresh_database, described("a"))
    for message in ("first", "second"):
        with fresh_database.write() as connection:
            record_failures(connection, [(pending(connection, [1], 1)[0], message)])
            assert hash_totals(connection, [1]).errors == 1
        assert list(problems(fresh_database).values()) == [("not_hashed", message)]
        assert row(fresh_database, "a")["hash_error"] == message
    record(fresh_database, HashedFile(1, SIZE, TIME, OWN, None))
    assert problems(fresh_database) == {}
    assert row(fresh_database, "a")["hash_error"] == ""


def test_many_at_once(fresh_database: Database) -> None:
    put(fresh_database, *(described(f"f{n}") for n in range(1200)))
    record(fresh_database, *(HashedFile(n, SIZE, TIME, OWN, None) for n in range(1, 1201)))
    with fresh_database.read() as connection:
        assert hash_totals(connection, [1]).files_done == 1200


def test_pausing_is_remembered(fresh_database: Database) -> None:
    for paused in (True, True, False, False):
        with fresh_database.write() as connection:
            set_paused(connection, paused)
        with fresh_database.read() as connection:
            assert is_paused(connection) is paused
