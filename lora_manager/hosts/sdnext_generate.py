"""Generating inside SDNext: with its loaded model, under its queue lock, saved where it saves."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from modules import call_queue, logger, processing, scripts_manager, sd_samplers, shared
from modules.paths import resolve_output_path

from lora_manager.errors import BadInputError, HostError
from lora_manager.hosts import sdnext_model
from lora_manager.hosts.base import Cancelled, GenerationRequest, GenerationResult, OnProgress, Progress
from lora_manager.hosts.queue_turn import TurnGivenUp, turn
from lora_manager.hosts.run_watcher import watched
from lora_manager.hosts.sdnext_recording import SdnextRecorder
from lora_manager.hosts.web_ui import WAITING, never_began

LOADING = "Loading the model"
_LONGEST_LINE = 300
_TITLE = "LoRA Manager"
_DEFAULT_SAMPLER = "Default"
_LOOK_IN_LOG = "SDNext's log says more."
_ABOUT_NETWORKS = "Network"
"""How its lines about LoRAs begin: one that was not found or does not fit is no failure of the run."""
_MISFIT = "incompatible lora shape"
MISFIT_NOTE = (
    "SDNext left out the layers of a LoRA whose shapes differ from the model's: it was made for another base model."
)


def samplers() -> list[str]:
    """SDNext's samplers, first "Default": the one that the model brings. Rows that divide its list are left out."""
    names = [sampler.name for sampler in sd_samplers.visible_samplers() if sampler.constructor is not None]
    return [_DEFAULT_SAMPLER, *(name for name in names if name != _DEFAULT_SAMPLER)]


def samples_dir() -> str:
    """The folder of text-to-image pictures, as SDNext joins it from its two options."""
    return str(resolve_output_path(shared.opts.outdir_samples, shared.opts.outdir_txt2img_samples))


def generate(
    request: GenerationRequest, recorder: SdnextRecorder, on_progress: OnProgress, cancelled: Cancelled
) -> GenerationResult:
    """Make the pictures when it is our turn. Blocks; leaves lock, state and options as they were."""
    if request.sampler not in samplers():
        raise BadInputError(f"SDNext has no sampler {request.sampler!r}. It has: {', '.join(samplers())}.")
    steps = request.steps * request.batch_size
    try:
        with turn(call_queue.queue_lock, cancelled, lambda: on_progress(Progress(0, steps, WAITING))):
            return _in_turn(request, recorder, on_progress, cancelled)
    except TurnGivenUp:
        return never_began(sdnext_model.loaded_model())


def _in_turn(
    request: GenerationRequest, recorder: SdnextRecorder, on_progress: OnProgress, cancelled: Cancelled
) -> GenerationResult:
    job = shared.state.begin(_TITLE, api=True)
    try:
        if not shared.sd_loaded:
            on_progress(Progress(0, request.steps * request.batch_size, LOADING))
        if shared.sd_model is None:  # looking at it loads the selected checkpoint
            raise HostError(f"SDNext could not load its model. Choose another in its Models tab. {_LOOK_IN_LOG}")
        return _run(request, recorder, on_progress, cancelled)
    finally:
        shared.state.interrupted = False
        shared.state.end(job, api=False)


def _run(
    request: GenerationRequest, recorder: SdnextRecorder, on_progress: OnProgress, cancelled: Cancelled
) -> GenerationResult:
    started = time.monotonic()
    with _failures_told():
        process = _process(request)
    try:
        with (
            _failures_told(),
            _error_lines() as errors,
            recorder.own(process) as ours,
            watched(_progress(process, request), _interrupt, on_progress, cancelled) as watch,
        ):
            made = processing.process_images(process)
    finally:
        process.close()
    ours.seconds = time.monotonic() - started
    failures = [line for line in errors if not line.startswith(_ABOUT_NETWORKS)]
    # SDNext marks a run that failed as interrupted, too.
    ours.interrupted = watch.interrupted or (ours.interrupted and not failures)
    if not ours.files and not ours.interrupted:
        raise HostError(_why_nothing(made, failures))
    result = ours.result()
    return replace(result, notes=(*result.notes, *_notes(result, request, errors, failures)))


