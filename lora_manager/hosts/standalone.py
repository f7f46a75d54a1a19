"""The host that is ourselves: our own server with a diffusers engine, for tests and for people without a web UI."""

from __future__ import annotations

import hashlib
import logging
import os
import random
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from lora_manager import __version__
from lora_manager.errors import BadInputError, HostError, MissingDependencyError
from lora_manager.formats import infotext
from lora_manager.formats.infotext import Infotext
from lora_manager.formats.lora_tags import format_weight
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
)
from lora_manager.hosts.diffusers_adapters import AppliedSet
from lora_manager.hosts.diffusers_engine import DiffusersEngine, missing_packages
from lora_manager.hosts.diffusers_model import ModelOnDisk, describe
from lora_manager.hosts.diffusers_samplers import FLOW_SAMPLERS, SAMPLERS
from lora_manager.hosts.image_files import save_image
from lora_manager.hosts.image_size import check_size, trained_side

_LOG = logging.getLogger(__name__)
DEMO_NOTE = (
    "The demo model draws noise. Name a real one with --model DIR (a diffusers folder or a .safetensors checkpoint)."
)
_DEMO_SIDE = 256
_DEMO_STEP = 16
"""The toy's VAE halves once more than others do."""
_MOST_STEPS = 200
_MOST_IMAGES = 64
_MAX_SEED = 2**32
_HASH_BLOCK = 1 << 20


@dataclass(frozen=True)
class StandaloneConfig:
    """What the command line decided. `model_path` None: browsing works, generating does not."""

    roots: tuple[Path, ...]
    model_path: Path | None
    models_dir: Path
    output_dir: Path
    demo: bool = False
    allow_download: bool = False


