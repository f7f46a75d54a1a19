from __future__ import annotations

import threading
from typing import Any

import pytest
from PIL import Image

from lora_manager.errors import BadInputError, HostError
from lora_manager.formats import infotext
from lora_manager.hosts.base import Progress
from tests.hosts.in_sdnext import Inside, wait_until

PROMPT = "a cat <lora:ink-wash:0.8> <lora:paper-cut:0.5:unet=0.2>"


def fail_with(inside: Inside, failure: Exception) -> None:
    processing = inside.module("processing")
    processing.fail_at, processing.failure = 0, failure


def works_again(inside: Inside) -> bool:
    inside.module("processing").fail_at = None
    return len(inside.generate().images) == 1


class Cancel:
    """A job's cancel, which comes at the first progress that satisfies the condition."""

    def __init__(self, at_step: int) -> None:
        self.at_step = at_step
        self.came = threading.Event()

    def progress(self, progress: Progress) -> None:
        if progress.step >= self.at_step:
            self.came.set()


def test_samplers(sdnext: Inside) -> None:
    assert sdnext.host.samplers() == ["Default", "Euler", "Euler a"]


def test_an_unknown_sampler_is_refused_before_anything_else(sdnext: Inside) -> None:
    with pytest.raises(BadInputError, match="Euler a"):
        sdnext.generate(sampler="DPM")
    assert sdnext.module("modeldata").model_data.loads == 0


def test_an_image(sdnext: Inside) -> None:
    result = sdnext.generate(PROMPT, seed=41, negative_prompt="dogs", width=96, height=64)
    (image,) = result.images
    assert (image.seed, image.width, image.height) == (41, 96, 64)
    assert image.path.is_relative_to(sdnext.host.output_dir())
    with Image.open(image.path) as picture:
        assert picture.size == (96, 64)
        assert picture.info["parameters"] == image.infotext == result.infotext
    assert [(item.tag_name, item.te_weight, item.unet_weight) for item in result.applied] == [
        ("ink-wash", 0.8, 0.8),
        ("paper-cut", 0.5, 0.2),
    ]
    assert (result.refused, result.interrupted, result.model.name) == ([], False, "tiny-sd")
    sdnext.assert_clean()


def test_the_infotext_keeps_the_tags(sdnext: Inside) -> None:
    """Without a script runner SDNext writes the prompt as it is after its tags were taken out."""
    assert infotext.parse(sdnext.generate(PROMPT).infotext).prompt == PROMPT


def test_a_separate_weight_for_the_text_encoder_that_the_host_leaves_out(sdnext: Inside) -> None:
    assert "text encoder" in sdnext.generate(PROMPT).notes[0]
    assert sdnext.generate("<lora:ink-wash:0.8>").notes == ()
    sdnext.module("shared").opts.lora_apply_te = True
    assert sdnext.generate(PROMPT).notes == ()


def test_several_images_are_one_run_with_seeds_in_a_row(sdnext: Inside) -> None:
    result = sdnext.generate(PROMPT, batch_size=8, seed=5)
    assert [image.seed for image in result.images] == list(range(5, 13))
    assert len({image.path for image in result.images}) == 8
    assert not list((sdnext.folder / "outputs").rglob("*-grid*"))


def test_a_seed_of_the_hosts_choice(sdnext: Inside) -> None:
    seeds = [image.seed for image in sdnext.generate(seed=-1, batch_size=2).images]
    assert seeds[0] >= 0
    assert seeds[1] == seeds[0] + 1


@pytest.mark.parametrize("option", ["samples_save", "image_watermark_enabled"])
def test_it_is_saved_whatever_the_hosts_options(sdnext: Inside, option: str) -> None:
    options = sdnext.module("shared").opts
    setattr(options, option, not getattr(options, option))
    assert sdnext.generate().images[0].path.is_file()


def test_progress_is_counted_over_all_images_and_never_falls(sdnext: Inside) -> None:
    sdnext.module("processing").step_seconds = 0.03
    told: list[Progress] = []
    sdnext.generate(on_progress=told.append, steps=10, batch_size=3)
    steps = [progress.step for progress in told]
    assert steps == sorted(steps)
    assert steps[-1] > 10
    assert {progress.steps for progress in told} == {30}


def test_the_first_image_says_that_the_model_is_loaded_for_it(sdnext: Inside) -> None:
    told: list[Progress] = []
    for _ in range(2):
        sdnext.generate(on_progress=told.append)
    assert [progress.message for progress in told].count("Loading the model") == 1


# --- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure", [RuntimeError("mat1 and mat2"), ValueError("height"), TypeError("got a keyword"), KeyError("vae")]
)
def test_a_failure_is_told_and_leaves_nothing_behind(sdnext: Inside, failure: Exception) -> None:
    """SDNext swallows the first two and returns without a picture; the others come through."""
    fail_with(sdnext, failure)
    with pytest.raises(HostError, match=f"{type(failure).__name__}: .*{failure.args[0]}.*SDNext's log"):
        sdnext.generate(PROMPT)
    state = sdnext.module("shared").state
    assert (state.job, state.interrupted) == ("", False)
    assert not sdnext.module("call_queue").queue_lock.locked()
    assert sdnext.module("logger").log.handlers == []
    assert works_again(sdnext)
    assert sdnext.reports == []


def test_the_hosts_description_of_the_run_is_closed(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Any] = []
    kind = sdnext.module("processing").StableDiffusionProcessingTxt2Img
    monkeypatch.setattr(kind, "close", lambda process: closed.append(process))
    sdnext.generate()
    fail_with(sdnext, KeyError("vae"))
    with pytest.raises(HostError):
        sdnext.generate()
    assert [type(process) for process in closed] == [kind, kind]


