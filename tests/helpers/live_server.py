"""Start the real server as a user does, wait until its page answers, talk to it, and end it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.command_line import command, environment
from tests.helpers.server_process import end, wait_until_ready

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class LiveServer:
    """A running server: its page's address, its process and what it logged."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    lora_dir: Path

    def request(self, method: str, path: str, body: object | None = None) -> tuple[int, Any]:
        """(status, parsed JSON) of one call below `api/v1/`."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}api/v1/{path}", data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    def get(self, path: str) -> Any:
        """The parsed answer of a GET that succeeds."""
        status, answer = self.request("GET", path)
        assert status == 200, (status, answer)
        return answer

    def finish_job(self, job: dict[str, Any], limit_s: float = 60) -> dict[str, Any]:
        """Wait until the job has ended, however it did."""
        until = time.monotonic() + limit_s
        while job["state"] in ("queued", "running"):
            assert time.monotonic() < until, job
            time.sleep(0.1)
            job = self.get(f"jobs/{job['id']}")
        return job

    def scan(self) -> dict[str, Any]:
        """Scan to the end and return the finished job."""
        status, job = self.request("POST", "scan", {})
        assert status in (200, 202), job
        done = self.finish_job(job)
        assert done["state"] == "done", done
        return done

    def stop(self) -> None:
        """End the process, with force if it does not go."""
        end(self.process)


def start_server(state: Path, lora_dir: Path, *extra: str) -> LiveServer:
    """Serve `lora_dir` with its database in `state` on a free port; returns when the page answers."""
    state.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = state / "server.log"
    database = f"sqlite:///{(state / 'library.sqlite3').as_posix()}"
    arguments = ["serve", "--host", "127.0.0.1", "--port", str(port), "--lora-dir", str(lora_dir), "--db", database]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(*arguments, *extra), stdout=output, stderr=output, env=environment(state), cwd=state
        )
    server = LiveServer(f"http://127.0.0.1:{port}/lora-manager/", process, log, lora_dir)
    wait_until_ready(process, lambda: bool(server.request("GET", "health")[0] == 200), log)
    return server
