from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lora_manager.api.serialise import generation_json
from lora_manager.application import Application
from lora_manager.db.generations import RecordedGeneration, recorded
from lora_manager.errors import CatalogueError
from lora_manager.hosts.base import (
    AppliedAdapter,
    GeneratedImage,
    GenerationRequest,
    GenerationResult,
    LoadedModel,
    ObservedGeneration,
    RefusedAdapter,
)
from lora_manager.services import recording as module
from lora_manager.services.recording import MOST_TEXT, Recorder, with_unknown
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import civitai_model, write_adapter

MODEL = LoadedModel("plain", "plain.safetensors", "SD 1.5")


@pytest.fixture
def app(drawing_application: Application, drawing_host: DrawingHost) -> Application:
    """One LoRA, amber, and a host that tells of its runs."""
    write_adapter(drawing_host.roots()[0], "amber", civitai_model("Amber", "amber.safetensors"))
    drawing_application.scan()
    return drawing_application


def observed(host: DrawingHost, prompt: str = "a lantern <lora:amber:0.5>", images: int = 1) -> ObservedGeneration:
    pictures = [GeneratedImage(Path(f"/out/{n}.png"), 5 + n, 64, 96, f"info {n}") for n in range(images)]
    applied = [AppliedAdapter("amber", host.roots()[0] / "amber.safetensors", 0.5, 0.25)]
    request = GenerationRequest(prompt, "day", 64, 96, 3, 7.0, 5, "DDIM", images)
    result = GenerationResult(pictures, "info 0", applied, [RefusedAdapter("fog", "unknown")], MODEL, 1.5)
    return ObservedGeneration("img2img", request, result)


def history(app: Application, wanted: int) -> list[RecordedGeneration]:
    """What is recorded, once it is as many."""
    until = time.monotonic() + 20
    while True:
        with app.database.read() as connection:
            rows = recorded(connection, 100, 0)[1]
        if len(rows) >= wanted:
            return rows
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_run_of_the_user_is_recorded_with_its_images_and_uses(app: Application, drawing_host: DrawingHost) -> None:
    assert drawing_host.report is not None
    drawing_host.report(observed(drawing_host, images=2))
    (row,) = history(app, 1)
    expected = {
        "host": "drawing", "origin": "img2img", "model": "plain", "family": "SD 1.5", "negative_prompt": "day",
        "width": 64, "height": 96, "steps": 3, "seed": 5, "sampler": "DDIM", "seconds": 1.5, "infotext": "info 0",
        "refused": [{"tag_name": "fog", "reason": "unknown"}],
    }  # fmt: skip
    assert {key: row.fields[key] for key in expected} == expected
    assert [image["seed"] for image in row.images] == [5, 6]
    (use,) = row.uses
    assert (use["name"], use["te_weight"], use["unet_weight"]) == ("Amber", 0.5, 0.25)


def test_a_run_whose_images_were_not_saved_counts_as_a_use(app: Application, drawing_host: DrawingHost) -> None:
    app.recorder.put(observed(drawing_host, images=0))
    (row,) = history(app, 1)
    assert (row.images, len(row.uses)) == ([], 1)


def test_an_interrupted_run_without_a_saved_image_used_nothing(app: Application, drawing_host: DrawingHost) -> None:
    run = observed(drawing_host, images=0)
    app.recorder.put(replace(run, result=replace(run.result, interrupted=True)))
    (row,) = history(app, 1)
    assert (row.fields["interrupted"], row.images, row.uses) == (True, [], [])


def test_texts_that_cannot_be_written_or_never_end_are_recorded_too(
    app: Application, drawing_host: DrawingHost
) -> None:
    app.recorder.put(observed(drawing_host, prompt="\ud800" + "x" * (MOST_TEXT + 5)))
    (row,) = history(app, 1)
    assert row.fields["prompt"] == "?" + "x" * (MOST_TEXT - 1)


