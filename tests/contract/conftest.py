"""The host that the contract is asked of: each imitated family in turn, or with --host-url one that runs already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.limits import IMITATED, REAL
from tests.contract.running_host import RunningHost, User
from tests.helpers.imitated_host import ImitatedHost, start_imitated
from tests.helpers.lanes import of_this_lane

LOGIN, OTHER_LOGIN = User("ann", "secret"), User("ben", "other")
_USERS = "ann:secret,ben:other"
LOGIN_FLAGS = {
    "a1111": ("--gradio-auth", _USERS, "--api-auth", "api:bees,second:wasps"),
    "forge": ("--gradio-auth", _USERS, "--api-auth", "api:bees,second:wasps"),
    "sdnext": ("--auth", _USERS),
}
API_USER = {"a1111": User("api", "bees"), "forge": User("api", "bees"), "sdnext": LOGIN}
"""Whom a host's own API asks for: SDNext the users of its page, the others those of a flag of its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Only known when this folder is named on the command line, as tools/check_host.py does."""
    group = parser.getgroup("LoRA Manager's contract with its hosts")
    group.addoption("--host-url", default="", help="a web UI with LoRA Manager in it, e.g. http://127.0.0.1:7860")
    group.addoption("--host-family", default="", choices=["", *REAL], help="which one it is")
    group.addoption("--host-login", default="", help="USER:PASSWORD of its login, where it has one")
    group.addoption("--host-api-auth", default="", help="USER:PASSWORD that its own API asks for")
    group.addoption("--host-routes", type=Path, default=None, help="a file for the table of routes and who may")
    group.addoption("--host-log", type=Path, default=None, help="the file that it writes its messages to")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask each imitated family (in the lane of one, that one), or the one real host."""
    if "host_family" in metafunc.fixturenames:
        real = metafunc.config.getoption("--host-family", default="")
        metafunc.parametrize("host_family", [real] if real else of_this_lane(list(IMITATED)))


Imitated = Callable[..., RunningHost]
"""`(family, *flags)`: an imitated host with these flags, started by the first test that asks for it."""


@pytest.fixture(scope="session")
def imitated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imitated]:
    """Starts imitated hosts, and ends them after the last test."""
    started: dict[tuple[str, ...], ImitatedHost] = {}

    def start(family: str, *flags: str) -> RunningHost:
        asked = (family, *flags)
        if asked not in started:
            started[asked] = start_imitated(family, tmp_path_factory.mktemp(family), *flags)
        process = started[asked]
        return RunningHost(process.url, family, IMITATED[family], process.log, imitated=True)

    yield start
    for process in started.values():
        process.stop()


@pytest.fixture
def real(host_family: str, pytestconfig: pytest.Config) -> RunningHost | None:
    """The host of the command line; None where the imitated ones are asked."""
    url = pytestconfig.getoption("--host-url", default="")
    if not url:
        return None
    login, api_user = (user_of(pytestconfig.getoption(name)) for name in ("--host-login", "--host-api-auth"))
    log = pytestconfig.getoption("--host-log")
    return RunningHost(url.rstrip("/"), host_family, REAL[host_family], log, login=login, api_user=api_user)


@pytest.fixture
def host(host_family: str, real: RunningHost | None, imitated: Imitated) -> Iterator[RunningHost]:
    """A host that idles, with its LoRAs scanned; a real one as it was started, logged in to."""
    yield from idle(real or imitated(host_family))


@pytest.fixture
def guarded(host_family: str, real: RunningHost | None, imitated: Imitated) -> Iterator[RunningHost]:
    """A host with a login, logged in to."""
    if real is None:
        real = imitated(host_family, *LOGIN_FLAGS[host_family])
        real.login, real.api_user = LOGIN, API_USER[host_family]
    elif real.login is None:
        pytest.skip("this host has no login, or none was told with --login")
    yield from idle(real)


@pytest.fixture
def only_imitated(real: RunningHost | None) -> None:
    """Skip what needs a host with flags of its own."""
    if real is not None:
        pytest.skip("is asked of an imitated host that is started for it")


def user_of(words: str) -> User | None:
    """Of "name:password"; None of nothing."""
    name, _, password = words.partition(":")
    return User(name, password) if name else None


def idle(running: RunningHost) -> Iterator[RunningHost]:
    """The host once it idles with its LoRAs scanned; after the test, nothing has gone wrong in it."""
    running.wait("our API opens", lambda: running.ask("GET", "/lora-manager/api/v1/health").status in (200, 401))
    running.log_in()
    running.wait("our API answers", lambda: running.ask("GET", "/lora-manager/api/v1/health").status == 200)
    running.wait("the host idles", lambda: running.get("host")["state"] == "idle")
    if not running.get("adapters?limit=1")["total"]:
        running.scan()
    logged = len(running.logged())
    yield running
    running.settle()
    assert running.reported() == []
    assert "database is locked" not in running.logged()[logged:]
