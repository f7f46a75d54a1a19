from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.cli import hashing
from lora_manager.cli.main import make_parser
from lora_manager.cli.opening import open_application
from lora_manager.db.lease_records import read_lease
from lora_manager.services.hashing.hasher import LEASE
from lora_manager.services.hashing.lease import Lease
from tests.cli.conftest import Run
from tests.services.hashing.hashing import until

ROOT = Path(__file__).resolve().parents[2]


def opened(root: Path) -> Application:
    """The catalogue that the commands use."""
    return open_application(make_parser().parse_args(["hash", "--lora-dir", str(root)]))


def test_every_scanned_file_gets_its_hash(run: Run, library: tuple[str, ...], root: Path) -> None:
    ran = run("hash", *library)
    assert ran.code == 0
    assert "4 of 4 files have their hash: 4 new" in ran.out
    shown = run("show", "amber", *library, "--json").document
    own = hashlib.sha256((root / "amber.safetensors").read_bytes()).hexdigest()
    assert [(file["sha256"], file["sha256_state"]) for file in shown["files"]] == [(own, "confirmed")]
    again = run("hash", *library, "--json").document
    assert (again["state"], again["done"], again["total"], again["errors"]) == ("idle", 4, 4, 0)


def test_what_is_paused_is_done_only_when_told_to(run: Run, library: tuple[str, ...], root: Path) -> None:
    app = opened(root)
    app.hasher.pause(True)
    app.close()
    ran = run("hash", *library)
    assert ran.code == 1
    assert "paused" in ran.err
    assert "--now" in ran.err
    assert "4 new" in run("hash", *library, "--now").out
    app = opened(root)
    assert app.hasher.status().state == "paused"
    app.close()


def test_another_process_that_hashes_is_left_to_it(
    run: Run, library: tuple[str, ...], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.5)
    app = opened(root)
    assert Lease(app.database, LEASE).take()
    ran = run("hash", *library)
    assert ran.code == 1
    assert "Another LoRA Manager" in ran.err
    assert "4 new" in run("hash", *library, "--now").out
    app.close()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is no signal to another process there")
def test_ctrl_c_ends_it_and_the_next_time_goes_on(run: Run, library: tuple[str, ...], root: Path) -> None:
    for number in range(6):
        with (root / f"large{number}.pt").open("wb") as file:
            file.truncate(300_000_000)
    run("scan", *library)
    command = [sys.executable, "-m", "lora_manager", "hash", *library]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    app = opened(root)
    with app.database.engine.connect() as connection:
        until(lambda: read_lease(connection, LEASE) is not None or process.poll() is not None)
    app.close()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, said = process.communicate(timeout=10)
    assert time.monotonic() - begin < 5
    if process.returncode != 0:  # it may have been done
        assert "Traceback" not in said
        assert "stopped" in said
    assert "10 of 10 files have their hash" in run("hash", *library).out
