from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from lora_manager.db.engine import Database
from tests.db.described import described, put

ROOT = Path(__file__).resolve().parents[2]


def test_every_round_leaves_the_catalogue_as_it_was(fresh_database: Database, tmp_path: Path) -> None:
    put(fresh_database, described("a.pt", "A", tags=("x",)), described("b.pt", "B"))
    file = fresh_database.path
    fresh_database.close()
    saved = tmp_path / "figures.json"
    command = [
        sys.executable,
        ROOT / "tools" / "bench_changes.py",
        "--database",
        file,
        "--rounds",
        "2",
        "--save",
        saved,
    ]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "2 LoRAs, 2 rounds" in done.stdout
    assert "missed: none" in done.stdout
    assert {len(rounds) for rounds in json.loads(saved.read_text()).values()} == {2}
