from __future__ import annotations

import socket
import subprocess
import sys

from lora_manager.clock import utc_now
from lora_manager.processes import this_process
from lora_manager.services.files.liveness import is_given_up

LONG_AGO = "2020-01-01T00:00:00.000Z"


def test_a_process_that_ended_has_given_up() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = socket.gethostname()
    assert is_given_up(f"{host}:{ended.pid}", utc_now(), this_process())
    assert is_given_up("", utc_now(), this_process())


def test_one_that_lives_goes_on_however_long_it_takes() -> None:
    living = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert not is_given_up(f"{socket.gethostname()}:{living.pid}", LONG_AGO, this_process())
    finally:
        living.communicate(b"\n")


def test_an_earlier_life_of_this_number_has_ended() -> None:
    assert is_given_up(this_process(), utc_now(), this_process())


def test_one_of_another_machine_is_given_time() -> None:
    assert not is_given_up("elsewhere:1", utc_now(), this_process())
    assert is_given_up("elsewhere:1", LONG_AGO, this_process())
