"""Drives the imitated host of the AUTOMATIC1111 family, whichever of its folders are on the path."""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import networks
from modules import call_queue, paths, processing, script_callbacks, scripts, sd_models, shared

CHECKPOINT = "tiny-sd15.safetensors"
LORAS = ("ink-wash", "paper-cut")
_loaded_scripts: list[Path] = []
_tabs: list[Any] = []


def configure(folder: Path) -> None:
    """Lay the host's folders below this one, with a checkpoint and two LoRAs; its model is in no memory yet."""
    models = folder / "models"
    for name in ("Lora", "LyCORIS", "Stable-diffusion"):
        (models / name).mkdir(parents=True, exist_ok=True)
    paths.data_path, paths.script_path, paths.models_path = str(folder), str(folder), str(models)
    sd_models.model_path = str(models / "Stable-diffusion")
    options = shared.cmd_opts
    options.lora_dir, options.lyco_dir_backcompat = str(models / "Lora"), str(models / "LyCORIS")
    options.ckpt_dir, options.ui_config_file = None, str(folder / "ui-config.json")
    # As the host's own: relative to the folder it runs in.
    for name in ("txt2img-images", "img2img-images", "txt2img-grids"):
        setting = f"outdir_{name.replace('-images', '_samples').replace('-', '_')}"
        shared.opts.set(setting, os.path.relpath(folder / "outputs" / name))
    for name in LORAS:
        add_lora(models / "Lora" / f"{name}.safetensors", alias=f"{name.replace('-', '_')}_v1")
    networks.list_available_networks()
    add_checkpoint(CHECKPOINT)
    _start_main_thread()


def add_lora(path: Path, alias: str = "") -> None:
    """A file with a header and no tensors; the host lists it when it lists again."""
    header = json.dumps({"__metadata__": {"ss_output_name": alias}} if alias else {}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def add_checkpoint(name: str) -> None:
    path = Path(sd_models.model_path) / name
    path.touch()
    sd_models.CheckpointInfo(str(path)).register()


def load_script(path: Path) -> None:
    """Load an extension's file as the host does when it starts."""
    _loaded_scripts.append(path)
    scripts.load_script(path)


def start(app: Any) -> None:
    """Build the page and announce the server, on the thread that the host does it on."""
    _on_start_thread(lambda: _start(app))


def reload_ui(app: Any) -> None:
    """What the button does: everybody is told, all scripts are loaded again, another server starts."""
    script_callbacks.call("before_reload")
    script_callbacks.call("script_unloaded")
    script_callbacks.clear_callbacks()
    scripts.forget_scripts()
    for path in _loaded_scripts:
        scripts.load_script(path)
    start(app)


def stop() -> None:
    """End what `configure` started."""
    main_thread = _main_thread()
    if main_thread is not None:
        main_thread.stop()


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
    user: str | None = None,
    **more: Any,
) -> list[Path]:
    """Press Generate; returns the saved images. A failure is swallowed, as the page does. `user` is logged in."""
    kinds = {
        "txt2img": (processing.StableDiffusionProcessingTxt2Img, scripts.scripts_txt2img),
        "img2img": (processing.StableDiffusionProcessingImg2Img, scripts.scripts_img2img),
    }
    kind, runner = kinds[tab]

    def press() -> list[Path]:
        p = kind(
            outpath_samples=getattr(shared.opts, f"outdir_{tab}_samples"),
            outpath_grids=shared.opts.outdir_txt2img_grids,
            prompt=prompt,
            negative_prompt=negative_prompt,
            width=width,
            height=height,
            seed=seed,
            n_iter=n_iter,
            batch_size=batch_size,
            **more,
        )
        p.is_api, p.user = True, user
        p.steps, p.sampler_name = steps, "Euler a"
        p.scripts, p.script_args = runner, [0, *(component.value for component in runner.inputs[1:])]
        with closing(p):
            processed = processing.process_images(p)
        saved = [getattr(image, "already_saved_as", None) for image in processed.images]
        return [Path(os.path.abspath(path)) for path in saved[processed.index_of_first_image :] if path]

    with call_queue.queue_lock:
        shared.state.begin(job="task(user)")
        processing.fail_at = fail_at
        try:
            return on_generation_thread(press) or []
        except RuntimeError:
            return []
        finally:
            processing.fail_at = None
            shared.state.end()
            shared.state.interrupted = False  # the page does; the API leaves it to the next run


def on_generation_thread(function: Callable[[], Any]) -> Any:
    """Where this host makes its images."""
    main_thread = _main_thread()
    return function() if main_thread is None else main_thread.run_and_wait_result(function)


def _start(app: Any) -> None:
    script_callbacks.call("before_ui")
    scripts.build_ui()
    _tabs[:] = [tab for found in script_callbacks.call("ui_tabs") for tab in found or []]
    script_callbacks.call("app_started", None, app)


def _on_start_thread(function: Callable[[], None]) -> None:
    if _main_thread() is None:
        function()
        return
    thread = threading.Thread(target=function, name="Thread-2 (webui_worker)")
    thread.start()
    thread.join()


def _start_main_thread() -> None:
    main_thread = _main_thread()
    if main_thread is not None:
        main_thread.start()


def _main_thread() -> Any:
    try:
        from modules_forge import main_thread
    except ImportError:
        return None
    return main_thread