def test_a_failure_in_the_middle_keeps_the_images_before_it_and_says_so(sdnext: Inside) -> None:
    fail_with(sdnext, RuntimeError("out of memory"))
    sdnext.module("processing").fail_at = 2
    result = sdnext.generate(PROMPT, batch_size=4)
    assert len(result.images) == 2
    assert not result.interrupted
    assert "SDNext made 2 of 4 images, then failed: RuntimeError: out of memory." in result.notes
    sdnext.assert_clean()


def test_a_run_that_cannot_even_be_asked_for(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise AttributeError("sd_vae")

    monkeypatch.setattr(sdnext.module("processing"), "StableDiffusionProcessingTxt2Img", refuse)
    with pytest.raises(HostError, match="AttributeError: sd_vae"):
        sdnext.generate()
    sdnext.assert_clean()


def test_a_lora_that_is_not_there_fails_nothing(sdnext: Inside) -> None:
    """Though SDNext logs an error for it."""
    result = sdnext.generate("<lora:gone:1>")
    assert len(result.images) == 1
    assert not result.interrupted


def test_a_lora_whose_layers_do_not_fit(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """SDNext lists it as applied, and logs an error for each layer."""
    load = sdnext.module("lora.lora_load").network_load
    log = sdnext.module("logger").log

    def load_with_errors(*args: Any) -> None:
        load(*args)
        log.error("Network load: type=LoRA model=StableDiffusionPipeline incompatible lora shape")

    monkeypatch.setattr(sdnext.module("lora.lora_load"), "network_load", load_with_errors)
    assert "another base model" in sdnext.generate("<lora:ink-wash:1>").notes[0]


def test_a_model_that_cannot_be_loaded(sdnext: Inside) -> None:
    sdnext.module("modeldata").model_data.locked = True
    with pytest.raises(HostError, match="Models tab"):
        sdnext.generate()
    sdnext.module("modeldata").model_data.locked = False
    assert works_again(sdnext)
    sdnext.assert_clean()


def test_a_model_that_is_not_whole(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """SDNext returns nothing at all then."""
    monkeypatch.setattr(sdnext.module("processing"), "process_images", lambda p: None)
    with pytest.raises(HostError, match="Load it again"):
        sdnext.generate()
    sdnext.assert_clean()


def test_no_reason(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdnext.module("processing"), "_pipeline", lambda p, numbers: [])
    with pytest.raises(HostError, match="gave no reason"):
        sdnext.generate()


# --- cancelling and waiting -----------------------------------------------------------------------------------------


def test_a_cancel_keeps_the_images_made_until_then(sdnext: Inside) -> None:
    """Also where SDNext forgets the interrupt, as it does whenever a part of a run begins; no preview is kept."""
    sdnext.module("processing").step_seconds = 0.01
    cancel = Cancel(at_step=50)
    result = sdnext.generate(PROMPT, cancel.came.is_set, cancel.progress, steps=20, batch_size=16)
    assert result.interrupted
    assert 1 <= len(result.images) < 16
    assert {image.width for image in result.images} == {64}
    assert [item.tag_name for item in result.applied] == ["ink-wash", "paper-cut"]
    assert works_again(sdnext)
    sdnext.assert_clean()


def test_an_interrupt_by_the_hosts_own_button(sdnext: Inside) -> None:
    sdnext.module("processing").step_seconds = 0.02
    state = sdnext.module("shared").state

    def press(progress: Progress) -> None:
        if progress.step > 2:
            state.interrupt()

    result = sdnext.generate(on_progress=press, steps=1000)
    assert (result.interrupted, result.images) == (True, ())
    sdnext.assert_clean()


def test_we_wait_for_the_users_run_and_do_not_cut_it_short(sdnext: Inside) -> None:
    told: list[Progress] = []
    results: list[Any] = []
    with sdnext.user_is_generating():
        thread = threading.Thread(target=lambda: results.append(sdnext.generate(on_progress=told.append)))
        thread.start()
        wait_until(lambda: bool(told))
        assert told == [Progress(0, 2, "Waiting for the host's own generation")]
        assert not sdnext.module("shared").state.interrupted
    thread.join()
    assert len(results[0].images) == 1
    sdnext.assert_clean()


def test_a_cancel_while_we_wait_interrupts_nobody(sdnext: Inside) -> None:
    cancel = Cancel(at_step=0)
    with sdnext.user_is_generating():
        result = sdnext.generate(cancelled=cancel.came.is_set, on_progress=cancel.progress)
        assert (result.interrupted, result.images) == (True, ())
        assert not sdnext.module("shared").state.interrupted
        assert sdnext.module("call_queue").queue_lock.locked()
    assert works_again(sdnext)
    sdnext.assert_clean()


def test_a_cancel_before_it_began(sdnext: Inside) -> None:
    result = sdnext.generate(cancelled=lambda: True)
    assert (result.interrupted, result.images) == (True, ())
    sdnext.assert_clean()


def test_many_at_once_take_turns(sdnext: Inside) -> None:
    results: list[Any] = []
    ours = [threading.Thread(target=lambda: results.append(sdnext.generate(PROMPT))) for _ in range(4)]
    users = [sdnext.control.on_worker(lambda: sdnext.control.user_run("the user's")) for _ in range(4)]
    for thread in ours:
        thread.start()
    for thread in (*ours, *users):
        thread.join()
    sdnext.wait_until_told()
    assert [len(result.images) for result in results] == [1] * 4
    assert [report.request.prompt for report in sdnext.reports] == ["the user's"] * 4
    sdnext.assert_clean()
