"""Our own generations inside the host: made by it, saved by it, cancelled without harm to anybody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from tests.contract.running_host import Json, RunningHost

CLOSE = 1e-3
"""Weights go through text and single precision in some hosts."""


def is_at_its_steps(host: RunningHost, job: Json) -> bool:
    """Whether a job draws now; the test fails if it ended before anybody could look."""
    now = host.job(job["id"])
    assert now["state"] in ("queued", "running"), now
    return bool(now["done"] > 0)


def embedded_infotext(picture: Image.Image) -> str:
    """What the host wrote into a PNG, or as a comment into another kind of picture."""
    if "parameters" in picture.info:
        return str(picture.info["parameters"])
    comment = picture.getexif().get_ifd(IFD.Exif)[Base.UserComment]
    return str(comment.removeprefix(b"UNICODE\0").decode("utf-16-be"))


def test_an_image_with_two_loras(host: RunningHost) -> None:
    first, second = host.loras()
    used = [host.uses(first), host.uses(second)]
    prompt = host.unique(f"a harbour at dusk {first.tag(0.8)} {second.tag(0.5)}")
    result = host.generate(prompt, negative_prompt="blurry")["result"]

    assert {item["tag_name"]: item["weight"] for item in result["applied"]} == {
        first.tag_name: pytest.approx(0.8, abs=CLOSE),
        second.tag_name: pytest.approx(0.5, abs=CLOSE),
    }
    assert result["refused"] == []
    assert result["interrupted"] is False
    [image] = result["images"]
    path = Path(image["path"])
    assert path.is_absolute()
    with Image.open(path) as picture:
        assert picture.size == (image["width"], image["height"]) == (host.limits.size, host.limits.size)
        infotext = embedded_infotext(picture)
    assert "a harbour at dusk" in infotext
    assert f"Seed: {image['seed']}" in infotext
    assert f"Steps: {host.limits.steps}" in infotext
    assert "a harbour at dusk" in result["infotext"]
    assert host.ask("GET", f"/lora-manager/api/v1/images/{image['id']}").body == path.read_bytes()

    generation = host.only_record(prompt)
    assert generation["id"] == result["generation_id"]
    assert generation["origin"] == "lora_manager"
    assert generation["host"] == host.family
    assert generation["prompt"] == prompt
    assert generation["negative_prompt"] == "blurry"
    assert {use["id"]: use["te_weight"] for use in generation["uses"]} == {
        first.id: pytest.approx(0.8, abs=CLOSE),
        second.id: pytest.approx(0.5, abs=CLOSE),
    }
    assert [host.uses(first), host.uses(second)] == [count + 1 for count in used]


def test_several_images_are_one_generation_with_consecutive_seeds(host: RunningHost) -> None:
    prompt = host.unique("three boats")
    result = host.generate(prompt, batch_size=3, seed=40)["result"]
    assert [image["seed"] for image in result["images"]] == [40, 41, 42]
    assert len({image["path"] for image in result["images"]}) == 3
    [generation] = host.made(prompt)
    assert len(generation["images"]) == 3


def test_a_chosen_seed_is_told(host: RunningHost) -> None:
    result = host.generate("a boat", seed=-1)["result"]
    assert result["images"][0]["seed"] >= 0


def test_a_cancelled_run_ends_and_the_next_works(host: RunningHost) -> None:
    job = host.start("a long river", steps=host.limits.long_steps)
    host.wait("the job draws", lambda: is_at_its_steps(host, job))
    host.cancel(job)
    ended = host.ended(job)
    assert ended["state"] in ("cancelled", "interrupted", "done"), ended
    if ended["state"] == "done":  # the host hands out what it has drawn so far
        assert ended["result"]["interrupted"] is True
    host.wait("the host idles", lambda: host.get("host")["state"] == "idle")
    assert len(host.generate("a short river")["result"]["images"]) == 1
    assert host.user_run(host.unique("the user's river")).status == 200


def test_cancelling_a_job_that_waits_leaves_the_users_run_alone(host: RunningHost) -> None:
    prompt = host.unique("the user's slow picture")
    with ThreadPoolExecutor(1) as user:
        running = user.submit(host.user_run, prompt, steps=host.limits.long_steps)
        host.wait("the user's run draws", lambda: host.is_drawing() or running.done())
        job = host.start("ours, in the queue")
        host.wait("our job waits", lambda: host.job(job["id"])["message"] or running.done())
        host.cancel(job)
        ended = host.ended(job)
        was_drawing = not running.done()
        assert running.result().status == 200
    assert was_drawing, "the user's run was over too soon to show anything"
    assert ended["state"] == "cancelled", ended
    [users] = host.made(prompt)
    assert users["interrupted"] is False
    assert users["steps"] == host.limits.long_steps
    assert len(users["images"]) == 1


def test_ours_and_the_users_at_once_both_get_their_image(host: RunningHost) -> None:
    first, second = host.loras()
    users, ours = host.unique(f"the user's {first.tag(0.7)}"), host.unique(f"ours {second.tag(0.6)}")
    with ThreadPoolExecutor(1) as user:
        running = user.submit(host.user_run, users)
        job = host.generate(ours)
        assert running.result().status == 200
    assert len(job["result"]["images"]) == 1
    for prompt, lora, weight in ((users, first, 0.7), (ours, second, 0.6)):
        [generation] = host.made(prompt)
        assert [(use["id"], use["te_weight"]) for use in generation["uses"]] == [
            (lora.id, pytest.approx(weight, abs=CLOSE))
        ]
        assert len(generation["images"]) == 1


def test_a_sampler_that_does_not_exist_is_said_and_the_next_works(host: RunningHost) -> None:
    size = host.limits.size
    request = {"prompt": "a boat", "width": size, "height": size, "steps": 1, "sampler": "No such sampler"}
    answer = host.ask("POST", "/lora-manager/api/v1/jobs", {"kind": "generate", "request": request})
    if answer.status < 300:
        job = host.ended(answer.document)
        assert job["state"] == "failed"
        said = job["error"]
    else:
        said = answer.detail
    assert "No such sampler" in said
    assert said.rstrip().endswith((".", "!"))
    assert len(host.generate("a boat")["result"]["images"]) == 1
