from __future__ import annotations

import socket
from pathlib import Path

import pytest

from lora_manager.cli.main import FAILED, make_parser
from lora_manager.cli.serve import LOOPBACK, protection_of
from tests.cli.conftest import Run
from tests.conftest import StartServer


def test_it_listens_to_this_machine_only_unless_told(run: Run) -> None:
    chosen = make_parser().parse_args(["serve"])
    assert (chosen.host, chosen.port, chosen.no_scan, chosen.demo) == ("127.0.0.1", 7870, False, False)
    assert chosen.host in LOOPBACK


@pytest.mark.parametrize(
    ("words", "is_open", "allows"),
    [
        ([], False, False),
        (["--host", "::1"], False, False),
        (["--host", "0.0.0.0"], True, False),
        (["--host", "lora.home", "--allow-file-operations"], True, True),
    ],
)
def test_an_address_that_others_reach_is_open(words: list[str], is_open: bool, allows: bool) -> None:
    protection = protection_of(make_parser().parse_args(["serve", *words]))
    assert (protection.is_open, protection.allows_file_operations) == (is_open, allows)
    assert "--allow-file-operations" in protection.remedy


def test_a_port_that_is_taken_is_said_before_anything_is_made(run: Run, root: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--lora-dir", root, "--port", str(port))
    assert ran.code == FAILED
    assert f"Port {port}" in ran.err
    assert "--port" in ran.err
    assert not (tmp_path / "state").exists()


def test_a_host_that_is_no_address_is_said(run: Run, root: Path) -> None:
    ran = run("serve", "--lora-dir", root, "--host", "no such host.example", "--port", "0")
    assert ran.code == FAILED
    assert ran.err.startswith("error: ")
    assert run("serve", "--lora-dir", root, "--port", "99999").code != 0


def test_it_serves_scans_and_ends(live_server: StartServer, root: Path) -> None:
    """The one test with a real server on a real port."""
    server = live_server(root)
    job = server.finish_job(server.get("jobs")["items"][0])
    assert (job["kind"], job["state"]) == ("scan", "done")
    assert server.get("adapters")["total"] == 3
    assert server.get("library")["roots"][0]["online"] is True
    assert server.request("POST", "scan", {})[0] == 202
    server.stop()
    assert server.process.returncode is not None
    assert b"Traceback" not in server.log.read_bytes()
