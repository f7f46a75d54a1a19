from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_demo_can_be_made_and_scanned(run: Run, tmp_path: Path) -> None:
    made = run("make-demo", tmp_path / "demo", "--light", "--count", "3", "--json").document
    assert set(made) == {"lora_dir", "model_dir"}
    assert made["model_dir"] is None
    report = run("scan", "--lora-dir", made["lora_dir"], "--json").document
    assert report["found"] >= 3
    ran = run("make-demo", tmp_path / "demo", "--light", "--count", "3")
    assert ran.code == 0
    assert f"LoRAs: {made['lora_dir']}" in ran.out
    assert "none" in ran.out
