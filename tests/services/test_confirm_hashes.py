from __future__ import annotations

import os

from lora_manager.application import Application
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import touch_later
from tests.services.test_duplicates import confirm


def test_what_changed_since_the_scan_or_cannot_be_read_is_told(application: Application) -> None:
    root = application.host.roots()[0]
    for stem in ("a", "b", "c"):
        write_network_file(root / f"{stem}.safetensors")
    application.hasher.stop()
    application.scan()
    touch_later(root / "a.safetensors")
    os.unlink(root / "b.safetensors")
    known, told = confirm(application)
    assert known == 1
    assert "a.safetensors is not as it was" in told
    assert "b.safetensors" in told


def test_a_cancel_stops_within_a_file_and_keeps_what_is_known(application: Application) -> None:
    root = application.host.roots()[0]
    write_network_file(root / "a.safetensors")
    application.hasher.stop()
    application.scan()
    assert confirm(application, cancelled=True) == (0, "")
    assert confirm(application) == (1, "")
    assert confirm(application, cancelled=True) == (1, ""), "known already"
