from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lora_manager.formats.walk import walk
from lora_manager.services.library.readers import ReadRequest, read_units, receive, send
from lora_manager.services.library.units import group_folder
from tests.helpers.command_line import environment
from tests.helpers.network_files import write_network_file

COMMAND = [sys.executable, "-m", "lora_manager.services.library.reader_process"]


def test_it_answers_until_the_pipe_is_closed(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors")
    units = [unit for folder in walk(tmp_path, []) for unit in group_folder(folder).units]
    request = ReadRequest(tmp_path, 1, units)
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(tmp_path), cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            send(process.stdin, request)
            assert receive(process.stdout) == read_units(request)
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stdout.read() == b""


def test_it_costs_a_host_little_to_start() -> None:
    """What reads files needs neither the database's packages nor a web server."""
    code = (
        "import sys, lora_manager.services.library.reader_process;"
        "print([name for name in ('sqlalchemy', 'alembic', 'fastapi', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
