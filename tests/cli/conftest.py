"""Running commands in this process, as `python -m lora_manager` does in one of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lora_manager.cli.main import main
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the developer's own LoRA Manager is touched."""
    monkeypatch.setenv("LORA_MANAGER_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("LORA_MANAGER_DB", raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("scan", "--lora-dir", path)`."""

    def command(*words: str | Path) -> Ran:
        try:
            code = main([str(word) for word in words])
        except SystemExit as stopped:  # argparse ends so
            code = int(stopped.code or 0)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    return command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Amber (with a record), moth (in a folder), and one broken file; not scanned."""
    root = tmp_path / "Lora"
    write_adapter(root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    moth = civitai_model("Moth", "moth.safetensors", tags=["moth"], version_trainedWords=["moth wings"])
    write_adapter(root / "style", "moth", moth)
    (root / "broken.safetensors").write_bytes(b"\xff" * 64)
    return root


@pytest.fixture
def library(run: Run, root: Path) -> tuple[str, ...]:
    """The arguments that name the folder, scanned, with a third good file."""
    write_network_file(root / "v1.5.safetensors")
    arguments = ("--lora-dir", str(root))
    assert run("scan", *arguments).code == 0
    return arguments
