"""Draw Things records, `metadata.json`: the community's list of that app."""

from __future__ import annotations

from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_WHOLE_SLIDER = (-1.5, 2.5)
"""The bounds of a record in which nobody set any."""
_MARKS = frozenset({"is_lo_ha", "converted", "prefix"})

# What the app calls a base model, and how others write it.
_BASE_MODELS = {
    "v1": "SD 1.5",
    "v2": "SD 2.1",
    "sdxl_base_v0.9": "SDXL 1.0",
    "sdxl_refiner_v0.9": "SDXL 1.0",
    "ssd_1b": "SDXL 1.0",
    "sd3": "SD 3",
    "sd3_large": "SD 3.5",
    "flux1": "Flux.1 D",
    "flux2": "Flux.2 D",
    "flux2_9b": "Flux.2 Klein 9B",
    "flux2_4b": "Flux.2 Klein 4B",
    "qwen_image": "Qwen",
    "z_image": "ZImageTurbo",
    "hidream_i1": "HiDream",
    "hunyuan_video": "Hunyuan Video",
    "wan_v2.1_1.3b": "Wan Video 1.3B t2v",
    "wan_v2.1_14b": "Wan Video 14B t2v",
    "wan_v2.2_5b": "Wan Video 2.2 TI2V-5B",
    "ltx2": "LTXV2",
    "auraflow": "AuraFlow",
    "kandinsky2.1": "Kandinsky 2.1",
    "wurstchen_v3.0_stage_c": "Stable Cascade",
}


def matches(document: JsonObject) -> bool:
    """Whether this is such a record."""
    return not _MARKS.isdisjoint(document)


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What the list says: `prefix` is what the app puts before the prompt, so it is the trigger."""
    version = values.read_line(document, "version", problems, 100)
    prefix = values.read_text(document, "prefix", problems, values.WORD_LENGTH)
    note = values.read_text(document, "note", problems)
    weight = values.read_object(document, "weight", problems)
    bounds = values.read_range(weight, "lower_bound", "upper_bound", problems)
    download = values.read_object(document, "download", problems)
    converted = values.read_object(document, "converted", problems)
    return [
        AdapterRecord(
            source=Source.DRAW_THINGS,
            name=values.read_line(document, "name", problems),
            description_html=plain_to_html(note) if note else None,
            trained_words=(prefix,) if prefix else (),
            weight=values.read_weight(weight, "value", problems),
            weight_range=None if bounds == _WHOLE_SLIDER else bounds,
            sd_version=_BASE_MODELS.get(version, version) if version else None,
            # The digests are of the app's own form of the file, so only that file's says anything here.
            sha256=civitai_common.sha256_claim(converted.get(local.name)),
            download_url=values.read_url(download, "file", problems),
            primary_file_name=values.read_line(document, "file", problems),
        )
    ]
