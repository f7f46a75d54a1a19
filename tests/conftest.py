"""Fixtures that every layer's tests may use. Nothing here imports torch or what needs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from lora_manager.application import Application
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.migrate import migrate
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.live_server import LiveServer, start_server
from tests.helpers.shelf import Shelf, database_copy, running, standalone_host
from tools.dev_programs import CHROMIUM_VARIABLE, find_chromium

# A slow machine is no failure: properties have no deadline each, the whole test has one (pyproject.toml).
settings.register_profile("lora_manager", deadline=None, print_blob=True)
# In CI the same examples each time, and none made smaller: that may take longer than a test has. Who works on the code
# gets others with every run.
_EXAMPLES_ONLY = tuple(phase for phase in Phase if phase is not Phase.shrink)
settings.register_profile("ci", settings.get_profile("lora_manager"), derandomize=True, phases=_EXAMPLES_ONLY)
settings.load_profile("ci" if os.environ.get("CI") else "lora_manager")


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


# --- the database, the application, the API ---------------------------------------------------------------------------

DatabaseFactory = Callable[[], AbstractContextManager[Database]]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; tests copy it, which is much faster than migrating each."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(sqlite_url(path))
    migrate(database)
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def database_factory(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> DatabaseFactory:
    """`with database_factory() as database`: an empty database of its own for each example of a property."""
    return lambda: database_copy(migrated_file, tmp_path_factory.mktemp("database"))


@pytest.fixture
def fresh_database(database_factory: DatabaseFactory) -> Iterator[Database]:
    """An empty database of the newest schema."""
    with database_factory() as database:
        yield database


@pytest.fixture
def shelf(fresh_database: Database, tmp_path: Path) -> Shelf:
    """A LoRA folder `Lora` with its catalogue."""
    return Shelf(fresh_database, tmp_path / "Lora")


@pytest.fixture
def application(tmp_path: Path, migrated_file: Path) -> Iterator[Application]:
    """Our own host, without a model, over the folder `Lora`; started, not scanned."""
    (tmp_path / "Lora").mkdir()
    with running(standalone_host(tmp_path), tmp_path / "home", migrated_file) as app:
        yield app


@pytest.fixture
def drawing_host(tmp_path: Path) -> DrawingHost:
    """A second host that generates, over the same folder `Lora`."""
    (tmp_path / "Lora").mkdir(exist_ok=True)
    return DrawingHost(tmp_path)


@pytest.fixture
def drawing_application(drawing_host: DrawingHost, tmp_path: Path, migrated_file: Path) -> Iterator[Application]:
    """An application over the second host; started, not scanned."""
    with running(drawing_host, tmp_path / "drawing", migrated_file) as app:
        yield app


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
