from __future__ import annotations

import io
import os
import signal
import time
from pathlib import Path

import pytest

from lora_manager.formats.walk import walk
from lora_manager.services.library import readers as module
from lora_manager.services.library.readers import Readers, ReadRequest, read_frame, read_units, receive, send
from lora_manager.services.library.units import group_folder
from tests.helpers.network_files import civitai_model, write_adapter


@pytest.fixture
def request_for(tmp_path: Path) -> ReadRequest:
    """A batch of three units, the last broken."""
    for stem in ("a", "b"):
        write_adapter(tmp_path, stem, civitai_model(stem.upper(), f"{stem}.safetensors"))
    (tmp_path / "c.safetensors").write_bytes(b"\xff" * 64)
    units = [unit for folder in walk(tmp_path, []) for unit in group_folder(folder).units]
    return ReadRequest(tmp_path, 1, sorted(units, key=lambda unit: unit.name))


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PROCESSES", 2)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)


def test_a_batch_is_read_in_its_order(request_for: ReadRequest) -> None:
    readings = read_units(request_for)
    assert [reading.described.adapter.name for reading in readings] == ["A", "B", "c"]
    assert [len(reading.problems) for reading in readings] == [0, 0, 1]


def test_a_few_files_are_read_on_a_thread(request_for: ReadRequest) -> None:
    readers = Readers(3)
    assert readers.submit(request_for).result(10) == read_units(request_for)
    assert readers.ahead >= 2
    readers.close()


@pytest.mark.usefixtures("two_processes")
def test_many_are_read_in_processes_with_the_same_result(request_for: ReadRequest) -> None:
    readers = Readers(module.WORTH_PROCESSES)
    results = [readers.submit(request_for) for _ in range(6)]
    expected = read_units(request_for)
    assert all(result.result(60) == expected for result in results)
    assert readers.ahead == 4
    readers.close()
    assert all(process.returncode is not None for process in readers._started)


@pytest.mark.skipif(os.name == "nt", reason="uses a signal")
@pytest.mark.usefixtures("two_processes")
def test_a_process_that_dies_costs_nothing_but_time(request_for: ReadRequest) -> None:
    readers = Readers(module.WORTH_PROCESSES)
    for process in readers._started:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    results = [readers.submit(request_for) for _ in range(4)]
    assert all(result.result(60) == read_units(request_for) for result in results)
    readers.close()


@pytest.mark.skipif(os.name == "nt", reason="uses a signal")
@pytest.mark.usefixtures("two_processes")
def test_a_process_that_dies_while_it_reads_is_noticed(request_for: ReadRequest) -> None:
    readers = Readers(module.WORTH_PROCESSES)
    for process in readers._started:
        os.kill(process.pid, signal.SIGSTOP)
    result = readers.submit(request_for)
    for process in readers._started:
        os.kill(process.pid, signal.SIGKILL)
    assert result.result(60) == read_units(request_for)
    readers.close()


@pytest.mark.skipif(os.name == "nt", reason="uses a signal")
@pytest.mark.usefixtures("two_processes")
def test_closing_does_not_wait_for_a_process_that_hangs(request_for: ReadRequest) -> None:
    readers = Readers(module.WORTH_PROCESSES)
    for process in readers._started:
        os.kill(process.pid, signal.SIGSTOP)
    result = readers.submit(request_for)
    while not result.running():
        time.sleep(0.01)
    started = time.monotonic()
    readers.close()
    assert time.monotonic() - started < 5
    assert result.exception(0) is not None
    assert all(process.returncode is not None for process in readers._started)


def test_nothing_may_be_read_at_all() -> None:
    readers = Readers(0)
    readers.close()


def test_values_go_through_a_pipe_in_frames() -> None:
    stream = io.BytesIO()
    send(stream, ["one"])
    send(stream, [])
    stream.seek(0)
    assert receive(stream) == ["one"]
    assert receive(stream) == []
    with pytest.raises(EOFError):
        receive(stream)


@pytest.mark.parametrize("data", [b"", b"\x05", b"\x05\0\0\0\0\0\0\0abc"])
def test_a_pipe_that_ends_early_is_an_end(data: bytes) -> None:
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(data))
