"""Making the demo: the LoRA folder and, where torch is installed, the tiny model."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from lora_manager.demo.entry import Entry
from lora_manager.demo.library_styles import STYLES
from lora_manager.demo.library_subjects import SUBJECTS
from lora_manager.demo.networks import NetworkPlan, network_bytes
from lora_manager.demo.previews import paint_preview
from lora_manager.demo.sidecars import FileFacts, header_metadata, published, sidecar_files
from lora_manager.demo.tiny_model import build_tiny_model
from lora_manager.errors import LoraManagerError
from lora_manager.formats.file_replace import write_file

_LOG = logging.getLogger(__name__)
_VERSION = "1"
_UNFINISHED = "unfinished"
_MARK = ".lora-manager-demo"
_RANKS = ((4, 4), (8, 4), (8, 8), (16, 8), (12, 6), (4, 1))
_COMMON_WORDS = (
    "masterpiece best quality lowres blurry a an the of in on with and at to from woman man girl boy cat dog house "
    "tree sky sea sun moon star fire water stone light dark red green blue white black gold silver old young small "
    "big close smiling standing sitting walking looking up wide shot portrait landscape photo painting drawing soft"
)
ENTRIES = STYLES + SUBJECTS
"""Every LoRA of the demo."""


@dataclass(frozen=True)
class Demo:
    """Where the demo lies. `model_dir` is None where the model was not asked for or torch is not installed."""

    lora_dir: Path
    model_dir: Path | None


def make_demo(folder: Path, *, with_model: bool, count: int = len(ENTRIES)) -> Demo:
    """Make what is not there yet: `folder/loras` and `folder/model`. Takes seconds once, then no time.

    Raises LoraManagerError when the folder cannot be written or holds something that is not the demo.
    """
    lora_dir, model_dir = folder / "loras", folder / "model"
    can_make_model = all(find_spec(name) is not None for name in ("torch", "diffusers", "transformers"))
    try:
        _make(lora_dir, f"{_VERSION} {count}", lambda: _make_library(lora_dir, ENTRIES[:count]))
        if not with_model or not can_make_model:
            return Demo(lora_dir, None)
        _make(model_dir, _VERSION, lambda: _make_model(model_dir))
    except OSError as error:
        raise LoraManagerError(f"The demo could not be made in {folder}: {error.strerror or error}") from error
    return Demo(lora_dir, model_dir)


def _make(folder: Path, version: str, make: Callable[[], None]) -> None:
    """Call `make` unless the folder is already this version's. What else the user keeps there stays."""
    mark = folder / _MARK
    if mark.is_file():
        if mark.read_text("utf-8") == version:
            return
    elif folder.is_dir() and any(folder.iterdir()):
        raise LoraManagerError(f"{folder} holds files that are not the demo's. Choose another folder for the demo.")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(_UNFINISHED, "utf-8")
    started = time.monotonic()
    make()
    # Only now, so that a demo whose making was interrupted is made again.
    mark.write_text(version, "utf-8")
    _LOG.info("made %s in %.1f s", folder, time.monotonic() - started)


def _make_library(folder: Path, entries: Sequence[Entry]) -> None:
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for _ in pool.map(lambda numbered: _make_lora(folder, *numbered), enumerate(entries)):
            pass


def _make_lora(folder: Path, number: int, entry: Entry) -> None:
    path = folder / f"{entry.path}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    rank, alpha = _RANKS[number % len(_RANKS)]
    plan = NetworkPlan(rank, alpha, seed=number, with_text_encoder=number % 3 == 0)
    content = network_bytes(plan, header_metadata(entry, number, rank, alpha))
    write_file(path, content, durable=False)  # whole, for a web UI may have the old one open
    written = [path]
    facts = FileFacts(path.name, len(content), hashlib.sha256(content).hexdigest())
    for suffix, document in sidecar_files(entry, number, facts).items():
        sidecar = folder / f"{entry.path}{suffix}"
        write_file(sidecar, json.dumps(document, indent=4, ensure_ascii=False).encode(), durable=False)
        written.append(sidecar)
    if entry.preview:
        preview = folder / f"{entry.path}{entry.preview}"
        paint_preview(preview, entry.painter, entry.palette, entry.name)
        written.append(preview)
    time_of_files = (published(number) + timedelta(days=2)).timestamp()
    for file in written:
        os.utime(file, (time_of_files, time_of_files))


def _make_model(folder: Path) -> None:
    words = " ".join(f"{entry.name} {entry.triggers} {entry.tags} {_COMMON_WORDS}" for entry in ENTRIES)
    build_tiny_model(folder, re.findall(r"[a-z]+", words.lower()))
