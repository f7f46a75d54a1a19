"""The bench inside a host, and what it is there to keep: nothing heavy is imported while the host waits for us."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tools.bench_host import FAMILIES, _probe, _probed, p95


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_heavy_is_imported_while_the_host_starts(family: str, tmp_path: Path) -> None:
    told = _probe(sys.executable, ["start", "--family", family, "--folder", str(tmp_path), "--log-imports"])
    assert told["heavy"] == []
    assert told["asked"] > 10
    assert {"import and register", "mount"} <= set(told["wall"])


def test_hooks_and_jobs_are_measured() -> None:
    hooks: dict[str, Any] = _probed("a1111", "hooks", 2)
    assert [len(hooks[name]) for name in ("single", "eight")] == [2, 2]
    assert min(hooks["single hooks"]) > 0
    jobs = _probed("sdnext", "jobs", 2)
    assert [len(jobs[name]) for name in ("direct", "job")] == [2, 2]


def test_p95() -> None:
    assert p95([3.0]) == 3
    assert p95([float(value) for value in range(100)]) == 95
