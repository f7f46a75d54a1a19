"""Generating with the host, and recording what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, HostError
from lora_manager.formats.whole_text import is_whole
from lora_manager.hosts.base import (
    AdapterToApply,
    Cancelled,
    GenerationRequest,
    Host,
    OnProgress,
    RefusedAdapter,
)
from lora_manager.services.compose import MAX_PROMPT, Composer
from lora_manager.services.compose_text import rename_tags
from lora_manager.services.recording import OURS, Recorded, with_unknown, write_down

MAX_STEPS = 200
MAX_PIXELS = 4096
MAX_BATCH = 16
NOT_INSTALLED = "not installed: no file of this name lies in the LoRA folders"


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
    """Resolves a prompt's tags to files, runs the host, records generation, images and uses.

    `told` is called with each run once it is written.
    """

    def __init__(
        self, database: Database, host: Host, composer: Composer, told: Callable[[Recorded], None] = lambda _: None
    ) -> None:
        self._database = database
        self._host = host
        self._composer = composer
        self._told = told

    def run(
        self,
        request: GenerationRequest,
        on_progress: OnProgress,
        cancelled: Cancelled,
        user_name: str | None = None,
    ) -> Recorded:
        """Make and record the images, of this user where the host has logins.

        Raises BadInputError, HostError or MissingDependencyError.
        """
        check_request(request, list(self._host.samplers()))
        reason = self._host.cannot_generate()
        if reason:
            raise HostError(reason)
        adapters: list[AdapterToApply] = []
        unknown: list[RefusedAdapter] = []
        renamed: dict[str, str] = {}
        for item, file, unet_weight in self._composer.resolve(request.prompt):
            if file is None:
                unknown.append(RefusedAdapter(item.tag_name, NOT_INSTALLED))
                continue
            tag_name = item.renamed_to or item.tag_name
            if tag_name != item.tag_name:  # a host knows a file by the name that it has now
                renamed[item.tag_name] = tag_name
            adapters.append(AdapterToApply(tag_name, file.path, item.weight, unet_weight))
        request = replace(request, prompt=rename_tags(request.prompt, renamed), adapters=tuple(adapters))
        result = with_unknown(self._host.generate(request, on_progress, cancelled), unknown)
        if result.interrupted and not result.images:
            return Recorded(result, None, [], {}, {})
        recorded = write_down(self._database, self._host, OURS, request, result, user_name)
        self._told(recorded)
        return recorded
