from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Client
from tests.api.test_jobs import generate


@pytest.fixture
def drawn(drawing_client: Client) -> dict[str, Any]:
    """The result of a generation of two images with amber."""
    request = generate(drawing_client, prompt="x <lora:amber:0.5>", batch_size=2)
    result: dict[str, Any] = drawing_client.ended(request)["result"]
    return result


def test_an_image_is_rated_and_listed_so(drawing_client: Client, drawn: dict[str, Any]) -> None:
    first = drawn["images"][0]["id"]
    answer = drawing_client.send("PATCH", f"images/{first}", {"rating": 4})
    assert answer == {"id": first, "rating": 4, "favourite": False}
    assert drawing_client.send("PATCH", f"images/{first}", {"favourite": True})["rating"] == 4
    (item,) = drawing_client.get("generations")["items"]
    assert [(image["rating"], image["favourite"]) for image in item["images"]] == [(4, True), (0, False)]
    kinds = {item["kind"] for item in evidence(drawing_client)}
    assert kinds == {"generated", "image_rated", "image_favourited"}
    drawing_client.send("PATCH", f"images/{first}", {"rating": 0, "favourite": False})
    assert {item["kind"] for item in evidence(drawing_client)} == {"generated"}


def evidence(client: Client) -> list[dict[str, Any]]:
    """What was learned of amber."""
    amber = str(client.id_of("Amber Lantern"))
    (item,) = [item for item in client.get("preferences", kind="adapter")["items"] if item["key"] == amber]
    items: list[dict[str, Any]] = client.get(f"preferences/{item['id']}/evidence")["items"]
    return items


@pytest.mark.parametrize("place", ["images/{}", "images/{}/thumbnail/128"])
def test_an_image_that_is_gone_is_noted_once(drawing_client: Client, drawn: dict[str, Any], place: str) -> None:
    image = drawn["images"][0]
    Path(image["path"]).unlink()
    for _ in range(2):
        drawing_client.refused(404, "GET", place.format(image["id"]))
    assert [item["kind"] for item in evidence(drawing_client)] == ["image_gone", "generated"]


@pytest.mark.parametrize(
    "body", [{}, {"rating": 6}, {"rating": -1}, {"rating": True}, {"rating": 1.5}, {"favourite": 1}, {"path": "/x"}]
)
def test_what_cannot_be_is_refused(drawing_client: Client, drawn: dict[str, Any], body: dict[str, Any]) -> None:
    drawing_client.refused(400, "PATCH", f"images/{drawn['images'][0]['id']}", body)


def test_an_image_that_is_not_there(reader: Client) -> None:
    reader.refused(404, "PATCH", "images/999999", {"rating": 1})
    reader.refused(422, "PATCH", f"images/{10**30}", {"rating": 1})
