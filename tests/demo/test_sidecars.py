"""The demo's sidecars have to be read without a complaint by the readers of the real ones."""

from __future__ import annotations

import json

import pytest

from lora_manager.demo.entry import Entry
from lora_manager.demo.make import ENTRIES
from lora_manager.demo.sidecars import FileFacts, example_prompt, header_metadata, sidecar_files
from lora_manager.formats.lora_tags import find_tags
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.table import read_records

FILE = FileFacts("ink.safetensors", 1234, "ab" * 32)
LOCAL = LocalFile("ink.safetensors", "ink", 1234, sha256="ab" * 32)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.path)
def test_they_are_read_whole(entry: Entry) -> None:
    for suffix, document in sidecar_files(entry, 3, FILE).items():
        reading = read_records(json.loads(json.dumps(document)), LOCAL)
        assert reading.kind == "", suffix
        assert reading.records
        names = {record.name for record in reading.records if record.name}
        assert names <= {entry.name}


def test_each_kind_says_what_it_should() -> None:
    for entry in ENTRIES:
        records = [
            record
            for document in sidecar_files(entry, 3, FILE).values()
            for record in read_records(json.loads(json.dumps(document)), LOCAL).records
        ]
        if entry.sidecar in ("model", "version", "both") and entry.trained_words:
            assert any(record.trained_words == entry.trained_words for record in records)
            assert any(record.sd_version == entry.base_model for record in records)
        if entry.sidecar in ("a1111", "both"):
            assert any(record.weight == entry.weight for record in records)
        assert bool(records) is bool(entry.sidecar)


def test_the_example_prompt_uses_the_lora() -> None:
    for entry in ENTRIES:
        (tag,) = find_tags(example_prompt(entry))
        assert entry.path.endswith(tag.name)


def test_the_header_is_text_only() -> None:
    metadata = header_metadata(ENTRIES[0], 0, 8, 4.0)
    assert all(isinstance(value, str) for value in metadata.values())
    assert (metadata["ss_network_dim"], metadata["ss_network_alpha"]) == ("8", "4")
    json.loads(metadata["ss_tag_frequency"])
