from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from lora_manager.hosts.run_observer import SavedImage
from tests.hosts.in_a1111 import Inside


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_grids_are_not_images_of_the_run(inside: Inside) -> None:
    saved = inside.user_run("a cat", n_iter=2, batch_size=2, seed=3)
    (run,) = inside.observed
    assert [image.path for image in run.result.images] == saved
    assert [image.seed for image in run.result.images] == [3, 4, 5, 6]
    grids = list((inside.folder / "outputs" / "txt2img-grids").iterdir())
    assert len(grids) == 1


def test_masks_are_not(inside: Inside) -> None:
    options = inside.module("shared").opts
    options.set("return_mask", True)
    options.set("save_mask", True)
    mask = Image.new("L", (64, 64))
    inside.user_run("a cat", tab="img2img", n_iter=2, seed=3, image_mask=mask)
    (run,) = inside.observed
    assert run.origin == "img2img"
    assert [image.seed for image in run.result.images] == [3, 4]
    assert not [image for image in run.result.images if "mask" in image.path.name]


def test_nor_are_they_where_files_get_no_infotext(inside: Inside) -> None:
    options = inside.module("shared").opts
    for name in ("return_mask", "save_mask"):
        options.set(name, True)
    options.set("enable_pnginfo", False)
    options.set("return_grid", False)
    inside.user_run("a cat", tab="img2img", n_iter=2, seed=3, image_mask=Image.new("L", (64, 64)))
    (run,) = inside.observed
    assert [image.path.stem.split("-")[1:] for image in run.result.images] == [["3"], ["4"]]
    assert "Seed: 4" in run.result.images[1].infotext


def test_pictures_of_other_extensions_are_not(inside: Inside) -> None:
    """A map that a script hangs on at the end, and saves, too."""
    scripts = inside.module("scripts")

    class Maps(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Maps"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def postprocess(self, p: object, processed: SimpleNamespace, *args: object) -> None:
            picture = Image.new("RGB", (8, 8))
            picture.already_saved_as = "/elsewhere/map.png"  # type: ignore[attr-defined]
            processed.images.append(picture)

    scripts.scripts_data.insert(0, Maps)
    scripts.build_ui()
    inside.user_run("a cat", n_iter=2)
    assert len(inside.observed[0].result.images) == 2


def test_what_is_saved_before_the_second_pass_is_not_and_the_size_is_the_final_one(inside: Inside) -> None:
    inside.module("shared").opts.set("save_images_before_highres_fix", True)
    inside.user_run("a cat", enable_hr=True, hr_scale=1.5)
    (run,) = inside.observed
    assert len(run.result.images) == 1
    assert (run.request.width, run.request.height) == (96, 96)
    assert (run.result.images[0].width, run.result.images[0].height) == (96, 96)


def test_relative_names_become_absolute(inside: Inside) -> None:
    assert not Path(inside.module("shared").opts.outdir_txt2img_samples).is_absolute()
    inside.user_run("a cat")
    (image,) = inside.observed[0].result.images
    assert image.path.is_absolute()
    assert image.path.parent == inside.folder / "outputs" / "txt2img-images"
    assert image.path.is_file()


def test_images_that_the_host_does_not_save_are_no_files(inside: Inside) -> None:
    """As most programs that use the API ask for."""
    inside.user_run("a cat <lora:ink-wash:0.5>", do_not_save_samples=True, do_not_save_grid=True)
    (run,) = inside.observed
    assert run.result.images == ()
    assert [adapter.tag_name for adapter in run.result.applied] == ["ink-wash"]


def test_a_run_that_broke_off_is_known_by_its_files(inside: Inside) -> None:
    from lora_manager.hosts.a1111_images import saved_images

    process = SimpleNamespace(width=64, height=32, seed=5, all_seeds=[5, 6], enable_hr=False)
    files = [
        SavedImage(Path(f"/out/0{number}{end}.png"), f"text {number}")
        for number, end in enumerate(("-5-before-highres-fix", "-5", "-5-mask", "-5-mask-composite", "-6"))
    ]
    found = saved_images(process, files)
    assert [image.path.name for image in found] == ["01-5.png", "04-6.png"]
    assert [(image.seed, image.width, image.height) for image in found] == [(5, 64, 32), (6, 64, 32)]
    assert found[1].infotext == "text 4"


def at_the_end(inside: Inside, change: Callable[[Any, Any], None]) -> None:
    """Another extension's last hook, which comes before ours."""
    scripts = inside.module("scripts")

    class Odd(scripts.Script):  # type: ignore[misc, name-defined]
        def title(self) -> str:
            return "Odd"

        def show(self, is_img2img: bool) -> object:
            return scripts.AlwaysVisible

        def postprocess(self, p: object, processed: object, *args: object) -> None:
            change(p, processed)

    scripts.scripts_data.insert(0, Odd)
    scripts.build_ui()


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("steps", "20", "steps", 20),
        ("steps", None, "steps", 0),
        ("cfg_scale", None, "cfg_scale", 0.0),
        ("cfg_scale", math.nan, "cfg_scale", 0.0),
        ("cfg_scale", math.inf, "cfg_scale", 0.0),
        ("n_iter", None, "batch_size", 1),
        ("n_iter", 0, "batch_size", 1),
        ("all_seeds", None, "seed", 3),
        ("all_seeds", [None], "seed", 3),
        ("all_seeds", ["x"], "seed", 3),
        ("all_seeds", [10**30], "seed", 3),
        ("all_prompts", [None], "prompt", "a cat"),
        ("all_prompts", None, "prompt", "a cat"),
        ("all_negative_prompts", None, "negative_prompt", "blur"),
        ("sampler_name", None, "sampler", ""),
        ("scheduler", ["x"], "sampler", "Euler a ['x']"),
    ],
)
def test_one_odd_field_does_not_cost_the_rest(
    inside: Inside, name: str, value: object, field: str, expected: object
) -> None:
    at_the_end(inside, lambda p, processed: setattr(p, name, value))
    (path,) = inside.user_run("a cat", negative_prompt="blur", seed=3)
    (run,) = inside.observed
    assert getattr(run.request, field) == expected
    assert [(image.path, image.seed) for image in run.result.images] == [(path, 3)]


