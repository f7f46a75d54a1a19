"""A record of every format that can lie beside a LoRA, and values that a user may set."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.formats.sidecars.documents import model, version_document

RECORDS: dict[str, dict[str, Any]] = {
    "a1111": {
        "description": "mine",
        "sd version": "SD1",
        "activation text": "lantern, dusk",
        "preferred weight": 1.0,
        "negative text": "",
        "notes": "",
        "extensions": {"sd_civitai_helper": {"version": "1"}},
    },
    "civitai_model": model(),
    "civitai_model_with_a1111": {**model(), "notes": "of A1111", "preferred weight": 0, "description": None},
    "civitai_version": version_document(),
    "stability_matrix": {"ModelId": 7, "ModelName": "Moth", "Tags": ["a"], "TrainedWords": None, "Nsfw": False},
    "comfyui_lora_manager": {
        "file_name": "a", "model_name": "Moth", "notes": "theirs", "tags": ["x"], "favorite": True,
        "usage_tips": "{\"strength\": 0.5}", "civitai": {},
    },
    "civarchive": {
        "versions": [{"id": 1}], "version": {"platform_url": "https://x.example", "mirrors": []}, "name": "Moth",
    },
    "rgthree": {"raw": {"civitai": {}}, "trainedWords": [{"word": "w", "user": True}], "strengthMin": 0.2},
    "swarmui": {"modelspec.title": "Moth", "modelspec.lora_default_weight": "0.7"},
    "kohya": {"ss_output_name": "moth", "ss_network_dim": "16"},
    "draw_things": {"prefix": "moth", "name": "Moth", "weight": {"value": 0.6, "lower_bound": 0.1}},
    "other": {"trigger_phrases": ["moth wings"], "description": "x", "default_settings": {"weight": 0.4}, "n": 10**30},
    "cache": {"77": model()},
    "search_reply": {"items": [model()], "metadata": {}},
    "unknown": {"foo": [1, {"bar": None}], "extensions": "mine"},
    "null_extensions": {"notes": None, "extensions": None, "tags": {"a": 1}},
    "empty": {},
}  # fmt: skip

_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)
_LINE = _LINE.map(str.strip).filter(bool)
_TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60)
_WEIGHT = st.none() | st.floats(-10, 10)
_WORDS = st.lists(_LINE, max_size=4, unique_by=str.casefold)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": _LINE,
    "version": st.none() | _LINE,
    "notes": _TEXT,
    "description": _TEXT | st.sampled_from(["<p>Bold <b>moth</b></p>", "a &amp; b", "1 < 2"]),
    "negative_text": _TEXT,
    "base_model": st.sampled_from(["", "Pony", "SD 1.5", "SD 2.1", "SDXL 1.0", "Flux.1 D", "Wan Video", "my own"]),
    "archetype": st.none() | st.sampled_from(["style", "character"]),
    "weight": _WEIGHT,
    "weight_min": _WEIGHT,
    "weight_max": _WEIGHT,
    "nsfw_level": st.none() | st.integers(0, 63),
    "rating": st.integers(0, 5),
    "ordinal": st.integers(-1000, 1000),
    "favourite": st.booleans(),
    "active": st.booleans(),
    "tags": _WORDS,
    "trigger_groups": st.lists(_WORDS.filter(bool), max_size=3),
}
EDITS = st.lists(st.sampled_from(sorted(VALUES)), max_size=8, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)
INDENTS = st.sampled_from([None, 2, 4, "\t"])


def text_of(document: dict[str, Any], indent: Any, newline: str, mark: bytes, *, only_ascii: bool) -> bytes:
    """A record as some program writes it."""
    text = json.dumps(document, indent=indent, ensure_ascii=only_ascii).replace("\n", newline)
    return mark + text.encode()
