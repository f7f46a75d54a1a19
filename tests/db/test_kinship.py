from __future__ import annotations

from lora_manager.db.kinship import kin_of, stems_of
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import Shelf


def test_kinship_is_by_the_page_it_was_published_on_and_its_author(shelf: Shelf) -> None:
    record = civitai_model("Amber", "amber.safetensors")
    write_adapter(shelf.root, "amber", record)
    write_network_file(shelf.root / "plain.v2.safetensors")
    shelf.scan()
    amber, plain = shelf.adapter_id("amber.safetensors"), shelf.adapter_id("plain.v2.safetensors")
    with shelf.database.read() as connection:
        found = kin_of(connection, [amber, plain, 999])
        assert stems_of(connection, [plain, amber, 999]) == {amber: "amber", plain: "plain.v2"}
    assert list(found) == [amber, plain]
    assert (found[amber].name, found[amber].model_id) == ("Amber", record["id"])
    assert found[amber].author == record["creator"]["username"]
    assert (found[plain].author, found[plain].model_id) == ("", None)