def test_a_seed_that_nothing_can_hold_is_unknown(inside: Inside) -> None:
    inside.user_run("a cat", seed=2**64 - 1)
    (run,) = inside.observed
    assert (run.request.seed, run.result.images[0].seed) == (-1, -1)


@pytest.mark.parametrize("texts", [None, [None], [], ["a", "b"]])
def test_odd_infotexts(inside: Inside, texts: object) -> None:
    at_the_end(inside, lambda p, processed: setattr(processed, "infotexts", texts))
    inside.user_run("a cat", seed=3)
    (run,) = inside.observed
    assert [image.seed for image in run.result.images] == [3]
    assert "Seed: 3" in run.result.images[0].infotext


def test_pictures_without_information(inside: Inside) -> None:
    def strip(p: object, processed: Any) -> None:
        for image in processed.images:
            image.info = None

    at_the_end(inside, strip)
    inside.user_run("a cat", n_iter=2, do_not_save_grid=True)
    assert len(inside.observed[0].result.images) == 2


@pytest.mark.parametrize("odd", [None, b"bytes", [1]])
def test_what_is_no_picture(inside: Inside, odd: object) -> None:
    at_the_end(inside, lambda p, processed: processed.images.append(odd))
    (path,) = inside.user_run("a cat")
    assert [image.path for image in inside.observed[0].result.images] == [path]


def test_pictures_that_another_extension_replaced_are_known_by_their_files(inside: Inside) -> None:
    """A copy does not say where the host saved the one it was made of."""

    def replace(p: object, processed: Any) -> None:
        processed.images[:] = [image.copy() for image in processed.images]

    at_the_end(inside, replace)
    inside.user_run("a cat", n_iter=2, seed=3)
    (run,) = inside.observed
    images = run.result.images
    assert [(image.seed, image.path.parent.name) for image in images] == [(3, "txt2img-images"), (4, "txt2img-images")]
    assert all(image.path.is_file() for image in images)


def test_pictures_that_the_host_was_not_to_save_are_not_looked_for(inside: Inside) -> None:
    """What is saved then are pictures by the way."""

    def save(p: Any, processed: Any) -> None:
        inside.module("images").save_image(processed.images[0].copy(), p.outpath_samples, 3, "a map", p)

    at_the_end(inside, save)
    inside.user_run("a cat", do_not_save_samples=True)
    assert inside.observed[0].result.images == ()


def test_sampler_and_schedule_are_one_name_that_the_host_takes_back(a1111: Inside) -> None:
    a1111.user_run("a cat", scheduler="Karras")
    assert a1111.observed[0].request.sampler == "Euler a Karras"
    a1111.user_run("a cat", scheduler="Automatic")
    assert a1111.observed[1].request.sampler == "Euler a"
