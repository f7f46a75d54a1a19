"""The standalone engine: a diffusers pipeline kept loaded, LoRAs really applied, one image after another.

torch and diffusers are imported on the first use, by this file and its sibling for adapters only. Not thread-safe: the
host holds its lock around every call.
"""

from __future__ import annotations

import inspect
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from PIL import Image

from lora_manager.errors import HostError
from lora_manager.hosts.base import Cancelled, GenerationRequest, OnProgress, Progress
from lora_manager.hosts.diffusers_adapters import AppliedSet, PipelineAdapters
from lora_manager.hosts.diffusers_model import ModelOnDisk
from lora_manager.hosts.diffusers_prompt import has_attention_weights, plain_prompt
from lora_manager.hosts.diffusers_samplers import SAMPLERS

_LOG = logging.getLogger(__name__)
_NEEDED = ("torch", "diffusers", "transformers", "peft", "accelerate")

OnImage = Callable[[Image.Image, int, AppliedSet], None]
"""Takes each finished image with its seed and what was applied to it."""


def missing_packages() -> tuple[str, ...]:
    """The packages that generation needs and this Python does not have; nothing is imported to find out."""
    return tuple(name for name in _NEEDED if find_spec(name) is None)


@dataclass(frozen=True)
class EngineRun:
    """How a run went: what was applied, what the user should know, whether a cancel cut it short."""

    adapters: AppliedSet
    notes: tuple[str, ...]
    interrupted: bool


class DiffusersEngine:
    """One model in memory. Loading happens in the constructor and can take a minute."""

    def __init__(self, model: ModelOnDisk, *, allow_download: bool = False) -> None:
        self._model = model
        self._pipeline = _load_pipeline(model, allow_download)
        self._scheduler = self._pipeline.scheduler
        self._adapters = PipelineAdapters(self._pipeline)

    @property
    def size_step(self) -> int:
        """Width and height have to be multiples of this."""
        return max(8, int(getattr(self._pipeline, "vae_scale_factor", 8)))

    def run(
        self, request: GenerationRequest, seed: int, on_progress: OnProgress, cancelled: Cancelled, on_image: OnImage
    ) -> EngineRun:
        """Make `request.batch_size` images with consecutive seeds; each goes to `on_image` when it is done.

        Raises HostError. Whatever happens, the next run finds the engine as this one found it.
        """
        with _errors_of_the_run(), _known_warnings(), _threads_for(self._model):
            on_progress(Progress(0, request.steps * request.batch_size, "Applying LoRAs"))
            applied = self._adapters.apply(request.adapters)
            interrupted = False
            for index in range(request.batch_size):
                image = None if cancelled() else self._one_image(request, seed + index, index, on_progress, cancelled)
                if image is None:
                    interrupted = True
                    break
                on_image(image, seed + index, applied)
        return EngineRun(applied, (*self._prompt_notes(request), *applied.notes), interrupted)

    def _one_image(
        self, request: GenerationRequest, seed: int, index: int, on_progress: OnProgress, cancelled: Cancelled
    ) -> Image.Image | None:
        import torch

        pipeline = self._pipeline
        pipeline.scheduler = self._new_scheduler(request.sampler)
        total = request.steps * request.batch_size
        stopped = False

        def after_step(_pipeline: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            nonlocal stopped
            # Some samplers call the model more than once a step; the user asked for `steps` and sees `steps`.
            calls = max(1, pipeline.num_timesteps)
            done = index * request.steps + min(request.steps, round((step + 1) * request.steps / calls))
            on_progress(Progress(done, total, f"Image {index + 1} of {request.batch_size}"))
            if cancelled():
                stopped = True
                pipeline._interrupt = True
            return values

        arguments = {
            "prompt": plain_prompt(request.prompt),
            "negative_prompt": plain_prompt(request.negative_prompt),
            "width": request.width,
            "height": request.height,
            "num_inference_steps": request.steps,
            "guidance_scale": request.cfg_scale,
            # Noise from the CPU: a seed means the same picture on every device.
            "generator": torch.Generator("cpu").manual_seed(seed),
            "callback_on_step_end": after_step,
        }
        accepted = inspect.signature(pipeline.__call__).parameters
        with torch.inference_mode():
            output = pipeline(**{name: value for name, value in arguments.items() if name in accepted})
        return None if stopped else output.images[0]

    def _new_scheduler(self, name: str) -> Any:
        import diffusers

        # A scheduler keeps state from run to run: a fresh one each time, from the model's own configuration.
        if self._model.is_flow:
            return type(self._scheduler).from_config(self._scheduler.config)
        sampler = SAMPLERS[name]
        return getattr(diffusers, sampler.scheduler).from_config(self._scheduler.config, **sampler.options)

    def _prompt_notes(self, request: GenerationRequest) -> Iterator[str]:
        if has_attention_weights(request.prompt) or has_attention_weights(request.negative_prompt):
            yield "the standalone engine ignores attention weights such as (word:1.2)"
        tokenizer = getattr(self._pipeline, "tokenizer", None)
        if tokenizer is None or self._model.is_flow:
            return
        for label, text in (("prompt", request.prompt), ("negative prompt", request.negative_prompt)):
            if len(tokenizer(plain_prompt(text), truncation=False, verbose=False).input_ids) > 77:
                yield f"only the first 77 tokens of the {label} are used by the standalone engine"


def _load_pipeline(model: ModelOnDisk, allow_download: bool) -> Any:
    if not allow_download:
        # `local_files_only` alone is not heeded everywhere. The hub's library reads this when it is imported.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    _quiet_libraries()
    import diffusers
    import torch

    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    options: dict[str, Any] = {
        "torch_dtype": torch.float16 if device == "cuda" else torch.float32,
        "local_files_only": not allow_download,
    }
    if device == "cuda" and model.is_flow:
        options["torch_dtype"] = torch.bfloat16
    try:
        with _known_warnings():
            if model.is_folder:
                if model.has_safety_checker:
                    # It blacks out pictures on its own judgement; the web UIs that users come from do not run it.
                    options.update(safety_checker=None, requires_safety_checker=False)
                pipeline = diffusers.DiffusionPipeline.from_pretrained(str(model.path), use_safetensors=True, **options)
            else:
                pipeline = _single_file_class(model).from_single_file(str(model.path), **options)
        pipeline = pipeline.to(device)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError) as error:
        raise HostError(_why_not_loaded(model, error)) from error
    pipeline.set_progress_bar_config(disable=True)
    _LOG.info("loaded %s on %s", model.path, device)
    return pipeline