def test_who_listens_is_told_of_each_run_once_it_is_written(app: Application, drawing_host: DrawingHost) -> None:
    told: list[int | None] = []
    app.recorded.listen(lambda recorded: told.append(recorded.generation_id))
    app.recorder.put(observed(drawing_host))
    (row,) = history(app, 1)
    app.recorder.stop()  # it has ended
    assert told == [row.fields["id"]]
    assert app.learning.page("", "adapter", 9, 0)[0] == 1


def test_one_run_that_cannot_be_written_loses_no_other(
    app: Application, drawing_host: DrawingHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = module.write_down

    def fails_once(*args: object) -> object:
        monkeypatch.setattr(module, "write_down", real)
        raise RuntimeError("no ink")

    monkeypatch.setattr(module, "write_down", fails_once)
    app.recorder.put(observed(drawing_host, prompt="lost"))
    app.recorder.put(observed(drawing_host, prompt="kept"))
    assert [row.fields["prompt"] for row in history(app, 1)] == ["kept"]
    assert "no ink" in caplog.text
    assert "lost" in caplog.text


def test_a_run_too_many_is_said_and_nobody_waits(
    app: Application, drawing_host: DrawingHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    recorder = Recorder(app.database, drawing_host)  # nobody writes
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            recorder.put(observed(drawing_host))
    assert caplog.text.count("this one is not") == 2


def test_at_the_end_what_waits_is_written_and_the_host_is_left(app: Application, drawing_host: DrawingHost) -> None:
    for number in range(20):
        app.recorder.put(observed(drawing_host, prompt=str(number)))
    app.recorder.stop()
    assert drawing_host.report is None
    with app.database.read() as connection:
        assert recorded(connection, 100, 0)[0] == 20


def test_tags_without_a_file_are_refused_once() -> None:
    result = GenerationResult([], "", [AppliedAdapter("a", Path("/a"), 1, 1)], [RefusedAdapter("b", "x")], MODEL, 1)
    unknown = [RefusedAdapter(name, "not installed") for name in ("a", "b", "c")]
    assert [(item.tag_name, item.reason) for item in with_unknown(result, unknown).refused] == [
        ("b", "x"),
        ("c", "not installed"),
    ]


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan"), 1e300])
def test_numbers_that_no_database_takes_lose_no_record(app: Application, drawing_host: DrawingHost, odd: float) -> None:
    run = observed(drawing_host)
    (amber,) = run.result.applied
    result = replace(run.result, applied=[replace(amber, te_weight=odd)], images=[], seconds=odd)
    app.recorder.put(replace(run, request=replace(run.request, cfg_scale=odd, seed=2**70), result=result))
    (row,) = history(app, 1)
    assert json.loads(json.dumps(generation_json(row), allow_nan=False))["seed"] == 2**63 - 1
    assert abs(row.uses[0]["te_weight"]) <= 1e9


def test_a_locked_database_keeps_the_runs_waiting_not_lost(
    app: Application, drawing_host: DrawingHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, locked = module.write_down, [True, True, True]

    def write_down(*args: Any) -> Any:
        if locked:
            locked.pop()
            raise CatalogueError("database is locked")
        return real(*args)

    monkeypatch.setattr(module, "write_down", write_down)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    for prompt in ("first", "second"):
        app.recorder.put(observed(drawing_host, prompt=prompt))
    assert [row.fields["prompt"] for row in history(app, 2)] == ["second", "first"]


def test_the_end_does_not_wait_for_a_locked_database(
    app: Application, drawing_host: DrawingHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(*args: Any) -> Any:
        raise CatalogueError("database is locked")

    monkeypatch.setattr(module, "write_down", locked)
    app.recorder.put(observed(drawing_host, prompt="lost at the end"))
    app.recorder.stop()
    assert "lost at the end" in caplog.text


def test_a_run_that_ends_as_the_host_is_left_is_written_too(app: Application, drawing_host: DrawingHost) -> None:
    app.recorder.stop()
    recorder = Recorder(app.database, drawing_host)
    recorder._waiting.put(None)
    recorder.put(observed(drawing_host, prompt="just in time"))
    recorder.start()
    (row,) = history(app, 1)
    assert row.fields["prompt"] == "just in time"
    recorder.stop()
