from __future__ import annotations

import time

from lora_manager.services.digests.status import Pacer


def test_a_rest_is_as_long_as_the_work_asks_for() -> None:
    pacer = Pacer()
    assert pacer.rest(True) == 0.0
    time.sleep(Pacer.WORK_SECONDS * 2)
    short, long = pacer.rest(False), pacer.rest(True)
    assert short > 0
    assert long > 10 * short
    pacer.begin()
    assert pacer.rest(True) == 0.0
