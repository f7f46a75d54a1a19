from __future__ import annotations

from lora_manager.formats.merge import merge_records
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars.table import SidecarReading, read_records
from tests.formats.sidecars.documents import SHA_OLD, file_record, local, model, version


def by_source(reading: SidecarReading) -> dict[Source, AdapterRecord]:
    return {record.source: record for record in reading.records}


def test_a_model_record_is_read_whole() -> None:
    files = [file_record("lantern_v1.safetensors", 1_000_000, hashes={"SHA256": SHA_OLD.upper()})]
    reading = read_records(model([version(2), version(1, files)]), local())
    assert (reading.format, reading.kind, reading.partial) == ("civitai_model", "", ())
    records = by_source(reading)
    assert list(records) == [Source.CIVITAI_VERSION, Source.CIVITAI_MODEL]
    of_version, of_model = records[Source.CIVITAI_VERSION], records[Source.CIVITAI_MODEL]
    assert of_version.version == "v1"
    assert of_version.trained_words == ("word1", "lantern")
    assert of_version.sd_version == "Pony"
    assert of_version.published_at == "2024-05-01T12:00:00Z"
    assert of_version.nsfw_level == 1
    assert of_version.sha256 == SHA_OLD
    assert of_version.version_id == 501
    assert of_version.primary_file_name == "lantern_v1.safetensors"
    assert of_version.download_url == files[0]["downloadUrl"]
    assert of_model.name == "Paper Lantern"
    assert of_model.author_username == "kumi"
    assert of_model.tags == ("style", "lantern")
    assert (of_model.archetype, of_model.archetype_confidence) == ("style", 0.95)
    assert of_model.weight == 0.7
    assert of_model.supports_generation is True
    assert of_model.stats == {"downloadCount": 1234, "thumbsUpCount": 9}
    assert of_model.model_id == 77


def test_the_keys_of_the_user_in_the_same_file_win() -> None:
    document = model() | {
        "activation text": "paper lantern",
        "preferred weight": 0.9,
        "sd version": "SDXL",
        "notes": "n",
    }
    reading = read_records(document, local())
    assert [record.source for record in reading.records] == [
        Source.A1111,
        Source.CIVITAI_VERSION,
        Source.CIVITAI_MODEL,
    ]
    merged = merge_records(reading.records)
    assert (merged.activation_text, merged.weight, merged.notes) == ("paper lantern", 0.9, "n")
    assert merged.sd_version == "Pony"
    assert merged.description_html == document["description"] + "\n<p>Notes on v1</p>"
    assert merged.sources["weight"] is Source.A1111


def test_an_unknown_version_leaves_what_holds_for_all() -> None:
    versions = [version(2), version(1)]
    reading = read_records(model(versions), local("other.safetensors", 5))
    assert reading.kind == "partly_read"
    assert "version unknown" in reading.partial[0]
    (record,) = reading.records
    assert record.source is Source.CIVITAI_MODEL
    assert record.version is None
    assert record.trained_words == ()
    assert record.sd_version == "Pony"  # both versions say so
    versions[0]["baseModel"] = "Illustrious"
    assert read_records(model(versions), local("other.safetensors", 5)).records[0].sd_version is None


def test_published_falls_back_on_created() -> None:
    document = model([version(1, publishedAt=None)])
    assert merge_records(read_records(document, local()).records).published_at == "2024-05-01T10:00:00Z"


def test_visibility_names_the_mode() -> None:
    document = model([version(1, availability="EarlyAccess")], mode="Archived")
    assert merge_records(read_records(document, local()).records).visibility == "EarlyAccess, Archived"
    assert merge_records(read_records(model(availability=None), local("x", 3)).records).visibility is None


def test_the_old_flag_stands_in_for_the_level() -> None:
    for flag, level in ((True, 16), (False, 1), (None, None)):
        document = model([version(1, nsfwLevel=None)], nsfw=flag, nsfwLevel=None)
        assert merge_records(read_records(document, local()).records).nsfw_level == level


def test_a_level_of_nought_is_not_rated_yet() -> None:
    document = model([version(1, nsfwLevel=0)], nsfwLevel=3)
    assert merge_records(read_records(document, local()).records).nsfw_level == 3


def test_the_counters_of_the_model_are_not_hidden_by_those_of_the_version() -> None:
    merged = merge_records(read_records(model(), local()).records)
    assert merged.stats == {"downloadCount": 1234, "thumbsUpCount": 9}


def test_a_hash_that_cannot_be_this_file_is_not_claimed() -> None:
    files = [file_record("lantern_v1.safetensors", 5_000_000, hashes={"SHA256": SHA_OLD})]
    assert merge_records(read_records(model([version(1, files)]), local()).records).sha256 is None


def test_an_address_that_is_none_is_refused() -> None:
    files = [file_record("lantern_v1.safetensors", 1_000_000, downloadUrl="javascript:alert(1)")]
    reading = read_records(model([version(1, files, downloadUrl=None)]), local())
    assert merge_records(reading.records).download_url is None
    assert reading.partial == ("downloadUrl: not a web address",)


def test_the_narrow_category_wins_and_is_less_sure() -> None:
    (record,) = read_records(model([], tags=["concept", "clothing", "x"]), local()).records
    assert (record.archetype, record.archetype_confidence) == ("clothing", 0.6)
    (record,) = read_records(model([], tags=["poses"]), local()).records
    assert record.archetype == "pose"
