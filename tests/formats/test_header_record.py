from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.header_record import records_of_header, records_of_metadata, trainer_of
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.safetensors_header import SafetensorsHeader


def records(metadata: dict[str, str]) -> list[AdapterRecord]:
    return records_of_header(SafetensorsHeader(metadata, {}, 0, 0))


def kohya(metadata: dict[str, str]) -> AdapterRecord:
    (record,) = records(metadata)
    assert record.source is Source.KOHYA
    return record


def test_no_metadata_no_record() -> None:
    assert records({}) == []
    assert records({"format": "pt"}) == []
    assert records({"ss_training_comment": "None", "modelspec.author": ""}) == []


def test_modelspec() -> None:
    (record,) = records(
        {
            "modelspec.sai_model_spec": "1.0.0",
            "modelspec.architecture": "flux-1-dev/lora",
            "modelspec.title": "Ink wash",
            "modelspec.description": "one <two> & three",
            "modelspec.author": "Ann",
            "modelspec.date": "2024-05-01T10:00:00",
            "modelspec.tags": "ink, Style,,INK , wash",
            "modelspec.trigger_phrase": "inkwash style",
            "modelspec.usage_hint": "low weight",
            "modelspec.lora_default_weight": "0.8",
            "modelspec.thumbnail": "data:image/jpeg;base64," + "A" * 1000,
        }
    )
    assert record.source is Source.MODELSPEC
    assert (record.name, record.author_username, record.notes) == ("Ink wash", "Ann", "low weight")
    assert record.description_html is not None
    assert "<two>" not in record.description_html
    assert record.published_at == "2024-05-01T10:00:00Z"
    assert record.tags == ("ink", "Style", "wash")
    assert record.trained_words == ("inkwash style",)
    assert record.weight == 0.8


def test_the_fixed_text_of_a_trainer_is_no_title() -> None:
    modelspec, trainer = records(
        {"modelspec.title": "Z-Image LoRA", "modelspec.author": "Somebody", "ot_branch": "master"}
    )
    assert (modelspec.name, modelspec.author_username) == (None, None)
    assert trainer == AdapterRecord(source=Source.KOHYA)


def test_kohya_with_the_editors_keys() -> None:
    record = kohya(
        {
            "ss_output_name": "ink_v3",
            "ss_network_dim": "32",
            "ss_clip_skip": "None",
            "ss_bucket_info": "x" * 5000,
            "ssmd_display_name": "Ink",
            "ssmd_author": "Ann",
            "ssmd_description": "for\nink",
            "ssmd_tags": "ink,line",
            "ssmd_keywords": "inkwash, line art",
            "ssmd_version": "3",
        }
    )
    assert (record.name, record.version, record.author_username) == ("Ink", "3", "Ann")
    assert record.tags == ("ink", "line")
    assert record.trained_words == ("inkwash, line art",)


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"ss_output_name": "inkwash"}, "inkwash"),
        ({"ss_output_name": "training_4768839-20251209130013648"}, None),
        ({"ss_output_name": "training_12-3", "name": "Ink"}, "Ink"),
        ({"ss_output_name": "0123456789abcdef0123456789abcdef"}, None),
        ({"ss_output_name": "last"}, None),
        ({"ss_output_name": "pytorch_lora_weights"}, None),
        ({"ss_output_name": "None", "ss_epoch": "1"}, None),
        ({"ss_output_name": " a\n b \u0000"}, "a b"),
        ({"ss_output_name": "training_day"}, "training_day"),
    ],
)
def test_names(metadata: dict[str, str], name: str | None) -> None:
    assert kohya(metadata).name == name


def frequency(*folders: tuple[str, dict[str, int]]) -> str:
    return json.dumps(dict(folders))


def datasets(*tokens: str | None) -> str:
    return json.dumps([{"subsets": [{"img_count": 3, "class_tokens": token} for token in tokens]}])


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"ss_tag_frequency": frequency(("1_INK", {"INK": 1}))}, ("INK",)),
        ({"ss_tag_frequency": frequency(("10_a", {"inkwash": 47}), ("5_b", {"inkwash": 3}))}, ("inkwash",)),
        ({"ss_tag_frequency": frequency(("1_", {"": 1}))}, ()),
        ({"ss_tag_frequency": frequency(("10_a", {"ink": 2, "girl": 9}))}, ()),
        ({"ss_tag_frequency": frequency(("10_a", {"a man who walks along the long road": 1}))}, ()),
        ({"ss_tag_frequency": frequency(("10_a", {"style": 4}))}, ()),
        ({"ss_tag_frequency": '{"100_a": 211}'}, ()),
        ({"ss_tag_frequency": "{broken"}, ()),
        ({"ss_tag_frequency": "[1]"}, ()),
        ({"ss_datasets": datasets("inkwash")}, ("inkwash",)),
        ({"ss_datasets": datasets("inkwash", "inkwash", None)}, ("inkwash",)),
        ({"ss_datasets": datasets('ink\u00e9 "x"')}, ('inké "x"',)),
        ({"ss_datasets": datasets("inkwash", "other")}, ()),
        ({"ss_datasets": datasets("img")}, ()),
        ({"ss_datasets": datasets(None)}, ()),
        ({"ss_datasets": datasets("folder"), "ss_tag_frequency": frequency(("10_a", {"x": 1, "y": 2}))}, ()),
    ],
)
def test_trained_words_only_from_a_single_clear_trigger(metadata: dict[str, str], words: tuple[str, ...]) -> None:
    record = kohya(metadata)
    assert record.trained_words == words
    assert record.tags == ()


VALUES = st.text(max_size=40) | st.sampled_from(
    ["None", "{", "[[[[", '{"a": {"b": 1}}', "NaN", "\ud800", "1e999", "\0"]
)
KEYS = st.sampled_from(
    ["modelspec.title", "modelspec.date", "modelspec.tags", "modelspec.lora_default_weight", "modelspec.description",
     "ss_tag_frequency", "ss_datasets", "ss_output_name", "ssmd_tags", "ssmd_description", "version", "software",
     "ot_branch"]
) | st.text(max_size=10)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_is_in_the_metadata_it_becomes_records(metadata: dict[str, str]) -> None:
    for record in records(metadata):
        assert record.source in (Source.MODELSPEC, Source.KOHYA)
        for text in (record.name, record.version, record.description_html, *record.tags, *record.trained_words):
            assert text is None or text.encode("utf-8")


@pytest.mark.parametrize(("written", "rating"), [("4", 4), ("5", 5), ("0", None), ("6", None), ("x", None), ("", None)])
def test_stars_of_the_editor_are_the_rating(written: str, rating: int | None) -> None:
    (record,) = records_of_metadata({"ssmd_rating": written, "ssmd_author": "folder"})
    assert (record.rating, record.author_username) == (rating, "folder")


@pytest.mark.parametrize(
    ("metadata", "trainer"),
    [
        ({"software": '{"name": "ai-toolkit", "repo": "x"}'}, "ai-toolkit"),
        ({"software": "[1]", "ss_steps": "1"}, "kohya"),
        ({"software": '{"name": 3}'}, ""),
        ({"ot_branch": "master", "modelspec.title": "x"}, "OneTrainer"),
        ({"lora_adapter_metadata": "{}"}, "PEFT"),
        ({"ss_network_module": "lycoris.kohya"}, "LyCORIS"),
        ({"format": "pt"}, ""),
    ],
)
def test_who_trained_it(metadata: dict[str, str], trainer: str) -> None:
    assert trainer_of(metadata) == trainer