def _quiet_libraries() -> None:
    """Progress bars and advice for developers are not for our log; errors are raised, not logged, in any case."""
    import transformers

    # Before diffusers is imported: it makes transformers say which image processors lack torchvision.
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    import diffusers

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()


def _single_file_class(model: ModelOnDisk) -> Any:
    import diffusers

    classes = {
        "SDXL": diffusers.StableDiffusionXLPipeline,
        "SD 3": diffusers.StableDiffusion3Pipeline,
        "Flux.1": diffusers.FluxPipeline,
    }
    return classes.get(model.family, diffusers.StableDiffusionPipeline)


def _why_not_loaded(model: ModelOnDisk, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0][:200].rstrip(" .:") if str(error).strip() else type(error).__name__
    if model.is_folder:
        return f"The model {model.name} could not be loaded: {reason}."
    return (
        f"The checkpoint {model.name} could not be loaded. A single file comes without its tokenizer and "
        "configuration, which are looked for in this machine's Hugging Face cache only: name a diffusers folder of the "
        f"model with --model. ({reason})"
    )


@contextmanager
def _errors_of_the_run() -> Iterator[None]:
    import torch

    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise HostError("The graphics card ran out of memory. Choose a smaller size or fewer LoRAs.") from error
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError) as error:
        _LOG.exception("generation failed")
        raise HostError(f"Generation failed: {str(error).strip()[:300] or type(error).__name__}") from error


@contextmanager
def _threads_for(model: ModelOnDisk) -> Iterator[None]:
    """One thread for the toy: its layers are so small that several spend their time waiting for one another."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1 if model.is_demo else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _known_warnings() -> Iterator[None]:
    """Quiet what diffusers and torch say of their own future; anything else is still heard."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"(diffusers|transformers|torch|accelerate)\b")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(diffusers|transformers|torch)\b")
        # Schedulers hand tensors to numpy functions; numpy 2 tells torch off for how it takes them back.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="__array")
        yield
