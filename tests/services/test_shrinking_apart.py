from __future__ import annotations

import time
from pathlib import Path

import pytest

from lora_manager.services.shrinking import shrink
from lora_manager.services.shrinking_apart import shrink_apart
from tests.helpers.hostile_images import encoded


@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
def test_the_result_is_the_same_as_here(kind: str) -> None:
    data = encoded(kind.upper(), (300, 200))
    assert shrink_apart(data, kind, 6, 128, 20) == shrink(data, kind, 6, 128, 20)


def test_what_the_decoder_says_is_told() -> None:
    with pytest.raises(ValueError, match="cannot identify"):
        shrink_apart(b"no picture", "webp", 1, 128, 20)


def program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_that_never_ends_is_ended(tmp_path: Path) -> None:
    endless = program(tmp_path, "while True: pass")
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        shrink_apart(b"x" * 2**20, "webp", 1, 128, 0.5, endless)
    assert time.monotonic() - started < 5


def test_one_that_crashes_takes_nothing_with_it(tmp_path: Path) -> None:
    crash = program(tmp_path, "import os; os._exit(139)")
    with pytest.raises(ValueError, match="ended with 139"):
        shrink_apart(b"x" * 2**20, "webp", 1, 128, 20, crash)


def test_memory_is_bounded(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    source = Path(shrink.__code__.co_filename).read_text(encoding="utf-8")
    greedy = program(
        tmp_path,
        source.replace(
            "    sys.stdout.buffer.write(shrink(", "    bytearray(2**32)\n    sys.stdout.buffer.write(shrink("
        ),
    )
    with pytest.raises(ValueError, match="MemoryError"):
        shrink_apart(b"x", "webp", 1, 128, 20, greedy)


def test_modules_of_the_folder_we_are_in_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host's folder holds modules of any name."""
    (tmp_path / "PIL.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert shrink_apart(encoded("PNG"), "png", 1, 128, 20)


def test_an_interpreter_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(ValueError, match="no process"):
        shrink_apart(b"x", "webp", 1, 128, 20)
