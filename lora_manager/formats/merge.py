"""Several records of one adapter to one: per field the best source that says anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import itemgetter
from typing import Any

from lora_manager.formats.record import AdapterFields, AdapterRecord, Source

_MAX_ENTRIES = 400


@dataclass
class Merged(AdapterFields):
    """What all sources together say of an adapter, and where each value is from.

    sources: for a list or an object the best source that contributed. description_html holds the version's part too.
    """

    sources: dict[str, Source] = field(default_factory=dict)


_LISTS = ("tags", "trained_words")
_SINGLE = tuple(
    each.name for each in fields(AdapterFields) if each.name not in (*_LISTS, "stats", "archetype_confidence")
)

_RANK = {source: rank for rank, source in enumerate(Source)}
# The counters of one version must not hide those of the whole model.
_STATS_RANK = {
    **_RANK,
    Source.CIVITAI_MODEL: _RANK[Source.CIVITAI_VERSION],
    Source.CIVITAI_VERSION: _RANK[Source.CIVITAI_MODEL],
}
_USERS = (Source.USER, Source.TEXT, Source.A1111)
"""Sources that hold nothing but the user's own words."""


def merge_records(records: Sequence[AdapterRecord]) -> Merged:
    """The merge of `records`, whatever their order: the user's own values first, then by the order of `Source`.

    Of equal sources the one that says more. Lists are united in that order, no entry twice whatever its case; counters
    are united key by key.
    """
    ordered = _ordered(records, _RANK)
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for record in ordered:
        said = record.__dict__
        for name in _SINGLE:
            value = said[name]
            if value is not None and name not in values and value != "":
                values[name] = value
                sources[name] = record.source
                if name == "archetype":  # how sure that source is, not another one
                    values["archetype_confidence"] = record.archetype_confidence
    for name in _LISTS:
        _unite_lists(name, ordered, values, sources)
    _base_model_of_civitai(ordered, values, sources)
    _unite_stats(ordered, values, sources)
    _join_descriptions(values, sources)
    return Merged(**values, sources=sources)


def _ordered(records: Sequence[AdapterRecord], ranks: Mapping[Source, int]) -> list[AdapterRecord]:
    keys = [(not (record.own or record.source in _USERS), ranks[record.source]) for record in records]
    if len(set(keys)) == len(keys):
        return [record for _, record in sorted(zip(keys, records, strict=True), key=itemgetter(0))]
    # Two files of one program: the order in which a folder lists them must not decide.
    full = [(key, *_fullness(record)) for key, record in zip(keys, records, strict=True)]
    return [record for _, record in sorted(zip(full, records, strict=True), key=itemgetter(0))]


def _fullness(record: AdapterRecord) -> tuple[int, str]:
    said = [value for value in vars(record).values() if value not in (None, "", ())]
    return -len(said), repr(said)


def _unite_lists(name: str, ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    united: dict[str, str] = {}
    for record in ordered:
        for entry in getattr(record, name):
            if entry and united.setdefault(entry.lower(), entry) is entry:
                sources.setdefault(name, record.source)
    if united:
        values[name] = tuple(united.values())[:_MAX_ENTRIES]


def _unite_stats(ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    united: dict[str, Any] = {}
    for record in _ordered([record for record in ordered if record.stats], _STATS_RANK):
        sources.setdefault("stats", record.source)
        united = {**(record.stats or {}), **united}
    if united:
        values["stats"] = united


def _base_model_of_civitai(ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    """A1111's form says what it detected by itself: "SDXL" cannot tell Pony from Illustrious, Civitai can."""
    if sources.get("sd_version") is not Source.A1111:
        return
    for record in ordered:
        if record.sd_version and record.source in (Source.CIVITAI_VERSION, Source.CIVITAI_MODEL):
            values["sd_version"], sources["sd_version"] = record.sd_version, record.source
            return


def _join_descriptions(values: dict[str, Any], sources: dict[str, Source]) -> None:
    """The version's part goes below the model's; a description of the user's own stands alone."""
    part = values.get("version_description_html")
    if not part:
        return
    whole = values.get("description_html")
    if not whole:
        values["description_html"] = part
        sources["description_html"] = sources["version_description_html"]
    elif sources["description_html"] is Source.CIVITAI_MODEL and part not in whole:
        values["description_html"] = f"{whole}\n{part}"
