from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_both_ways_find_the_same_hashes_and_are_timed(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "tools" / "bench_hashing.py", "--files", "2", "--mb", "1", "--rounds", "1"]
    done = subprocess.run(
        [*map(str, command), "--folder", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "2 files, 2 MB" in done.stdout
    assert done.stdout.count("hashlib") == 2
    assert not list(tmp_path.iterdir())
