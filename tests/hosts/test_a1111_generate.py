from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lora_manager.errors import BadInputError, HostError
from lora_manager.hosts.base import Progress
from tests.hosts.in_a1111 import Inside, request, wait_until


def no_progress(progress: Progress) -> None:
    pass


def never() -> bool:
    return False


def test_images_lie_in_the_hosts_own_folder_with_their_infotext(inside: Inside) -> None:
    result = inside.host.generate(request("a cat", batch_size=3), no_progress, never)
    assert [image.seed for image in result.images] == [7, 8, 9]
    for image in result.images:
        assert image.path.is_absolute()
        assert image.path.parent == inside.host.output_dir()
        with Image.open(image.path) as picture:
            assert picture.size == (image.width, image.height)
            assert picture.info["parameters"] == image.infotext
    assert result.infotext == result.images[0].infotext
    assert result.model.name == "tiny-sd15"
    assert not result.interrupted
    inside.assert_clean()


def test_the_request_decides_not_the_fields_of_the_page(inside: Inside) -> None:
    """Without p.is_api the page's sampler script writes its own steps and sampler into the run."""
    result = inside.host.generate(request("a cat", steps=3), no_progress, never)
    assert "Steps: 3, Sampler: Euler, Seed: 7" in result.infotext


def test_the_scripts_of_the_page_take_part_as_nobody_touched_them(inside: Inside) -> None:
    scripts = inside.module("scripts")
    seen: list[tuple[Any, ...]] = []

    class Other(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Other"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def ui(self, is_img2img: bool) -> Any:
            from types import SimpleNamespace

            return [SimpleNamespace(value=False), SimpleNamespace(value="default")]

        def before_process(self, p: Any, *args: Any) -> None:
            seen.append((p.script_args[0], *args))

    inside.add_script(Other)
    inside.host.generate(request("a cat"), no_progress, never)
    assert seen == [(0, False, "default")]


def test_no_grid_is_made_of_our_images(inside: Inside) -> None:
    inside.host.generate(request("a cat", batch_size=4), no_progress, never)
    assert not (inside.folder / "outputs" / "txt2img-grids").exists()


def test_a_user_who_saves_nothing_by_default_gets_these_images(inside: Inside) -> None:
    options = inside.module("shared").opts
    options.set("samples_save", False)
    result = inside.host.generate(request("a cat"), no_progress, never)
    assert result.images[0].path.is_file()
    assert options.samples_save is False


def test_progress_rises_to_the_end(inside: Inside) -> None:
    inside.module("processing").step_seconds = 0.15
    told: list[Progress] = []
    inside.host.generate(request("a cat", steps=3, batch_size=2), told.append, never)
    steps = [progress.step for progress in told]
    assert steps == sorted(steps)
    assert told[-1] == Progress(6, 6)
    assert {progress.steps for progress in told} == {6}


def test_a_stale_count_of_the_last_run_does_not_show(inside: Inside) -> None:
    inside.user_run("a cat", steps=20)
    inside.module("processing").step_seconds = 0.15
    told: list[Progress] = []
    inside.host.generate(request("a cat", steps=2), told.append, never)
    assert told[0].step <= 1


def test_our_run_waits_for_the_users_and_says_so(inside: Inside) -> None:
    told: list[Progress] = []
    found: list[Any] = []
    ours = threading.Thread(target=lambda: found.append(inside.host.generate(request("ours"), told.append, never)))
    with inside.user_is_generating():
        ours.start()
        wait_until(lambda: bool(told))
        assert told[0].message == "Waiting for the host's own generation"
    ours.join(5)
    assert len(found[0].images) == 1
    assert [run.request.prompt for run in inside.observed] == ["the user's"]
    inside.assert_clean()


def test_the_users_run_gets_its_turn_after_ours(inside: Inside) -> None:
    inside.module("processing").step_seconds = 0.05
    ours = threading.Thread(target=inside.host.generate, args=(request("ours", steps=8), no_progress, never))
    ours.start()
    wait_until(lambda: inside.module("shared").state.job == "lora-manager")
    (path,) = inside.user_run("the user's")
    ours.join(5)
    assert path.is_file()
    assert [run.request.prompt for run in inside.observed] == ["the user's"]


def test_a_cancel_while_waiting_touches_nothing(inside: Inside) -> None:
    cancel = threading.Event()
    found: list[Any] = []
    state = inside.module("shared").state
    with inside.user_is_generating():
        begun = state.begun
        ours = threading.Thread(
            target=lambda: found.append(inside.host.generate(request("ours"), no_progress, cancel.is_set))
        )
        ours.start()
        cancel.set()
        ours.join(5)
        assert not ours.is_alive()
        assert not state.interrupted
        assert state.begun == begun
    assert found[0].interrupted
    assert found[0].images == ()
    wait_until(lambda: inside.module("call_queue").queue_lock.acquire(blocking=False))
    inside.module("call_queue").queue_lock.release()
    inside.assert_clean()


def test_a_cancel_in_the_middle_keeps_what_is_finished(inside: Inside) -> None:
    inside.module("processing").step_seconds = 0.05
    cancel = threading.Event()

    def on_progress(progress: Progress) -> None:
        if progress.step > 4:
            cancel.set()

    result = inside.host.generate(request("a cat", steps=4, batch_size=8), on_progress, cancel.is_set)
    assert result.interrupted
    assert 1 <= len(result.images) < 8
    assert all(image.path.is_file() for image in result.images)
    inside.assert_clean()


def test_a_cancel_after_our_run_does_not_stop_the_users(inside: Inside) -> None:
    """The job may be told to end at the very moment it ends."""
    cancel = threading.Event()
    inside.host.generate(request("a cat"), no_progress, cancel.is_set)
    cancel.set()
    inside.module("processing").step_seconds = 0.1
    inside.user_run("the user's", steps=5)
    assert not inside.observed[-1].result.interrupted


def test_an_error_in_the_host_is_told_and_leaves_it_clean(inside: Inside) -> None:
    inside.module("processing").fail_at = 1
    with pytest.raises(HostError, match=r"NaNs was produced in Unet\. Its console has the details"):
        inside.host.generate(request("a cat", batch_size=3), no_progress, never)
    inside.module("processing").fail_at = None
    inside.assert_clean()
    assert inside.observed == []
    assert len(inside.host.generate(request("a cat"), no_progress, never).images) == 1
    inside.user_run("a dog")
    assert [run.request.prompt for run in inside.observed] == ["a dog"]


def test_a_model_that_the_host_is_just_loading_is_waited_for(a1111: Inside) -> None:
    """It loads on a thread after its start; two loads at once break."""
    sd_models = a1111.module("sd_models")
    sd_models.load_seconds = 0.3
    loading = threading.Thread(target=lambda: a1111.module("shared").sd_model)
    loading.start()
    wait_until(sd_models.model_data.lock.locked)
    told: list[Progress] = []
    assert len(a1111.host.generate(request("a cat"), told.append, never).images) == 1
    assert told[0].message == "The host is loading its model"
    loading.join(5)


def test_settings_are_as_they_were_after_an_error(inside: Inside) -> None:
    options = inside.module("shared").opts
    options.set("samples_save", False)
    inside.module("processing").fail_at = 0
    with pytest.raises(HostError):
        inside.host.generate(request("a cat"), no_progress, never)
    assert options.samples_save is False


def test_the_hosts_description_of_the_run_is_closed(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    processing = inside.module("processing")
    closed: list[Any] = []
    monkeypatch.setattr(processing.StableDiffusionProcessing, "close", lambda process: closed.append(process))
    inside.host.generate(request("a cat"), no_progress, never)
    processing.fail_at = 0
    with pytest.raises(HostError):
        inside.host.generate(request("a cat"), no_progress, never)
    assert len(closed) == 2


def test_forge_makes_ours_on_its_main_thread_and_the_lock_is_taken_outside(forge: Inside) -> None:
    from modules_forge import main_thread

    scripts = forge.module("scripts")
    threads: list[str] = []

    class Where(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Where"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def before_process(self, p: Any, *args: Any) -> None:
            threads.append(threading.current_thread().name)

    forge.add_script(Where)
    with forge.user_is_generating():
        ours = threading.Thread(target=forge.host.generate, args=(request("ours"), no_progress, never))
        ours.start()
    ours.join(5)
    assert threads == [main_thread.NAME, main_thread.NAME]


@pytest.mark.parametrize(
    "wrong", [{"width": 100}, {"height": 0}, {"width": 8192}, {"sampler": "Magic"}, {"sampler": "Magic Karras"}]
)
def test_what_the_host_would_bend_is_refused(inside: Inside, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        inside.host.generate(request("a cat", **wrong), no_progress, never)
    inside.assert_clean()


def test_a_sampler_with_its_schedule_is_taken(inside: Inside) -> None:
    result = inside.host.generate(request("a cat", sampler="DPM++ 2M Karras"), no_progress, never)
    assert len(result.images) == 1


def test_a_host_that_names_no_schedules_apart(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(inside.module("sd_samplers"), "get_sampler_and_scheduler")
    inside.host.generate(request("a cat"), no_progress, never)
    with pytest.raises(BadInputError):
        inside.host.generate(request("a cat", sampler="Euler Karras"), no_progress, never)


def test_the_output_folder_is_the_first_tabs(inside: Inside) -> None:
    from lora_manager.hosts.a1111_generate import output_dir

    assert Path(output_dir()) == inside.folder / "outputs" / "txt2img-images"
