from __future__ import annotations

from pathlib import Path

from tests.helpers.command_line import Library
from tests.helpers.network_files import civitai_model, write_json, write_network_file


def library(tmp_path: Path) -> Library:
    """Two LoRAs, one with a record."""
    found = Library(tmp_path)
    write_network_file(found.root / "amber.safetensors")
    write_json(found.root / "amber.civitai.info", civitai_model("Amber Lantern", "amber.safetensors"))
    write_network_file(found.root / "plain.safetensors")
    found.scan()
    return found


def names(found: Library) -> set[str]:
    return {path.relative_to(found.root).as_posix() for path in found.root.rglob("*.*")}


def test_move_rename_delete_and_restore(tmp_path: Path) -> None:
    found = library(tmp_path)
    dry = found.run("move", "amber", "--template", "{base_model}/{name}", "--dry-run")
    assert dry.code == 0
    assert dry.document[0]["source"] == "amber.safetensors"
    assert names(found) == {"amber.safetensors", "amber.civitai.info", "plain.safetensors"}
    assert found.run("move", "amber", "--to", "new").document["changed"] == 1
    assert names(found) == {"new/amber.safetensors", "new/amber.civitai.info", "plain.safetensors"}
    assert found.run("rename", "amber", "--to", "ochre").document["changed"] == 1
    assert names(found) == {"new/ochre.safetensors", "new/ochre.civitai.info", "plain.safetensors"}
    assert found.run("delete", "--query", "").document["changed"] == 2
    assert all(name.endswith(".trashed") for name in names(found))
    listed = found.run("trash", "list").document
    assert listed["total"] == 2
    ids = [str(item["id"]) for item in listed["items"]]
    assert len(found.run("trash", "restore", *ids).document) == 2
    assert names(found) == {"new/ochre.safetensors", "new/ochre.civitai.info", "plain.safetensors"}
    assert found.scan()["added"] == 0


def test_what_cannot_be_done_is_told(tmp_path: Path) -> None:
    found = library(tmp_path)
    refused = found.run("rename", "amber", "--to", "plain")
    assert refused.code == 1
    assert "exists already" in refused.err
    assert found.run("move", "amber").code == 2
    assert found.run("rename", "amber", "plain", "--to", "x").code == 2
    assert found.run("move", "amber", "--to", "x", "--to-lora-dir", str(tmp_path / "no")).code == 2
    assert found.run("trash", "restore").code == 2
    assert found.run("delete", "amber").document["changed"] == 1
    assert found.run("trash", "empty").code == 2
    assert found.run("trash", "empty", "--yes").document["changed"] == 1
    assert names(found) == {"plain.safetensors"}
