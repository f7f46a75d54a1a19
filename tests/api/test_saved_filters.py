from __future__ import annotations

from tests.api.conftest import Client


def test_a_filter_is_saved_listed_and_deleted(client: Client) -> None:
    assert client.get("saved-filters") == {"items": []}
    made = client.send("POST", "saved-filters", {"name": "mine", "query": {"q": "moth"}}, status=201)
    assert (made["name"], made["query"]["q"]) == ("mine", "moth")
    assert client.get("saved-filters")["items"] == [made]
    gone = client.send("DELETE", f"saved-filters/{made['id']}", {})
    assert gone == {"deleted": True, "item": made}
    assert client.get("saved-filters") == {"items": []}


def test_what_is_no_filter_is_refused(client: Client) -> None:
    client.refused(400, "POST", "saved-filters", {"name": " ", "query": {}})
    client.refused(422, "POST", "saved-filters", {"query": {}})
    client.refused(404, "DELETE", "saved-filters/77", {})
