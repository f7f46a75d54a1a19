from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lora_manager.hosts.base import ObservedGeneration
from tests.conftest import Figure
from tests.hosts.in_sdnext import Inside, wait_until

PROMPT = "a cat <lora:ink-wash:0.8>"


def paths(observed: ObservedGeneration) -> list[Path]:
    return [image.path for image in observed.result.images]


@pytest.mark.parametrize("tab", ["txt2img", "img2img", "control", "video"])
def test_a_run_in_each_tab(sdnext: Inside, tab: str) -> None:
    """Control runs no scripts of extensions; the callbacks come all the same."""
    saved = sdnext.user_run(PROMPT, tab=tab)
    (observed,) = sdnext.reports
    assert observed.origin == tab
    assert paths(observed) == saved
    assert all(path.is_absolute() and path.is_file() for path in saved)
    assert [(item.tag_name, item.unet_weight) for item in observed.result.applied] == [("ink-wash", 0.8)]
    sdnext.assert_clean()


def test_our_own_jobs_are_not_reported(sdnext: Inside) -> None:
    sdnext.generate(PROMPT, batch_size=2)
    sdnext.user_run("the user's")
    sdnext.generate(PROMPT)
    assert [observed.request.prompt for observed in sdnext.reports] == ["the user's"]


def test_a_batch_of_eight_is_one_generation_with_eight_images(sdnext: Inside) -> None:
    """Its grid fires the same callback as a picture."""
    observed = sdnext.observed(PROMPT, n_iter=2, batch_size=4, seed=100)
    assert list((sdnext.folder / "outputs" / "grids").iterdir()), "there is a grid"
    assert [image.seed for image in observed.result.images] == list(range(100, 108))
    assert len(set(paths(observed))) == 8
    assert observed.request.batch_size == 8


@pytest.mark.parametrize("option", ["return_grid", "grid_save"])
def test_with_half_a_grid(sdnext: Inside, option: str) -> None:
    """Its picture is returned and not saved, or saved and not returned."""
    setattr(sdnext.module("shared").opts, option, False)
    assert len(sdnext.observed(n_iter=3).result.images) == 3


def test_a_watermark_makes_another_picture_of_it(sdnext: Inside) -> None:
    """What is saved then is not the object that is returned; steps on the way and grids are told by what they are."""
    options = sdnext.module("shared").opts
    options.image_watermark_enabled = options.save_images_before_detailer = True
    observed = sdnext.observed(n_iter=2, detailer_enabled=True)
    assert len(observed.result.images) == 2
    assert not [path for path in paths(observed) if "before" in path.name or "grid" in path.name]


def test_a_detailer_is_part_of_its_run(sdnext: Inside) -> None:
    """It runs a copy of the object without callbacks, and what SDNext made last is its result for a while."""
    sdnext.module("shared").opts.save_images_before_detailer = True
    observed = sdnext.observed(PROMPT, detailer_enabled=True)
    assert len(list((sdnext.folder / "outputs" / "text").iterdir())) == 2
    assert len(observed.result.images) == 1
    assert observed.request.prompt == PROMPT


def test_pictures_that_the_host_does_not_save(sdnext: Inside) -> None:
    """As the API does by default: LoRAs were used all the same."""
    observed = sdnext.observed(PROMPT, do_not_save_samples=True, do_not_save_grid=True, n_iter=2)
    assert observed.result.images == ()
    assert observed.request.batch_size == 2
    assert [item.tag_name for item in observed.result.applied] == ["ink-wash"]


# --- runs in runs, and several of one request -----------------------------------------------------------------------


def test_a_script_that_runs_another_run_inside_one(sdnext: Inside) -> None:
    script = inner_run(sdnext, lambda p: {"prompt": "inner", "outpath_samples": p.outpath_samples})
    observed = sdnext.observed(PROMPT, scripts=[script])
    assert observed.request.prompt == PROMPT
    assert len(observed.result.images) == 1


def test_a_script_that_runs_the_same_object_inside_its_own_run(sdnext: Inside) -> None:
    processing, manager = sdnext.module("processing"), sdnext.module("scripts_manager")

    class Again(manager.Script):  # type: ignore[misc, name-defined]
        runs = 0

        def process(self, p: Any) -> None:
            self.runs += 1
            if self.runs == 1:
                processing.process_images(p)

    observed = sdnext.observed(PROMPT, scripts=[Again()])
    assert observed.request.prompt == PROMPT
    assert observed.result.images


def test_the_cells_of_a_sheet_are_generations_and_the_sheet_is_none(sdnext: Inside) -> None:
    """They are runs inside the run of the sheet, which shows their pictures."""
    sdnext.user_run(PROMPT, scripts=[sdnext.control.xyz_grid([1, 2, 3])])
    assert [observed.request.steps for observed in sdnext.reports] == [1, 2, 3]
    assert [len(observed.result.images) for observed in sdnext.reports] == [1, 1, 1]
    assert len({path for observed in sdnext.reports for path in paths(observed)}) == 3


