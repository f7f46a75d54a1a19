from __future__ import annotations

from typing import Any

from lora_manager.db import trash
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def row(shelf: Shelf, path: str, deleted_at: str) -> dict[str, Any]:
    files = [[f"{path}.png", f"{path}.png.trashed"], [path, f"{path}.trashed"]]
    common = {"root_id": 1, "set_id": None, "user_name": None, "size": 10, "files": files}
    return {**common, "network_file_id": shelf.rows()[path].file_id, "deleted_at": deleted_at}


def test_the_trash_on_record(shelf: Shelf) -> None:
    for name in ("a", "b"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    with shelf.database.write() as connection:
        ids = trash.add_trash(
            connection, [row(shelf, f"{name}.safetensors", f"2026-01-0{day}") for name, day in (("a", 1), ("b", 2))]
        )
        total, size, page = trash.trash_page(connection, [1], 1, 0)
        assert (total, size, [item.id for item in page]) == (2, 20, [ids[1]])
        assert page[0].model == trash.TrashedFile("b.safetensors", "b.safetensors.trashed")
        assert trash.trash_page(connection, [2], 9, 0)[0] == 0
        assert trash.trash_ids(connection, [1], before="2026-01-02") == [ids[0]]
        assert trash.trash_ids(connection, [1]) == ids
        assert set(trash.trash_of_adapters(connection, [shelf.adapter_id("a.safetensors")])) == {
            shelf.adapter_id("a.safetensors")
        }
        assert len(trash.trashed_names(connection, 1)) == 4
        trash.forget_trash(connection, [ids[0]])
        assert set(trash.trash_items(connection, ids)) == {ids[1]}
        assert [item.id for item in trash.trash_of_files(connection, [page[0].file_id])] == [ids[1]]


def test_what_is_gone_for_good_gives_its_old_path_back_where_that_is_free(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    with shelf.database.write() as connection:
        connection.exec_driver_sql("UPDATE network_file SET state = 'trashed', relative_path = 'a.safetensors.trashed'")
        values = {**row_of(1), "files": [["a.safetensors", "a.safetensors.trashed"]]}
        (trash_id,) = trash.add_trash(connection, [values])
        trash.mark_purged(connection, trash.trash_items(connection, [trash_id])[trash_id])
        assert trash.trash_ids(connection, [1]) == []
    assert shelf.states() == {"a.safetensors": "trashed"}


def row_of(file_id: int) -> dict[str, Any]:
    common = {"root_id": 1, "set_id": None, "user_name": None, "size": 1, "deleted_at": "2026"}
    return {**common, "network_file_id": file_id}
