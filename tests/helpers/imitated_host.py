"""Start an imitated host with our extension in it, as a process of its own, and end it."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.live_server import free_port
from tests.helpers.server_process import end, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class ImitatedHost:
    """A running one: the address of its page, what it logs, where its files lie."""

    url: str
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it as a closed window does."""
        end(self.process)


def start_imitated(family: str, folder: Path, *flags: str, root: Path = ROOT) -> ImitatedHost:
    """Start one over a folder of its own, with the extension at `root`; returns when our API answers."""
    port = free_port()
    log = folder / "host.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LORA_MANAGER_")}
    words = ["--family", family, "--folder", str(folder / "host"), "--port", str(port), *flags]
    (folder / "host").mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.fake_host", *words],
            stdout=output,
            stderr=output,
            cwd=folder,
            env={**kept, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        )
    # Only SDNext is at its sub-path by itself; the others have a proxy for that.
    below = f"/{flags[flags.index('--subpath') + 1].strip('/')}" if family == "sdnext" and "--subpath" in flags else ""
    host = ImitatedHost(f"http://127.0.0.1:{port}{below}", folder / "host", log, process)

    def answers() -> bool:
        try:
            with _OPENER.open(f"{host.url}/lora-manager/api/v1/health", timeout=10):
                return True
        except urllib.error.HTTPError as error:
            with error:
                # It asks for a login first, or has counted our looks; either way it may still be opening.
                return error.code in (401, 429)

    wait_until_ready(process, answers, log)
    return host
