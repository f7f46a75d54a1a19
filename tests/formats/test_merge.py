from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.merge import Merged, merge_records
from lora_manager.formats.record import AdapterRecord, Source

ORDER = list(Source)
PLAIN = ("name", "version", "author_username", "activation_text", "negative_text", "notes", "download_url", "sha256")

texts = st.none() | st.text(max_size=3)
lists = st.lists(st.text(max_size=2), max_size=4).map(tuple)
counters = st.none() | st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=3)
records = st.builds(
    AdapterRecord,
    source=st.sampled_from(Source),
    **dict.fromkeys((*PLAIN, "sd_version", "description_html", "version_description_html"), texts),
    tags=lists,
    trained_words=lists,
    stats=counters,
    weight=st.none() | st.just(0.0) | st.just(0.7),
    weight_range=st.none() | st.just((0.2, None)) | st.just((0.5, 1.0)),
    supports_generation=st.none() | st.booleans(),
    nsfw_level=st.none() | st.integers(1, 31),
    favourite=st.none() | st.booleans(),
    rating=st.none() | st.integers(1, 5),
    own=st.booleans(),
)
SINGLE = (*PLAIN, "weight", "weight_range", "supports_generation", "nsfw_level", "favourite", "rating")


def rank(record: AdapterRecord) -> tuple[bool, int]:
    """The rule in words: what users said themselves comes first, then the order of the sources."""
    by_user = record.own or record.source in (Source.USER, Source.TEXT, Source.A1111)
    return (not by_user, ORDER.index(record.source))


def by_rank(given_records: list[AdapterRecord]) -> list[AdapterRecord]:
    return sorted(given_records, key=rank)


unequal = st.lists(records, max_size=6, unique_by=rank)


@given(st.lists(records, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_given_never_matters(given_records: list[AdapterRecord], random: Random) -> None:
    merged = merge_records(given_records)
    shuffled = random.sample(given_records, len(given_records))
    assert merge_records(shuffled) == merged


@given(st.lists(records, max_size=6))
def test_no_source_of_less_priority_wins_while_a_better_one_says_something(given_records: list[AdapterRecord]) -> None:
    merged = merge_records(given_records)
    for name in SINGLE:
        said = [record for record in given_records if getattr(record, name) not in (None, "")]
        best = min((rank(record) for record in said), default=None)
        winners = [record for record in said if rank(record) == best]
        assert getattr(merged, name) in ([getattr(record, name) for record in winners] or [None])
        assert merged.sources.get(name) in ([record.source for record in winners] or [None])


@given(unequal)
def test_each_field_is_that_of_the_best_source_that_says_something(given_records: list[AdapterRecord]) -> None:
    merged = merge_records(given_records)
    for name in SINGLE:
        said = [record for record in by_rank(given_records) if getattr(record, name) not in (None, "")]
        assert getattr(merged, name) == (getattr(said[0], name) if said else None)
        assert merged.sources.get(name) == (said[0].source if said else None)


@given(unequal)
def test_lists_are_united_in_order_without_doubles(given_records: list[AdapterRecord]) -> None:
    merged = merge_records(given_records)
    for name in ("tags", "trained_words"):
        united: list[str] = []
        for record in by_rank(given_records):
            for entry in getattr(record, name):
                if entry and entry.lower() not in [known.lower() for known in united]:
                    united.append(entry)
        assert list(getattr(merged, name)) == united
        assert (name in merged.sources) == bool(united)


@given(unequal)
def test_counters_are_united_key_by_key_those_of_the_model_before_those_of_a_version(
    given_records: list[AdapterRecord],
) -> None:
    model, version = ORDER.index(Source.CIVITAI_MODEL), ORDER.index(Source.CIVITAI_VERSION)
    swapped = {model: version, version: model}
    ranks = {source: swapped.get(index, index) for index, source in enumerate(ORDER)}
    expected: dict[str, Any] = {}
    for record in sorted(given_records, key=lambda record: (rank(record)[0], ranks[record.source])):
        for key, value in (record.stats or {}).items():
            expected.setdefault(key, value)
    assert merge_records(given_records).stats == (expected or None)


def test_of_equal_sources_the_fuller_wins() -> None:
    short = AdapterRecord(source=Source.CIVITAI_VERSION, version="a")
    full = AdapterRecord(source=Source.CIVITAI_VERSION, version="b", version_id=7)
    assert merge_records([short, full]).version == merge_records([full, short]).version == "b"


def test_what_the_user_said_in_any_program_wins_over_what_was_fetched() -> None:
    fetched = AdapterRecord(source=Source.CIVITAI_VERSION, notes="fetched", weight=1.0, name="page")
    own = AdapterRecord(source=Source.RGTHREE, own=True, notes="mine", favourite=True)
    form = AdapterRecord(source=Source.A1111, weight=0.5)
    merged = merge_records([fetched, own, form])
    assert (merged.notes, merged.weight, merged.name, merged.favourite) == ("mine", 0.5, "page", True)
    assert merged.sources == {
        "notes": Source.RGTHREE,
        "favourite": Source.RGTHREE,
        "weight": Source.A1111,
        "name": Source.CIVITAI_VERSION,
    }


def test_nothing_merges_to_nothing() -> None:
    assert merge_records([]) == Merged()
    assert merge_records([AdapterRecord(source=Source.KOHYA)]) == Merged()


def test_merged_has_every_field_of_a_record() -> None:
    assert {each.name for each in fields(Merged)} == {each.name for each in fields(AdapterRecord)} ^ {
        "source",
        "own",
        "sources",
    }


def test_the_base_model_of_civitai_wins_over_what_the_web_ui_detected_but_not_over_the_user() -> None:
    web_ui = AdapterRecord(source=Source.A1111, sd_version="SDXL")
    civitai = AdapterRecord(source=Source.CIVITAI_VERSION, sd_version="Illustrious")
    header = AdapterRecord(source=Source.KOHYA, sd_version="sdxl_base_v1-0")
    user = AdapterRecord(source=Source.USER, sd_version="Pony")
    merged = merge_records([web_ui, header, civitai])
    assert (merged.sd_version, merged.sources["sd_version"]) == ("Illustrious", Source.CIVITAI_VERSION)
    assert merge_records([web_ui, header]).sd_version == "SDXL"
    assert merge_records([web_ui, civitai, user]).sd_version == "Pony"


def test_the_archetype_keeps_the_confidence_of_its_own_source() -> None:
    sure = AdapterRecord(source=Source.CIVITAI_MODEL, archetype="style", archetype_confidence=0.95)
    named = AdapterRecord(source=Source.USER, archetype="character")
    merged = merge_records([sure, named])
    assert (merged.archetype, merged.archetype_confidence) == ("character", None)


def test_descriptions_are_joined_but_that_of_the_user_stands_alone() -> None:
    model = AdapterRecord(source=Source.CIVITAI_MODEL, description_html="<p>model</p>")
    version = AdapterRecord(source=Source.CIVITAI_VERSION, version_description_html="<p>version</p>")
    user = AdapterRecord(source=Source.A1111, description_html="mine")
    assert merge_records([model, version]).description_html == "<p>model</p>\n<p>version</p>"
    assert merge_records([version]).description_html == "<p>version</p>"
    assert merge_records([version]).sources["description_html"] is Source.CIVITAI_VERSION
    assert merge_records([model, version, user]).description_html == "mine"
