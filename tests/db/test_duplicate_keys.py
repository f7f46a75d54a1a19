from __future__ import annotations

import numpy as np

from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.duplicate_keys import DuplicateKeyStore
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import Shelf


def test_what_changed_is_read_and_nothing_else(shelf: Shelf) -> None:
    store = DuplicateKeyStore()
    with shelf.database.read() as connection:
        assert store.current(connection).of("stem", np.array([1, 2])).tolist() == [NO_VALUE, NO_VALUE]
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors", version_id=5))
    write_adapter(shelf.root / "b", "amber")
    shelf.scan()
    ids = np.array([shelf.adapter_id("amber.safetensors"), shelf.adapter_id("b/amber.safetensors"), 999])
    with shelf.database.read() as connection:
        keys = store.current(connection)
        assert store.current(connection) is keys
    assert keys.of("version", ids).tolist() == [5, NO_VALUE, NO_VALUE]
    assert len(set(keys.of("stem", ids).tolist()[:2])) == 1
    write_adapter(shelf.root, "moth")
    shelf.scan()
    with shelf.database.read() as connection:
        later = store.current(connection)
    assert set(later.stems) == {"amber", "moth"}
    assert later.of("version", ids).tolist() == [5, NO_VALUE, NO_VALUE]
