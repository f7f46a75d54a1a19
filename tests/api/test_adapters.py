from __future__ import annotations

import io
import os
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update

from lora_manager.api.route import LONG_LIVED
from lora_manager.db.tables import NetworkFile
from tests.api.conftest import Client
from tests.helpers.network_files import png_bytes, write_adapter, write_network_file

CARD = {
    "id", "name", "version", "author", "base_model", "family", "tag_name", "hidden_by", "file_name", "relative_path",
    "folder", "root_id", "state", "trigger_groups", "default_group", "weight", "weight_source", "uses", "last_used_at",
    "favourite", "rating", "archetype", "nsfw_level", "size", "active", "preview", "score",
    "algorithm", "rank", "downloads", "published_at", "added_at", "modified_at",
}  # fmt: skip
DETAIL = CARD | {
    "canonical_version_name", "description_html", "author_username", "published_at", "visibility", "tags",
    "trained_words", "activation_text", "negative_text", "notes", "ordinal", "supports_generation", "sd_version",
    "stats", "extra", "sources", "edited", "algorithm", "rank", "alpha", "model_url", "files", "sidecars", "recent",
}  # fmt: skip
HUGE = 10**30


def names(answer: dict[str, Any]) -> list[str]:
    return [item["name"] for item in answer["items"]]


# --- one adapter -----------------------------------------------------------------------------------------------------


def test_everything_on_record_is_shown(reader: Client) -> None:
    detail = reader.get(f"adapters/{reader.id_of('Amber Lantern')}")
    assert set(detail) >= DETAIL
    assert detail["description_html"].startswith("<p>Draws lanterns at dusk. Use a weight of 0.7.</p>")
    assert (detail["tags"], detail["trained_words"]) == (["lantern", "style"], ["lantern light"])
    assert (detail["algorithm"], detail["rank"], detail["alpha"]) == ("LoRA", 4, 4.0)
    assert detail["model_url"] == "https://civitai.com/models/11?modelVersionId=21"
    assert (detail["stats"], detail["edited"], detail["recent"]) == ({"downloadCount": 12}, [], [])
    assert detail["extra"]["civitai_model"]["availability"] == "Public"
    (file,) = detail["files"]
    assert set(file) >= {
        "path", "root", "relative_path", "size", "mtime", "sha256", "sha256_state", "state", "download_url",
    }  # fmt: skip
    assert file["mtime"].endswith("Z")
    (sidecar,) = detail["sidecars"]
    assert set(sidecar) == {"path", "format", "size", "mtime", "last_read_at", "problem"}
    assert sidecar["format"] == "civitai_model"


def test_the_network_is_shown_with_what_speaks_for_its_base_model(reader: Client) -> None:
    detail = reader.get(f"adapters/{reader.id_of('Amber Lantern')}")
    network, (file,) = detail["network"], detail["files"]
    assert set(network) >= {"algorithm", "naming", "rank", "rank_max", "alpha", "dtype", "size", "modules", "ranks"}
    assert (network["algorithm"], network["naming"], network["rank_max"]) == ("LoRA", "kohya", 4)
    assert (sum(network["modules"].values()), network["size"]) == (sum(network["ranks"].values()), file["size"])
    assert network["evidence"][0]["source"] in ("tensors", "civitai")
    assert all(each["what"] for each in network["evidence"])
    assert {"autov2", "autov3", "autov3_computed"} <= set(file)


def test_an_adapter_without_a_record_has_no_page(reader: Client) -> None:
    detail = reader.get(f"adapters/{reader.id_of('plain')}")
    assert (detail["model_url"], detail["description_html"], detail["extra"]) == (None, "", {})


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("adapter_id", ["999", "0"])
def test_an_adapter_that_is_gone_is_not_found(reader: Client, method: str, adapter_id: str) -> None:
    assert adapter_id in reader.refused(404, method, f"adapters/{adapter_id}", {"rating": 1})


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("adapter_id", ["x", "1.5", str(HUGE), "-1", str(2**63)])
def test_what_is_no_id_is_refused(reader: Client, method: str, adapter_id: str) -> None:
    reader.refused(422, method, f"adapters/{adapter_id}", {"rating": 1})


def test_a_description_cannot_run_anything(client: Client) -> None:
    evil = (
        '<p onclick="a()" style="x:y">Hi</p><script>a()</script><style>p{}</style><img src=x onerror=a()>'
        '<a href="javascript:a()">x</a><a href="https://models.example/" onclick="a()">y</a><iframe src="//e"></iframe>'
        '<form action="//e"><input></form><svg><script>a()</script></svg><a href="data:text/html,x">z</a><b>bold</b>'
    )
    root = client.app.host.roots()[0]
    write_adapter(root, "evil", {"name": "Evil", "type": "LORA", "description": evil, "modelVersions": []})
    client.app.scan()
    html = client.get(f"adapters/{client.id_of('Evil')}")["description_html"]
    for bad in (
        "script",
        "style",
        "onclick",
        "onerror",
        "<img",
        "javascript:",
        "iframe",
        "<form",
        "<input",
        "<svg",
        "data:",
    ):
        assert bad not in html.lower(), html
    assert "<p>Hi</p>" in html
    assert "<b>bold</b>" in html
    assert 'href="https://models.example/"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


