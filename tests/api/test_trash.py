from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Client


def test_the_trash_is_listed_and_emptied(owner: Client) -> None:
    adapter_id = owner.id_of("Amber Lantern")
    preview = owner.get(f"adapters/{adapter_id}")["preview"]
    deleted = owner.send("DELETE", f"adapters/{adapter_id}")
    listed = owner.get("trash")
    (item,) = listed["items"]
    assert (listed["total"], listed["days"], listed["bytes"]) == (1, 30, item["size"])
    assert (item["id"], item["adapter_id"], item["name"]) == (deleted["trash_id"], adapter_id, "Amber Lantern")
    assert (item["path"], item["days_left"], item["preview"]) == ("amber.safetensors", 30, preview)
    picture = owner.raw(f"api/v1/adapters/{adapter_id}/thumbnail/128/{preview}")
    assert picture.status_code == 200
    job = owner.ended(owner.send("POST", "trash/empty", status=202))
    assert (job["state"], job["result"]["changed"], job["result"]["bytes"]) == ("done", 1, item["size"])
    assert owner.get("trash")["items"] == []
    assert not list(Path(owner.app.host.roots()[0]).glob("*.trashed"))


def test_one_is_deleted_for_good(owner: Client) -> None:
    adapter_id = owner.id_of("Amber Lantern")
    before = owner.get("library")["totals"]["files"]
    deleted = owner.send("DELETE", f"adapters/{adapter_id}")
    assert owner.get("library")["totals"]["files"] == before - 1
    assert owner.send("DELETE", f"trash/{deleted['trash_id']}")["bytes"] > 0
    owner.refused(404, "POST", f"trash/{deleted['trash_id']}/restore")
    owner.refused(404, "DELETE", f"trash/{deleted['trash_id']}")
