"""Several records of one adapter to one: per field the best source that says anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from lora_manager.formats.record import AdapterRecord, Source

_RANK = {source: rank for rank, source in enumerate(Source)}
_MAX_ENTRIES = 400


@dataclass(frozen=True)
class Merged:
    """What all sources together say of an adapter: the fields of `AdapterRecord`, and where each value is from.

    sources: for a list or an object the best source that contributed. description_html holds the version's part too.
    """

    name: str | None = None
    version: str | None = None
    description_html: str | None = None
    version_description_html: str | None = None
    author_username: str | None = None
    published_at: str | None = None
    visibility: str | None = None
    tags: tuple[str, ...] = ()
    trained_words: tuple[str, ...] = ()
    activation_text: str | None = None
    negative_text: str | None = None
    notes: str | None = None
    weight: float | None = None
    sd_version: str | None = None
    nsfw_level: int | None = None
    supports_generation: bool | None = None
    archetype: str | None = None
    archetype_confidence: float | None = None
    sha256: str | None = None
    download_url: str | None = None
    primary_file_name: str | None = None
    model_id: int | None = None
    version_id: int | None = None
    stats: dict[str, Any] | None = None
    extra: dict[str, Any] | None = None
    sources: dict[str, Source] = field(default_factory=dict)


_LISTS = ("tags", "trained_words")
_OBJECTS = ("stats", "extra")
_SINGLE = tuple(
    each.name
    for each in fields(AdapterRecord)
    if each.name not in (*_LISTS, *_OBJECTS, "source", "archetype_confidence")
)

# Two fields have an order of their own. "SDXL" in A1111's form is what it detected by itself and cannot tell Pony from
# Illustrious; and the counters of one version must not hide those of the whole model.
_AFTER_CIVITAI = {**_RANK, Source.A1111: _RANK[Source.CIVITAI_MODEL] + 0.5}
_MODEL_FIRST = {**_RANK, Source.CIVITAI_MODEL: _RANK[Source.CIVITAI_VERSION] - 0.5}


def merge_records(records: Sequence[AdapterRecord]) -> Merged:
    """The merge of `records`: by the order of `Source`, of equal sources the one given first.

    Lists are united in that order, no entry twice whatever its case; objects are united key by key.
    """
    ordered = sorted(records, key=_rank_by(_RANK))
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
    _by_own_order("sd_version", sorted(records, key=_rank_by(_AFTER_CIVITAI)), values, sources)
    _unite_objects("stats", sorted(records, key=_rank_by(_MODEL_FIRST)), values, sources)
    _unite_objects("extra", ordered, values, sources)
    _join_descriptions(values, sources)
    return Merged(**values, sources=sources)


def _rank_by(ranks: dict[Source, Any]) -> Callable[[AdapterRecord], float]:
    return lambda record: float(ranks[record.source])


def _unite_lists(name: str, ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    united: dict[str, str] = {}
    for record in ordered:
        for entry in getattr(record, name):
            if entry and united.setdefault(entry.lower(), entry) is entry:
                sources.setdefault(name, record.source)
    if united:
        values[name] = tuple(united.values())[:_MAX_ENTRIES]


def _unite_objects(name: str, ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    united: dict[str, Any] = {}
    for record in ordered:
        entries = getattr(record, name)
        if entries:
            sources.setdefault(name, record.source)
            united = {**entries, **united}
    if united:
        values[name] = united


def _by_own_order(name: str, ordered: list[AdapterRecord], values: dict[str, Any], sources: dict[str, Source]) -> None:
    for record in ordered:
        value = getattr(record, name)
        if value:
            values[name], sources[name] = value, record.source
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
