"""Fixtures that every layer's tests may use. Nothing here imports a heavy package."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.live_server import LiveServer, start_server
from tools.dev_programs import CHROMIUM_VARIABLE, find_chromium

# A slow machine is no failure: properties have no deadline each, the whole test has one (pyproject.toml).
settings.register_profile("lora_manager", deadline=None, print_blob=True)
settings.load_profile("lora_manager")


# --- measured figures: printed at the end of the run, so that they are seen when all is green -------------------------

Figure = Callable[[str], None]
FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """`figure("text")` adds a line to the section "measured" that closes the run."""
    lines = request.config.stash.setdefault(FIGURES, [])
    return lambda text: lines.append(f"{request.node.name}: {text}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures that tests measured."""
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)


# --- the database: fixtures of db, scan and api go here ---------------------------------------------------------------


# --- the real server, the real browser --------------------------------------------------------------------------------

StartServer = Callable[..., LiveServer]


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[StartServer]:
    """`live_server(lora_dir, *extra)` starts the real server with a fresh database; all are ended afterwards."""
    servers: list[LiveServer] = []

    def start(lora_dir: Path, *extra: str, state: Path | None = None) -> LiveServer:
        servers.append(start_server(state or tmp_path / f"state{len(servers)}", lora_dir, *extra))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a Chromium; the test is skipped by name where there is none."""
    path = os.environ.get(CHROMIUM_VARIABLE, "") or find_chromium()
    if not path:
        pytest.skip(os.environ.get("LORA_MANAGER_NO_CHROMIUM", "no Chromium on this system"))
    return path