class StandaloneHost:
    """Implements the Host protocol with our own engine; the model is loaded on the first generation and kept."""

    def __init__(self, config: StandaloneConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._engine: DiffusersEngine | None = None
        self._hashes: dict[tuple[str, int, int], str] = {}

    @property
    def name(self) -> str:
        """`standalone`."""
        return "standalone"

    @property
    def version(self) -> str:
        """Ours: we are the host."""
        return __version__

    def roots(self) -> Sequence[Path]:
        """The LoRA folders given on the command line, absolute."""
        return tuple(Path(os.path.abspath(root)) for root in self._config.roots)

    def models_dir(self) -> Path:
        """The folder beside which our state lies."""
        return Path(os.path.abspath(self._config.models_dir))

    def output_dir(self) -> Path:
        """Where images are saved."""
        return Path(os.path.abspath(self._config.output_dir))

    def tag_name(self, location: NetworkLocation) -> str:
        """The file's stem; of several files that share it, the first has it and the others go by their path.

        That is the path below the root, with `/`, without the extension. The host itself is handed files, not names:
        whoever composes a request resolves the tags by this rule.
        """
        without_extension = os.path.splitext(location.relative_path)[0]
        return without_extension.rpartition("/")[2] if location.first_of_stem else without_extension

    def loaded_model(self) -> LoadedModel | None:
        """The model that was named, whether it is in memory yet or not; None if none was named or it is no model."""
        try:
            return self._as_loaded(self._model())
        except HostError:
            return None

    def samplers(self) -> Sequence[str]:
        """What the model can be sampled with, the default first."""
        try:
            return FLOW_SAMPLERS if self._model().is_flow else tuple(SAMPLERS)
        except HostError:
            return tuple(SAMPLERS)

    def defaults(self) -> GenerationDefaults:
        """Squares of the size the model's family was trained at; small ones for the demo's toy."""
        try:
            model = self._model()
        except HostError:
            return GenerationDefaults(sampler=self.samplers()[0])
        side = _DEMO_SIDE if model.is_demo else trained_side(model.family)
        step = _DEMO_STEP if model.is_demo else GenerationDefaults.size_step
        return GenerationDefaults(width=side, height=side, sampler=self.samplers()[0], size_step=step)

    def state(self) -> HostState:
        """Busy while a generation holds the lock."""
        return HostState.BUSY if self._lock.locked() else HostState.IDLE

    def cannot_generate(self) -> str:
        """What is missing for generating: packages, or a model."""
        missing = missing_packages()
        if missing:
            return (
                f"Generating needs {', '.join(missing)}, which this installation was made without: "
                "start again without --light."
            )
        try:
            self._model()
        except HostError as error:
            return str(error)
        return ""

    def generate(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> GenerationResult:
        """Make the images and save each as soon as it is done."""
        if missing_packages():
            raise MissingDependencyError(self.cannot_generate())
        model = self._model()
        _check(request, self.samplers())
        seed = request.seed if request.seed >= 0 else random.randrange(_MAX_SEED - _MOST_IMAGES)
        saved: list[GeneratedImage] = []

        def save(image: Image.Image, number: int, applied: AppliedSet) -> None:
            saved.append(self._save(request, model, image, number, applied))

        with self._lock:
            started = time.monotonic()
            engine = self._load(model)
            check_size(request, engine.size_step)
            run = engine.run(request, seed, on_progress, cancelled, save)
            seconds = time.monotonic() - started
        size = (request.width, request.height)
        return GenerationResult(
            images=tuple(saved),
            infotext=saved[0].infotext if saved else self._infotext(request, model, seed, size, run.adapters.applied),
            applied=run.adapters.applied,
            refused=run.adapters.refused,
            model=self._as_loaded(model),
            seconds=seconds,
            interrupted=run.interrupted,
            notes=run.notes,
        )

    def refresh_networks(self) -> None:
        """Nothing to do: requests name files, and each is looked at when it is used."""

    def reached_file(self, tag_name: str) -> Path | None:
        """None: there is no list but the catalogue's."""
        return None

    def observe(self, report: OnGeneration | None) -> None:
        """Nothing to observe: nobody generates here but ourselves."""

    def _model(self) -> ModelOnDisk:
        if self._config.model_path is None:
            raise HostError(
                "No model was named, so there is nothing to generate with. "
                "Start with --model DIR (a diffusers folder or a .safetensors checkpoint)."
            )
        return describe(Path(os.path.abspath(self._config.model_path)))

    def _as_loaded(self, model: ModelOnDisk) -> LoadedModel:
        note = DEMO_NOTE if self._config.demo or model.is_demo else ""
        return LoadedModel(model.name, str(model.path), model.family, note)

    def _load(self, model: ModelOnDisk) -> DiffusersEngine:
        if self._engine is None:
            self._engine = DiffusersEngine(model, allow_download=self._config.allow_download)
        return self._engine

    def _save(
        self, request: GenerationRequest, model: ModelOnDisk, image: Image.Image, seed: int, applied: AppliedSet
    ) -> GeneratedImage:
        text = self._infotext(request, model, seed, image.size, applied.applied)
        path = save_image(image, self.output_dir(), seed, text, datetime.now().astimezone().date())
        return GeneratedImage(path, seed, *image.size, infotext=text)

    def _infotext(
        self,
        request: GenerationRequest,
        model: ModelOnDisk,
        seed: int,
        size: tuple[int, int],
        applied: Sequence[AppliedAdapter],
    ) -> str:
        params = {
            "Steps": str(request.steps),
            "Sampler": request.sampler,
            "CFG scale": format_weight(request.cfg_scale),
            "Seed": str(seed),
            "Size": f"{size[0]}x{size[1]}",
            "Model": model.name,
        }
        if applied:
            hashes = {adapter.tag_name: self._hash(adapter.path) for adapter in applied}
            params["Lora hashes"] = infotext.format_lora_hashes(hashes)
        params["Version"] = f"LoRA Manager {__version__}"
        return infotext.write(Infotext(request.prompt, request.negative_prompt, params))

    def _hash(self, path: Path) -> str:
        status = path.stat()
        key = (str(path), status.st_mtime_ns, status.st_size)
        if key not in self._hashes:
            self._hashes[key] = _tensor_hash(path)
        return self._hashes[key]


def _check(request: GenerationRequest, samplers: Sequence[str]) -> None:
    if request.sampler not in samplers:
        raise BadInputError(f"There is no sampler {request.sampler!r}. There are: {', '.join(samplers)}.")
    if not 1 <= request.steps <= _MOST_STEPS:
        raise BadInputError(f"Steps must be from 1 to {_MOST_STEPS}, not {request.steps}.")
    if not 1 <= request.batch_size <= _MOST_IMAGES:
        raise BadInputError(f"The number of images must be from 1 to {_MOST_IMAGES}, not {request.batch_size}.")
    if request.seed >= _MAX_SEED - _MOST_IMAGES:
        raise BadInputError(f"The seed must be below {_MAX_SEED - _MOST_IMAGES}, or -1 for a new one.")


def _tensor_hash(path: Path) -> str:
    """The first 12 digits of the hash that AUTOMATIC1111 and Civitai know a LoRA by: of the bytes after the header."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        file.seek(8 + length)
        while block := file.read(_HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()[:12]
