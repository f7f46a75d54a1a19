"""Hooks into every run of an AUTOMATIC1111 family host: a script that is always on, and the callback for saved files.

The order in a run: before_process, then for each batch (and for each second pass of hires) the networks are activated,
files are saved, and postprocess. A run that fails never comes to postprocess. On some hosts all of this happens on the
main thread, and another script may start a run of its own in the middle.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from modules import processing, scripts

from lora_manager.hosts import a1111_model
from lora_manager.hosts.a1111_images import final_images, request_of, saved_images, was_interrupted
from lora_manager.hosts.a1111_networks import activated
from lora_manager.hosts.base import UNKNOWN_MODEL, GeneratedImage, GenerationResult, ObservedGeneration
from lora_manager.hosts.run_observer import Run, RunObserver, harmless
from lora_manager.hosts.tolerant import text_of

TITLE = "LoRA Manager"


class Recording:
    """Feeds the observer from the host's hooks."""

    def __init__(self) -> None:
        self.observer = RunObserver(_describe_broken_off)

    def script_class(self) -> type[scripts.Script]:
        """A class for the host to find; it makes an instance for each of its tabs."""
        return type("LoraManagerRecorder", (_RecordingScript,), {"recording": self})

    @harmless
    def begun(self, process: Any) -> None:
        """A run begins; nothing of it is decided yet."""
        self.observer.begin(process)

    @harmless
    def networks_activated(self, process: Any, extra_network_data: Any) -> None:
        """The networks of a batch, or of its second pass, were applied: the one moment at which every host can tell."""
        run = self.observer.run_of(process)
        if run is None:
            return
        outcome = activated(extra_network_data)
        known = {adapter.path for adapter in run.applied}
        run.applied += [adapter for adapter in outcome.applied if adapter.path not in known]
        said = {adapter.tag_name for adapter in run.refused}
        run.refused += [adapter for adapter in outcome.refused if adapter.tag_name not in said]

    @harmless
    def image_saved(self, params: Any) -> None:
        """The host saved a file, which may be a grid or a mask."""
        if params.p is not None:
            # Relative to the folder the host was started in, for most settings.
            path = Path(os.path.abspath(params.filename))
            self.observer.saved(params.p, path, text_of((params.pnginfo or {}).get("parameters")))

    @harmless
    def ended(self, process: Any, processed: Any) -> None:
        """A run came to its end, or was interrupted."""
        interrupted = was_interrupted()
        self.observer.end(
            process, lambda run: _observed(run, final_images(run.process, processed, run.saved), interrupted)
        )


@lru_cache(maxsize=1)
def recording() -> Recording:
    """The one of this process. Reload UI makes all else anew, while a run under way goes on with the old scripts."""
    return Recording()


class _RecordingScript(scripts.Script):  # type: ignore[misc]  # the host's class is not there for mypy
    """What the host calls. It shows nothing, takes no arguments and is on in every tab."""

    recording: Recording
    create_group = False

    def title(self) -> str:
        return TITLE

    def show(self, is_img2img: bool) -> Any:
        return scripts.AlwaysVisible

    def before_process(self, p: Any, *args: Any) -> None:
        self.recording.begun(p)

    def after_extra_networks_activate(self, p: Any, *args: Any, **kwargs: Any) -> None:
        self.recording.networks_activated(p, kwargs.get("extra_network_data"))

    def postprocess(self, p: Any, processed: Any, *args: Any) -> None:
        self.recording.ended(p, processed)


def _describe_broken_off(run: Run) -> ObservedGeneration:
    return _observed(run, saved_images(run.process, run.saved), interrupted=True)


def result_of(run: Run | None, images: list[GeneratedImage], interrupted: bool, said: str = "") -> GenerationResult:
    """What came of a run, by the hooks that followed it; `said` is its infotext where no image has one."""
    return GenerationResult(
        images=tuple(images),
        infotext=images[0].infotext if images else said,
        applied=tuple(run.applied) if run else (),
        refused=tuple(run.refused) if run else (),
        model=a1111_model.loaded_model() or UNKNOWN_MODEL,
        seconds=run.seconds if run else 0.0,
        interrupted=interrupted,
    )


def _observed(run: Run, images: list[GeneratedImage], interrupted: bool) -> ObservedGeneration:
    result = result_of(run, images, interrupted)
    user_name = text_of(getattr(run.process, "user", None)) or None
    return ObservedGeneration(_origin(run.process), request_of(run.process, images), result, user_name)


def _origin(process: Any) -> str:
    return "img2img" if isinstance(process, processing.StableDiffusionProcessingImg2Img) else "txt2img"
