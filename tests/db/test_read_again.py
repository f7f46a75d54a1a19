from __future__ import annotations

from lora_manager.db.read_again import read_again
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def test_the_next_scan_reads_them_however_quiet_their_folder_is(shelf: Shelf) -> None:
    for name in ("a/one", "a/two", "b/three"):
        (shelf.root / name).parent.mkdir(exist_ok=True)
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    assert shelf.scan().updated == 0
    with shelf.database.write() as connection:
        read_again(connection, [shelf.adapter_id("a/two.safetensors")])
    assert (shelf.scan().updated, shelf.scan().updated) == (1, 0)