def _notes(
    result: GenerationResult, request: GenerationRequest, errors: list[str], failures: list[str]
) -> Iterator[str]:
    """What came out otherwise than asked, by what SDNext logged."""
    if result.applied and any(_MISFIT in line for line in errors):
        yield MISFIT_NOTE
    if failures and len(result.images) < request.batch_size:
        yield f"SDNext made {len(result.images)} of {request.batch_size} images, then failed: {failures[-1]}."


def _process(request: GenerationRequest) -> Any:
    process = processing.StableDiffusionProcessingTxt2Img(
        sd_model=shared.sd_model,
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        width=request.width,
        height=request.height,
        steps=request.steps,
        cfg_scale=request.cfg_scale,
        seed=request.seed,
        sampler_name=request.sampler,
        batch_size=1,
        n_iter=request.batch_size,
        sequential_seed=True,
        samples_save=True,
        keep_incomplete=False,  # what SDNext keeps of an interrupted picture is its small preview
        do_not_save_grid=True,
        outpath_samples=samples_dir(),
        outpath_grids=resolve_output_path(shared.opts.outdir_grids, shared.opts.outdir_txt2img_grids),
    )
    # Without a runner SDNext writes the prompt into the infotext as it was left after its LoRA tags were taken out.
    process.scripts = scripts_manager.ScriptRunner("txt2img")
    process.script_args = ()
    return process


@contextmanager
def _failures_told() -> Iterator[None]:
    """Whatever SDNext raises is told as its failure."""
    try:
        yield
    except Exception as error:
        raise HostError(f"SDNext could not make the image: {_said(error)}. {_LOOK_IN_LOG}") from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _why_nothing(made: Any, errors: list[str]) -> str:
    if errors:
        return f"SDNext made no image: {errors[-1]}. {_LOOK_IN_LOG}"
    if made is None:
        return f"SDNext did not start: its model is not wholly loaded. Load it again in its Models tab. {_LOOK_IN_LOG}"
    return f"SDNext made no image and gave no reason. {_LOOK_IN_LOG}"


def _progress(process: Any, request: GenerationRequest) -> Callable[[], Progress]:
    """Steps over all pictures. SDNext counts the steps of one; after them it counts from 0 again for the decoder."""
    furthest = 0

    def now() -> Progress:
        nonlocal furthest
        done = int(process.iteration) * request.steps + min(int(shared.state.sampling_step), request.steps)
        furthest = max(furthest, done)
        return Progress(furthest, request.steps * request.batch_size)

    return now


def _interrupt() -> None:
    """SDNext forgets an interrupt when its next part begins, so this is called again and again."""
    if not shared.state.interrupted:
        shared.state.interrupt()


@contextmanager
def _error_lines() -> Iterator[list[str]]:
    """What SDNext logs as errors on this thread: it swallows those of its pipelines and goes on without a picture."""
    lines: list[str] = []
    handler = _Collector(lines, threading.get_ident())
    logger.log.addHandler(handler)
    try:
        yield lines
    finally:
        logger.log.removeHandler(handler)


class _Collector(logging.Handler):
    def __init__(self, lines: list[str], thread: int) -> None:
        super().__init__(logging.ERROR)
        self._lines = lines
        self._thread = thread

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what went wrong: SDNext's own line holds every argument of the pipeline before it comes to the error."""
        if record.thread == self._thread:
            line, error = record.getMessage(), sys.exc_info()[1]
            if error is not None and not line.startswith(_ABOUT_NETWORKS):
                line = _said(error)
            self._lines.append(line.partition("\n")[0][:_LONGEST_LINE])
