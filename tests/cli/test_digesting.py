from __future__ import annotations

from pathlib import Path

from lora_manager.application import Application
from lora_manager.cli.digesting import digested
from lora_manager.db.location import FILE_NAME, StateLocation
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import standalone_host


def test_a_command_finds_everything_digested(tmp_path: Path) -> None:
    write_adapter(tmp_path / "Lora", "amber")
    app = Application(standalone_host(tmp_path), StateLocation(tmp_path / FILE_NAME, tmp_path / "state"))
    app.scan()
    assert app.digester.status().done == 0
    assert digested(app) is app
    assert app.digester.status().done == app.digester.status().total == 1
    app.close()
