from __future__ import annotations

import json

from lora_manager.api.app import API
from tests.api.conftest import Client


def test_a_selection_is_handed_out_as_a_file(client: Client) -> None:
    selection = {"filters": {"q": '"moth wings"'}}
    answer = client.http.post(f"{API}/export", json={"selection": selection, "format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="loras-20')
    assert answer.content.startswith(b"\xef\xbb\xbfid,name,version")
    answer = client.http.post(f"{API}/export", json={"selection": selection, "format": "json"})
    assert [row["name"] for row in json.loads(answer.content)] == ["Moth"]
    client.refused(400, "POST", "export", {"selection": selection, "format": "xml"})
    client.refused(400, "POST", "export", {"selection": {}, "format": "csv"})
