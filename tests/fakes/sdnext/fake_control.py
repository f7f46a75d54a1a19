"""Drives the imitated SDNext."""

from __future__ import annotations

import importlib
import json
import os
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modules import (
    call_queue,
    modeldata,
    paths,
    processing,
    progress,
    script_callbacks,
    scripts_manager,
    sd_checkpoint,
    shared,
)
from modules.lora import lora_load

from tests.fakes.host_login import Event

CHECKPOINT = "Diffusers/tiny-sd"
LORAS = ("ink-wash", "paper-cut")
_KINDS = {
    "txt2img": processing.StableDiffusionProcessingTxt2Img,
    "img2img": processing.StableDiffusionProcessingImg2Img,
    "control": processing.StableDiffusionProcessingControl,
    "video": processing.StableDiffusionProcessingVideo,
}
_tabs: list[Any] = []


def configure(folder: Path) -> None:
    """Lay the host's folders below this one, with a checkpoint and two LoRAs; its model is in no memory yet.

    As the host's own, the paths are relative to the folder that the process runs in.
    """
    models = folder / "models"
    for name in ("Lora", "Diffusers/tiny-sd"):
        (models / name).mkdir(parents=True, exist_ok=True)
    paths.models_path = _relative(models)
    shared.cmd_opts.lora_dir = _relative(models / "Lora")
    for name, inner in (("samples", ""), ("grids", "")):
        setattr(shared.opts, f"outdir_{name}", inner)
    for tab, inner in (("txt2img", "text"), ("img2img", "image"), ("control", "control")):
        setattr(shared.opts, f"outdir_{tab}_samples", _relative(folder / "outputs" / inner))
        setattr(shared.opts, f"outdir_{tab}_grids", _relative(folder / "outputs" / "grids"))
    for name in LORAS:
        add_lora(models / "Lora" / f"{name}.safetensors")
    lora_load.list_available_networks()
    sd_checkpoint.CheckpointInfo(_relative(models / "Diffusers" / "tiny-sd"), CHECKPOINT).register()
    shared.opts.sd_model_checkpoint = CHECKPOINT
    modeldata.model_data.locked = False


def _relative(path: Path) -> str:
    """Windows has no relative way from one drive to another."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)


def add_lora(path: Path) -> None:
    """A file with a header and no tensors; the host lists it when it lists again."""
    header = json.dumps({"__metadata__": {"ss_output_name": path.stem}}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def load_script(path: Path) -> None:
    """Load an extension's file as the host does when it starts."""
    scripts_manager.load_script(path)


def start(app: Any) -> None:
    """Build the page and announce the server, both on the main thread; the model is not loaded by then."""
    script_callbacks.call("before_ui")
    script_callbacks.call("ui_settings")
    _tabs[:] = [tab for found in script_callbacks.call("ui_tabs") for tab in found or []]
    script_callbacks.call("app_started", None, app)
    script_callbacks.call("after_ui")


def reload_ui(app: Any) -> None:
    """There is no such button: a restart begins a new process image and calls nobody."""


def tabs() -> list[Any]:
    """What the callbacks for tabs returned."""
    return _tabs


def user_run(
    prompt: str,
    *,
    tab: str = "txt2img",
    negative_prompt: str = "",
    width: int = 64,
    height: int = 64,
    steps: int = 2,
    seed: int = -1,
    n_iter: int = 1,
    batch_size: int = 1,
    fail_at: int | None = None,
    failure: Exception | None = None,
    inputs: int = 1,
    scripts: list[Any] | None = None,
    after: Callable[[Any], None] | None = None,
    user: str | None = None,
    **more: Any,
) -> list[Path]:
    """Press Generate; returns the saved images. A failure is swallowed, as the page does. `user` is logged in.

    `inputs` pictures of the Control tab are one `p` that is run for each; `after` is a script that works on after that.
    """
    asked = {"prompt": prompt, "negative_prompt": negative_prompt, "width": width, "height": height, **more}
    saved: list[Path] = []
    task = f"task({uuid.uuid4().hex})"
    with call_queue.get_lock(), _in_queue(task, user):
        job = shared.state.begin(tab.capitalize())
        processing.fail_at = fail_at
        processing.failure = failure or TypeError("unexpected keyword")
        p = _KINDS[tab](
            outpath_samples=getattr(shared.opts, f"outdir_{'txt2img' if tab == 'video' else tab}_samples"),
            outpath_grids=shared.opts.outdir_txt2img_grids,
            steps=steps,
            seed=seed,
            n_iter=n_iter,
            batch_size=batch_size,
            sampler_name="Euler a",
            **asked,
        )
        p.scripts = scripts_manager.runner(tab)
        p.scripts.alwayson_scripts += scripts or []
        try:
            for _ in range(inputs):
                made = processing.process_images(p)
                saved += _saved(made)
            if after is not None:
                after(p)
        except (TypeError, OSError):
            pass
        finally:
            p.close()
            processing.fail_at = None
            shared.state.end(job)
    return saved


@contextmanager
def _in_queue(task: str, user: str | None) -> Iterator[None]:
    """The page's queue knows whose request it is, and the host knows its id, for as long as it runs."""
    if user is None or shared.demo is None:
        yield
        return
    progress.start_task(task)
    try:
        with shared.demo.working_on(Event([task, "the form's other fields"], user)):
            yield
    finally:
        progress.finish_task(task)


def on_worker(function: Callable[[], Any]) -> threading.Thread:
    """Run on a thread of its own, as the page's and the API's generations are."""
    thread = threading.Thread(target=function, name="AnyIO worker thread", daemon=True)
    thread.start()
    return thread


def _saved(made: Any) -> list[Path]:
    pictures = made.images[made.index_of_first_image :] if made is not None else []
    names = [getattr(picture, "already_saved_as", None) for picture in pictures]
    return [Path(os.path.abspath(name)) for name in names if name]


def xyz_grid(steps: list[int]) -> Any:
    """The script of the sheet of variations."""
    return importlib.import_module("modules.xyz_grid").XyzGrid(steps)
