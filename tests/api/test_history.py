from __future__ import annotations

import pytest

from tests.api.conftest import Client


def edit(client: Client, **values: object) -> int:
    """Edit the lantern; returns the set."""
    set_id: int = client.send("PATCH", f"adapters/{client.id_of('Amber Lantern')}", values)["change_set"]
    return set_id


def test_what_was_done_newest_first(client: Client) -> None:
    first, second = edit(client, rating=3), edit(client, notes="mine")
    answer = client.get("history")
    assert answer["total"] == 2
    assert [item["id"] for item in answer["items"]] == [second, first]
    assert set(answer["items"][0]) == {
        "id", "created_at", "user_name", "by", "kind", "what", "state", "count", "undoes", "undone_by", "can_undo",
        "why_not", "touches_files", "sample",
    }  # fmt: skip
    assert (answer["items"][0]["by"], answer["items"][0]["kind"], answer["items"][0]["can_undo"]) == (
        "page",
        "edit",
        True,
    )
    assert [change["new"] for change in answer["items"][0]["sample"]] == ["mine"]
    assert client.get("history", limit=1, offset=1)["items"][0]["id"] == first


def test_a_set_with_its_changes(client: Client) -> None:
    set_id = edit(client, rating=3, notes="mine")
    answer = client.get(f"history/{set_id}")
    assert (answer["id"], answer["total"]) == (set_id, 2)
    assert {item["field"]: (item["old"], item["new"]) for item in answer["items"]} == {
        "rating": (0, 3), "notes": (None, "mine"),
    }  # fmt: skip
    assert answer["items"][0]["name"] == "Amber Lantern"
    assert answer["items"][0]["can_revert"] is True
    client.refused(404, "GET", "history/999")


def test_the_history_of_one(client: Client) -> None:
    edit(client, rating=3)
    edit(client, rating=4)
    answer = client.get(f"adapters/{client.id_of('Amber Lantern')}/history", limit=1)
    assert (answer["total"], answer["items"][0]["new"]) == (2, 4)
    assert client.get(f"adapters/{client.id_of('Moth')}/history") == {"total": 0, "items": []}


def test_how_much_going_back_would_change(client: Client) -> None:
    edit(client, rating=3, notes="mine")
    assert client.get("history/back-to", at="2020-01-01T00:00:00.000Z") == {"changes": 2, "adapters": 1, "files": 0}
    assert client.get("history/back-to", at="2099-01-01T00:00:00Z")["changes"] == 0
    moth = client.id_of("Moth")
    assert client.get("history/back-to", at="2020-01-01T00:00:00Z", adapter_id=moth)["changes"] == 0


@pytest.mark.parametrize(
    "at",
    [
        "yesterday",
        "2020-01-01",
        "2020-01-01T00:00:00",
        "",
        "2020-01-01T00:00:00.000Z; DROP",
        "9999-99-99T99:99:99Z",
        "\u0662020-01-01T00:00:00Z",
    ],
)
def test_a_moment_is_a_time(client: Client, at: str) -> None:
    assert "at:" in client.refused(400, "GET", f"history/back-to?at={at}")
