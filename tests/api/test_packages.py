from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import create_app
from lora_manager.application import Application
from lora_manager.hosts.protection import Protection
from lora_manager.optional_packages import ENCODER
from lora_manager.services.packages import Packages
from tests.api.conftest import OWN_ADDRESS, Client
from tests.helpers.packages import Environment, make_environment


@pytest.fixture
def owner(application: Application) -> Client:
    """Somebody who may install."""
    server = create_app(application, protection=Protection(allows_file_operations=True))
    return Client(application, TestClient(server, base_url=OWN_ADDRESS))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application) -> Environment:
    """The environment that the routes speak of: nothing in it but what the encoder asks for."""
    found = make_environment(tmp_path, monkeypatch)
    found.offer(ENCODER, "5.7.0", code="import time; time.sleep(1)")
    for name in ("scikit-learn", "scipy", "numpy", "tqdm", "huggingface-hub", "typing-extensions", "Pillow", "torch"):
        found.put(name, "1.5")
    application.packages = Packages(found.target)
    return found


def test_a_package_is_told_of_installed_and_told_of_again(owner: Client, environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    (item,) = owner.get("packages")["items"]
    assert set(item) == {"name", "state", "version", "what", "plan", "can_install", "reason"}
    assert (item["name"], item["state"], item["can_install"]) == (ENCODER, "missing", True)
    job = owner.send("POST", "packages", {"name": ENCODER}, status=202)
    assert job["kind"] == "install"
    (item,) = owner.get("packages")["items"]
    assert (item["state"], item["can_install"]) == ("installing", False)
    again = owner.send("POST", "packages", {"name": ENCODER}, status=202)
    assert again["id"] == job["id"], "the one under way"
    ended = owner.ended(job)
    assert (ended["state"], ended["result"]["added"]) == ("done", {ENCODER: "5.7.0"})
    (item,) = owner.get("packages")["items"]
    assert (item["state"], item["version"], item["can_install"]) == ("installed", "5.7.0", False)
    assert "installed already" in owner.refused(409, "POST", "packages", {"name": ENCODER})


def test_an_installation_can_be_cancelled_and_leaves_nothing(owner: Client, environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    environment.offer(ENCODER, "5.7.0", code="import time; time.sleep(60)")
    job = owner.send("POST", "packages", {"name": ENCODER}, status=202)
    until = time.monotonic() + 20
    while owner.get(f"jobs/{job['id']}")["message"] != "Checking that it works":
        assert time.monotonic() < until
        time.sleep(0.01)
    owner.send("DELETE", f"jobs/{job['id']}")
    assert owner.ended(job)["state"] == "cancelled"
    assert ENCODER not in environment.versions()


def test_what_failed_is_said_in_the_job(owner: Client, environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    environment.offer(ENCODER, "5.7.0", code="raise RuntimeError('no such GPU')")
    ended = owner.ended(owner.send("POST", "packages", {"name": ENCODER}, status=202))
    assert ended["state"] == "failed"
    assert "no such GPU" in ended["error"]
    assert owner.get("packages")["items"][0]["state"] == "missing"


def test_one_that_nothing_fits_is_refused_with_the_reason(owner: Client, environment: Environment) -> None:
    environment.put("transformers", "4.30.2")
    (item,) = owner.get("packages")["items"]
    assert (item["state"], item["can_install"]) == ("unfit", False)
    assert item["reason"] == owner.refused(409, "POST", "packages", {"name": ENCODER})


def test_a_package_that_is_none_of_ours_is_not_found(owner: Client, environment: Environment) -> None:
    assert "Known" in owner.refused(404, "POST", "packages", {"name": "evil"})
    assert owner.refused(422, "POST", "packages", {"name": ["x"]})


def test_who_may_change_nothing_installs_nothing(empty_client: Client, environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    assert empty_client.get("packages")["items"][0]["can_install"]
    status, answer = empty_client.call("POST", "packages", {"name": ENCODER})
    assert (status, answer["code"]) == (403, "needs_login")
    assert empty_client.get("jobs")["items"] == []