def test_several_input_pictures_in_control_are_one_generation(sdnext: Inside) -> None:
    observed = sdnext.observed(PROMPT, tab="control", inputs=3)
    assert len(observed.result.images) == 3
    assert observed.request.batch_size == 3


def test_a_script_that_saves_its_picture_after_its_last_run(sdnext: Inside) -> None:
    """As upscaling in tiles does: the tiles are not saved, and the picture comes when no run is going on."""
    images = sdnext.module("images")

    def put_together(p: Any) -> None:
        from PIL import Image

        picture = Image.new("RGB", (256, 256))
        images.save_image(picture, p.outpath_samples, p.all_seeds[0], "a cat\nSteps: 2, Size: 256x256, Seed: 77", p)

    tiles = {"tab": "control", "inputs": 4, "do_not_save_samples": True, "do_not_save_grid": True}
    observed = sdnext.observed(PROMPT, after=put_together, **tiles)
    (image,) = observed.result.images
    assert (image.width, image.seed) == (256, 77)
    assert (observed.request.width, observed.request.batch_size) == (256, 1)


def test_requests_under_one_lock_are_told_when_the_next_begins(sdnext: Inside) -> None:
    """As a script that runs one prompt after the other."""
    processing = sdnext.module("processing")
    told_at: list[int] = []

    def more(p: Any) -> None:
        for number in range(3):
            told_at.append(len(sdnext.reports))
            processing.process_images(
                processing.StableDiffusionProcessingTxt2Img(
                    prompt=f"prompt {number}", steps=1, width=64, height=64, outpath_samples=p.outpath_samples
                )
            )

    sdnext.user_run("first", after=more)
    assert [observed.request.prompt for observed in sdnext.reports] == ["first", "prompt 0", "prompt 1", "prompt 2"]
    assert told_at == [0, 1, 2]


def test_the_hosts_save_button_is_nothing_to_us(sdnext: Inside) -> None:
    from PIL import Image

    images = sdnext.module("images")
    for p in (None, object()):
        images.save_image(Image.new("RGB", (8, 8)), str(sdnext.folder / "saved"), 1, "a cat\nSteps: 1", p)
    sdnext.assert_clean()
    assert sdnext.reports == []


# --- ends of all kinds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [TypeError("bad"), RuntimeError("bad"), OSError("disk")])
def test_a_failed_run_is_none(sdnext: Inside, failure: Exception) -> None:
    """The last callback comes then too. A RuntimeError is swallowed, and the run counts as interrupted."""
    sdnext.user_run(PROMPT, fail_at=0, failure=failure)
    assert sdnext.reports == []
    assert sdnext.observed(PROMPT).result.images


def test_what_a_run_saved_before_it_failed_is_kept(sdnext: Inside) -> None:
    observed = sdnext.observed(PROMPT, n_iter=3, fail_at=1, failure=TypeError("bad"), detailer_enabled=True)
    assert len(observed.result.images) == 1


def test_an_interrupted_run(sdnext: Inside) -> None:
    """SDNext keeps the small preview of the picture that was not finished."""
    with sdnext.user_is_generating():
        pass
    (observed,) = sdnext.reports
    assert observed.result.interrupted
    assert [image.width for image in observed.result.images] == [4]
    assert (observed.request.width, observed.request.batch_size) == (64, 1)


def test_an_interrupted_run_of_which_nothing_is_kept(sdnext: Inside) -> None:
    sdnext.module("shared").opts.keep_incomplete = False
    with sdnext.user_is_generating():
        pass
    assert sdnext.reports == []


def test_a_run_that_does_not_begin(sdnext: Inside) -> None:
    sdnext.module("modeldata").model_data.locked = True
    assert sdnext.user_run(PROMPT) == []
    assert sdnext.reports == []


def test_the_model_of_a_run_is_that_before_overrides_are_restored(sdnext: Inside) -> None:
    shared, modeldata = sdnext.module("shared"), sdnext.module("modeldata")
    sdnext.user_run("load it")
    other = sdnext.module("sd_checkpoint").CheckpointInfo("other.safetensors", "other")
    models = [modeldata.model_data.sd_model, modeldata.StableDiffusionXLPipeline(other)]
    kind = type(shared.opts)

    class Options(kind):  # type: ignore[misc, valid-type]
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            if name == "sd_model_checkpoint":
                modeldata.model_data.sd_model = models[value == "other"]

    shared.opts.__class__ = Options
    observed = sdnext.observed(PROMPT, override_settings={"sd_model_checkpoint": "other"})
    assert (observed.result.model.name, observed.result.model.family) == ("other", "SDXL")
    assert sdnext.host.loaded_model().name == "tiny-sd"


# --- the listener ---------------------------------------------------------------------------------------------------


def test_runs_before_anyone_listens_are_held(sdnext: Inside) -> None:
    sdnext.host.observe(None)
    sdnext.user_run("early")
    assert sdnext.reports == []
    sdnext.host.observe(sdnext.reports.append)
    assert [observed.request.prompt for observed in sdnext.reports] == ["early"]


