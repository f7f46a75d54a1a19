from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lora_manager.api.route import LONG_LIVED
from tests.api.conftest import Client
from tests.api.test_jobs import generate

HUGE = 10**30


@pytest.fixture
def drawn(drawing_client: Client) -> dict[str, Any]:
    """The result of a generation of two images with amber, one tag unknown."""
    result: dict[str, Any] = drawing_client.ended(
        generate(drawing_client, prompt="x <lora:amber:0.5:0.25> <lora:no:1>", batch_size=2, negative_prompt="day")
    )["result"]
    return result


def test_what_was_made_is_listed_newest_first(drawing_client: Client, drawn: dict[str, Any]) -> None:
    second = drawing_client.ended(generate(drawing_client))["result"]
    answer = drawing_client.get("generations")
    assert answer["total"] == 2
    assert [item["id"] for item in answer["items"]] == [second["generation_id"], drawn["generation_id"]]
    item = answer["items"][1]
    assert set(item) >= {
        "id", "created_at", "prompt", "negative_prompt", "model", "width", "height", "steps", "cfg_scale", "sampler",
        "seed", "seconds", "interrupted", "host", "images", "uses",
    }  # fmt: skip
    assert (item["negative_prompt"], item["seed"], item["host"]) == ("day", 5, "drawing")
    assert item["created_at"].endswith("Z")
    assert item["images"] == [
        {**{key: image[key] for key in ("id", "seed", "width", "height")}, "rating": 0, "favourite": False}
        for image in drawn["images"]
    ]
    amber = drawing_client.id_of("Amber Lantern")
    assert item["uses"] == [
        {"id": amber, "tag_name": "amber", "name": "Amber Lantern", "te_weight": 0.5, "unet_weight": 0.25}
    ]
    assert drawing_client.get("generations", limit=1, offset=1)["items"] == [item]
    assert drawing_client.get("generations", offset=99)["items"] == []
    (recent, _) = drawing_client.get(f"adapters/{amber}")["recent"]
    assert recent["generation_id"] == drawn["generation_id"]
    assert recent["weight"] == 0.25


@pytest.mark.parametrize("params", [{"limit": 201}, {"limit": -1}, {"offset": -1}, {"offset": HUGE}, {"limit": "x"}])
def test_pages_are_capped(reader: Client, params: dict[str, Any]) -> None:
    reader.refused(422, "GET", "generations", params=params)


def test_an_image_and_its_thumbnail_are_served(drawing_client: Client, drawn: dict[str, Any]) -> None:
    image_id = drawn["images"][0]["id"]
    whole = drawing_client.raw(f"api/v1/images/{image_id}")
    assert whole.headers["content-type"] == "image/png"
    assert whole.content == Path(drawn["images"][0]["path"]).read_bytes()
    small = drawing_client.raw(f"api/v1/images/{image_id}/thumbnail/128")
    assert small.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.size == (64, 64)
    for answer in (whole, small):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
        assert answer.headers["cache-control"] == LONG_LIVED


def test_an_image_that_is_gone_or_no_image_any_more_is_not_found(drawing_client: Client, drawn: dict[str, Any]) -> None:
    first, second = drawn["images"]
    Path(first["path"]).unlink()
    drawing_client.refused(404, "GET", f"images/{first['id']}")
    drawing_client.refused(404, "GET", f"images/{first['id']}/thumbnail/256")
    Path(second["path"]).write_text("<script>alert(1)</script>", encoding="utf-8")
    drawing_client.refused(404, "GET", f"images/{second['id']}")
    drawing_client.refused(404, "GET", f"images/{second['id']}/thumbnail/256")


NO_IMAGES = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "svg after a declaration": b"<?xml version='1.0'?><svg/>",
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "nothing": b"",
    "pdf": b"%PDF-1.7",
    "script before a picture": b"<script>alert(1)</script>\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("kind", sorted(NO_IMAGES))
def test_what_no_browser_takes_for_a_picture_is_not_served(
    drawing_client: Client, drawn: dict[str, Any], kind: str
) -> None:
    image = drawn["images"][0]
    Path(image["path"]).write_bytes(NO_IMAGES[kind])
    drawing_client.refused(404, "GET", f"images/{image['id']}")
    drawing_client.refused(404, "GET", f"images/{image['id']}/thumbnail/256")


def test_a_picture_with_a_page_in_it_is_a_picture_only(drawing_client: Client, drawn: dict[str, Any]) -> None:
    image = drawn["images"][0]
    Path(image["path"]).write_bytes(b"GIF89a=1/*<script>alert(1)</script>*/")
    answer = drawing_client.raw(f"api/v1/images/{image['id']}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither")
@pytest.mark.parametrize("place", ["pipe", "folder", "/dev/zero"])
def test_what_is_no_file_holds_nobody_up(drawing_client: Client, drawn: dict[str, Any], place: str) -> None:
    image = drawn["images"][0]
    path = Path(image["path"])
    path.unlink()
    if place == "pipe":
        os.mkfifo(path)
    elif place == "folder":
        path.mkdir()
    else:
        path.symlink_to(place)
    drawing_client.refused(404, "GET", f"images/{image['id']}")
    drawing_client.refused(404, "GET", f"images/{image['id']}/thumbnail/256")


@pytest.mark.parametrize("path", ["images/{}", "images/{}/thumbnail/128"])
def test_unknown_images_are_not_found(reader: Client, path: str) -> None:
    reader.refused(404, "GET", path.format(999))
    reader.refused(422, "GET", path.format(HUGE))
    reader.refused(422, "GET", path.format("x"))


def test_only_three_sizes_are_made(drawing_client: Client, drawn: dict[str, Any]) -> None:
    drawing_client.refused(404, "GET", f"images/{drawn['images'][0]['id']}/thumbnail/300")


@pytest.mark.usefixtures("drawn")
def test_analytics_are_sums_of_what_was_recorded(drawing_client: Client) -> None:
    answer = drawing_client.get("analytics")
    assert set(answer) == {"days", "tiles", "over_time", "top", "by_base_model"}
    assert (answer["days"], len(answer["over_time"])) == (30, 30)
    tiles = answer["tiles"]
    assert set(tiles) == {"adapters", "used", "never_used", "generations", "images", "uses", "seconds"}
    assert (tiles["adapters"], tiles["used"], tiles["generations"], tiles["images"], tiles["uses"]) == (5, 1, 1, 2, 1)
    assert answer["over_time"][-1] | {"day": ""} == {"day": "", "generations": 1, "images": 2, "uses": 1}
    (top,) = answer["top"]
    assert (top["name"], top["uses"], top["base_model"]) == ("Amber Lantern", 1, "SD 1.5")
    assert set(answer["by_base_model"][0]) == {"base_model", "adapters", "uses"}
    assert len(drawing_client.get("analytics", days=7)["over_time"]) == 7


@pytest.mark.parametrize(("days", "status"), [(0, 400), (99999, 400), (HUGE, 400), ("x", 422)])
def test_days_beyond_reason_are_refused(reader: Client, days: object, status: int) -> None:
    reader.refused(status, "GET", "analytics", params={"days": days})
