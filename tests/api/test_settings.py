from __future__ import annotations

from tests.api.conftest import Client


def test_settings_are_read_and_changed(owner: Client) -> None:
    items = owner.get("settings")["items"]
    assert items == {
        "write_back_automatically": False,
        "trash_days": 30,
        "backups_daily": True,
        "learning": True,
        "encoder": "",
    }
    changed = owner.send("PATCH", "settings", {"trash_days": 5})["items"]
    assert changed == {**items, "trash_days": 5} == owner.get("settings")["items"]
    assert "trash_days" in owner.refused(400, "PATCH", "settings", {"trash_days": "soon"})
    owner.refused(400, "PATCH", "settings", {})


def test_on_an_open_server_they_are_only_read(client: Client) -> None:
    assert client.get("settings")["items"]["trash_days"] == 30
    client.refused(403, "PATCH", "settings", {"trash_days": 5})
