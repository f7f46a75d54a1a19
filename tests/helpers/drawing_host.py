"""A second host for the tests: it implements the whole protocol and really writes pictures, only very plain ones."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from PIL import Image

from lora_manager.errors import HostError
from lora_manager.hosts.base import (
    AppliedAdapter,
    Cancelled,
    GeneratedImage,
    GenerationDefaults,
    GenerationRequest,
    GenerationResult,
    HostState,
    LoadedModel,
    NetworkLocation,
    OnGeneration,
    OnProgress,
    Progress,
    RefusedAdapter,
)
from lora_manager.hosts.image_files import save_image

MODEL = LoadedModel("plain-paper", "plain-paper.safetensors", "SD 1.5")


@dataclass
class DrawingHost:
    """Draws one colour per seed. Spells tag names as SDNext does when `sdnext`; refuses the stems in `refuses`."""

    folder: Path
    lora_dirs: Sequence[Path] = ()
    sdnext: bool = False
    refuses: frozenset[str] = frozenset()
    fails: str = ""
    unable: str = ""
    model: LoadedModel | None = MODEL
    step_seconds: float = 0.0
    refreshed: int = 0
    requests: list[GenerationRequest] = field(default_factory=list)
    reaches: dict[str, Path] = field(default_factory=dict)
    report: OnGeneration | None = None
    _drawing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return "drawing"

    @property
    def version(self) -> str:
        return "1.2"

    def roots(self) -> Sequence[Path]:
        return tuple(self.lora_dirs) or (self.folder / "Lora",)

    def models_dir(self) -> Path:
        return self.folder

    def output_dir(self) -> Path:
        return self.folder / "outputs"

    def tag_name(self, location: NetworkLocation) -> str:
        path = os.path.splitext(location.relative_path)[0]
        name = path.rpartition("/")[2] if location.first_of_stem else path
        return name.replace(".", "_") if self.sdnext else name

    def loaded_model(self) -> LoadedModel | None:
        return self.model

    def samplers(self) -> Sequence[str]:
        return ("Euler a", "DDIM")

    def defaults(self) -> GenerationDefaults:
        return GenerationDefaults(sampler=self.samplers()[0])

    def state(self) -> HostState:
        return HostState.BUSY if self._drawing.locked() else HostState.IDLE

    def cannot_generate(self) -> str:
        return self.unable

    def refresh_networks(self) -> None:
        self.refreshed += 1

    def reached_file(self, tag_name: str) -> Path | None:
        return self.reaches.get(tag_name)

    def observe(self, report: OnGeneration | None) -> None:
        self.report = report

    def generate(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> GenerationResult:
        self.requests.append(request)
        if self.fails:
            raise HostError(self.fails)
        begin = time.monotonic()
        applied = [item for item in request.adapters if item.path.stem not in self.refuses]
        images: list[GeneratedImage] = []
        with self._drawing:
            for number in range(request.batch_size):
                if not self._step(request, number, on_progress, cancelled):
                    break
                images.append(self._draw(request, max(request.seed, 0) + number))
        return GenerationResult(
            images=images,
            infotext=images[0].infotext if images else "",
            applied=[AppliedAdapter(a.tag_name, a.path, a.te_weight, a.unet_weight) for a in applied],
            refused=[RefusedAdapter(a.tag_name, "wrong size") for a in request.adapters if a not in applied],
            model=self.model or MODEL,
            seconds=time.monotonic() - begin,
            interrupted=len(images) < request.batch_size,
            notes=("drawn by a test",),
        )

    def _step(self, request: GenerationRequest, number: int, on_progress: OnProgress, cancelled: Cancelled) -> bool:
        for step in range(request.steps):
            if cancelled():
                return False
            time.sleep(self.step_seconds)
            on_progress(Progress(number * request.steps + step + 1, request.steps * request.batch_size, "drawing"))
        return True

    def _draw(self, request: GenerationRequest, seed: int) -> GeneratedImage:
        colour = (seed % 256, seed // 256 % 256, len(request.adapters) % 256)
        image = Image.new("RGB", (request.width, request.height), colour)
        infotext = f"{request.prompt}\nSteps: {request.steps}, Seed: {seed}"
        path = save_image(image, self.output_dir(), seed, infotext, date(2026, 1, 2))
        return GeneratedImage(path, seed, request.width, request.height, infotext)
