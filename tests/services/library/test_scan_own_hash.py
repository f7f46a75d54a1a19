"""Scans: a file's own hash, once it is known, decides what the records beside it say of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from lora_manager.db.hash_state import HashedFile, pending, record_hashes
from lora_manager.db.library_state import open_problems
from lora_manager.db.scan_state import root_ids
from lora_manager.services.library.readers import read_units
from lora_manager.services.library.root_scan import RootScan
from tests.helpers.network_files import civitai_model, civitai_version, write_json, write_network_file
from tests.helpers.shelf import Shelf
from tests.services.library.counting import counts

OTHERS = ("11" * 32, "33" * 32)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record_all(shelf: Shelf, autov3: str | None = None) -> None:
    """What the hashing service writes when it is done."""
    with shelf.database.write() as connection:
        files = pending(connection, [1], 100)
        found = [HashedFile(file.id, file.size, file.mtime_ns, sha256(Path(file.path)), autov3) for file in files]
        record_hashes(connection, found)


def version(number: int, size: int, **hashes: str) -> dict[str, Any]:
    file = {"name": f"orig{number}.safetensors", "sizeKB": size / 1024, "primary": True, "hashes": hashes}
    return {"id": number, "name": f"V{number}", "trainedWords": [f"word {number}"], "files": [file]}


def several(path: Path, own: dict[str, str]) -> dict[str, Any]:
    """The record of a model of three versions, of the same size all; the second has these hashes."""
    size = path.stat().st_size
    first, third = OTHERS
    versions = [version(1, size, SHA256=first), version(2, size, **own), version(3, size, SHA256=third)]
    return {**civitai_model("Amber", "x"), "modelVersions": versions}


def version_of(shelf: Shelf, name: str = "local.safetensors") -> str | None:
    found: str | None = shelf.detail(name).fields["version"]
    return found


@pytest.mark.parametrize("key", ["SHA256", "AutoV2", "AutoV3"])
def test_the_version_that_only_its_hash_tells_is_found_at_the_next_scan(shelf: Shelf, key: str) -> None:
    path = write_network_file(shelf.root / "s" / "local.safetensors")
    write_network_file(shelf.root / "s" / "alone.safetensors")
    digits = {"SHA256": sha256(path).upper(), "AutoV2": sha256(path)[:10], "AutoV3": "0123456789AB"}
    write_json(path.with_suffix(".json"), several(path, {key: digits[key]}))
    shelf.scan()
    assert version_of(shelf, "s/local.safetensors") is None
    assert shelf.problems() == {"s/local.json": "partly_read"}
    record_all(shelf, "0123456789ab")
    assert counts(shelf.scan()) == (2, 0, 1, 1, 0)
    assert version_of(shelf, "s/local.safetensors") == "V2"
    assert shelf.problems() == {}
    assert counts(shelf.scan()) == (2, 0, 0, 2, 0)
    shelf.scan(force=True)
    assert version_of(shelf, "s/local.safetensors") == "V2"


def test_a_version_that_was_guessed_wrong_is_put_right_and_no_problem(shelf: Shelf) -> None:
    path = write_network_file(shelf.root / "local.safetensors")
    record = several(path, {"SHA256": sha256(path)})
    record["modelVersions"][2]["files"][0]["name"] = path.name  # the name speaks for another version
    write_json(path.with_suffix(".json"), record)
    shelf.scan()
    assert version_of(shelf) == "V3"
    record_all(shelf)
    assert shelf.problems() == {}
    shelf.scan()
    assert (version_of(shelf), shelf.problems()) == ("V2", {})


def test_a_record_that_does_not_know_the_hash_either_is_not_read_again(shelf: Shelf) -> None:
    path = write_network_file(shelf.root / "local.safetensors")
    write_json(path.with_suffix(".json"), several(path, {"SHA256": "22" * 32}))
    (shelf.root / "local.txt").write_text("Amber light", encoding="utf-8")
    shelf.scan()
    record_all(shelf)
    assert counts(shelf.scan()) == (1, 0, 0, 1, 0)
    assert shelf.problems() == {"local.json": "partly_read"}


def test_a_hash_that_is_of_the_file_as_it_was_decides_nothing(shelf: Shelf) -> None:
    path = write_network_file(shelf.root / "local.safetensors")
    write_json(path.with_suffix(".json"), several(path, {"SHA256": sha256(path)}))
    shelf.scan()
    record_all(shelf)
    write_network_file(path, metadata={"edited": "yes"})
    shelf.scan()
    assert version_of(shelf) is None


@pytest.mark.parametrize("step", ["read", "written"])
def test_a_hash_that_comes_while_the_file_is_read_is_not_lost(shelf: Shelf, step: str) -> None:
    path = write_network_file(shelf.root / "local.safetensors")
    shelf.scan()
    write_json(path.with_suffix(".json"), several(path, {"SHA256": sha256(path)}))
    with shelf.database.write() as connection:
        (root_id,) = root_ids(connection, [str(shelf.root)]).values()
    scan = RootScan(shelf.database, shelf.root, root_id, force=False)
    scan.look(frozenset(), lambda: False)
    readings = read_units(scan.request(scan.plan.tasks))
    if step == "read":
        record_all(shelf)
    scan.write(scan.plan.tasks, readings)
    if step == "written":
        record_all(shelf)
    scan.finish(whole=True)
    assert version_of(shelf) is None
    shelf.scan()
    assert version_of(shelf) == "V2"
    assert counts(shelf.scan()) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("right_wins", [True, False])
def test_a_wrong_record_is_named_also_beside_a_right_one(shelf: Shelf, right_wins: bool) -> None:
    path = write_network_file(shelf.root / "local.safetensors")
    own, other = sha256(path), OTHERS[0]
    model = civitai_model("Amber", path.name, file_hashes={"SHA256": other if right_wins else own})
    winner = civitai_version("Pony", path.name)
    winner["files"][0]["hashes"] = {"SHA256": own if right_wins else other}
    write_json(path.with_suffix(".json"), model)
    write_json(path.with_suffix(".civitai.info"), winner)
    shelf.scan()
    assert shelf.problems() == {}
    record_all(shelf)
    for force in (False, True, False):
        assert shelf.problems() == {"local.json" if right_wins else "local.civitai.info": "hash_differs"}
        shelf.scan(force=force)
    with shelf.database.read() as connection:
        (problem,) = open_problems(connection)
    assert "1111111111…" in problem.message
    write_json(path.with_suffix(".json"), civitai_model("Amber, put right", path.name))
    write_json(path.with_suffix(".civitai.info"), civitai_version("Pony, put right", path.name))
    shelf.scan()
    assert shelf.problems() == {}
