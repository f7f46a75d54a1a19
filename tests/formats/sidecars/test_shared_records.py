"""Every real record that lies beside the checkout: none crashes, each that is not read whole says why.

Skipped where there are none. `pytest -s` prints the table.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from lora_manager.formats.merge import merge_records
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.table import SidecarReading, read_records
from lora_manager.formats.sidecars.version_choice import file_names_of
from lora_manager.formats.trigger_words import trigger_groups

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

# Folder, the formats its records may be of, and whether each of them names its adapter.
FOLDERS = {
    "civitai_model_json": ({"civitai_model"}, True),
    "civitai_version_json": ({"civitai_version"}, True),
    "clm_metadata_json_examples": ({"comfyui_lora_manager"}, True),
    "civarchive_json": ({"civarchive"}, True),
    "drawthings_metadata_json": ({"draw_things"}, True),
    "kohya_metadata": ({"kohya", "swarmui"}, False),
    "modelspec_templates": ({"swarmui"}, False),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no real records beside the checkout")


def stub(document: object, path: Path) -> LocalFile:
    """A local file as a stub library has it: named like the first file that the record lists."""
    names = file_names_of(document)
    name = names[0] if names else path.stem + ".safetensors"
    return LocalFile(name=name, stem=name.rpartition(".")[0], size=12_345)


def readings(folder: str) -> dict[str, SidecarReading]:
    found = {}
    for path in sorted((DATA / folder).glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        found[path.name] = read_records(document, stub(document, path))
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_records(folder: str) -> None:
    formats, has_name = FOLDERS[folder]
    found = readings(folder)
    assert found
    table = Counter((reading.format, reading.kind or "whole", reading.partial) for reading in found.values())
    for (form, kind, why), count in sorted(table.items()):
        print(f"{folder:28} {count:4} {form:22} {kind:12} {'; '.join(why)}")  # noqa: T201
    for reading in found.values():
        assert bool(reading.kind) == bool(reading.partial)
        merged = merge_records(reading.records)
        trigger_groups(merged)
        if has_name:
            assert merged.name
    assert {reading.format for reading in found.values()} <= formats
