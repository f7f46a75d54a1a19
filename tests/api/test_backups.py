from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import create_app
from lora_manager.hosts.protection import Protection
from tests.api.conftest import OWN_ADDRESS, Client
from tests.helpers.backups import add_tags, is_sound, raw

JSON = {
    "name", "created_at", "reason", "bytes", "database_bytes", "schema", "version", "counts", "verified", "problem",
}  # fmt: skip


@pytest.fixture
def owner(client: Client) -> Client:
    """Somebody who may change settings."""
    server = create_app(client.app, protection=Protection(allows_file_operations=True))
    return Client(client.app, TestClient(server, base_url=OWN_ADDRESS))


def made(owner: Client) -> dict[str, Any]:
    job = owner.ended(owner.send("POST", "backups", status=202))
    assert (job["kind"], job["state"]) == ("backup", "done"), job
    result: dict[str, Any] = job["result"]
    return result


def test_there_is_none_at_first(owner: Client) -> None:
    listed = owner.get("backups")
    assert (listed["items"], listed["running"], listed["last_error"], listed["why_not"]) == ([], False, None, "")
    assert listed["next_at"].endswith("Z")
    assert listed["folder"].endswith("backups")


def test_one_is_made_listed_and_verified(owner: Client) -> None:
    name = made(owner)["name"]
    (item,) = owner.get("backups")["items"]
    assert set(item) == JSON
    assert (item["name"], item["reason"], item["verified"], item["problem"]) == (name, "manual", True, "")
    assert item["counts"]["adapter"] == 5
    assert made(owner) == {**made(owner), "is_new": False, "name": name}
    job = owner.ended(owner.send("POST", f"backups/{name}/verify", status=202))
    assert (job["state"], job["result"]["name"]) == ("done", name)


def test_a_damaged_one_fails_by_name_and_is_listed_so(owner: Client) -> None:
    backup = owner.app.backups.make().backup
    content = bytearray(backup.path.read_bytes())
    content[len(content) // 2] ^= 1
    backup.path.write_bytes(content)
    job = owner.ended(owner.send("POST", f"backups/{backup.name}/verify", status=202))
    assert job["state"] == "failed"
    assert backup.name in job["error"]
    (item,) = owner.get("backups")["items"]
    assert (item["verified"], item["problem"]) == (False, job["error"])
    assert backup.name in owner.refused(409, "GET", f"backups/{backup.name}/differences")


def test_what_differs_is_shown_and_a_restore_undone(owner: Client) -> None:
    amber = owner.id_of("Amber Lantern")
    name = made(owner)["name"]
    owner.send("PATCH", f"adapters/{amber}", {"name": "Mine"})
    differences = owner.get(f"backups/{name}/differences")
    assert differences["adapters"]["edited_since"] == 1
    assert (differences["adapters"]["only_now"], differences["adapters"]["only_then"]) == (0, 0)
    assert {"name": "user_edit", "now": 1, "then": 0} in differences["tables"]
    revision = owner.get("adapters")["revision"]
    job = owner.ended(owner.send("POST", f"backups/{name}/restore", status=202))
    assert job["state"] == "done", job
    assert owner.get("adapters")["revision"] > revision
    assert owner.get(f"adapters/{amber}")["name"] == "Amber Lantern"
    assert [item["name"] for item in owner.get("adapters", q="Amber")["items"]] == ["Amber Lantern"]
    _end_jobs(owner)
    undone = owner.ended(owner.send("POST", f"backups/{job['result']['safety']}/restore", status=202))
    assert undone["state"] == "done", undone
    assert [item["name"] for item in owner.get("adapters", q="Mine")["items"]] == ["Mine"]
    _end_jobs(owner)


def _end_jobs(owner: Client) -> None:
    """The scan that follows a restore."""
    for job in owner.get("jobs")["items"]:
        owner.ended(job)


def test_lists_show_what_is_there_after_a_restore_of_much_less(owner: Client) -> None:
    """Few of what was in memory is left: no list may go on showing the rest."""
    name, before = made(owner)["name"], owner.get("adapters", limit=200)
    root = owner.app.host.roots()[0]
    for number in range(30):
        (root / f"new{number}.safetensors").write_bytes((root / "plain.safetensors").read_bytes())
    owner.app.scan()
    assert owner.get("adapters")["total"] > 30
    for path in root.glob("new*"):
        path.unlink()
    owner.ended(owner.send("POST", f"backups/{name}/restore", status=202))
    _end_jobs(owner)
    after = owner.get("adapters", limit=200)
    assert after["total"] == before["total"]
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc", "x" * 400])
def test_another_name_is_not_found(owner: Client, name: str) -> None:
    for method, path in (("POST", "verify"), ("GET", "differences"), ("POST", "restore")):
        status, answer = owner.call(method, f"backups/{name}/{path}")
        assert status in (404, 422), answer


def test_a_damaged_database_is_replaced_under_a_running_server(owner: Client) -> None:
    """What is broken is not what every page reads: it shows when the safety copy is checked."""
    database = owner.app.database
    assert database.path is not None
    name = made(owner)["name"]
    add_tags(database, "t", 5000)
    with raw(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with database.path.open("r+b") as file:
        file.seek(-40 * 4096, 2)
        file.write(b"scribble" * 4096)
    job = owner.ended(owner.send("POST", f"backups/{name}/restore", status=202))
    assert job["state"] == "done", job
    assert job["result"]["safety"] is None
    assert job["result"]["aside"]
    _end_jobs(owner)
    assert len(owner.get("adapters")["items"]) == 5
    assert is_sound(database.path)
    assert made(owner)["is_new"]


def test_before_many_are_deleted_a_backup_is_made(owner: Client) -> None:
    ids = [owner.id_of(name) for name in ("Amber Lantern", "Moth")]
    body = {"selection": {"ids": ids}, "action": "delete", "params": {}}
    deleted = owner.ended(owner.send("POST", "bulk", body, status=202))
    assert (deleted["state"], deleted["result"]["changed"]) == ("done", 2), deleted
    (backup,) = owner.get("backups")["items"]
    assert backup["reason"] == "before_delete"
    # One alone is undone by its set of changes: no backup is made of that.
    body = {"selection": {"ids": [owner.id_of("plain")]}, "action": "delete", "params": {}}
    owner.ended(owner.send("POST", "bulk", body, status=202))
    assert len(owner.get("backups")["items"]) == 1
