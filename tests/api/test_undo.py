from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from lora_manager.api import undo as module
from lora_manager.api.app import create_app
from lora_manager.db.history import Act, ChangeRow, note_set
from lora_manager.hosts.protection import Protection
from tests.api.conftest import OWN_ADDRESS, Client
from tests.api.test_history import edit

LONG_AGO = "2020-01-01T00:00:00.000Z"


def rating(client: Client) -> int:
    found: int = client.get(f"adapters/{client.id_of('Amber Lantern')}")["rating"]
    return found


def test_an_edit_is_undone_and_redone(client: Client) -> None:
    set_id = edit(client, rating=3)
    undone = client.send("POST", f"history/{set_id}/undo")
    assert (undone["reverted"], rating(client)) == (1, 0)
    assert "undone already" in client.refused(409, "POST", f"history/{set_id}/undo")
    client.send("POST", f"history/{undone['set_id']}/undo")
    assert rating(client) == 3
    client.refused(404, "POST", "history/999/undo")


def test_many_are_undone_by_a_job(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    set_id = edit(client, rating=3)
    job = client.ended(client.send("POST", f"history/{set_id}/undo", status=202)["job"])
    assert (job["state"], job["result"]["reverted"], rating(client)) == ("done", 1, 0)


def test_one_change_is_reverted(client: Client) -> None:
    set_id = edit(client, rating=3, notes="mine")
    (change,) = (item for item in client.get(f"history/{set_id}")["items"] if item["field"] == "rating")
    assert client.send("POST", f"changes/{change['id']}/revert")["reverted"] == 1
    detail = client.get(f"adapters/{client.id_of('Amber Lantern')}")
    assert (detail["rating"], detail["notes"]) == (0, "mine")
    client.refused(404, "POST", "changes/999/revert")


def test_what_stays_is_told(client: Client) -> None:
    set_id = edit(client, rating=3)
    edit(client, rating=4)
    answer = client.send("POST", f"history/{set_id}/undo")
    assert (answer["reverted"], answer["set_id"], answer["skipped_count"]) == (0, None, 1)
    assert answer["skipped"][0]["field"] == "rating"


def test_one_goes_back_to_a_moment(client: Client) -> None:
    edit(client, rating=3)
    edit(client, rating=4, notes="mine")
    body = {"at": LONG_AGO, "adapter_id": client.id_of("Amber Lantern")}
    assert client.send("POST", "history/back-to", body)["reverted"] == 2
    assert rating(client) == 0


def test_on_an_open_server_files_and_everything_at_once_are_not_taken_back(client: Client) -> None:
    with client.app.database.write() as connection:
        row = ChangeRow(client.id_of("Moth"), "file", {"path": "a"}, {"path": "b"})
        moved = note_set(connection, Act("move", "cli"), [row])
    server = create_app(client.app, protection=Protection(is_open=True))
    visitor = replace(client, http=TestClient(server, base_url=OWN_ADDRESS))
    visitor.refused(403, "POST", f"history/{moved}/undo")
    visitor.refused(403, "POST", "changes/1/revert")
    visitor.refused(403, "POST", "history/back-to", {"at": LONG_AGO})
    visitor.refused(403, "POST", "history/back-to", {"at": LONG_AGO, "adapter_id": client.id_of("Moth")})
    set_id = edit(visitor, rating=3)
    assert visitor.send("POST", f"history/{set_id}/undo")["reverted"] == 1