def test_it_is_told_once_the_host_lets_go_of_its_lock(sdnext: Inside) -> None:
    """More pictures of the request may come until then."""
    still, go_on = threading.Event(), threading.Event()

    def wait(_p: Any) -> None:
        still.set()
        go_on.wait(5)

    thread = sdnext.control.on_worker(lambda: sdnext.control.user_run(PROMPT, after=wait))
    still.wait(5)
    time.sleep(0.3)
    assert sdnext.reports == []
    go_on.set()
    thread.join()
    wait_until(lambda: len(sdnext.reports) == 1)


def test_a_hook_that_fails_never_fails_the_image(
    sdnext: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import lora_manager.hosts.sdnext_recording as recording

    def fail(*_: object) -> None:
        raise ZeroDivisionError("ours")

    for broken in ("begin", "saved", "end"):
        with monkeypatch.context() as patch:
            patch.setattr(recording.SdnextRequest, broken, fail)
            assert len(sdnext.user_run(PROMPT)) == 1
        assert "could not record" in caplog.text
        caplog.clear()
    assert sdnext.module("script_callbacks").reported == []
    before = len(sdnext.reports)
    assert sdnext.user_run("after that")
    assert [observed.request.prompt for observed in sdnext.reports[before:]] == ["after that"]


def test_a_listener_that_fails_does_not_end_the_recording(sdnext: Inside) -> None:
    def fail(_: ObservedGeneration) -> None:
        raise ZeroDivisionError("the listener's")

    sdnext.host.observe(fail)
    assert sdnext.user_run(PROMPT)
    sdnext.host.observe(sdnext.reports.append)
    assert sdnext.observed("after that").request.prompt == "after that"


def test_nothing_is_kept_of_runs_that_are_over(sdnext: Inside) -> None:
    script = inner_run(sdnext, lambda p: {"prompt": "inner", "outpath_samples": p.outpath_samples})
    sdnext.user_run(PROMPT, scripts=[script])
    sdnext.user_run(PROMPT, scripts=[sdnext.control.xyz_grid([1, 2])])
    sdnext.user_run(PROMPT, fail_at=0)
    sdnext.generate(PROMPT)
    assert sdnext.host._recorder._requests == {}


@pytest.mark.parametrize("broken", ["", "begin", "saved", "end", "observed"])
def test_no_object_of_a_run_stays_in_memory(sdnext: Inside, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The host's object holds tensors; a hook of ours that fails must not keep it."""
    import lora_manager.hosts.sdnext_recording as recording

    if broken:
        works = getattr(recording.SdnextRequest, broken)

        def fail(*given: Any, **more: Any) -> None:
            works(*given, **more)
            raise ZeroDivisionError("ours")

        monkeypatch.setattr(recording.SdnextRequest, broken, fail)
        # A record of a failure holds its frames.
        monkeypatch.setattr(logging.getLogger("lora_manager.hosts.run_observer"), "disabled", True)
    seen: list[weakref.ref[Any]] = []
    processing = sdnext.module("processing")
    original = processing.process_images_inner

    def process_images_inner(p: Any) -> Any:
        seen.append(weakref.ref(p))
        return original(p)

    monkeypatch.setattr(processing, "process_images_inner", process_images_inner)
    assert sdnext.user_run(PROMPT)
    gc.collect()
    assert [process() for process in seen] == [None]
    assert sdnext.host._recorder._requests == {}


def test_what_an_image_costs_the_user(sdnext: Inside, figure: Figure) -> None:
    """All callbacks of a run of 8 images with 20 LoRAs, per image. Asked for: under 5 ms."""
    for number in range(20):
        sdnext.control.add_lora(sdnext.loras / f"lora-{number}.safetensors")
    sdnext.host.refresh_networks()
    prompt = "a cat " + " ".join(f"<lora:lora-{number}:0.5>" for number in range(20))
    spent = 0.0
    callbacks = sdnext.module("script_callbacks")

    def timed(callback: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> None:
            nonlocal spent
            began = time.perf_counter()
            callback(*args)
            spent += time.perf_counter() - began

        return call

    for kind in ("before_process", "image_saved", "after_process"):
        callbacks.callback_map[kind][:] = [
            entry._replace(callback=timed(entry.callback)) for entry in callbacks.callback_map[kind]
        ]
    observed = sdnext.observed(prompt, batch_size=8)
    assert len(observed.result.applied) == 20
    figure(f"{spent / 8 * 1000:.2f} ms per image in SDNext's callbacks")


def inner_run(inside: Inside, asked: Callable[[Any], dict[str, Any]]) -> Any:
    """A script that makes another picture in the middle of a run."""
    processing, manager = inside.module("processing"), inside.module("scripts_manager")

    class Inner(manager.Script):  # type: ignore[misc, name-defined]
        def process(self, p: Any) -> None:
            processing.process_images(
                processing.StableDiffusionProcessingTxt2Img(steps=1, width=64, height=64, **asked(p))
            )

    return Inner()
