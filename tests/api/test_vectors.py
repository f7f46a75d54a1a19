from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import create_app
from lora_manager.api.vectors import vectors_json
from lora_manager.hosts.protection import Protection
from lora_manager.search.vectors.choices import CHOICES
from tests.api.conftest import OWN_ADDRESS, Client


@pytest.fixture
def owner(client: Client) -> Client:
    """Somebody who may change settings."""
    server = create_app(client.app, protection=Protection(allows_file_operations=True))
    return Client(client.app, TestClient(server, base_url=OWN_ADDRESS))


def until(is_so: Callable[[], bool], limit: float = 30.0) -> None:
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.02)


def told(client: Client) -> dict[str, Any]:
    return vectors_json(client.app.vectors.status())


def test_at_first_there_is_no_encoder_and_the_choices_are_told(owner: Client) -> None:
    encoder = told(owner)["encoder"]
    assert (encoder["name"], encoder["state"], encoder["reason"], encoder["pictures"]) == ("", "none", "", "")
    assert [set(choice) for choice in encoder["choices"]] == [{"name", "label", "megabytes", "installed"}] * len(
        CHOICES
    )
    assert [one["kind"] for one in told(owner)["vectors"]] == ["technical"]
    json.dumps(told(owner), allow_nan=False)


def test_a_folder_is_chosen_and_what_cannot_be_loaded_says_why(owner: Client, tmp_path: Path) -> None:
    assert "There is no folder" in owner.refused(400, "POST", "recommender/encoder", {"name": str(tmp_path / "no")})
    assert "neither a whole path" in owner.refused(400, "POST", "recommender/encoder", {"name": "any/thing"})
    for body in ({}, {"name": None}, {"name": ["x"]}):
        assert "name: must be" in owner.refused(400, "POST", "recommender/encoder", body)
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (folder / "pytorch_model.bin").write_bytes(b"x")
    assert "pickled" in owner.refused(400, "POST", "recommender/encoder", {"name": str(folder)})
    (folder / "model.safetensors").write_bytes(b"not at all")
    assert owner.send("POST", "recommender/encoder", {"name": str(folder)}) == {}
    assert owner.get("settings")["items"]["encoder"] == str(folder)
    until(lambda: told(owner)["encoder"]["state"] == "failed")
    assert told(owner)["encoder"]["reason"].endswith(".")
    assert owner.send("POST", "recommender/encoder", {"name": ""}) == {}
    assert told(owner)["encoder"]["state"] == "none"


def test_a_choice_that_is_not_there_is_fetched_by_a_job(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    job = owner.send("POST", "recommender/encoder", {"name": CHOICES[0].name}, 202)
    assert job["kind"] == "encoder"
    until(lambda: owner.get(f"jobs/{job['id']}")["state"] == "failed")
    assert "switched off" in owner.get(f"jobs/{job['id']}")["error"]
    assert owner.get("settings")["items"]["encoder"] == ""


def test_the_work_is_stopped_and_goes_on(owner: Client) -> None:
    assert owner.send("POST", "recommender/vectors", {"action": "stop"}) == {}
    assert told(owner)["work"]["state"] == "stopped"
    assert owner.send("POST", "recommender/vectors", {"action": "start"}) == {}
    assert told(owner)["work"]["state"] != "stopped"
    assert "start or stop" in owner.refused(400, "POST", "recommender/vectors", {"action": "dance"})
