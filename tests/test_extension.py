from __future__ import annotations

import builtins
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from lora_manager import extension as module
from lora_manager.application import Application
from lora_manager.errors import CatalogueError
from lora_manager.extension import Extension, register
from lora_manager.hosts.protection import Protection
from lora_manager.hosts.web_ui import FLAG_DATABASE, FLAG_DIR, Guest
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.guarded_host import FromHere
from tests.helpers.network_files import write_network_file


@dataclass
class Ui(DrawingHost):
    """A web UI around the drawing host."""

    flags: dict[str, str] = field(default_factory=dict)
    prefixes: Sequence[str] = ("",)
    guests: list[Guest] = field(default_factory=list)

    def attach(self, guest: Guest) -> None:
        self.guests.append(guest)

    def script_classes(self) -> Sequence[type[Any]]:
        return (Ui,)

    def flag(self, name: str) -> str | None:
        return self.flags.get(name)

    def protection(self) -> Protection:
        return Protection()

    def sub_paths(self) -> Sequence[str]:
        return self.prefixes


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ui]:
    for name in ("LORA_MANAGER_DIR", "LORA_MANAGER_DB"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "models" / "Lora"
    root.mkdir(parents=True)
    write_network_file(root / "amber.safetensors")
    host = Ui(tmp_path / "models", (root,))
    monkeypatch.setattr(module, "web_ui", lambda: host)
    monkeypatch.setattr(module, "_running", None)
    yield host
    for guest in host.guests:
        guest.unloaded()


def client_of(server: FastAPI) -> Any:
    from starlette.testclient import TestClient

    return TestClient(FromHere(server), base_url="http://localhost")


def answer(server: FastAPI, path: str, prefix: str = "", wanted: int = 200) -> Any:
    """What a route of the API says, once it says it with the wanted status."""
    until = time.monotonic() + 30
    client = client_of(server)
    while (response := client.get(f"{prefix}/lora-manager/api/v1/{path}")).status_code != wanted or (
        wanted == 503 and response.json()["code"] == "starting"
    ):
        assert time.monotonic() < until, response.text
        time.sleep(0.01)
    return response.json()


def started(ui: Ui) -> FastAPI:
    """A server with the newest guest's routes."""
    register()
    server = FastAPI()
    ui.guests[-1].server_started(server)
    return server


@pytest.fixture
def own_threads() -> Callable[[], list[str]]:
    """The names of our lasting threads that a test started; what only begins something ends by itself."""
    before = set(threading.enumerate())
    began = ("open", "read", "catalogue", "index", "learning")
    passing = tuple(f"lora-manager-{name}" for name in began)

    def names() -> list[str]:
        ours = [thread.name for thread in set(threading.enumerate()) - before]
        return sorted(name for name in ours if name.startswith("lora-manager") and not name.startswith(passing))

    return names


def test_the_library_opens_and_is_scanned_behind_the_hosts_start(ui: Ui, tmp_path: Path) -> None:
    server = started(ui)
    assert answer(server, "health")["database"] == str(tmp_path / "lora_manager.sqlite3")
    until = time.monotonic() + 20
    while answer(server, "adapters")["total"] != 1:
        assert time.monotonic() < until
    assert answer(server, "host")["name"] == "drawing"


def test_the_classes_of_the_host_are_handed_to_its_script(ui: Ui) -> None:
    assert list(register()) == [Ui]


def test_routes_are_under_every_prefix_of_the_host(ui: Ui) -> None:
    ui.prefixes = ("", "/sub")
    server = started(ui)
    assert answer(server, "health", "/sub") == answer(server, "health")


@pytest.mark.parametrize(("flag", "place"), [(FLAG_DIR, "lora_manager.sqlite3"), (FLAG_DATABASE, "")])
def test_flags_say_where_the_database_lies(ui: Ui, tmp_path: Path, flag: str, place: str) -> None:
    ui.flags = {flag: str(tmp_path / "chosen")}
    assert answer(started(ui), "health")["database"] == str((tmp_path / "chosen" / place).absolute())


def test_loading_the_scripts_again_leaves_one_of_everything(ui: Ui, own_threads: Callable[[], list[str]]) -> None:
    server = started(ui)
    answer(server, "health")
    once = own_threads()
    for _ in range(3):
        again = started(ui)
        answer(again, "health")
        assert own_threads() == once
    old = client_of(server).get("/lora-manager/api/v1/health")
    assert old.json()["code"] == "starting", "the old server's routes open nothing"
    ui.guests[-1].unloaded()
    assert own_threads() == []


def test_unloading_while_the_catalogue_opens_leaves_nothing(
    ui: Ui, monkeypatch: pytest.MonkeyPatch, own_threads: Callable[[], list[str]]
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    real = Extension._build

    def slow(self: Extension, guest: Any, access: Any) -> Any:
        built = real(self, guest, access)
        reached.set()
        assert go_on.wait(20)
        return built

    monkeypatch.setattr(Extension, "_build", slow)
    server = started(ui)
    assert reached.wait(20)
    threading.Timer(0.05, go_on.set).start()
    ui.guests[-1].unloaded()
    assert own_threads() == []
    assert client_of(server).get("/lora-manager/api/v1/health").status_code == 503


def test_a_missing_package_is_said_with_its_remedy(ui: Ui, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "lora_manager.application":
            raise ModuleNotFoundError("No module named 'sqlalchemy'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    said = answer(started(ui), "health", wanted=503)
    assert said["code"] == "unavailable"
    assert "sqlalchemy" in said["detail"]
    assert "install.py" in said["detail"]


@pytest.mark.parametrize(
    "error", [ImportError("cannot import name 'URL' from 'sqlalchemy'"), AttributeError("no such")]
)
def test_a_package_of_another_version_is_said_and_no_restart_is_promised(
    ui: Ui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    older = tmp_path / "packages" / "SQLAlchemy-1.4.54.dist-info"
    older.mkdir(parents=True)
    (older / "METADATA").write_text("Metadata-Version: 2.1\nName: SQLAlchemy\nVersion: 1.4.54\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(older.parent))

    def fails(self: Extension, guest: Any, access: Any) -> Any:
        raise error

    monkeypatch.setattr(Extension, "_build", fails)
    said = answer(started(ui), "health", wanted=503)["detail"]
    assert "SQLAlchemy 1.4.54 is installed, but LoRA Manager needs SQLAlchemy>=2.0,<2.2" in said
    assert "Restart" not in said
    assert "internet" not in said


def test_a_database_that_is_none_is_said(ui: Ui, tmp_path: Path) -> None:
    (tmp_path / "lora_manager.sqlite3").write_bytes(b"not a database, whatever its name says" * 100)
    said = answer(started(ui), "health", wanted=503)
    assert (said["code"], "lora_manager.sqlite3" in said["detail"]) == ("unavailable", True)


def test_whatever_else_goes_wrong_is_said_and_logged(
    ui: Ui, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Extension, "_build", lambda self, guest, access: 1 / 0)
    assert "division by zero" in answer(started(ui), "health", wanted=503)["detail"]
    assert "ZeroDivisionError" in caplog.text


def test_a_server_that_takes_no_routes_does_not_stop_the_host(ui: Ui, caplog: pytest.LogCaptureFixture) -> None:
    register()
    ui.guests[-1].server_started(None)
    assert "could not add its routes" in caplog.text


def test_a_tab_that_cannot_be_built_does_not_stop_the_host(
    ui: Ui, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("no gradio today")

    tab = types.ModuleType("lora_manager.ui.tab")
    tab.build_tab = broken  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, tab.__name__, tab)
    register()
    assert ui.guests[-1].tabs() == []
    assert "no gradio today" in caplog.text


def test_the_hosts_own_file_route_does_not_hand_out_the_database(ui: Ui, tmp_path: Path) -> None:
    class Page:
        blocked_paths = ("/of the host",)

    server = FastAPI()
    server.get_blocks = lambda: page  # type: ignore[attr-defined]
    page = Page()
    register()
    ui.guests[-1].server_started(server)
    blocked = {Path(path).name for path in page.blocked_paths}
    assert blocked >= {"of the host", "lora_manager", "lora_manager.sqlite3", "lora_manager.sqlite3-wal"}
    assert str(tmp_path / "lora_manager.sqlite3") in page.blocked_paths


def test_nor_one_that_is_named_by_a_url_or_reached_by_a_link(ui: Ui, tmp_path: Path) -> None:
    class Page:
        blocked_paths: Sequence[str] = ()

    ui.flags[FLAG_DATABASE] = f"sqlite:///{tmp_path / 'data' / 'my.sqlite3'}"
    server, page = FastAPI(), Page()
    server.get_blocks = lambda: page  # type: ignore[attr-defined]
    register()
    ui.guests[-1].server_started(server)
    server.add_api_route("/file={path:path}", lambda path: path, methods=["GET"])
    assert {str(tmp_path / "data" / f"my.sqlite3{end}") for end in ("", "-wal", ".before")} <= set(page.blocked_paths)
    client = client_of(server)
    for name, status in (("x/../data/my.sqlite3-wal", 403), ("data/my.sqlite3.before/0002.1", 403), ("a.png", 200)):
        assert client.get(f"/file={(tmp_path / name).as_posix().replace('..', '%2e%2e')}").status_code == status


def test_what_may_pass_is_tried_again(ui: Ui, monkeypatch: pytest.MonkeyPatch) -> None:
    real, locked = Extension._build, [True, True]

    def build(self: Extension, guest: Any, access: Any) -> Any:
        if locked:
            locked.pop()
            raise CatalogueError("The catalogue is locked.")
        return real(self, guest, access)

    monkeypatch.setattr(Extension, "_build", build)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    assert answer(started(ui), "health")["status"] == "ok"


def test_a_catalogue_that_does_not_close_does_not_hold_up_the_host(ui: Ui, monkeypatch: pytest.MonkeyPatch) -> None:
    server = started(ui)
    answer(server, "health")
    go_on = threading.Event()
    real = Application.close

    def stuck(self: Application) -> None:
        assert go_on.wait(20)
        real(self)

    monkeypatch.setattr(Application, "close", stuck)
    monkeypatch.setattr(module, "STOP_SECONDS", 0.05)
    begun = time.monotonic()
    ui.guests[-1].unloaded()
    assert time.monotonic() - begun < 10, "the host would wait for the catalogue"
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "lora-manager-close":
            thread.join(20)
