from __future__ import annotations

import os

from lora_manager.services.hashing.lease import has_ended
from lora_manager.services.process import this_process


def test_it_is_known_whether_it_ended() -> None:
    assert this_process().endswith(f":{os.getpid()}")
    assert not has_ended(this_process())
    host, _, _ = this_process().rpartition(":")
    assert has_ended(f"{host}:{2**22 + 1}"), "a number that no process has"