# --- edits -----------------------------------------------------------------------------------------------------------


def test_an_edit_answers_with_the_new_record(client: Client) -> None:
    adapter_id = client.id_of("Moth")
    changes = {
        "name": "Mine", "version": "v9", "notes": "n", "tags": ["b", "a"], "trigger_groups": [["x"]], "weight": 0.3,
        "favourite": True, "rating": 4, "active": False, "ordinal": 2, "base_model": "Pony", "archetype": "style",
        "negative_text": "day", "nsfw_level": 2,
    }  # fmt: skip
    detail = client.send("PATCH", f"adapters/{adapter_id}", changes)
    assert {key: detail[key] for key in changes} == changes
    assert set(detail["edited"]) == set(changes) - {"active", "ordinal"}
    assert detail["weight_source"] == "user"
    assert detail.pop("change_set") > 0
    assert client.get(f"adapters/{adapter_id}") == detail
    assert names(client.get("adapters", favourite=1)) == [], "it is switched off"
    assert names(client.get("adapters", favourite=1, include="is:inactive")) == ["Mine"]
    assert names(client.get("adapters", q="mine b x n is:inactive")) == ["Mine"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "Nothing to change"),
        ({"uses": 5}, 400, "uses"),
        ({"rating": 9}, 400, "rating"),
        ({"weight": "heavy"}, 400, "weight"),
        ({"name": ""}, 400, "name"),
        ({"tags": "x"}, 400, "tags"),
        ([1], 422, ""),
        ("x", 422, ""),
        (None, 400, "Nothing"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_its_field(reader: Client, body: object, status: int, words: str) -> None:
    assert words in reader.refused(status, "PATCH", f"adapters/{reader.id_of('Moth')}", body)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_a_body_that_is_no_json_is_refused(reader: Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    found, answer = reader.call("PATCH", "adapters/1", content=content, headers=headers)
    assert found in (400, 422)
    assert set(answer) == {"detail", "code"}


@pytest.mark.parametrize("content", [b'{"weight": NaN}', b'{"weight": 1e999}', b'{"nsfw_level": -Infinity}'])
def test_numbers_that_are_none_are_refused(reader: Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    reader.refused(400, "PATCH", f"adapters/{reader.id_of('Moth')}", content=content, headers=headers)


def test_half_a_surrogate_pair_is_stored_as_a_question(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"adapters/{client.id_of('Moth')}"
    status, detail = client.call("PATCH", path, content=b'{"notes": "half \\ud800"}', headers=headers)
    assert (status, detail["notes"]) == (200, "half \ufffd")


# --- made by hand ----------------------------------------------------------------------------------------------------


def test_a_record_can_be_made_for_a_file(client: Client) -> None:
    path = write_network_file(client.app.host.roots()[0] / "new" / "own.safetensors")
    body = {"path": str(path), "name": "Mine", "tags": ["own"], "rating": 3}
    detail = client.send("POST", "adapters", body, status=201)
    assert (detail["name"], detail["tags"], detail["rating"]) == ("Mine", ["own"], 3)
    assert detail["made_by_hand"] is True
    again = client.send("POST", "adapters", {"path": str(path)}, status=201)
    assert (again["id"], again["name"]) == (detail["id"], "Mine")


def test_a_record_for_what_is_no_lora_is_refused(client: Client) -> None:
    root = client.app.host.roots()[0]
    outside = write_network_file(root.parent / "outside.safetensors")
    assert "outside" in client.refused(400, "POST", "adapters", {"path": str(outside)})
    client.refused(400, "POST", "adapters", {"path": str(root / "x.txt")})
    client.refused(404, "POST", "adapters", {"path": str(root / "no.safetensors")})
    client.refused(404, "POST", "adapters", {"path": str(root / "no\0.safetensors")})
    for body in ({}, {"path": None}, {"path": ["x"]}, {"path": ""}, {"path": "x" * 5000}):
        assert "path" in client.refused(400, "POST", "adapters", body)
    client.refused(422, "POST", "adapters", ["path"])
    client.refused(400, "POST", "adapters", {"path": str(root / "plain.safetensors"), "uses": 5})


# --- thumbnails ------------------------------------------------------------------------------------------------------


def test_a_thumbnail_is_a_picture_to_keep(client: Client) -> None:
    adapter_id = client.id_of("Amber Lantern")
    version = client.get(f"adapters/{adapter_id}")["preview"]
    answer = client.raw(f"api/v1/adapters/{adapter_id}/thumbnail/256/{version}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == LONG_LIVED
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (24, 32)
    old = client.raw(f"api/v1/adapters/{adapter_id}/thumbnail/256/an-old-version")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")


def test_where_there_is_no_picture_there_is_no_thumbnail(client: Client) -> None:
    amber, plain = client.id_of("Amber Lantern"), client.id_of("plain")
    client.refused(404, "GET", f"adapters/{plain}/thumbnail/256/x")
    client.refused(404, "GET", "adapters/999/thumbnail/256/x")
    client.refused(404, "GET", f"adapters/{amber}/thumbnail/300/x")
    client.refused(422, "GET", f"adapters/{amber}/thumbnail/big/x")
    client.refused(422, "GET", f"adapters/{HUGE}/thumbnail/256/x")
    root = client.app.host.roots()[0]
    (root / "amber.preview.png").write_bytes(b"<svg onload='alert(1)'/>")
    client.app.scan()
    version = client.get(f"adapters/{amber}")["preview"]
    client.refused(404, "GET", f"adapters/{amber}/thumbnail/256/{version}")
    (root / "amber.preview.png").unlink()
    client.refused(404, "GET", f"adapters/{amber}/thumbnail/512/{version}")


@pytest.mark.parametrize("preview", ["../secret.png", "/etc/secret.png", "a/../../secret.png", "a//b.png", "nul\0.png"])
def test_no_preview_leads_out_of_its_folder(client: Client, preview: str) -> None:
    (client.app.host.roots()[0].parent / "secret.png").write_bytes(png_bytes())
    amber = client.id_of("Amber Lantern")
    with client.app.database.write() as connection:
        of_amber = NetworkFile.adapter_id == amber
        connection.execute(update(NetworkFile).where(of_amber).values(preview=preview, preview_version="other"))
    client.refused(400, "GET", f"adapters/{amber}/thumbnail/256/other")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_preview_that_is_a_link_shows_pictures_and_nothing_else(client: Client) -> None:
    """Libraries are put together of links, so they are followed; what is at their end must be a picture."""
    root, amber = client.app.host.roots()[0], client.id_of("Amber Lantern")
    preview = root / "amber.preview.png"
    places = {200: root.parent / "else.png", 404: root.parent / "secret.txt"}
    places[200].write_bytes(png_bytes(50, 60))
    places[404].write_text("secret")
    for status, place in places.items():
        preview.unlink()
        preview.symlink_to(place)
        client.app.scan()
        version = client.get(f"adapters/{amber}")["preview"]
        answer = client.raw(f"api/v1/adapters/{amber}/thumbnail/256/{version}")
        assert answer.status_code == status
        assert b"secret" not in answer.content.replace(b"secret.txt", b"")


def test_a_value_that_changed_in_another_tab_is_not_written_over(client: Client) -> None:
    path = f"adapters/{client.id_of('Moth')}"
    client.send("PATCH", path, {"notes": "theirs"})
    status, answer = client.call("PATCH", path, {"notes": "mine", "rating": 2, "if": {"notes": None, "rating": 0}})
    assert (status, answer["code"], answer["current"]) == (409, "changed_meanwhile", {"notes": "theirs"})
    assert client.get(path)["rating"] == 0
    assert client.send("PATCH", path, {"notes": "mine", "if": {"notes": "theirs"}})["notes"] == "mine"
    again = client.send("PATCH", path, {"notes": "mine", "if": {"notes": "theirs"}})
    assert again["change_set"] is None, "sent again, for its answer was lost: it is done already"


def test_a_field_is_given_back_to_its_source(client: Client) -> None:
    path = f"adapters/{client.id_of('Moth')}"
    before = client.get(path)
    edited = client.send("PATCH", path, {"tags": ["mine"], "name": "Mine"})
    assert edited["sources_said"]["name"] == {"value": "Moth", "source": before["sources"]["name"]}
    given_back = client.send("PATCH", path, {"reset": ["tags", "name"]})
    assert {key: given_back[key] for key in ("name", "tags", "edited", "sources")} == {
        key: before[key] for key in ("name", "tags", "edited", "sources")
    }
    client.refused(400, "PATCH", path, {"reset": ["id"]})
    client.refused(400, "PATCH", path, {"reset": "name"})
    client.refused(400, "PATCH", path, {"reset": [[]]})
    client.refused(400, "PATCH", path, {"reset": [{}]})
    client.refused(400, "PATCH", path, {"if": {"name": "x"}})
