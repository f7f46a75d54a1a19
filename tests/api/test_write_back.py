"""Write-back as the page asks for it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.api.conftest import Client


def selection(owner: Client, *names: str) -> dict[str, object]:
    """These adapters."""
    return {"ids": [owner.id_of(name) for name in names]}


def test_a_selection_is_looked_at_written_and_taken_back(owner: Client) -> None:
    root = Path(owner.app.host.roots()[0])
    owner.send("PATCH", f"adapters/{owner.id_of('plain')}", {"notes": "mine", "rating": 4})
    body = {"selection": selection(owner, "plain", "Moth"), "action": "write_back"}
    seen = owner.send("POST", "bulk/preview", body)
    assert (seen["total"], seen["problems"], seen["unchanged"]) == (2, 0, 1)
    assert {"from": "plain.safetensors", "to": "plain.json"}.items() <= seen["items"][0].items()
    job = owner.ended(owner.send("POST", "bulk", body, status=202))
    assert (job["state"], job["result"]["changed"], job["result"]["problem_count"]) == ("done", 1, 0)
    assert json.loads((root / "plain.json").read_bytes())["notes"] == "mine"
    (change,) = owner.get(f"history/{job['result']['set_id']}")["items"]
    assert (change["field"], change["old"], change["new"]["path"]) == ("sidecar", None, "plain.json")
    undone = owner.ended(owner.send("POST", f"history/{job['result']['set_id']}/undo", status=202)["job"])
    assert undone["state"] == "done"
    assert not (root / "plain.json").exists()


def test_with_the_setting_an_edit_is_written_a_moment_later(owner: Client) -> None:
    root = Path(owner.app.host.roots()[0])
    owner.send("PATCH", "settings", {"write_back_automatically": True})
    owner.send("PATCH", f"adapters/{owner.id_of('plain')}", {"notes": "mine"})
    owner.app.write_back_later.stop()  # as at the end: what waits is written
    assert json.loads((root / "plain.json").read_bytes())["notes"] == "mine"


def test_who_may_not_change_files_writes_no_sidecar(client: Client) -> None:
    body = {"selection": selection(client, "plain"), "action": "write_back"}
    client.refused(403, "POST", "bulk", body)
