from __future__ import annotations

import json
from typing import Any

import pytest

from lora_manager.db.hash_claims import Claimant, StoredRecord, hear_again, other_hash
from lora_manager.db.rows import OwnHash
from lora_manager.formats.packing import pack
from lora_manager.formats.record import AdapterRecord, Source

OWN, OTHER = "ab" * 32, "cd" * 32
FILE = Claimant("a.safetensors", "a", 100, None)


def stored(value: Any, form: str = "x") -> StoredRecord:
    return StoredRecord("/lora/a.json", form, pack(value if isinstance(value, bytes) else json.dumps(value).encode()))


def of_versions(*hashes: str) -> StoredRecord:
    versions = [
        {"id": number, "name": f"v{number}", "files": [{"name": "x", "sizeKB": 100 / 1024, "hashes": {"SHA256": one}}]}
        for number, one in enumerate(hashes)
    ]
    return stored({"id": 1, "name": "A", "type": "LORA", "modelVersions": versions})


def test_a_version_that_the_hash_picks_is_news_and_no_problem() -> None:
    assert hear_again(FILE, OwnHash(OWN, None), [of_versions(OTHER, OWN)]) == ([], True)
    assert hear_again(FILE, OwnHash("ef" * 32, None), [of_versions(OTHER, OWN)]) == ([], False)


def test_a_record_that_says_the_same_is_no_news() -> None:
    assert hear_again(FILE, OwnHash(OWN, None), [of_versions(OWN), stored({"description": "x"})]) == ([], False)


def test_each_record_that_says_otherwise_is_named() -> None:
    wrong = stored({"description": "x", "sha256": OTHER})
    heard = hear_again(FILE, OwnHash(OWN, None), [wrong._replace(path="/lora/b.json"), of_versions(OWN), wrong])
    assert [(problem.path, problem.kind) for problem in heard.problems] == [
        ("/lora/b.json", "hash_differs"), ("/lora/a.json", "hash_differs"),
    ]  # fmt: skip
    assert not heard.is_news


@pytest.mark.parametrize(
    "record",
    [
        stored(b"no record", "text"),
        stored({"description": "x", "sha256": OTHER}, "text"),
        stored(b""),
        stored(b"{"),
        stored([1]),
    ],
)
def test_what_is_no_record_says_nothing(record: StoredRecord) -> None:
    assert hear_again(FILE, OwnHash(OWN, None), [record]) == ([], False)


def test_a_record_of_several_is_right_if_one_is() -> None:
    records = [AdapterRecord(source=Source.OTHER, sha256=sha) for sha in (OTHER, OWN, None)]
    assert other_hash("x", records, FILE, OwnHash(OWN, None)) is None
    assert other_hash("x", records[2:], FILE, OwnHash(OWN, None)) is None
    assert other_hash("x", records[:1], FILE, OwnHash(OWN, None)) is not None


def test_the_computed_autov3_comes_before_the_one_in_the_header() -> None:
    file = FILE._replace(embedded="0123456789ab")
    assert file.local_file(None).autov3 == "0123456789ab"
    assert file.local_file(OwnHash(OWN, None)).autov3 == "0123456789ab"
    local = file.local_file(OwnHash(OWN, "ba9876543210"))
    assert (local.autov3, local.sha256) == ("ba9876543210", OWN)
