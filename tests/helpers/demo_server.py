"""The real server over the demo's LoRAs, for tests in a browser."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.command_line import command
from tests.helpers.live_server import LiveServer, start_server


@contextmanager
def demo_server(folder: Path, *, with_model: bool = False) -> Iterator[LiveServer]:
    """Make the demo in `folder` and serve it, scanned; `with_model`: with its tiny model, as `dev.py run` does."""
    words = command("make-demo", folder / "demo", "--json")
    made = subprocess.run(words, capture_output=True, text=True, check=True, timeout=170)
    demo = json.loads(made.stdout)
    model = ["--demo", "--model", demo["model_dir"]] if with_model else []
    server = start_server(folder / "state", Path(demo["lora_dir"]), *model)
    try:
        server.scan()
        yield server
    finally:
        server.stop()
