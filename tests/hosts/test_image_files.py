from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from lora_manager.errors import HostError
from lora_manager.hosts.image_files import save_image
from tests.helpers.held_files import hold_files

DAY = date(2026, 11, 20)


def test_the_infotext_lies_in_the_image(tmp_path: Path) -> None:
    path = save_image(Image.new("RGB", (8, 8)), tmp_path, 5, "a 墨絵\nSteps: 1", DAY)
    assert path == tmp_path / "2026-11-20" / "00001-5.png"
    with Image.open(path) as image:
        assert image.text["parameters"] == "a 墨絵\nSteps: 1"  # type: ignore[attr-defined]


def test_no_number_is_used_twice(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: save_image(Image.new("RGB", (8, 8)), tmp_path, 5, "", DAY), range(40)))
    assert sorted(path.name for path in paths) == [f"{number:05d}-5.png" for number in range(1, 41)]
    assert sorted(path.name for path in (tmp_path / "2026-11-20").iterdir()) == sorted(path.name for path in paths)


def test_a_number_claimed_by_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "2026-11-20").mkdir()
    (tmp_path / "2026-11-20" / "00007.tmp").touch()
    assert save_image(Image.new("RGB", (8, 8)), tmp_path, 1, "", DAY).name == "00008-1.png"


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HostError, match="could not be saved"):
        save_image(Image.new("RGB", (8, 8)), tmp_path / "file", 1, "", DAY)


def test_an_image_that_a_virus_scanner_looks_at_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold_files(monkeypatch, "replace", times=3)
    path = save_image(Image.new("RGB", (8, 8)), tmp_path, 5, "", DAY)
    assert held == [3]
    assert [found.name for found in path.parent.iterdir()] == ["00001-5.png"]


def test_an_image_that_cannot_be_named_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_files(monkeypatch, "replace", times=1, winerror=None)
    with pytest.raises(HostError, match="could not be saved"):
        save_image(Image.new("RGB", (8, 8)), tmp_path, 5, "", DAY)
    assert list((tmp_path / DAY.isoformat()).iterdir()) == []
