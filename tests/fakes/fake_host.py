"""An imitated host as a process: `python -m tests.fakes.fake_host --family a1111 --folder DIR --port N`.

It loads this repository as its extension, on the threads and in the order of the real host, and serves on a real
server. Reload UI and Restart are those of the host: one loads the scripts anew, the other begins a new process image.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import logging
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from tests.fakes import stand_in_gradio
from tests.fakes.host_api import NETWORKS, make_app
from tests.fakes.loading import FOLDERS, add_to_path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "lora_manager_ext.py"
STEP_SECONDS = 0.02


class Server:
    """uvicorn on a thread of its own, as gradio starts it."""

    def __init__(self, app: FastAPI, port: int) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise SystemExit(f"port {port} cannot be used")
            time.sleep(0.01)

    def close(self) -> None:
        """End it; the port is free afterwards."""
        self._server.should_exit = True
        self._thread.join()


def _options() -> argparse.Namespace:
    """The host's own flags and those that our preload.py adds to them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=sorted(FOLDERS), required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where its models, LoRAs and pictures lie")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lora-dir", type=Path, help="its LoRAs lie here instead of below --folder")
    parser.add_argument("--step-seconds", type=float, default=STEP_SECONDS, help="what one step of a picture takes")
    spec = importlib.util.spec_from_file_location("preload", ROOT / "preload.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.preload(parser)
    return parser.parse_args()


def _prepare(options: argparse.Namespace) -> Any:
    """The host as far as it is before its server starts: configured, our script loaded."""
    add_to_path(options.family)
    stand_in_gradio.install()
    control = importlib.import_module("fake_control")
    control.configure(options.folder)
    shared = importlib.import_module("modules.shared")
    shared.cmd_opts.lora_manager_dir = options.lora_manager_dir
    shared.cmd_opts.lora_manager_db = options.lora_manager_db
    if options.lora_dir is not None:
        shared.cmd_opts.lora_dir = str(options.lora_dir)
        importlib.import_module(NETWORKS[options.family]).list_available_networks()
    vars(importlib.import_module("modules.processing"))["step_seconds"] = options.step_seconds
    control.load_script(SCRIPT)
    return control


def main() -> None:
    """Run until the process is ended."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    control = _prepare(options)
    commands: queue.Queue[str] = queue.Queue()
    app = make_app(options.family, commands.put)
    server = Server(app, options.port)
    control.start(app)
    while True:
        command = commands.get()
        server.close()
        if command == "restart":
            sys.stdout.flush()
            sys.stderr.flush()
            os.execv(sys.executable, [sys.executable, "-m", "tests.fakes.fake_host", *sys.argv[1:]])
        app = make_app(options.family, commands.put)
        server = Server(app, options.port)
        control.reload_ui(app)


if __name__ == "__main__":
    main()
