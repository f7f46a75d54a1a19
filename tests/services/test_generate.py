from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lora_manager.application import Application
from lora_manager.db.details import adapter_detail
from lora_manager.db.generations import RecordedGeneration, recorded
from lora_manager.errors import BadInputError, HostError
from lora_manager.hosts.base import GenerationRequest, Progress
from lora_manager.services.generate import NOT_INSTALLED, check_request
from lora_manager.services.recording import Recorded
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import civitai_model, write_adapter
from tests.services.files.library import ME

REQUEST = GenerationRequest("a lantern", width=64, height=96, steps=3, seed=5)


@pytest.fixture
def app(drawing_application: Application, drawing_host: DrawingHost) -> Application:
    """Two LoRAs, amber and moth, and a host that draws."""
    for stem in ("amber", "moth"):
        write_adapter(drawing_host.roots()[0], stem, civitai_model(stem.title(), f"{stem}.safetensors"))
    drawing_application.scan()
    return drawing_application


def run(app: Application, **changes: Any) -> Recorded:
    return app.generator.run(replace(REQUEST, **changes), lambda progress: None, lambda: False)


def history(app: Application) -> list[RecordedGeneration]:
    with app.database.read() as connection:
        return recorded(connection, 100, 0)[1]


def uses(app: Application, adapter_id: int) -> tuple[int, bool, int]:
    """How often it was used, whether a time is known, and how many images are shown with it."""
    with app.database.read() as connection:
        detail = adapter_detail(connection, adapter_id)
    return detail.fields["uses"], detail.fields["last_used_at"] is not None, len(detail.recent)


def test_images_are_made_and_everything_is_recorded(app: Application) -> None:
    result = run(app, prompt="a lantern <lora:amber:0.5:0.25> <lora:moth:0.8>", negative_prompt="day", batch_size=2)
    (row,) = history(app)
    assert row.fields["id"] == result.generation_id
    assert [image["id"] for image in row.images] == result.image_ids
    assert [image["seed"] for image in row.images] == [5, 6]
    for image in result.result.images:
        with Image.open(image.path) as picture:
            assert picture.size == (64, 96)
            assert picture.info["parameters"] == image.infotext
    amber, moth = result.adapter_ids["amber"], result.adapter_ids["moth"]
    assert row.uses == [
        {"id": amber, "tag_name": "amber", "name": "Amber", "te_weight": 0.5, "unet_weight": 0.25},
        {"id": moth, "tag_name": "moth", "name": "Moth", "te_weight": 0.8, "unet_weight": 0.8},
    ]
    assert result.names == {"amber": "Amber", "moth": "Moth"}
    expected = {
        "host": "drawing", "host_version": "1.2", "model": "plain-paper", "family": "SD 1.5", "negative_prompt": "day",
        "width": 64, "height": 96, "steps": 3, "cfg_scale": 7.0, "sampler": "Euler a", "seed": 5, "interrupted": False,
        "refused": [], "origin": "lora_manager", "prompt": "a lantern <lora:amber:0.5:0.25> <lora:moth:0.8>",
    }  # fmt: skip
    assert {key: row.fields[key] for key in expected} == expected
    assert row.fields["infotext"] == result.result.infotext
    assert row.fields["seconds"] >= 0


def test_the_host_is_handed_files_with_both_weights(app: Application, drawing_host: DrawingHost) -> None:
    run(app, prompt="x <lora:amber:0.5:0.25> <lora:amber:9>")
    (request,) = drawing_host.requests
    (adapter,) = request.adapters
    assert adapter.path == Path(drawing_host.roots()[0]) / "amber.safetensors"
    assert (adapter.tag_name, adapter.te_weight, adapter.unet_weight) == ("amber", 0.5, 0.25)


def test_an_old_tag_name_is_generated_under_the_new_one(app: Application, drawing_host: DrawingHost) -> None:
    with app.database.read() as connection:
        amber = app.tag_names.resolve(connection, ["amber"])["amber"].adapter_id
    app.files.rename(amber, "ochre", ME)
    result = run(app, prompt="a lantern <lora:amber:0.5:0.25> <lora:moth:1>")
    (row,) = history(app)
    assert row.fields["prompt"] == "a lantern <lora:ochre:0.5:0.25> <lora:moth:1>"
    assert result.adapter_ids["ochre"] == amber
    assert [adapter.tag_name for adapter in result.result.applied] == ["ochre", "moth"]


