"""Generating with the host, and recording what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lora_manager.db.engine import Database
from lora_manager.db.file_lookup import adapters_at
from lora_manager.db.generations import GenerationRow, ImageRow, UseRow, record
from lora_manager.errors import BadInputError, HostError
from lora_manager.formats.whole_text import is_whole
from lora_manager.hosts.base import (
    AdapterToApply,
    Cancelled,
    GenerationRequest,
    GenerationResult,
    Host,
    OnProgress,
    RefusedAdapter,
)
from lora_manager.services.compose import MAX_PROMPT, Composer

MAX_STEPS = 200
MAX_PIXELS = 4096
MAX_BATCH = 16
NOT_INSTALLED = "not installed: no file of this name lies in the LoRA folders"


@dataclass(frozen=True)
class Recorded:
    """A generation with the ids under which it was recorded; `names` are the adapters' display names by tag name."""

    result: GenerationResult
    generation_id: int
    image_ids: list[int]
    adapter_ids: dict[str, int]
    names: dict[str, str]


def check_request(request: GenerationRequest, samplers: list[str]) -> None:
    """Raise BadInputError for what no host should be asked to do."""
    if not request.prompt.strip():
        raise BadInputError("The prompt is empty. Describe the picture you want.")
    if not (is_whole(request.prompt) and is_whole(request.negative_prompt)):
        raise BadInputError("A prompt must be text: this one holds half of a character. Type it again.")
    if len(request.prompt) > MAX_PROMPT or len(request.negative_prompt) > MAX_PROMPT:
        raise BadInputError(f"A prompt may have {MAX_PROMPT} characters at most.")
    if not 1 <= request.steps <= MAX_STEPS:
        raise BadInputError(f"Steps must be 1 to {MAX_STEPS}.")
    if not (64 <= request.width <= MAX_PIXELS and 64 <= request.height <= MAX_PIXELS):
        raise BadInputError(f"Width and height must be 64 to {MAX_PIXELS} pixels.")
    if not 1 <= request.batch_size <= MAX_BATCH:
        raise BadInputError(f"A batch has 1 to {MAX_BATCH} images.")
    if not 0 <= request.cfg_scale <= 50:
        raise BadInputError("CFG scale must be 0 to 50.")
    if not -1 <= request.seed < 2**63:
        raise BadInputError("A seed is -1 (random) or a number from 0 to 2^63 - 1.")
    if samplers and request.sampler not in samplers:
        raise BadInputError(f"This host has no sampler '{request.sampler}'. It has: {', '.join(samplers)}.")


class Generator:
    """Resolves a prompt's tags to files, runs the host, records generation, images and uses."""

    def __init__(self, database: Database, host: Host, composer: Composer) -> None:
        self._database = database
        self._host = host
        self._composer = composer

    def run(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> Recorded:
        """Make and record the images. Raises BadInputError, HostError or MissingDependencyError."""
        check_request(request, list(self._host.samplers()))
        reason = self._host.cannot_generate()
        if reason:
            raise HostError(reason)
        adapters: list[AdapterToApply] = []
        unknown: list[RefusedAdapter] = []
        for item, file, unet_weight in self._composer.resolve(request.prompt):
            if file is None:
                unknown.append(RefusedAdapter(item.tag_name, NOT_INSTALLED))
            else:
                adapters.append(AdapterToApply(item.tag_name, file.path, item.weight, unet_weight))
        request = replace(request, adapters=tuple(adapters))
        result = self._host.generate(request, on_progress, cancelled)
        return self._record(request, result, unknown)

    def _record(
        self, request: GenerationRequest, result: GenerationResult, unknown: list[RefusedAdapter]
    ) -> Recorded:
        refused = [*result.refused, *unknown]
        row = GenerationRow(
            host=self._host.name,
            host_version=self._host.version,
            model=result.model.name,
            family=result.model.family,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            width=request.width,
            height=request.height,
            steps=request.steps,
            cfg_scale=request.cfg_scale,
            sampler=request.sampler,
            seed=result.images[0].seed if result.images else request.seed,
            seconds=round(result.seconds, 3),
            interrupted=result.interrupted,
            infotext=result.infotext,
            refused=[{"tag_name": item.tag_name, "reason": item.reason} for item in refused],
        )
        images = [
            ImageRow(str(image.path), image.seed, image.width, image.height, image.infotext) for image in result.images
        ]
        with self._database.write() as connection:
            by_path = adapters_at(connection, [item.path for item in result.applied])
            ids = {item.tag_name: by_path[item.path][0] for item in result.applied if item.path in by_path}
            uses = [
                UseRow(ids.get(item.tag_name), item.tag_name, item.te_weight, item.unet_weight)
                for item in result.applied
            ]
            generation_id, image_ids = record(connection, row, images, uses if images else [])
        names = {item.tag_name: by_path[item.path][1] for item in result.applied if item.path in by_path}
        return Recorded(replace(result, refused=tuple(refused)), generation_id, image_ids, ids, names)
