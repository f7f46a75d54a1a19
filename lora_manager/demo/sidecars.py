"""The demo's sidecar files, in the shapes that other programs write them; all names and numbers in them are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from lora_manager.demo.entry import Entry

# Far above the identifiers in use, so that no link from the demo leads to somebody's real model.
_FIRST_ID = 900_000_000
_NEWEST = datetime(2026, 5, 20, 12, tzinfo=timezone.utc)
_AUTHORS = (
    "stargazer",
    "inkandpaper",
    "lumen_fox",
    "tessellate",
    "oldfilmlab",
    "mosskeeper",
    "nullpainter",
    "kiri_dots",
)
_HONEST = (
    "<p><em>Made for LoRA Manager's demo: a random network that fits the demo's toy model, "
    "whatever base model it names.</em></p>"
)


@dataclass(frozen=True)
class FileFacts:
    """What a sidecar says of the network file beside it."""

    name: str
    size: int
    sha256: str


def published(number: int) -> datetime:
    """When the demo pretends that its LoRA of this number came out."""
    return _NEWEST - timedelta(days=9 * number + number % 5, hours=number)


def author(number: int) -> str:
    """Who the demo pretends made it."""
    return _AUTHORS[(number * 5) % len(_AUTHORS)]


def example_prompt(entry: Entry) -> str:
    """A prompt as it stands under an example picture."""
    subject = entry.tag_list[-1] if entry.tag_list else "abstract"
    words = entry.trained_words[0] if entry.trained_words else entry.name.lower()
    stem = entry.path.rsplit("/", 1)[-1]
    return f"masterpiece, {words}, {subject}, soft light <lora:{stem}:{entry.weight:g}>"


def sidecar_files(entry: Entry, number: int, file: FileFacts) -> dict[str, Mapping[str, Any]]:
    """File name suffix (after the network's stem) -> JSON document."""
    version = _version(entry, number, file)
    if entry.sidecar == "model":
        return {".json": _model(entry, number, version)}
    if entry.sidecar == "version":
        summary = {"name": entry.name, "type": "LORA", "nsfw": False, "poi": False}
        return {".civitai.info": {**version, "modelId": _FIRST_ID + number, "model": summary}}
    if entry.sidecar == "a1111":
        return {".json": _user_fields(entry)}
    if entry.sidecar == "both":
        return {".json": {**_model(entry, number, version), **_user_fields(entry)}}
    return {}


def header_metadata(entry: Entry, number: int, rank: int, alpha: float) -> dict[str, str]:
    """What kohya's trainer writes into the file."""
    trained = published(number)
    words = ", ".join(entry.trained_words[:1]) or "untitled"
    counts = ", ".join(f'"{word.strip()}": {40 - 7 * index}' for index, word in enumerate(words.split(",")))
    return {
        "ss_output_name": entry.path.rsplit("/", 1)[-1],
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(rank),
        "ss_network_alpha": f"{alpha:g}",
        "ss_base_model_version": "sd_v1",
        "ss_sd_model_name": "v1-5-pruned-emaonly.safetensors",
        "ss_resolution": "(512, 512)",
        "ss_num_train_images": str(24 + number * 3 % 60),
        "ss_epoch": str(6 + number % 9),
        "ss_steps": str(900 + 130 * (number % 17)),
        "ss_training_started_at": str(trained.timestamp() - 3600),
        "ss_training_finished_at": str(trained.timestamp()),
        "ss_tag_frequency": f'{{"10_{words.split(",")[0]}": {{{counts}}}}}',
        "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.title": entry.name,
    }


def _version(entry: Entry, number: int, file: FileFacts) -> dict[str, Any]:
    time = published(number).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": _FIRST_ID + 10 * number + 1,
        "name": f"v{1 + number % 3}.{number % 2}",
        "baseModel": entry.base_model,
        "createdAt": time,
        "publishedAt": time,
        "availability": "Public",
        "nsfwLevel": 1,
        "description": f"<p>Recommended weight: {entry.weight:g}</p>",
        "trainedWords": list(entry.trained_words),
        "stats": {"downloadCount": 37 * (number * number % 91) + 112, "thumbsUpCount": 5 * (number * 7 % 53) + 9},
        "files": [
            {
                "name": file.name,
                "sizeKB": file.size / 1024,
                "type": "Model",
                "metadata": {"format": "SafeTensor", "size": None, "fp": "fp16"},
                "hashes": {"SHA256": file.sha256.upper(), "AutoV2": file.sha256[:10].upper()},
                "primary": True,
            }
        ],
        "images": [
            {
                "url": "",
                "nsfwLevel": 1,
                "width": 512,
                "height": 640,
                "type": "image",
                "meta": {
                    "prompt": example_prompt(entry),
                    "negativePrompt": "lowres, blurry",
                    "seed": 1000 + number,
                    "steps": 24,
                    "sampler": "Euler a",
                    "cfgScale": 7,
                },
            }
        ],
    }


def _model(entry: Entry, number: int, version: dict[str, Any]) -> dict[str, Any]:
    older = {**version, "id": version["id"] - 1, "name": "v0.9 beta", "files": [], "images": [], "trainedWords": []}
    return {
        "id": _FIRST_ID + number,
        "name": entry.name,
        "description": f"<p>{entry.about}</p>{_HONEST}",
        "type": "LORA",
        "nsfw": False,
        "nsfwLevel": 1,
        "availability": "Public",
        "supportsGeneration": number % 3 != 0,
        "allowCommercialUse": ["Image"],
        "tags": list(entry.tag_list),
        "creator": {"username": author(number), "image": None},
        "stats": {**version["stats"], "commentCount": number % 11},
        "modelVersions": [version, older] if number % 4 == 0 else [version],
    }


def _user_fields(entry: Entry) -> dict[str, Any]:
    return {
        "description": entry.about,
        "sd version": "SD1" if entry.base_model == "SD 1.5" else "SDXL",
        "activation text": ", ".join(entry.trained_words[:1]),
        "preferred weight": entry.weight,
        "negative text": "lowres, blurry" if "photography" in entry.tags else "",
        "notes": "Good together with Ink Wash Dragon." if "ink" in entry.tags else "",
    }
