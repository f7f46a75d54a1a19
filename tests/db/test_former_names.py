from __future__ import annotations

from lora_manager.db.file_operations import Place
from lora_manager.db.former_names import add_former_names, former_places, former_places_of
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def test_names_that_a_file_had(shelf: Shelf) -> None:
    write_network_file(shelf.root / "now.safetensors")
    shelf.scan()
    row = shelf.rows()["now.safetensors"]
    first, second, now = (Place(1, f"{name}.safetensors") for name in ("s/first.v1", "second", "now"))
    with shelf.database.write() as connection:
        add_former_names(connection, [(row.file_id, first, second, "first.v1")], "2026-01-01")
        add_former_names(connection, [(row.file_id, second, now, "second")], "2026-01-02")
        places = former_places_of(connection, row.adapter_id)
        assert [(place.relative_path, place.until, place.now_path) for place in places] == [
            ("second.safetensors", "2026-01-02", "now.safetensors"),
            ("s/first.v1.safetensors", "2026-01-01", "now.safetensors"),
        ]
        for stem in ("first.v1", "first_v1"):
            assert [place.stem for place in former_places(connection, {stem}, [str(shelf.root)])] == ["first.v1"]
        assert former_places(connection, {"second"}, ["/elsewhere"]) == []
        add_former_names(connection, [(row.file_id, now, second, "now")], "2026-01-03")
        assert [place.stem for place in former_places_of(connection, row.adapter_id)] == ["now", "first.v1"]
