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
from tests.fakes.host_api import NETWORKS, make_app, mount_subpath
from tests.fakes.host_login import Page, split_users
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
    parser.add_argument("--rate-limit", type=int, default=0, help="SDNext's setting: requests a minute to one path")
    _add_host_flags(parser)
    spec = importlib.util.spec_from_file_location("preload", ROOT / "preload.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.preload(parser)
    return parser.parse_args()


def _add_host_flags(parser: argparse.ArgumentParser) -> None:
    """Flags of the real hosts, under their names there; the server listens to this machine alone whatever they say."""
    for name in ("listen", "share"):
        parser.add_argument(f"--{name}", action="store_true")
    for name in ("ngrok", "server-name", "gradio-auth", "api-auth", "auth", "subpath"):
        parser.add_argument(f"--{name}")


def _tell_options(shared: Any, options: argparse.Namespace) -> None:
    """As far as this host knows them; every host takes all of our own."""
    for name, value in vars(options).items():
        is_known = hasattr(shared.cmd_opts, name) and value is not None and name != "lora_dir"
        if is_known or name.startswith("lora_manager_"):
            setattr(shared.cmd_opts, name, value)


def _prepare(options: argparse.Namespace) -> Any:
    """The host as far as it is before its server starts: configured, our script loaded."""
    add_to_path(options.family)
    stand_in_gradio.install()
    control = importlib.import_module("fake_control")
    control.configure(options.folder)
    shared = importlib.import_module("modules.shared")
    _tell_options(shared, options)
    if options.lora_dir is not None:
        shared.cmd_opts.lora_dir = str(options.lora_dir)
        importlib.import_module(NETWORKS[options.family]).list_available_networks()
    if options.family == "sdnext":
        shared.opts.server_rate_limit = options.rate_limit
        # As of a second start with this flag: SDNext saves the setting then, and knows it from the beginning.
        shared.opts.subpath = f"/{options.subpath.strip('/')}" if options.subpath else ""
    vars(importlib.import_module("modules.processing"))["step_seconds"] = options.step_seconds
    control.load_script(SCRIPT)
    return control


def _start(control: Any, app: FastAPI, options: argparse.Namespace) -> None:
    """The page is launched before its callbacks hear of the server."""
    shared = importlib.import_module("modules.shared")
    users = options.auth if options.family == "sdnext" else options.gradio_auth
    shared.demo = Page(list(split_users(users).items()) or None, options.share, options.server_name)
    control.start(app)
    if options.family == "sdnext":
        mount_subpath(app)


def main() -> None:
    """Run until the process is ended."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    control = _prepare(options)
    commands: queue.Queue[str] = queue.Queue()
    app = make_app(options.family, commands.put)
    server = Server(app, options.port)
    _start(control, app, options)
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
