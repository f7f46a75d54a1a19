"""The host without its engine; generation is tried in test_diffusers_engine.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_manager.errors import HostError, MissingDependencyError
from lora_manager.hosts import standalone
from lora_manager.hosts.base import GenerationRequest, Host, HostState, NetworkLocation
from lora_manager.hosts.diffusers_samplers import SAMPLERS
from lora_manager.hosts.standalone import StandaloneConfig, StandaloneHost


def make_host(tmp_path: Path, *roots: Path, model: Path | None = None) -> StandaloneHost:
    return StandaloneHost(StandaloneConfig(roots, model, tmp_path / "models", tmp_path / "outputs"))


def make_model(path: Path, pipeline: str = "StableDiffusionPipeline") -> Path:
    path.mkdir()
    (path / "model_index.json").write_text(json.dumps({"_class_name": pipeline}), encoding="utf-8")
    return path


def test_it_is_a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    host: Host = make_host(Path("x"), Path("loras"))
    assert host.name == "standalone"
    assert host.version
    assert host.roots() == (tmp_path / "loras",)
    assert host.models_dir() == tmp_path / "x" / "models"
    assert host.output_dir() == tmp_path / "x" / "outputs"
    assert host.state() is HostState.IDLE
    assert host.samplers() == tuple(SAMPLERS)


def test_tag_names_are_stems_and_paths_where_another_file_has_the_stem(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    root = tmp_path / "loras"
    names = [
        host.tag_name(NetworkLocation(root, relative, first))
        for relative, first in (
            ("b/ink.pt", True),
            ("z/ink.safetensors", False),
            ("z/back\\slash.safetensors", True),  # a name like others on Linux and macOS
            ("v1.5 x.safetensors", True),
        )
    ]
    assert names == ["ink", "z/ink", "back\\slash", "v1.5 x"]


def test_defaults_suit_the_model(tmp_path: Path) -> None:
    assert make_host(tmp_path).defaults().width == 512
    xl = make_host(tmp_path, model=make_model(tmp_path / "sdxl", "StableDiffusionXLPipeline")).defaults()
    assert (xl.width, xl.height) == (1024, 1024)


def test_the_model_is_known_before_it_is_loaded(tmp_path: Path) -> None:
    model = make_host(tmp_path, model=make_model(tmp_path / "sdxl", "StableDiffusionXLPipeline")).loaded_model()
    assert model is not None
    assert (model.name, model.family, model.note) == ("sdxl", "SDXL", "")
    demo = StandaloneHost(
        StandaloneConfig((), make_model(tmp_path / "toy"), tmp_path, tmp_path, demo=True)
    ).loaded_model()
    assert demo is not None
    assert "draws noise" in demo.note
    assert "--model" in demo.note


@pytest.mark.usefixtures("everything_installed")
def test_without_a_model_it_says_how_to_name_one(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    assert host.loaded_model() is None
    assert "--model DIR" in host.cannot_generate()
    with pytest.raises(HostError, match="--model DIR"):
        host.generate(GenerationRequest("x"), lambda progress: None, lambda: False)
    assert "There is no model" in make_host(tmp_path, model=tmp_path / "gone").cannot_generate()
    assert make_host(tmp_path, model=make_model(tmp_path / "there")).cannot_generate() == ""


def test_without_torch_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standalone, "missing_packages", lambda: ("torch", "peft"))
    host = make_host(tmp_path, model=make_model(tmp_path / "there"))
    assert "torch, peft" in host.cannot_generate()
    assert "--light" in host.cannot_generate()
    assert host.loaded_model() is not None
    with pytest.raises(MissingDependencyError, match="--light"):
        host.generate(GenerationRequest("x"), lambda progress: None, lambda: False)


@pytest.fixture
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standalone, "missing_packages", lambda: ())
