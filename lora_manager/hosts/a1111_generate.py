"""Generating inside an AUTOMATIC1111 family host: with its own function, under its lock, into its own folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from modules import call_queue, processing, scripts, sd_samplers, shared

from lora_manager.errors import BadInputError, HostError
from lora_manager.hosts import a1111_model
from lora_manager.hosts.a1111_images import final_images, was_interrupted
from lora_manager.hosts.a1111_main_thread import on_generation_thread
from lora_manager.hosts.a1111_recording import result_of
from lora_manager.hosts.base import Cancelled, GenerationRequest, GenerationResult, OnProgress, Progress
from lora_manager.hosts.image_size import check_size
from lora_manager.hosts.queue_turn import TurnGivenUp, turn
from lora_manager.hosts.run_observer import RunObserver
from lora_manager.hosts.run_watcher import watched
from lora_manager.hosts.tolerant import text_of
from lora_manager.hosts.web_ui import WAITING, never_began

LOADING = "The host is loading its model"
FAILED = "The host could not make the image: {error}. Its console has the details; the next attempt starts afresh."
_JOB = "lora-manager"
_STATE_OF_A_RUN = ("skipped", "interrupted", "stopping_generation")


def output_dir() -> str:
    """The folder of the host's own text-to-image results, absolute."""
    return os.path.abspath(str(shared.opts.outdir_samples or shared.opts.outdir_txt2img_samples))


def generate(
    request: GenerationRequest, observer: RunObserver, on_progress: OnProgress, cancelled: Cancelled
) -> GenerationResult:
    """Make the images when the host's queue comes to us. A cancel while waiting gives an empty, interrupted result."""
    _check(request)
    steps = request.steps * request.batch_size
    try:
        with turn(call_queue.queue_lock, cancelled, lambda: on_progress(Progress(0, steps, WAITING))):
            result = _make(request, observer, on_progress, cancelled)
    except TurnGivenUp:
        return never_began(a1111_model.loaded_model())
    if not result.interrupted:
        on_progress(Progress(steps, steps))
    return result


def _make(
    request: GenerationRequest, observer: RunObserver, on_progress: OnProgress, cancelled: Cancelled
) -> GenerationResult:
    """Run the host's function. We hold its lock."""
    with _state(), watched(_Steps(request), shared.state.interrupt, on_progress, cancelled):
        try:
            return on_generation_thread(lambda: _process(request, observer))
        except Exception as error:
            raise HostError(FAILED.format(error=_said(error))) from error


def _process(request: GenerationRequest, observer: RunObserver) -> GenerationResult:
    """Everything that belongs on the host's generation thread."""
    process = _processing(request)
    with closing(process), observer.own(process) as runs:
        processed = processing.process_images(process)
        interrupted = was_interrupted()
    # The last of those that lie in no other: another extension may have tried again.
    run = next((run for run in reversed(runs) if not run.nested), None)
    images = final_images(process, processed, run.saved if run else ())
    return result_of(run, images, interrupted, text_of(processed.info))


def _processing(request: GenerationRequest) -> Any:
    """The host's description of a run, with the page's scripts as a user finds them."""
    # As the host's own ways in do. AUTOMATIC1111 loads its model on a thread after its start; asking for it waits for
    # that, while its function for images would load it a second time at the same moment, and break.
    _ = shared.sd_model
    process = processing.StableDiffusionProcessingTxt2Img(
        outpath_samples=shared.opts.outdir_samples or shared.opts.outdir_txt2img_samples,
        outpath_grids=shared.opts.outdir_grids or shared.opts.outdir_txt2img_grids,
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        seed=request.seed,
        sampler_name=request.sampler,
        n_iter=request.batch_size,
        batch_size=1,
        steps=request.steps,
        cfg_scale=request.cfg_scale,
        width=request.width,
        height=request.height,
        do_not_save_grid=True,
        # Our gallery shows files; a user who saves nothing by default wants these nevertheless.
        override_settings={} if shared.opts.samples_save else {"samples_save": True},
    )
    # Without it the page's sampler and seed fields overwrite the request's.
    process.is_api = True
    process.scripts = scripts.scripts_txt2img
    process.script_args = _default_arguments(scripts.scripts_txt2img)
    return process


def _default_arguments(runner: Any) -> list[Any]:
    """What the page would hand to its scripts if nobody had touched it; first the choice of a script: none."""
    return [0, *(getattr(component, "value", None) for component in runner.inputs[1:])]


@contextmanager
def _state() -> Iterator[None]:
    """The host's account of what it is doing: begun, and left as it leaves it itself."""
    shared.state.begin(job=_JOB)
    try:
        yield
    finally:
        for name in _STATE_OF_A_RUN:
            if hasattr(shared.state, name):
                setattr(shared.state, name, False)
        shared.state.end()
        shared.total_tqdm.clear()


class _Steps:
    """Reads from the host's state how far our run is. Runs inside it count on their own, so it never goes back."""

    def __init__(self, request: GenerationRequest) -> None:
        self._steps = request.steps
        self._images = request.batch_size
        self._reached = 0

    def __call__(self) -> Progress:
        state = shared.state
        step = state.job_no * self._steps + min(state.sampling_step, self._steps)
        total = self._steps * self._images
        self._reached = max(self._reached, min(step, total))
        loading = not self._reached and a1111_model.in_memory() is None
        return Progress(self._reached, total, LOADING if loading else "")


def _check(request: GenerationRequest) -> None:
    check_size(request)
    if not _knows_sampler(request.sampler):
        raise BadInputError(f"The host has no sampler {request.sampler!r}.")


def _knows_sampler(name: str) -> bool:
    """Whether the host takes the name as it is, or as a sampler with its schedule; of others it takes its default."""
    if name in sd_samplers.all_samplers_map:
        return True
    split: Callable[..., tuple[str, str]] | None = getattr(sd_samplers, "get_sampler_and_scheduler", None)
    if split is None:
        return False
    sampler, _ = split(name, None)
    return name.startswith(f"{sampler} ")


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")[:500]
