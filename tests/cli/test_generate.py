from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.cli import opening
from lora_manager.cli.main import BAD_USAGE, FAILED, make_parser
from lora_manager.hosts.standalone import StandaloneConfig
from tests.cli.conftest import Run
from tests.helpers.drawing_host import DrawingHost

Library = tuple[str, ...]


def test_what_can_be_chosen_has_the_usual_defaults() -> None:
    chosen = make_parser().parse_args(["generate", "x", "--model", "m"])
    assert (chosen.width, chosen.height, chosen.steps, chosen.cfg, chosen.seed) == (512, 512, 20, 7.0, -1)
    assert (chosen.sampler, chosen.batch, chosen.negative, chosen.output_dir) == ("Euler a", 1, "", None)


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command over a host that draws at once: the real engine has its own tests."""

    def host(config: StandaloneConfig) -> DrawingHost:
        return DrawingHost(tmp_path, lora_dirs=config.roots)

    monkeypatch.setattr(opening, "StandaloneHost", host)


@pytest.mark.usefixtures("drawing")
def test_images_are_made_and_their_paths_printed(run: Run, library: Library) -> None:
    words = ("generate", "x <lora:amber:0.5> <lora:no:1>", "--model", "m", "--width", "64", "--height", "64")
    ran = run(*words, "--steps", "2", "--seed", "5", "--batch", "2", *library)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert all(Path(line).is_file() for line in lines[:2])
    assert lines[2] == "applied: Amber Lantern 0.5"
    assert lines[3].startswith("not applied: no: ")
    document = run(*words, "--json", *library).document
    assert set(document) == {
        "generation_id", "images", "applied", "refused", "infotext", "seconds", "interrupted", "notes",
    }  # fmt: skip
    assert run("show", "amber", *library, "--json").document["uses"] == 2


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize("options", [("--width", "10"), ("--steps", "0"), ("--sampler", "Nonsense"), ("--seed", "-5")])
def test_what_cannot_be_drawn_is_bad_usage(run: Run, library: Library, options: Library) -> None:
    ran = run("generate", "x", "--model", "m", *options, *library, "--json")
    assert (ran.code, ran.out) == (BAD_USAGE, "")


def test_a_model_that_is_not_there_is_a_failure(run: Run, library: Library, tmp_path: Path) -> None:
    ran = run("generate", "x", "--model", tmp_path / "nowhere", *library, "--json")
    assert (ran.code, ran.out) == (FAILED, "")
    assert ran.err.startswith("error: ")


def test_the_application_is_the_same_as_everywhere(library: Library) -> None:
    assert opening.Application is Application
