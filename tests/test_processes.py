from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from lora_manager.processes import has_ended, host_of, is_left_behind, is_running, this_process


def test_this_one_runs() -> None:
    assert this_process().endswith(f":{os.getpid()}")
    assert host_of(this_process()) == socket.gethostname()
    assert not has_ended(this_process())
    assert not has_ended(f"{this_process()}:more")


def test_what_this_one_had_before_it_began_was_left_behind() -> None:
    assert is_left_behind(this_process())
    assert is_left_behind("")
    assert not is_left_behind("elsewhere:1")


def test_another_runs_until_it_ends() -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{socket.gethostname()}:{other.pid}"
    try:
        assert is_running(other.pid)
        assert not has_ended(owner)
    finally:
        other.communicate(b"\n")
    assert not is_running(other.pid)
    assert has_ended(owner)
    assert has_ended(f"{owner}:more")


def test_a_number_that_no_process_has() -> None:
    assert not is_running(2**22 + 1)


def test_a_number_that_no_process_can_have_is_not_known_to_have_ended() -> None:
    assert is_running(2**80)


@pytest.mark.parametrize("owner", ["", "x", "somewhere:1:a", "somewhere:no:a", f"{socket.gethostname()}:²"])
def test_of_others_one_cannot_know(owner: str) -> None:
    assert not has_ended(owner)
