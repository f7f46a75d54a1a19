"""The command that makes the vectors now, in the foreground, and chooses the encoder."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

from lora_manager.api.vectors import vectors_json
from lora_manager.application import Application
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.errors import LoraManagerError
from lora_manager.services.jobs import JobContext

LOADING_SECONDS = 300.0


def add_embed_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `embed` takes."""
    parser.add_argument("--encoder", metavar="NAME", help='choose this one first: a folder, a name of --list, or ""')
    parser.add_argument("--download", action="store_true", help="fetch the encoder that is chosen, if it is not there")
    parser.add_argument("--list", action="store_true", help="tell which encoders there are by name, and make nothing")


def embed(arguments: argparse.Namespace) -> None:
    """Make the vectors of every LoRA that changed. Ctrl+C ends it; what is done stays done."""
    with opened(arguments) as app:
        if arguments.encoder is not None:
            _choose(app, arguments.encoder, download=arguments.download)
        if arguments.list:
            _list(app, as_json=arguments.json)
            return
        status = app.vectors.ready(LOADING_SECONDS)
        if status.state == "failed":
            raise LoraManagerError(status.reason)
        begin = time.monotonic()
        bar = ProgressBar()
        try:
            written = app.vectors.catch_up(bar)
        finally:
            bar.close()
        seconds = time.monotonic() - begin
        told = {**vectors_json(app.vectors.status()), "written": written, "seconds": round(seconds, 2)}
    if arguments.json:
        print_json(told)
        return
    print_line(f"{written} vectors written in {seconds:.1f} s, by {status.name or 'no encoder: technical ones only'}")
    for one in told["vectors"]:
        print_line(f"  {one['kind']}: {one['done']} of {one['total']} LoRAs")


def _choose(app: Application, name: str, *, download: bool) -> None:
    if app.vectors.needs_fetching(name):
        if not download:
            raise LoraManagerError(f"{name} is not here yet. Add --download to fetch it; --list says how large it is.")
        bar = ProgressBar()
        try:
            app.vectors.run_fetch({"name": name}, JobContext(bar, threading.Event().is_set))
        finally:
            bar.close()
        return
    app.vectors.choose(str(Path(name).absolute()) if Path(name).is_dir() else name)


def _list(app: Application, *, as_json: bool) -> None:
    told = vectors_json(app.vectors.status())
    if as_json:
        print_json(told)
        return
    chosen = app.settings.current().encoder
    for one in told["encoder"]["choices"]:
        state = "chosen" if one["name"] == chosen else "here" if one["installed"] else "not fetched"
        print_line(f"{one['name']}  {one['megabytes']} MB, {one['label']} ({state})")
    print_line("Or a folder with config.json, a tokenizer and model.safetensors.")
