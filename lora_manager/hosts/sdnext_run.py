"""One request to SDNext: what was asked, the pictures it kept, the LoRAs it applied. The user's own and ours alike.

A request is one processing object `p`. Most are one run of `process_images`; a Control tab with several input pictures,
a video or an upscaling script runs the same `p` several times, and some save their final picture after the last run.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modules import processing, shared

from lora_manager.formats import infotext
from lora_manager.formats.lora_tags import LoraTag
from lora_manager.hosts import sdnext_model, sdnext_networks
from lora_manager.hosts.base import (
    UNKNOWN_MODEL,
    AppliedAdapter,
    GeneratedImage,
    GenerationRequest,
    GenerationResult,
    LoadedModel,
    ObservedGeneration,
)
from lora_manager.hosts.by_products import lies_with_grids
from lora_manager.hosts.sdnext_user import user_of_run
from lora_manager.hosts.tolerant import finite_number, items_of, text_of, whole_number

NO_TEXT_ENCODER = (
    "SDNext left the LoRAs' text encoder weights out: its option 'LoRA native apply to text encoder' is off."
)
_ORIGINS = {"Img2Img": "img2img", "Control": "control", "Video": "video"}
# Steps on the way to a picture that SDNext saves when its options say so.
_ON_THE_WAY = re.compile(r"-before-[a-z-]+$")


@dataclass(frozen=True)
class SavedFile:
    """A file that SDNext saved for a request: absolute path, pixels, embedded infotext."""

    path: Path
    size: tuple[int, int]
    infotext: str


@dataclass
class SdnextRequest:
    """Follows one `p` from its first hook on. Hooks come on the thread of the run."""

    process: Any
    is_ours: bool = False
    is_cell: bool = False
    """One cell of an XYZ sheet: a run inside that of the sheet, with parameters of its own."""
    counts: bool = False
    """At least one of its runs was the user's own, not a part of another run."""
    runs: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    has_unsaved: bool = False
    files: list[SavedFile] = field(default_factory=list)
    applied: dict[Path, AppliedAdapter] = field(default_factory=dict)
    tags: list[LoraTag] = field(default_factory=list)
    settings: GenerationRequest | None = None
    model: LoadedModel | None = None
    user_name: str | None = None
    _began: float = 0.0
    _depth: int = 0  # a script may run the same p inside its own run
    _of_this_run: list[SavedFile] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        """Between the first hook of a run and its last."""
        return self._depth > 0

    @property
    def is_sheet(self) -> bool:
        """A run around the cells of an XYZ sheet; they are the generations. SDNext marks it once the cells begin."""
        return bool(getattr(self.process, "xyz", False)) and not self.is_cell

    def begin(self) -> None:
        """A run begins."""
        self._depth += 1
        if self._depth == 1:
            self._began = time.monotonic()
            self._of_this_run = []
            self.user_name = self.user_name or user_of_run()

    def saved(self, file: SavedFile) -> None:
        """SDNext saved a file: during a run, or after the last one of a script."""
        if self.is_running:
            self._of_this_run.append(file)
            self._note_applied()
        elif not _is_by_product(file, self.process):
            self.files.append(file)

    def end(self, *, failed: bool) -> None:
        """A run has ended; everything that SDNext forgets or restores afterwards is taken down."""
        self._depth = max(0, self._depth - 1)
        if self.is_running:
            return
        self.seconds += time.monotonic() - self._began
        self.runs += 1
        self.interrupted = bool(shared.state.interrupted)
        made = None if failed else _processed(self.process)
        self.has_unsaved |= made is not None and bool(made.images)
        self.files += _final(self._of_this_run, made, self.process)
        if self.files or self.has_unsaved:
            self._note_applied()
        self.settings = _settings(self.process, self.runs)
        self.model = sdnext_model.loaded_model()

    def give_up(self) -> None:
        """No end of a run comes any more."""
        self._depth = 0

    def observed(self) -> ObservedGeneration | None:
        """What there is to tell of a user's request: nothing of one that made no picture."""
        if self.settings is None or not (self.files or self.has_unsaved):
            return None
        origin, asked = _origin(self.process), self._request(self.settings)
        return ObservedGeneration(origin, asked, self.result(), self.user_name)

    def result(self) -> GenerationResult:
        """What came out."""
        images = tuple(_image(file, number, self.process) for number, file in enumerate(self.files))
        applied = tuple(self.applied.values())
        return GenerationResult(
            images=images,
            infotext=images[0].infotext if images else "",
            applied=applied,
            refused=sdnext_networks.refused(self.tags, applied),
            model=self.model or UNKNOWN_MODEL,
            seconds=self.seconds,
            interrupted=self.interrupted,
            notes=_notes(applied, self.process),
        )

    def _note_applied(self) -> None:
        """Take down what is applied now: each batch of a run may have LoRAs of its own."""
        if getattr(self.process, "disable_extra_networks", False):
            return
        prompts, second = _prompts(self.process), _second_prompt(self.process)
        self.tags = sdnext_networks.tags_of([*prompts, *second])
        if not self.tags:
            return
        earlier = sdnext_networks.applied_before(prompts) if second else []
        for adapter in (*earlier, *sdnext_networks.applied_now(self.tags)):
            self.applied[adapter.path] = adapter

    def _request(self, settings: GenerationRequest) -> GenerationRequest:
        """The settings with the size and number that the pictures really have.

        Of an interrupted run SDNext keeps the preview, which is much smaller.
        """
        if not self.files or self.interrupted:
            return settings
        width, height = self.files[0].size
        return replace(settings, width=width, height=height, batch_size=len(self.files))


