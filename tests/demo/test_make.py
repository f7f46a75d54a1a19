from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from PIL import Image
from safetensors.numpy import load_file

from lora_manager.demo.make import ENTRIES, make_demo
from lora_manager.demo.networks import text_modules, unet_modules
from lora_manager.errors import LoraManagerError
from lora_manager.formats.base_model_rules import FAMILIES
from lora_manager.hosts.base import AdapterToApply, GenerationRequest
from lora_manager.hosts.standalone import DEMO_NOTE, StandaloneConfig, StandaloneHost

FEW = 7


@pytest.fixture(scope="module")
def loras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_demo(tmp_path_factory.mktemp("demo"), with_model=False, count=FEW).lora_dir


def test_every_entry_has_its_files(loras: Path) -> None:
    assert len(list(loras.rglob("*.safetensors"))) == FEW
    modules = {module.name for module in [*unet_modules(), *text_modules()]}
    for entry in ENTRIES[:FEW]:
        tensors = load_file(loras / f"{entry.path}.safetensors")
        assert {key.split(".")[0] for key in tensors} <= modules
        with Image.open(loras / f"{entry.path}{entry.preview}") as image:
            assert image.size == (512, 640)
    kinds = {entry.sidecar for entry in ENTRIES[:FEW]}
    assert {"model", "version", "both"} <= kinds
    for path in loras.rglob("*.json"):
        assert isinstance(json.loads(path.read_text("utf-8")), dict)


def test_it_is_made_once_and_the_same_everywhere(loras: Path, tmp_path: Path) -> None:
    again = make_demo(tmp_path, with_model=False, count=FEW).lora_dir
    for path in sorted(loras.rglob("*")):
        if path.is_file():
            other = again / path.relative_to(loras)
            assert path.read_bytes() == other.read_bytes()
            if path.suffix != "" and not path.name.startswith("."):
                assert path.stat().st_mtime == other.stat().st_mtime
    changed = next(again.rglob("*.json"))
    changed.write_text("{}", "utf-8")
    make_demo(tmp_path, with_model=False, count=FEW)
    assert changed.read_text("utf-8") == "{}"


def test_an_interrupted_demo_is_made_again(tmp_path: Path) -> None:
    demo = make_demo(tmp_path, with_model=False, count=1)
    (demo.lora_dir / ".lora-manager-demo").write_text("unfinished", "utf-8")
    path = next(demo.lora_dir.rglob("*.safetensors"))
    path.unlink()
    make_demo(tmp_path, with_model=False, count=1)
    assert path.is_file()


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "loras").mkdir()
    (tmp_path / "loras" / "mine.safetensors").touch()
    with pytest.raises(LoraManagerError, match="not the demo's"):
        make_demo(tmp_path, with_model=False, count=1)


def test_a_place_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LoraManagerError, match="could not be made"):
        make_demo(tmp_path / "file", with_model=False, count=1)


def test_the_library_is_varied() -> None:
    assert len(ENTRIES) == 60
    assert len({entry.path for entry in ENTRIES}) == len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.path.rsplit("/", 1)[-1] for entry in ENTRIES}) == len(ENTRIES)
    bases = [entry.base_model for entry in ENTRIES]
    assert bases.count("SD 1.5") > len(ENTRIES) / 2
    assert len(set(bases)) >= 5
    families = {family.name for family in FAMILIES}
    assert {base.removesuffix(" 1.0").replace("Flux.1 D", "Flux.1") for base in bases} <= families
    assert any(not entry.preview for entry in ENTRIES)


@pytest.mark.torch
def test_the_loras_fit_the_model(tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    with warnings.catch_warnings():
        # diffusers' schedulers still use an old way of turning a tensor into a numpy array.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="diffusers")
        demo = make_demo(tmp_path, with_model=True, count=3)
    assert demo.model_dir is not None
    host = StandaloneHost(StandaloneConfig((demo.lora_dir,), demo.model_dir, tmp_path, tmp_path / "out"))
    model = host.loaded_model()
    assert model is not None
    assert (model.family, model.note) == ("SD 1.5", DEMO_NOTE)
    adapters = [
        AdapterToApply(entry.path, demo.lora_dir / f"{entry.path}.safetensors", entry.weight, entry.weight)
        for entry in ENTRIES[:3]
    ]
    request = GenerationRequest("a dragon", width=128, height=128, steps=2, seed=1, adapters=adapters)
    result = host.generate(request, lambda progress: None, lambda: False)
    assert len(result.applied) == 3
    assert not result.refused
    assert not result.notes
