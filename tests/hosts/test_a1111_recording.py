from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lora_manager.hosts.base import ObservedGeneration
from tests.hosts.in_a1111 import Inside, request

LORAS = "<lora:ink-wash:0.8> <lora:paper-cut:0.6:0.4>"


def applied(inside: Inside, number: int = 0) -> dict[str, tuple[float, float]]:
    result = inside.observed[number].result
    return {adapter.tag_name: (adapter.te_weight, adapter.unet_weight) for adapter in result.applied}


def detailer(inside: Inside, prompt: str = "a face <lora:paper-cut:0.2>") -> type[Any]:
    """A script that makes each image again, in a run of its own inside the run."""
    scripts, processing = inside.module("scripts"), inside.module("processing")

    class Detailer(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Detailer"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def postprocess_image(self, p: Any, pp: SimpleNamespace, *args: object) -> None:
            if p.prompt == prompt:
                return
            inner = processing.StableDiffusionProcessingImg2Img(
                outpath_samples=p.outpath_samples, prompt=prompt, steps=2, width=64, height=64, do_not_save_grid=True
            )
            inner.is_api = True
            inner.scripts, inner.script_args = p.scripts, p.script_args
            pp.image = processing.process_images(inner).images[0]

    return Detailer


def tried_again(processing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another extension's wrapper: it runs the same object again when the memory was not enough the first time."""
    original = processing.process_images

    def process_images(p: Any) -> Any:
        try:
            return original(p)
        except RuntimeError:
            processing.fail_at = None
            return original(p)

    monkeypatch.setattr(processing, "process_images", process_images)


def test_a_run_of_the_user_is_told_once_with_what_was_applied(inside: Inside) -> None:
    (path,) = inside.user_run(f"a cat {LORAS}", negative_prompt="blur", seed=11, steps=3)
    (run,) = inside.observed
    assert run.origin == "txt2img"
    assert run.request.prompt == f"a cat {LORAS}"
    assert (run.request.negative_prompt, run.request.seed, run.request.steps) == ("blur", 11, 3)
    assert (run.request.sampler, run.request.cfg_scale, run.request.batch_size) == ("Euler a", 7.0, 1)
    assert applied(inside) == {"ink-wash": (0.8, 0.8), "paper-cut": (0.6, 0.4)}
    assert [image.path for image in run.result.images] == [path]
    assert run.result.model.name == "tiny-sd15"
    assert not run.result.interrupted
    assert 0 < run.result.seconds < 5
    inside.assert_clean()


def test_a_batch_of_eight_is_one_generation_of_eight_images(inside: Inside) -> None:
    inside.user_run(f"a cat {LORAS}", n_iter=2, batch_size=4)
    (run,) = inside.observed
    assert len(run.result.images) == run.request.batch_size == 8
    assert len(run.result.applied) == 2


def test_our_own_jobs_are_not_the_users(inside: Inside) -> None:
    inside.host.generate(request(f"a cat {LORAS}"), lambda progress: None, lambda: False)
    assert inside.observed == []
    inside.user_run("a dog")
    assert [run.request.prompt for run in inside.observed] == ["a dog"]


def test_runs_inside_a_run_belong_to_it(inside: Inside) -> None:
    inside.add_script(detailer(inside))
    inside.user_run("a cat <lora:ink-wash:0.8>", n_iter=2)
    (run,) = inside.observed
    assert run.request.prompt == "a cat <lora:ink-wash:0.8>"
    assert applied(inside) == {"ink-wash": (0.8, 0.8)}
    assert len(run.result.images) == 2
    inside.assert_clean()


def test_runs_inside_our_own_are_ours(inside: Inside) -> None:
    inside.add_script(detailer(inside))
    result = inside.host.generate(request("a cat <lora:ink-wash:0.8>"), lambda progress: None, lambda: False)
    assert inside.observed == []
    assert [adapter.tag_name for adapter in result.applied] == ["ink-wash"]


@pytest.mark.parametrize("weight", ["nan", "inf", "-inf", "1e999"])
def test_a_weight_that_is_none_does_not_cost_the_record(inside: Inside, weight: str) -> None:
    inside.user_run(f"a cat <lora:ink-wash:{weight}> <lora:paper-cut:0.6>")
    assert applied(inside) == {"ink-wash": (1.0, 1.0), "paper-cut": (0.6, 0.6)}


def test_our_own_job_that_another_extension_tries_again(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    processing = inside.module("processing")
    tried_again(processing, monkeypatch)
    processing.fail_at = 0
    result = inside.host.generate(request(f"a cat {LORAS}"), lambda progress: None, lambda: False)
    assert len(result.images) == 1
    assert [adapter.tag_name for adapter in result.applied] == ["ink-wash", "paper-cut"]
    assert inside.observed == []


def test_the_second_pass_has_loras_of_its_own(inside: Inside) -> None:
    inside.user_run("a cat <lora:ink-wash:0.8>", enable_hr=True, hr_prompt="a cat <lora:paper-cut:0.5>")
    assert applied(inside) == {"ink-wash": (0.8, 0.8), "paper-cut": (0.5, 0.5)}


def test_the_first_pass_decides_the_weight(inside: Inside) -> None:
    inside.user_run("a cat <lora:ink-wash:0.8>", enable_hr=True, hr_prompt="a cat <lora:ink-wash:0.3>")
    assert applied(inside) == {"ink-wash": (0.8, 0.8)}


def test_prompts_that_differ_from_batch_to_batch(inside: Inside) -> None:
    inside.user_run(["a <lora:ink-wash:0.8>", "b <lora:paper-cut:0.3>"], n_iter=2)  # type: ignore[arg-type]
    assert applied(inside) == {"ink-wash": (0.8, 0.8), "paper-cut": (0.3, 0.3)}
    assert inside.observed[0].request.prompt == "a <lora:ink-wash:0.8>"


def test_forge_drops_all_so_none_was_used(forge: Inside) -> None:
    forge.user_run(f"a cat {LORAS} <lora:nobody:1>")
    (run,) = forge.observed
    assert run.result.applied == ()
    assert {tag.tag_name for tag in run.result.refused} == {"ink-wash", "paper-cut", "nobody"}


def test_an_interrupted_run_is_told_as_such(inside: Inside) -> None:
    with inside.user_is_generating():
        pass
    (run,) = inside.observed
    assert run.result.interrupted
    assert run.result.images == ()


def test_a_run_that_fails_is_told_with_what_it_saved(inside: Inside) -> None:
    """The host calls no last hook then; the next run notices."""
    inside.user_run(f"a cat {LORAS}", n_iter=3, fail_at=2, seed=5)
    assert inside.observed == []
    inside.user_run("a dog")
    broken_off, dog = inside.observed
    assert [image.seed for image in broken_off.result.images] == [5, 6]
    assert broken_off.result.interrupted
    assert applied(inside) == {"ink-wash": (0.8, 0.8), "paper-cut": (0.6, 0.4)}
    assert dog.request.prompt == "a dog"


def test_a_run_that_failed_is_noticed_when_the_host_is_asked_for_its_state(inside: Inside) -> None:
    inside.user_run("a cat", n_iter=2, fail_at=1, seed=5)
    inside.host.state()
    (run,) = inside.observed
    assert [image.seed for image in run.result.images] == [5]


def test_a_run_that_fails_at_once_is_nothing_to_tell(inside: Inside) -> None:
    inside.user_run("a cat", fail_at=0)
    inside.user_run("a dog")
    assert [run.request.prompt for run in inside.observed] == ["a dog"]


def test_a_run_that_another_extension_tries_again_is_told_once(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    tried_again(inside.module("processing"), monkeypatch)
    (path,) = inside.user_run(f"a cat {LORAS}", fail_at=0)
    (run,) = inside.observed
    assert [image.path for image in run.result.images] == [path]
    assert not run.result.interrupted
    assert applied(inside) == {"ink-wash": (0.8, 0.8), "paper-cut": (0.6, 0.4)}


def test_a_run_of_the_same_object_that_fails_inside_a_run_does_not_hide_it(inside: Inside) -> None:
    scripts, processing = inside.module("scripts"), inside.module("processing")

    class Again(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Again"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def postprocess_image(self, p: Any, pp: SimpleNamespace, *args: object) -> None:
            processing.fail_at = 0
            with pytest.raises(RuntimeError):
                processing.process_images(p)
            processing.fail_at = None

    inside.add_script(Again)
    (path,) = inside.user_run("a cat")
    (run,) = inside.observed
    assert [image.path for image in run.result.images] == [path]


def test_a_run_that_failed_leaves_nothing_in_memory(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's object holds tensors, and the next run may be long in coming."""
    processing = inside.module("processing")
    seen: list[weakref.ref[Any]] = []
    prepare = processing.process_images_inner

    def watched(p: Any) -> Any:
        seen.append(weakref.ref(p))
        return prepare(p)

    monkeypatch.setattr(processing, "process_images_inner", watched)
    inside.user_run("a cat", n_iter=2, fail_at=1, seed=5)
    gc.collect()
    assert [process() for process in seen] == [None]
    inside.host.state()
    assert [image.seed for image in inside.observed[0].result.images] == [5]


def test_runs_wait_for_the_catalogue_to_open(inside: Inside) -> None:
    inside.host.observe(None)
    inside.user_run("a cat")
    inside.user_run("a dog")
    inside.host.observe(inside.observed.append)
    assert [run.request.prompt for run in inside.observed] == ["a cat", "a dog"]


def fails(*args: object, **kwargs: object) -> None:
    raise RuntimeError("ours")


@pytest.mark.parametrize("broken", ["activated", "final_images", "request_of", "was_interrupted"])
def test_a_failing_hook_never_fails_the_users_image(
    inside: Inside, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from lora_manager.hosts import a1111_recording

    monkeypatch.setattr(a1111_recording, broken, fails)
    (path,) = inside.user_run(f"a cat {LORAS}")
    assert path.is_file()
    assert "could not record" in caplog.text
    inside.assert_clean()


def test_a_failing_listener_never_does(inside: Inside) -> None:
    inside.host.observe(fails)
    (path,) = inside.user_run("a cat")
    assert path.is_file()
    inside.assert_clean()


def test_files_saved_outside_any_run_are_none_of_ours(inside: Inside) -> None:
    """The extras tab saves with no processing object at all."""
    callbacks = inside.module("script_callbacks")
    callbacks.call("image_saved", callbacks.ImageSaveParams(None, None, "out.png", {}))
    assert inside.observed == []
    inside.assert_clean()


def test_the_page_shows_nothing_of_the_script(a1111: Inside) -> None:
    (script,) = a1111.host.script_classes()
    made = script()
    assert (made.title(), made.ui(False), made.create_group) == ("LoRA Manager", None, False)


def loaded_again(inside: Inside) -> tuple[Any, list[ObservedGeneration]]:
    """The host object that Reload UI makes, and what it tells."""
    from lora_manager.hosts.a1111 import A1111Host

    inside.module("script_callbacks").clear_callbacks()
    inside.module("scripts").forget_scripts()
    second = A1111Host()
    inside.module("scripts").scripts_data.extend(second.script_classes())
    inside.module("scripts").build_ui()
    second.attach(inside.guest)
    return second, []


def test_a_run_after_a_reload_is_told_once_and_to_the_new_listener(inside: Inside) -> None:
    second, told = loaded_again(inside)
    second.observe(told.append)
    inside.user_run("a cat")
    assert [run.request.prompt for run in told] == ["a cat"]
    assert inside.observed == []


def test_a_run_under_way_at_a_reload_is_told_to_the_new_listener(inside: Inside) -> None:
    """It goes on with the old scripts, while what it saves comes by the new callbacks."""
    with inside.user_is_generating():
        inside.host.observe(None)
        second, told = loaded_again(inside)
        second.observe(told.append)
    assert [run.request.prompt for run in told] == ["the user's"]
    assert inside.observed == []


def test_what_a_run_under_way_at_a_reload_saves_is_its_own(inside: Inside) -> None:
    told: list[ObservedGeneration] = []

    class Reload(inside.module("scripts").Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Reload"

        def show(self, is_img2img: bool) -> object:
            return inside.module("scripts").AlwaysVisible

        def postprocess_image(self, p: Any, pp: SimpleNamespace, *args: object) -> None:
            inside.host.observe(None)
            loaded_again(inside)[0].observe(told.append)

    inside.add_script(Reload)
    inside.user_run(f"a cat {LORAS}", n_iter=3, fail_at=1, seed=5)
    inside.host.state()
    (run,) = told
    assert [image.seed for image in run.result.images] == [5]
    assert [adapter.tag_name for adapter in run.result.applied] == ["ink-wash", "paper-cut"]


def test_runs_that_wait_for_a_listener_outlast_a_reload(inside: Inside) -> None:
    inside.host.observe(None)
    inside.user_run("a cat")
    second, told = loaded_again(inside)
    second.observe(told.append)
    assert [run.request.prompt for run in told] == ["a cat"]


def test_a_late_goodbye_of_the_one_before_a_reload_takes_nothing(inside: Inside) -> None:
    """What closes may need longer than what opens."""
    second, told = loaded_again(inside)
    second.observe(told.append)
    inside.host.observe(None)
    inside.host.observe(None)
    inside.user_run("a cat")
    second.observe(None)
    inside.user_run("a dog")
    assert [run.request.prompt for run in told] == ["a cat"]


def timed(inside: Inside, hooks: list[Callable[[], None]]) -> float:
    """Milliseconds of this thread."""
    before = time.thread_time()
    for hook in hooks:
        hook()
    return (time.thread_time() - before) * 1000


def test_the_cost_of_the_hooks(inside: Inside, figure: Callable[[str], None]) -> None:
    """Of all hooks of a run of eight images together, as the host calls them."""
    scripts, callbacks = inside.module("scripts"), inside.module("script_callbacks")
    runner, spent = scripts.scripts_txt2img, list[float]()
    for name in ("before_process", "after_extra_networks_activate", "postprocess"):
        spend_in(runner, name, spent)
    spend_in(callbacks, "call", spent)
    rounds = 20
    for _ in range(rounds):
        inside.user_run(f"a cat {LORAS}", n_iter=8, width=8, height=8, steps=1)
    assert len(inside.observed) == rounds
    figure(f"{sum(spent) * 1000 / rounds / 8:.3f} ms of hooks an image, threads {threading.active_count()}")


def spend_in(owner: Any, name: str, spent: list[float]) -> None:
    """Add up the time of a function."""
    original = getattr(owner, name)

    def measured(*args: Any, **kwargs: Any) -> Any:
        before = time.thread_time()
        try:
            return original(*args, **kwargs)
        finally:
            spent.append(time.thread_time() - before)

    setattr(owner, name, measured)


def test_whose_run_it_was(inside: Inside) -> None:
    inside.user_run("logged in", user="ann")
    inside.user_run("not logged in")
    inside.user_run("breaks off", user="ben", fail_at=1, n_iter=2)
    inside.host.state()  # which finds the run that broke off
    assert [observed.user_name for observed in inside.observed] == ["ann", None, "ben"]
