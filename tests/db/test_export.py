from __future__ import annotations

from lora_manager.db.export import listed_adapters, sidecar_sources
from tests.helpers.network_files import a1111_metadata, civitai_model, civitai_version, write_adapter, write_json
from tests.helpers.shelf import Shelf


def test_adapters_are_listed_in_order_and_those_that_are_gone_are_not(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors"))
    write_adapter(shelf.root / "b", "moth")
    shelf.scan()
    amber, moth = shelf.adapter_id("amber.safetensors"), shelf.adapter_id("b/moth.safetensors")
    with shelf.database.read() as connection:
        listed = listed_adapters(connection, [moth, 99, amber])
    assert [one.fields["id"] for one in listed] == [moth, amber]
    assert (listed[1].tags, listed[1].trigger_groups) == (["lantern", "style"], [["lantern light"]])
    assert (listed[0].root, listed[0].file["relative_path"]) == (str(shelf.root), "b/moth.safetensors")


def test_documents_of_civitai_come_the_most_faithful_first(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", civitai_model("Model", "amber.safetensors"))
    write_json(shelf.root / "amber.civitai.info", civitai_version("Version", "amber.safetensors"))
    write_adapter(shelf.root, "moth", a1111_metadata())
    shelf.scan()
    amber, moth = shelf.adapter_id("amber.safetensors"), shelf.adapter_id("moth.safetensors")
    with shelf.database.read() as connection:
        found = sidecar_sources(connection, [amber, moth])
    assert [b"modelVersions" in document for document in found[amber].documents] == [False, True]
    assert found[moth].documents == []
    assert found[moth].fields["notes"] is None
