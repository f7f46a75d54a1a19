"""A client of the real app, over a library of a few LoRAs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import API, BASE, create_app
from lora_manager.application import Application
from lora_manager.hosts.protection import Protection
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import running, standalone_host

LIMIT_S = 20

OWN_ADDRESS = "http://localhost"


@dataclass(frozen=True)
class Client:
    """Calls below `api/v1/` as the page makes them."""

    app: Application
    http: TestClient

    def call(self, method: str, path: str, body: object = None, **options: Any) -> tuple[int, Any]:
        """(status, parsed JSON). A change without a body sends `{}`."""
        if method != "GET" and "content" not in options:
            options["json"] = {} if body is None else body
        answer = self.http.request(method, f"{API}/{path}", **options)
        assert answer.headers["content-type"] == "application/json", answer.text
        return answer.status_code, answer.json()

    def get(self, path: str, **params: Any) -> Any:
        """The parsed answer of a GET that succeeds."""
        status, answer = self.call("GET", path, params=params)
        assert status == 200, answer
        return answer

    def send(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        """The parsed answer of a change that succeeds."""
        found, answer = self.call(method, path, body)
        assert found == status, answer
        return answer

    def refused(self, status: int, method: str, path: str, body: object = None, **options: Any) -> str:
        """What is said of a call that ends in this status; checks the form of every error."""
        found, answer = self.call(method, path, body, **options)
        assert found == status, answer
        assert set(answer) == {"detail", "code"}
        assert isinstance(answer["code"], str)
        assert answer["code"]
        detail: str = answer["detail"]
        assert detail
        return detail

    def raw(self, path: str, **options: Any) -> Any:
        """The whole answer of a GET below `/lora-manager/`."""
        return self.http.get(f"{BASE}/{path}", **options)

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once it has ended."""
        until = time.monotonic() + LIMIT_S
        while job["state"] in ("queued", "running"):
            assert time.monotonic() < until, job
            time.sleep(0.005)
            job = self.get(f"jobs/{job['id']}")
        return job

    def id_of(self, name: str) -> int:
        """The id of the one adapter of this name."""
        (item,) = [item for item in self.get("adapters", limit=200)["items"] if item["name"] == name]
        found: int = item["id"]
        return found


def fill(app: Application) -> None:
    """amber (a full record and a preview), moth (in a folder), plain (no record), cut (incomplete), broken."""
    root = app.host.roots()[0]
    write_adapter(root, "amber", civitai_model("Amber Lantern", "amber.safetensors"), preview=True)
    moth = civitai_model("Moth", "moth.safetensors", tags=["moth"], version_trainedWords=["moth wings"])
    write_adapter(root / "style" / "deep", "moth", moth)
    write_network_file(root / "plain.safetensors")
    cut = write_network_file(root / "cut.safetensors")
    cut.write_bytes(cut.read_bytes()[:-10])
    (root / "broken.safetensors").write_bytes(b"\xff" * 64)
    app.scan()


@pytest.fixture
def client(application: Application) -> Client:
    """Our own host, without a model, over five files."""
    fill(application)
    return Client(application, TestClient(create_app(application), base_url=OWN_ADDRESS))


@pytest.fixture
def owner(client: Client) -> Client:
    """Somebody who may change files and settings, over the same five files."""
    server = create_app(client.app, protection=Protection(allows_file_operations=True))
    return Client(client.app, TestClient(server, base_url=OWN_ADDRESS))


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Client]:
    """The same five files, for tests that only read: made once."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "Lora").mkdir()
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        fill(app)
        yield Client(app, TestClient(create_app(app), base_url=OWN_ADDRESS))


@pytest.fixture
def empty_client(application: Application) -> Client:
    """Our own host over an empty folder, not scanned."""
    return Client(application, TestClient(create_app(application), base_url=OWN_ADDRESS))


@pytest.fixture
def drawing_client(drawing_application: Application, drawing_host: DrawingHost) -> Client:
    """A host that generates, over the same five files."""
    fill(drawing_application)
    return Client(drawing_application, TestClient(create_app(drawing_application), base_url=OWN_ADDRESS))