def file_of(params: Any) -> SavedFile:
    """What the hook `on_image_saved` says of a file; SDNext's paths are relative to its own folder."""
    said = text_of((params.pnginfo or {}).get("parameters"))
    return SavedFile(Path(os.path.abspath(params.filename)), tuple(params.image.size), said)


def _settings(process: Any, runs: int) -> GenerationRequest:
    count = (whole_number(process.n_iter) or 1) * (whole_number(process.batch_size) or 1) * runs
    return GenerationRequest(
        prompt=next(iter(_prompts(process)), ""),
        negative_prompt=_first(getattr(process, "all_negative_prompts", None)) or _first(process.negative_prompt),
        width=whole_number(process.width),
        height=whole_number(process.height),
        steps=whole_number(process.steps),
        cfg_scale=finite_number(process.cfg_scale),
        seed=_seed(process, 0),
        sampler=text_of(process.sampler_name) or "Default",
        batch_size=max(1, whole_number(count)),
    )


def _prompts(process: Any) -> Sequence[str]:
    """Each picture's prompt with its tags and styles."""
    found = (items_of(getattr(process, name, None)) for name in ("all_prompts", "prompt"))
    return next((texts for prompts in found if (texts := [text_of(one) for one in prompts if one is not None])), [])


def _second_prompt(process: Any) -> list[str]:
    """The prompt of a second pass, where there was one and it had its own."""
    made = {"hires", "refine"}.intersection(map(text_of, items_of(getattr(process, "ops", None))))
    prompt = _first(getattr(process, "refiner_prompt", None))
    return [prompt] if made and prompt else []


def _first(texts: Any) -> str:
    return text_of(next(iter(items_of(texts)), None))


def _seed(process: Any, number: int) -> int:
    """That of one picture of a run, as far as the run tells."""
    seeds = items_of(getattr(process, "all_seeds", None))
    seed = whole_number(seeds[number], -1) if number < len(seeds) else -1
    return seed if seed >= 0 else whole_number(process.seed, -1)


def _origin(process: Any) -> str:
    kind = type(process).__name__
    return next((origin for part, origin in _ORIGINS.items() if kind.endswith(part)), "txt2img")


def _processed(process: Any) -> Any:
    """What this run made, which SDNext keeps as its last result; None when that is another run's."""
    made = processing.processed
    return made if made is not None and made.all_seeds is process.all_seeds else None


def _final(files: list[SavedFile], made: Any, process: Any) -> list[SavedFile]:
    """The pictures among a run's files: no sheets of them all, no masks, no steps on the way."""
    if made is not None:
        pictures = items_of(made.images)[whole_number(made.index_of_first_image) :]
        paths = {os.path.abspath(picture.already_saved_as) for picture in pictures if _was_saved(picture)}
        listed = [file for file in files if str(file.path) in paths]
        if listed:
            return listed
    # A watermark makes SDNext save another object than it returns.
    return [file for file in files if not _is_by_product(file, process)]


def _was_saved(picture: Any) -> bool:
    return bool(getattr(picture, "already_saved_as", None))


def _is_by_product(file: SavedFile, process: Any) -> bool:
    if _ON_THE_WAY.search(file.path.stem) or "Grid" in infotext.parse(file.infotext).params:
        return True
    return lies_with_grids(file.path, process)


def _image(file: SavedFile, number: int, process: Any) -> GeneratedImage:
    seed = whole_number(infotext.parse(file.infotext).params.get("Seed"), -1)
    if seed < 0:
        seed = _seed(process, number)
    return GeneratedImage(file.path, seed, file.size[0], file.size[1], file.infotext)


def _notes(applied: Sequence[AppliedAdapter], process: Any) -> tuple[str, ...]:
    asked = any(adapter.te_weight != adapter.unet_weight for adapter in applied)
    option = getattr(process, "lora_apply_te", None)
    is_on = getattr(shared.opts, "lora_apply_te", True) if option is None else option
    return (NO_TEXT_ENCODER,) if asked and not is_on else ()
