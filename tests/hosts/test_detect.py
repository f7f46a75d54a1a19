from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fakes.loading import host_modules


@pytest.mark.parametrize(("family", "name"), [("a1111", "a1111"), ("forge", "forge"), ("sdnext", "sdnext")])
def test_each_host_is_told_by_what_its_modules_hold(family: str, name: str, tmp_path: Path) -> None:
    with host_modules(family):
        import fake_control

        fake_control.configure(tmp_path)
        from lora_manager.hosts.detect import web_ui

        assert web_ui().name == name
    assert "modules" not in sys.modules, "nothing of the imitation stays"


def test_a_file_of_that_name_in_another_folder_does_not_make_it_sdnext(tmp_path: Path) -> None:
    """As on reForge and Classic, whose `modules` is one package over two folders."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "lora.py").touch()
    with host_modules("forge"):
        sys.path.append(str(tmp_path))
        from lora_manager.hosts.detect import web_ui

        assert web_ui().name == "forge"
