from __future__ import annotations

import pytest

from lora_manager.formats.merge import merge_records
from lora_manager.formats.record import Source
from lora_manager.formats.sidecars.table import read_records
from tests.formats.sidecars.documents import file_record, local, version_document


def test_a_version_record_is_read_whole() -> None:
    reading = read_records(version_document(), local("lantern_v2.safetensors", 2_000_000))
    assert (reading.format, reading.kind, reading.partial) == ("civitai_version", "", ())
    merged = merge_records(reading.records)
    assert (merged.name, merged.version, merged.model_id, merged.version_id) == ("Paper Lantern", "v2", 77, 502)
    assert merged.trained_words == ("word2", "lantern")
    assert merged.description_html == "<p>Notes on v2</p>"
    assert merged.nsfw_level == 2  # the level, not the flag of the model
    assert merged.stats == {"downloadCount": 2}
    assert merged.sources["name"] is Source.CIVITAI_MODEL


def test_what_a_writer_merged_in_from_the_model_is_taken() -> None:
    document = version_document(creator={"username": "kumi"})
    document["model"] |= {"tags": ["character", "hat"], "description": "<p>Of the model</p>", "mode": "TakenDown"}
    merged = merge_records(read_records(document, local()).records)
    assert merged.tags == ("character", "hat")
    assert merged.archetype == "character"
    assert merged.author_username == "kumi"
    assert merged.visibility == "Public, TakenDown"
    assert merged.description_html == "<p>Of the model</p>\n<p>Notes on v2</p>"


def test_the_keys_of_the_user_are_taken_too() -> None:
    merged = merge_records(read_records(version_document() | {"preferred weight": 0.4}, local()).records)
    assert merged.weight == 0.4
    assert merged.sources["weight"] is Source.A1111


@pytest.mark.parametrize(
    "document",
    [
        {"id": "", "modelId": "", "name": "", "trainedWords": [], "model": {"name": "", "nsfw": ""}, "files": []},
        {
            **version_document(),
            "extensions": {"sd_civitai_helper": {"version": "1", "skeleton_file": True}},
        },
    ],
)
def test_a_place_holder_says_nothing(document: dict[str, object]) -> None:
    reading = read_records(document, local())
    assert (reading.format, reading.records, reading.partial) == ("civitai_version", (), ())


def test_the_file_is_the_local_one() -> None:
    files = [file_record("full.safetensors", 9_000), file_record("pruned.safetensors", 4_000, primary=False)]
    merged = merge_records(read_records(version_document(files=files), local("x.safetensors", 4_000)).records)
    assert merged.primary_file_name == "pruned.safetensors"
