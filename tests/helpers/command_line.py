"""Run the real `python -m lora_manager` as a user does: another process, arguments in, one JSON document out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120
PAGE = 200


@dataclass(frozen=True)
class Outcome:
    """What a finished command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def environment(state: Path) -> dict[str, str]:
    """The process environment of a test: ours is set, nothing of the developer's own LoRA Manager leaks in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LORA_MANAGER_")}
    return {**kept, "LORA_MANAGER_DIR": str(state), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}


def command(*arguments: str | Path) -> list[str]:
    """The argument list of `python -m lora_manager ...`."""
    return [sys.executable, "-m", "lora_manager", *map(str, arguments)]


class Library:
    """A LoRA folder with its own database, worked on through the command line only."""

    def __init__(self, folder: Path, *, roots: Sequence[Path] = ()) -> None:
        self.root = folder / "Lora"
        self.root.mkdir(parents=True, exist_ok=True)
        self.roots = tuple(roots) or (self.root,)
        self.state = folder / "state"
        self.state.mkdir(exist_ok=True)
        self.database = self.state / "library.sqlite3"

    def arguments(self, *words: str | Path) -> list[str]:
        """`words` with the folder and the database added."""
        folders = [part for root in self.roots for part in ("--lora-dir", str(root))]
        return command(*words, *folders, "--db", f"sqlite:///{self.database.as_posix()}", "--json")

    def run(self, *words: str | Path) -> Outcome:
        """Run one command to its end."""
        done = subprocess.run(
            self.arguments(*words),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env=environment(self.state),
            cwd=self.state,
            timeout=LIMIT_S,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def _document(self, *words: str | Path) -> Any:
        outcome = self.run(*words)
        assert outcome.code == 0, outcome.err[-3000:]
        return outcome.document

    def scan(self, *words: str) -> dict[str, Any]:
        """Scan and return the report; fails the test if the scan fails."""
        report: dict[str, Any] = self._document("scan", *words)
        return report

    def search(self, query: str = "", *words: str) -> dict[str, Any]:
        """`search QUERY --json`."""
        found: dict[str, Any] = self._document("search", query, *words)
        return found

    def everything(self) -> list[dict[str, Any]]:
        """Every item that `search` lists, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            page = self.search("", "--limit", str(PAGE), "--offset", str(len(items)))
            items += page["items"]
            if len(items) >= page["total"] or not page["items"]:
                return items

    def show(self, adapter_id: int) -> dict[str, Any]:
        """`show ID --json`."""
        detail: dict[str, Any] = self._document("show", str(adapter_id))
        return detail
