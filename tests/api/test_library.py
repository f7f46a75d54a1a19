from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lora_manager import __version__
from lora_manager.hosts.diffusers_engine import missing_packages
from tests.api.conftest import Client
from tests.helpers.drawing_host import DrawingHost


def test_the_library_says_what_it_is_and_where_it_lies(reader: Client) -> None:
    answer = reader.get("library")
    assert set(answer) == {
        "roots", "totals", "database", "access", "data_dir", "output_dir", "host", "demo", "version",
    }  # fmt: skip
    (root,) = answer["roots"]
    assert set(root) == {"id", "path", "online", "files", "missing", "incomplete", "last_scan_at"}
    assert (root["path"], root["online"], root["files"], root["incomplete"], root["missing"]) == (
        str(reader.app.host.roots()[0]), True, 5, 1, 0,
    )  # fmt: skip
    assert root["last_scan_at"].endswith("Z")
    assert answer["totals"] == {"adapters": 5, "files": 5, "problems": 1, "tags": 3}
    database = Path(answer["database"]["path"])
    assert database == reader.app.location.database
    assert answer["database"]["bytes"] >= database.stat().st_size > 0
    assert answer["data_dir"] == str(reader.app.location.folder)
    assert (answer["host"]["name"], answer["version"], answer["demo"]) == ("standalone", __version__, False)


def test_a_library_that_was_never_scanned_is_empty(empty_client: Client) -> None:
    answer = empty_client.get("library")
    (root,) = answer["roots"]
    assert (root["files"], root["last_scan_at"]) == (0, None)
    assert answer["totals"] == {"adapters": 0, "files": 0, "problems": 0, "tags": 0}


def test_a_root_that_is_away_is_offline(client: Client) -> None:
    root = Path(client.app.host.roots()[0])
    shutil.move(str(root), str(root.with_name("away")))
    client.ended(client.send("POST", "scan", status=202))
    (state,) = client.get("library")["roots"]
    assert (state["online"], state["files"], state["missing"]) == (False, 5, 0)
    kinds = {problem["kind"] for problem in client.get("problems")["items"]}
    assert "root_missing" in kinds


def test_problems_say_what_and_why(reader: Client) -> None:
    answer = reader.get("problems")
    (problem,) = answer["items"]
    assert answer["total"] == 1
    assert set(problem) == {"id", "path", "kind", "message", "first_seen", "last_seen"}
    assert problem["kind"] == "bad_header"
    assert problem["path"].endswith("broken.safetensors")
    assert "Download it again" in problem["message"]
    assert reader.get("problems", offset=1) == {"total": 1, "items": []}
    assert reader.get("problems", limit=0) == {"total": 1, "items": []}


@pytest.mark.parametrize("params", [{"limit": 501}, {"limit": -1}, {"offset": -1}, {"offset": 10**30}])
def test_pages_are_capped(reader: Client, params: dict[str, Any]) -> None:
    reader.refused(422, "GET", "problems", params=params)


def test_a_host_that_can_draw_says_with_what(drawing_client: Client, drawing_host: DrawingHost) -> None:
    answer = drawing_client.get("host")
    assert set(answer) == {"name", "version", "state", "model", "samplers", "defaults", "cannot_generate"}
    assert (answer["name"], answer["version"], answer["state"]) == ("drawing", "1.2", "idle")
    assert answer["model"] == {
        "name": "plain-paper", "path": "plain-paper.safetensors", "family": "SD 1.5", "note": "",
    }  # fmt: skip
    assert answer["samplers"] == ["Euler a", "DDIM"]
    assert answer["defaults"] == {
        "width": 512, "height": 512, "size_step": 8, "steps": 20, "cfg_scale": 7.0, "sampler": "Euler a",
    }  # fmt: skip
    assert answer["cannot_generate"] == ""
    drawing_host.model, drawing_host.unable = None, "no model is loaded"
    answer = drawing_client.get("host")
    assert (answer["model"], answer["cannot_generate"]) == (None, "no model is loaded")


def test_our_own_host_without_a_model_says_how_to_name_one(reader: Client) -> None:
    answer = reader.get("host")
    assert (answer["name"], answer["model"]) == ("standalone", None)
    # Where the generation packages are not installed that is what is missing first.
    assert ("--model" if missing_packages() == () else "--light") in answer["cannot_generate"]
    assert answer["samplers"]


def test_health_is_short(reader: Client) -> None:
    answer = reader.get("health")
    assert set(answer) == {"status", "version", "web_version", "database"}
    assert (answer["status"], answer["version"]) == ("ok", __version__)
    assert answer["database"] == str(reader.app.location.database)
