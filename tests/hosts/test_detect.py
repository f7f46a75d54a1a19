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
