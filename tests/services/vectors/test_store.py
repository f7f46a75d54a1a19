from __future__ import annotations

import numpy as np

from lora_manager.db.revision import touch_catalogue
from lora_manager.db.vectors import NewVector, write_vectors
from lora_manager.search.vectors.matrix import to_stored
from lora_manager.services.vectors.store import VectorStore
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf


def put(shelf: Shelf, adapter_id: int, axis: int, encoder: str = "e") -> None:
    data = to_stored(np.eye(4, dtype=np.float32)[axis])
    with shelf.database.write() as connection:
        write_vectors(connection, [NewVector(adapter_id, "semantic", encoder, "t", data)])


def test_a_matrix_follows_the_database_and_reads_only_what_is_new(shelf: Shelf) -> None:
    for name in ("amber", "brook"):
        write_adapter(shelf.root, name)
    shelf.scan()
    amber, brook = (shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "brook"))
    store = VectorStore()
    assert not store.holds("semantic", "e")
    put(shelf, amber, 0)
    with shelf.database.read() as connection:
        matrix = store.matrix(connection, "semantic", "e")
        assert matrix.ids() == [amber]
    put(shelf, brook, 1)
    with shelf.database.read() as connection:
        assert store.matrix(connection, "semantic", "e") is matrix
        assert sorted(matrix.ids()) == sorted([amber, brook])
        assert store.holds("semantic", "e")
        other = store.matrix(connection, "semantic", "other")
        assert (len(other), store.memory_bytes >= 0) == (0, True)
        assert len(store.matrix(connection, "semantic", "e")) == 2
    store.forget()
    assert not store.holds("semantic", "e")


def test_what_is_gone_is_let_go_of(shelf: Shelf) -> None:
    for name in ("amber", "brook"):
        write_adapter(shelf.root, name)
    shelf.scan()
    amber, brook = (shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "brook"))
    store = VectorStore()
    put(shelf, amber, 0)
    put(shelf, brook, 0)
    with shelf.database.read() as connection:
        matrix = store.matrix(connection, "semantic", "e")
        store.drop_gone(connection)
        assert len(matrix) == 2
    with shelf.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM network_file WHERE adapter_id = ?", (amber,))
        connection.exec_driver_sql("DELETE FROM adapter WHERE id = ?", (amber,))
        touch_catalogue(connection)
    with shelf.database.read() as connection:
        store.drop_gone(connection)
    assert matrix.ids() == [brook]