def test_uses_are_counted(app: Application) -> None:
    amber = run(app, prompt="x <lora:amber:1>").adapter_ids["amber"]
    assert uses(app, amber) == (1, True, 1)
    run(app, prompt="x <lora:amber:1>", batch_size=3)
    run(app, prompt="x")
    assert uses(app, amber) == (2, True, 4)


def test_a_tag_without_a_file_is_refused_with_the_reason(app: Application, drawing_host: DrawingHost) -> None:
    result = run(app, prompt="x <lora:nowhere:1> <lora:amber:1>")
    assert [(item.tag_name, item.reason) for item in result.result.refused] == [("nowhere", NOT_INSTALLED)]
    assert [item.tag_name for item in result.result.applied] == ["amber"]
    assert [item.tag_name for item in drawing_host.requests[0].adapters] == ["amber"]
    assert history(app)[0].fields["refused"] == [{"tag_name": "nowhere", "reason": NOT_INSTALLED}]


def test_what_the_host_did_not_apply_is_no_use(app: Application, drawing_host: DrawingHost) -> None:
    drawing_host.refuses = frozenset({"moth"})
    result = run(app, prompt="x <lora:moth:1> <lora:nowhere:1>")
    assert [(item.tag_name, item.reason) for item in result.result.refused] == [
        ("moth", "wrong size"),
        ("nowhere", NOT_INSTALLED),
    ]
    assert history(app)[0].uses == []


def test_a_run_that_is_interrupted_keeps_what_was_made(app: Application) -> None:
    steps: list[Progress] = []
    request = replace(REQUEST, prompt="x <lora:amber:1>", batch_size=3)
    result = app.generator.run(request, steps.append, lambda: len(steps) >= 5)
    assert result.result.interrupted
    assert len(result.image_ids) == 1
    assert (steps[-1].step, steps[-1].steps) == (5, 9)
    (row,) = history(app)
    assert (row.fields["interrupted"], len(row.images), len(row.uses)) == (True, 1, 1)


def test_a_run_cancelled_before_its_first_image_leaves_no_record(app: Application) -> None:
    request = replace(REQUEST, prompt="x <lora:amber:1>")
    result = app.generator.run(request, lambda progress: None, lambda: True)
    assert (result.result.interrupted, result.generation_id, result.image_ids) == (True, None, [])
    assert history(app) == []
    with app.database.read() as connection:
        (file,) = app.tag_names.resolve(connection, ["amber"]).values()
    assert uses(app, file.adapter_id)[0] == 0


def test_a_host_that_fails_leaves_no_record(app: Application, drawing_host: DrawingHost) -> None:
    drawing_host.fails = "out of paper"
    with pytest.raises(HostError, match="out of paper"):
        run(app)
    drawing_host.fails, drawing_host.unable = "", "no model is loaded"
    with pytest.raises(HostError, match="no model"):
        run(app)
    assert history(app) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": " "}, "empty"),
        ({"prompt": "x" * 100_001}, "characters"),
        ({"negative_prompt": "x" * 100_001}, "characters"),
        ({"prompt": "half a \ud800 pair"}, "text"),
        ({"negative_prompt": "\udfff"}, "text"),
        ({"steps": 0}, "Steps"),
        ({"steps": 201}, "Steps"),
        ({"width": 63}, "pixels"),
        ({"height": 4097}, "pixels"),
        ({"batch_size": 0}, "batch"),
        ({"batch_size": 17}, "batch"),
        ({"cfg_scale": -0.1}, "CFG"),
        ({"cfg_scale": float("nan")}, "CFG"),
        ({"seed": -2}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"sampler": "Nonsense"}, "DDIM"),
    ],
)
def test_what_no_host_should_be_asked_is_refused(
    app: Application, drawing_host: DrawingHost, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        run(app, **changes)
    assert drawing_host.requests == []


def test_a_host_without_a_list_of_samplers_judges_for_itself() -> None:
    check_request(replace(REQUEST, sampler="anything"), [])
