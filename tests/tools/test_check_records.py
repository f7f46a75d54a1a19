from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.network_files import civitai_model, write_json, write_network_file, write_raw_header

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def run(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "tools" / "check_records.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, done.stdout


def row(output: str, title: str) -> list[int]:
    """All, whole, in part, no record, crashed."""
    (line,) = [line for line in output.splitlines() if line.startswith(title)]
    return [int(word) for word in line[len(title) :].split()]


def test_each_kind_is_counted_with_its_reasons(tmp_path: Path) -> None:
    model = civitai_model("Amber Lantern", "amber.safetensors")
    write_json(tmp_path / "a" / "amber.json", model)
    write_json(tmp_path / "a" / "odd.json", {"what": 1})
    (tmp_path / "a" / "broken.json").write_text('{"name": NaN', "utf-8")
    (tmp_path / "a" / "amber.txt").write_text("mine", "utf-8")
    write_network_file(tmp_path / "a" / "amber.safetensors")
    write_raw_header(tmp_path / "a" / "bad.safetensors", b"[1]")
    dump = {"keys": {"diffusion_model.blocks.0.self_attn.q.lora_A.weight": {"shape": [8, 5120]}}, "metadata": None}
    write_json(tmp_path / "b" / "wan.json", dump)
    (tmp_path / "infotext").mkdir()
    (tmp_path / "infotext" / "x.txt").write_text("a boat\nSteps: 20, Sampler: Euler, Seed: 1", "utf-8")
    with gzip.open(tmp_path / "b" / "many.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(model) + "\n" + json.dumps({"prompt": "a boat"}) + "\n")
    code, output = run(str(tmp_path), "--headers")
    assert code == 0
    assert row(output, "a: civitai_model") == [1, 1, 0, 0, 0]
    assert row(output, "a: unknown") == [1, 0, 0, 1, 0]
    assert row(output, "a: unreadable") == [2, 0, 0, 2, 0]
    assert row(output, "a: description") == row(output, "a: header") == row(output, "b: header") == [1, 1, 0, 0, 0]
    assert row(output, "b/many.jsonl: civitai_model") == row(output, "b/many.jsonl: infotext") == [1, 1, 0, 0, 0]
    assert row(output, "infotext: infotext") == [1, 1, 0, 0, 0]
    assert row(output, "together") == [10, 7, 0, 3, 0]
    assert "NaN is not a JSON value" in output
    assert "Wan Video 14B (Its keys hold self_attn_q, width 5120: Wan Video 14B)" in output


@pytest.mark.skipif(not SHARED.is_dir(), reason="no real records beside the checkout")
def test_no_real_record_crashes_and_every_header_is_told() -> None:
    code, output = run(str(SHARED))
    assert code == 0
    assert row(output, "together")[4] == 0
    count, whole, *others = row(output, "safetensors_header: header")
    assert (count, others) == (whole, [0, 0, 0])
