from __future__ import annotations

import shutil

from tests.api.conftest import Client


def test_groups_are_told_with_all_that_decides(owner: Client) -> None:
    root = owner.app.host.roots()[0]
    owner.app.hasher.stop()
    (root / "again").mkdir()
    shutil.copyfile(root / "amber.safetensors", root / "again" / "amber.safetensors")
    owner.app.scan()
    ids = [item["id"] for item in owner.get("adapters")["items"]]
    body = {"selection": {"ids": ids}, "action": "confirm_hashes"}
    assert owner.ended(owner.send("POST", "bulk", body, status=202))["result"]["changed"] == len(ids)
    page = owner.get("duplicates", kind="file")
    assert (page["total"], page["groups"]["file"], page["groups"]["name"]) == (1, 1, 1)
    (group,) = page["items"]
    assert set(group) == {"key", "kind", "confirmed", "keep", "why", "items"}
    assert (group["kind"], group["confirmed"], group["keep"]) == ("file", True, group["items"][0]["id"])
    assert set(group["items"][0]) == {
        "id", "name", "tag_name", "path", "root_id", "folder", "size", "modified_at", "uses", "rating", "favourite",
        "edited", "preview", "version", "sha256_state", "reached", "suggested_name",
    }  # fmt: skip
    assert group["items"][0]["path"] == str(root / "amber.safetensors")
    assert owner.get("duplicates", kind="name", offset=1)["items"] == []
    owner.refused(400, "GET", "duplicates?kind=other")
