"""The host that the contract is asked of: each imitated family in turn, or with --host-url one that runs already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.limits import IMITATED, REAL
from tests.contract.running_host import RunningHost
from tests.helpers.imitated_host import ImitatedHost, start_imitated


def pytest_addoption(parser: pytest.Parser) -> None:
    """Only known when this folder is named on the command line, as tools/check_host.py does."""
    group = parser.getgroup("LoRA Manager's contract with its hosts")
    group.addoption("--host-url", default="", help="a web UI with LoRA Manager in it, e.g. http://127.0.0.1:7860")
    group.addoption("--host-family", default="", choices=["", *REAL], help="which one it is")
    group.addoption("--host-log", type=Path, default=None, help="the file that it writes its messages to")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask each imitated family, or the one real host."""
    if "host_family" in metafunc.fixturenames:
        real = metafunc.config.getoption("--host-family", default="")
        metafunc.parametrize("host_family", [real] if real else list(IMITATED))


@pytest.fixture(scope="session")
def imitated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ImitatedHost]]:
    """Imitated hosts by family, each started by the first test that asks for it."""
    started: dict[str, ImitatedHost] = {}
    yield started
    for process in started.values():
        process.stop()


@pytest.fixture
def host(
    host_family: str,
    imitated: dict[str, ImitatedHost],
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[RunningHost]:
    """A host that idles, with its LoRAs scanned."""
    url = pytestconfig.getoption("--host-url", default="")
    if url:
        log = pytestconfig.getoption("--host-log")
        running = RunningHost(url.rstrip("/"), host_family, REAL[host_family], log)
    else:
        if host_family not in imitated:
            imitated[host_family] = start_imitated(host_family, tmp_path_factory.mktemp(host_family))
        process = imitated[host_family]
        running = RunningHost(process.url, host_family, IMITATED[host_family], process.log, imitated=True)
    running.wait("our API opens", lambda: running.ask("GET", "/lora-manager/api/v1/health").status == 200)
    running.wait("the host idles", lambda: running.get("host")["state"] == "idle")
    if not running.get("adapters?limit=1")["total"]:
        running.scan()
    logged = len(running.logged())
    yield running
    running.settle()
    assert running.reported() == []
    assert "database is locked" not in running.logged()[logged:]
