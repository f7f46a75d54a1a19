from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from lora_manager.formats.json_file import parse_json
from lora_manager.formats.record import Source
from lora_manager.formats.sidecars.table import read_records
from lora_manager.formats.sidecars.writing.civitai_info import of_document, of_fields, written
from lora_manager.formats.sidecars.writing.record import with_values
from tests.formats.sidecars.documents import local, model, version_document
from tests.formats.sidecars.writing.test_json_text import VALUES

FILE = local(sha256="ab" * 32)
FIELDS: dict[str, Any] = {
    "name": "Moth", "version": "v2", "base_model": "Pony", "trained_words": ["moth wings"], "nsfw_level": 4,
    "description": "a < b", "author_username": "kumi", "download_url": None,
}  # fmt: skip


def test_the_files_own_version_comes_out_of_a_model() -> None:
    record = of_document(model(), FILE)
    assert record is not None
    assert (record["id"], record["modelId"], record["name"]) == (501, 77, "v1")
    assert record["model"]["name"] == "Paper Lantern"
    assert record["model"]["creator"] == {"username": "kumi", "image": None}
    assert list(record)[:2] == ["id", "modelId"]
    reading = read_records(parse_json(written(record)), FILE)
    assert reading.format == "civitai_version"
    by_source = {one.source: one for one in reading.records}
    assert by_source[Source.CIVITAI_VERSION].trained_words == ("word1", "lantern")
    assert (by_source[Source.CIVITAI_MODEL].name, by_source[Source.CIVITAI_MODEL].author_username) == (
        "Paper Lantern",
        "kumi",
    )


def test_what_other_programs_kept_of_civitai_is_handed_on() -> None:
    version = version_document()
    for document in (
        version,
        {"file_name": "a", "model_name": "x", "civitai": version},
        {"raw": {"civitai": version}, "trainedWords": [{"word": "x"}]},
        json.loads(with_values(json.dumps(version).encode(), {"notes": "mine", "description": "mine"})),
    ):
        assert of_document(document, FILE) == version, "without what we wrote into it"
    assert of_document({"items": [model()], "metadata": {}}, FILE) is not None


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        {"notes": "x"},
        {"modelId": "", "files": [], "id": ""},
        {"file_name": "a", "civitai": {}},
        model([]),
    ],
)
def test_where_civitai_said_nothing_there_is_no_record(document: Any) -> None:
    assert of_document(document, FILE) is None


def test_a_record_made_of_fields_leaves_empty_what_nobody_said() -> None:
    record = of_fields(FIELDS, ["a"], FILE)
    assert (record["id"], record["modelId"], record["publishedAt"], record["downloadUrl"]) == ("", "", "", "")
    assert (record["model"]["nsfw"], record["model"]["poi"]) == (True, "")
    assert record["model"]["description"] == "a &lt; b"
    assert record["files"][0]["hashes"] == {"SHA256": "AB" * 32, "AutoV2": "AB" * 5}
    nothing = of_fields({}, [], local())
    assert (nothing["baseModel"], nothing["model"]["nsfw"], nothing["files"][0]["hashes"]) == ("Unknown", "", {})


def test_a_record_made_of_fields_is_never_taken_for_civitais_word() -> None:
    reading = read_records(parse_json(written(of_fields(FIELDS, [], FILE))), FILE)
    assert (reading.format, reading.records, reading.kind) == ("civitai_version", (), "")


def test_it_is_written_in_ascii_as_civitai_helper_reads_it() -> None:
    raw = written({"name": "é日"})
    assert raw == b'{\n    "name": "\\u00e9\\u65e5"\n}'


@given(VALUES)
def test_whatever_a_document_holds_it_never_fails(value: Any) -> None:
    for document in (value, {"modelVersions": value, "name": value, "type": 1}, {"modelId": 1, "files": value}):
        of_document(document, FILE)
    of_document({"file_name": value, "civitai": value, "raw": value, "trainedWords": []}, FILE)
