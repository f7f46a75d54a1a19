"""The formats told apart, the wrappers, and every odd kind of record: nothing raises, every loss has its reason."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.formats.merge import merge_records
from lora_manager.formats.sidecars.table import FORMATS, SidecarReading, identify, read_records
from lora_manager.formats.sidecars.version_choice import file_names_of
from lora_manager.formats.trigger_words import trigger_groups
from tests.formats.sidecars.documents import local, model, version, version_document

EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("civitai_model", model()),
    ("civitai_model", {"name": "n", "type": "LORA", "modelVersions": None}),
    ("civitai_version", version_document()),
    ("civitai_version", {"modelId": 1, "id": 2, "name": "v", "images": []}),
    ("stability_matrix", {"ModelId": None, "ModelName": "n", "TrainedWords": None}),
    ("comfyui_lora_manager", {"file_name": "a", "model_name": "n", "civitai": {}}),
    ("civarchive", {"id": 1, "versions": [], "version": {"mirrors": []}}),
    ("a1111", {"activation text": ""}),
    ("a1111", {"description": "d", "notes": ""}),
    ("rgthree", {"file": "a", "trainedWords": [{"word": "x"}], "raw": {}}),
    ("swarmui", {"modelspec.title": "t"}),
    ("kohya", {"ss_network_dim": "8"}),
    ("kohya", {"file": "a", "metadata": {"ss_steps": "1"}}),
    ("draw_things", {"name": "n", "file": "f", "prefix": "", "version": "v1", "converted": {}}),
    ("empty", {}),
    ("other", {"name": "n", "description": "d", "whatever": 1}),
]


@pytest.mark.parametrize(("name", "document"), EXAMPLES)
def test_each_format_is_told_by_its_content(name: str, document: dict[str, Any]) -> None:
    found = identify(document)
    assert found is not None
    assert found.name == name
    assert read_records(document, local()).format == name


def test_every_format_of_the_table_has_an_example() -> None:
    assert {form.name for form in FORMATS} == {name for name, _ in EXAMPLES}


def test_an_empty_record_is_no_problem() -> None:
    assert read_records({}, local()) == SidecarReading("empty")


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        (None, "unknown_sidecar", "holds null"),
        ("text", "unknown_sidecar", "holds text"),
        (3, "unknown_sidecar", "holds a number"),
        ([], "json_list", "a list of 0 entries"),
        ([1, 2], "json_list", "none of its entries is a Civitai model record"),
        ([model(), model()], "json_list", "several of them lists this file"),
        ({"loras": [], "gen_params": {}}, "unknown_sidecar", "its first keys: 'loras', 'gen_params'"),
        ({"items": []}, "unknown_sidecar", "none of its entries"),
        ({"123": None}, "unknown_sidecar", "none of its entries"),
    ],
)
def test_what_is_no_record_is_a_problem_with_a_reason(document: Any, kind: str, words: str) -> None:
    reading = read_records(document, local())
    assert (reading.format, reading.kind, reading.records) == ("unknown", kind, ())
    assert words in reading.partial[0]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"items": [model()], "metadata": {"nextPage": None}},
        {"success": True, "data": {"items": [model()]}},
        {"77": model()},
        {"5": None, "77": model()},
    ],
)
def test_a_record_in_a_wrapper_that_tools_write_is_read_whole(wrapped: Any) -> None:
    assert read_records(wrapped, local()) == read_records(model(), local())


def test_a_record_in_a_list_is_read_and_named_as_odd() -> None:
    reading = read_records([model()], local())
    assert (reading.format, reading.kind) == ("civitai_model", "json_list")
    assert reading.records == read_records(model(), local()).records
    assert "took its only entry" in reading.partial[0]


def test_of_several_models_the_one_that_lists_the_file_is_taken() -> None:
    other = model([version(5)], name="Other")
    reading = read_records({"items": [other, model()]}, local())
    assert merge_records(reading.records).name == "Paper Lantern"


def test_null_fields_are_no_problem() -> None:
    document: dict[str, Any] = dict.fromkeys(model()) | {"name": "n", "modelVersions": [dict.fromkeys(version(1))]}
    reading = read_records(document, local())
    assert (reading.format, reading.partial) == ("civitai_model", ())
    assert merge_records(reading.records).name == "n"


def test_wrong_types_are_read_as_far_as_they_go_and_named() -> None:
    document = model(tags=[{"name": "style"}, {"name": "hat"}, 7, None], nsfwLevel="X", id="77", stats=[1])
    document["creator"] = "kumi"
    document["modelVersions"][1]["files"][0]["sizeKB"] = "12.5"
    document["modelVersions"][1]["trainedWords"] = "one, two"
    reading = read_records(document, local())
    assert reading.kind == "partly_read"
    merged = merge_records(reading.records)
    assert merged.version == "v1"
    assert merged.tags == ("style", "hat", "7")
    assert merged.model_id == 77
    assert merged.trained_words == ("one", "two")
    assert set(reading.partial) == {
        "creator: expected an object, found text",
        "nsfwLevel: 'X' is not a number; read as 8",
        "sizeKB: expected a number, found '12.5'; it says nothing of the file then",
        "stats: expected an object, found a list",
        "tags: expected a list of text, found null; left it out",
        "tags: expected a list of text, found numbers; took them as text",
        "tags: expected a list of text, found objects; took their names",
        "trainedWords: expected a list of text, found text; split it at the commas",
    }


def test_versions_of_a_wrong_type_leave_the_model() -> None:
    reading = read_records(model() | {"modelVersions": {"0": version(1)}}, local())
    assert merge_records(reading.records).name == "Paper Lantern"
    assert "modelVersions: expected a list, found an object" in reading.partial


def test_absurd_lengths_are_cut() -> None:
    document = model(
        name="n" * 9_999,
        description="d" * 2_000_000,
        tags=[f"tag{index}" + "t" * 999 for index in range(999)],
        creator={"username": "u" * 9_999},
    )
    document["modelVersions"] = [version(1, trainedWords=["w" * 99_999] * 999)]
    record = merge_records(read_records(document, local()).records)
    assert record.name is not None
    assert record.description_html is not None
    assert len(record.name) == 500
    assert len(record.description_html) < 1_000_100
    assert len(record.tags) == 200
    assert max(map(len, record.tags)) == 200
    assert len(record.trained_words[0]) == 4_000


def test_text_that_a_database_refuses_is_mended() -> None:
    document = model(name="a\ud800\0b", description="x\ud800\0", tags=["t\udfff", "\u200b"])
    merged = merge_records(read_records(document, local()).records)
    assert merged.name == "ab"
    assert merged.tags == ("t",)
    json.dumps(dataclasses.asdict(merged), ensure_ascii=False).encode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
known_keys = sorted({*model(), *version_document(), "notes", "preferred weight", "activation text", "items", "data"})


def check(document: Any) -> None:
    reading = read_records(document, local())
    assert (reading.format == "unknown") == (identify(document) is None) or reading.format == "unknown"
    assert bool(reading.partial) == bool(reading.kind)
    assert len(reading.partial) <= 20
    merged = merge_records(reading.records)
    for value in (merged.name, merged.version, merged.description_html, merged.author_username, *merged.tags):
        assert value is None or isinstance(value, str)
    assert merged.favourite in (None, True, False)
    assert merged.weight is None or abs(merged.weight) <= 10
    for number in (merged.nsfw_level, merged.model_id, merged.version_id, merged.rating):
        assert number is None or abs(number) < 2**63
    trigger_groups(merged)
    file_names_of(document)
    json.dumps(dataclasses.asdict(merged), ensure_ascii=False, allow_nan=False).encode()


@given(anything | st.dictionaries(st.sampled_from(known_keys), anything, max_size=8))
def test_no_json_value_raises(document: Any) -> None:
    check(document)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [found for key, entry in entries for found in paths_of(entry, (*path, key))]


VALID: list[Any] = [
    {"name": "n", "trigger_phrases": ["w"], "default_settings": {"weight": 1}, "tags": ["a"], "base": "sdxl"},
    model() | {"preferred weight": 0.5, "notes": "n"},
    version_document(),
    [model()],
    {"items": [model()]},
    {
        "ModelId": 11, "ModelName": "n", "VersionName": "v", "Tags": ["a"], "TrainedWords": ["w"], "UserTitle": "mine",
        "Hashes": {"SHA256": "ab" * 32}, "Stats": {"downloadCount": 5}, "BaseModel": "Pony", "Nsfw": True,
    },
    {
        "file_name": "a", "model_name": "n", "civitai": version_document(), "tags": ["a"], "favorite": True,
        "usage_tips": '{"strength": 0.5}', "notes": "n", "base_model": "SDXL", "sha256": "ab" * 32,
    },
    {
        "file": "a", "name": "n - v", "trainedWords": [{"word": "w", "user": True}], "strengthMin": 0.2,
        "strengthMax": 1, "userNote": "n", "raw": {"civitai": version_document()}, "baseModel": "SDXL 1.0",
    },
    {
        "id": 1, "name": "n", "versions": [{"id": 2}], "creator_username": "folder", "nsfw_level": 3, "tags": ["a"],
        "version": {"mirrors": [], "name": "v", "trigger": ["w"], "files": [{"name": "a.safetensors"}], "id": 2},
    },
    {"name": "n", "file": "f", "prefix": "w", "version": "v1", "converted": {"f": "x"}, "weight": {"value": 0.5}},
    {"modelspec.title": "t", "modelspec.tags": "a, b", "modelspec.date": "2024", "ssmd_rating": "3"},
    {"ss_tag_frequency": {"1_w": {"w": 1}}, "ss_datasets": [{"subsets": [{"class_tokens": "w"}]}], "ss_steps": 1},
]  # fmt: skip


@settings(max_examples=300)
@given(st.data(), st.sampled_from(VALID), st.lists(anything, min_size=1, max_size=3))
def test_no_damage_to_a_valid_record_raises(data: st.DataObject, valid: Any, replacements: list[Any]) -> None:
    document = copy.deepcopy(valid)
    for replacement in replacements:
        path = data.draw(st.sampled_from(paths_of(document)))
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = replacement
    check(document)
