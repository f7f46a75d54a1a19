from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from lora_manager.db.digest_sources import DigestSource, read_sources
from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.rows import SidecarRow
from lora_manager.db.tables import NetworkFile
from lora_manager.formats.packing import pack
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.services.digests.facts import facts_from, facts_of, preview_of
from tests.conftest import DatabaseFactory
from tests.db.described import described, put
from tests.db.test_digest_sources import generate
from tests.helpers.hostile_images import png_chunk, png_file
from tests.helpers.network_files import civitai_model, write_adapter, write_json, write_network_file
from tests.helpers.shelf import Shelf

PARAMETERS = "Steps: 20, Sampler: Euler, CFG scale: 7"


def sources(shelf: Shelf) -> list[DigestSource]:
    shelf.scan()
    with shelf.database.read() as connection:
        return read_sources(connection, [row.adapter_id for row in shelf.rows().values()])


def facts(shelf: Shelf) -> AdapterFacts:
    (source,) = sources(shelf)
    return facts_from(source, preview_of(source))


def test_a_record_gives_card_examples_and_numbers(shelf: Shelf) -> None:
    images = [{"meta": {"prompt": "a lantern <lora:amber:0.6> <lora:detail:0.3>"}}, {"meta": None}]
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors", version_images=images), preview=True)
    found = facts(shelf)
    assert (found.name, found.version, found.author, found.file_name) == ("Amber", "v1.0", "paper_moth", "amber")
    assert (found.tags, found.trigger_groups) == (("lantern", "style"), (("lantern light",),))
    assert (found.base_model, found.family, found.archetype) == ("SD 1.5", "SD 1.5", "style")
    assert (found.weight, found.weight_source, found.downloads) == (0.7, "civitai_model", 12)
    assert (found.has_preview, found.stats, found.published_at[:10]) == (True, {"downloadCount": 12}, "2024-05-06")
    assert "Draws lanterns at dusk" in found.description
    assert "<p>" not in found.description
    (example,) = found.examples
    assert (example.weight, example.others, example.own, example.source) == (0.6, ("detail",), False, "page")


def test_the_header_gives_captions_and_training_facts(shelf: Shelf) -> None:
    frequency = json.dumps({"10_amber": {"lantern": 9, "dusk": 2}})
    metadata = {"ss_tag_frequency": frequency, "ss_steps": "900", "ss_network_alpha": "4"}
    write_network_file(shelf.root / "amber.safetensors", metadata=metadata)
    found = facts(shelf)
    assert found.captions == (("lantern", 9), ("dusk", 2))
    assert found.header["steps"] == 900
    assert (found.header["dim"], found.header["alpha"], found.algorithm) == (found.rank, 4, "LoRA")


def test_the_name_in_the_header_tells_whose_weight_it_is(shelf: Shelf) -> None:
    write_network_file(shelf.root / "renamed.safetensors", metadata={"ss_output_name": "amber_first"})
    record = {"images": [{"meta": {"prompt": "x <lora:amber_first:0.4>"}}], "modelId": 1}
    write_json(shelf.root / "renamed.civitai.info", record)
    assert [one.weight for one in facts(shelf).examples] == [0.4]


def test_a_file_is_known_by_all_its_names(shelf: Shelf) -> None:
    write_network_file(shelf.root / "renamed.safetensors", metadata={"ss_output_name": "amber_first"})
    record = {"images": [{"meta": {"prompt": "x <lora:kite:0.4> <lora:moth:1>"}}], "modelId": 1}
    write_json(shelf.root / "renamed.civitai.info", record)
    before = facts(shelf)
    assert (before.file_names, before.examples[0].others) == (("amber_first",), ("kite", "moth"))
    with shelf.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO former_name (network_file_id, root_id, relative_path, stem, until)"
            " SELECT id, root_id, 'kite.safetensors', 'kite', '2026-01-01T00:00:00Z' FROM network_file"
        )
    found = facts(shelf)
    assert (found.file_name, found.file_names) == ("renamed", ("amber_first", "kite"))
    assert (found.examples[0].weight, found.examples[0].others) == (0.4, ("moth",))


def test_the_preview_says_it_first_and_only_while_it_can_be_read(shelf: Shelf) -> None:
    images = [{"meta": {"prompt": "from the page"}}]
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors", version_images=images))
    text = f"from the preview <lora:amber:0.5>\n{PARAMETERS}".encode()
    (shelf.root / "amber.preview.png").write_bytes(png_file([png_chunk(b"tEXt", b"parameters\0" + text)]))
    found = [(one.text[:16], one.weight, one.source) for one in facts(shelf).examples]
    assert found == [("from the preview", 0.5, "preview"), ("from the page", None, "page")]
    (source,) = sources(shelf)
    (shelf.root / "amber.preview.png").unlink()
    assert preview_of(source) == ""


def test_the_users_own_generations_come_first(shelf: Shelf) -> None:
    images = [{"meta": {"prompt": "from the page"}}]
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors", version_images=images))
    shelf.scan()
    adapter_id = shelf.adapter_id("amber.safetensors")
    generate(shelf.database, "mine", (adapter_id, "amber", 0.8), (None, "ink", 0.1), rating=4)
    found = facts(shelf)
    assert [one.text for one in found.examples] == ["mine", "from the page"]
    own = found.examples[0]
    assert (own.own, own.liked, own.weight, own.others, found.uses) == (True, 4, 0.8, ("ink",), 1)


def test_what_the_user_says_stands(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors"))
    shelf.scan()
    values: dict[str, Any] = {"name": "Mine", "rating": 5, "favourite": True, "notes": "n", "weight": 0.9}
    with shelf.database.write() as connection:
        apply_edits(connection, [Edit(shelf.adapter_id("amber.safetensors"), values)])
    found = facts(shelf)
    assert (found.name, found.rating, found.favourite, found.notes) == ("Mine", 5, True, "n")
    assert (found.weight, found.weight_source) == (0.9, "user")


def test_they_come_in_the_order_asked_for_without_those_that_are_gone(shelf: Shelf, tmp_path: Path) -> None:
    ids = put(shelf.database, *(described(f"{n}.pt", f"A{n}") for n in range(3)))
    with shelf.database.read() as connection:
        assert [one.id for one in facts_of(connection, [ids[2], 999, ids[0]])] == [ids[2], ids[0]]
        assert facts_of(connection, []) == []


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 2**32))
def test_nothing_raises_whatever_the_database_holds(
    database_factory: DatabaseFactory, raw: bytes, header: bytes, seed: int
) -> None:
    rng = random.Random(seed)
    documents = [raw, pack(raw), pack(b'{"images": [{"meta": {"prompt": ' + raw + b"}}]}")]
    sidecars = [SidecarRow(f"{n}.json", 1, 1, "other", [], one) for n, one in enumerate(documents)]
    with database_factory() as database:
        ids = put(database, described("a.pt", sidecars=sidecars))
        values = update(NetworkFile).values(header=rng.choice([header, pack(header), pack(b'{"ss_steps": [1]}')]))
        with database.write() as connection:
            connection.execute(values)
        with database.read() as connection:
            assert [one.id for one in facts_of(connection, ids)] == ids
