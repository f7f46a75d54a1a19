from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

from tests.cli.conftest import Run


def test_edits_are_written_after_a_look(run: Run, library: tuple[str, ...], root: Path) -> None:
    assert run("edit", "v1.5", "--set", "notes=mine", *library).code == 0
    looked = run("write-back", "v1.5", "amber", "--dry-run", *library)
    assert looked.out == "v1.5.json\namber.json (stays as it is)\n"
    assert not (root / "v1.5.json").exists()
    done = run("write-back", "v1.5", "amber", *library, "--json").document
    assert (done["selected"], done["changes"][0]["changed"]) == (2, 1)
    assert json.loads((root / "v1.5.json").read_bytes())["notes"] == "mine"
    (root / "v1.5.json").write_text("{")
    failed = run("write-back", "v1.5", *library)
    assert failed.code == 1
    assert "v1.5.json" in failed.out
    assert run("write-back", "--query", "moth wings", "--all-fields", *library).code == 0


def test_with_the_setting_a_command_writes_its_edits(run: Run, library: tuple[str, ...], root: Path) -> None:
    assert "write_back_automatically=true" in run("settings", "write_back_automatically=true", *library).out
    assert run("edit", "v1.5", "--set", "notes=mine", *library).code == 0
    assert json.loads((root / "v1.5.json").read_bytes())["notes"] == "mine"


def test_lists_go_to_stdout_or_a_file(run: Run, library: tuple[str, ...], tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    assert run("export", "--query", "", "--output", target, *library).code == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert "Amber Lantern" in [row["name"] for row in rows]
    assert run("export", "amber", "--json", *library).code == 2
    assert run("export", "amber", "--output", tmp_path / "no" / "list.csv", *library).code == 2


def test_sidecars_are_exported_and_not_written_over(run: Run, library: tuple[str, ...], root: Path) -> None:
    command = ("export", "amber", "--format", "civitai_info", *library)
    assert run(*command).code == 0
    assert json.loads((root / "amber.civitai.info").read_bytes())["modelId"] == 11
    (root / "amber.civitai.info").write_text("{}")
    assert "is there already" in run(*command).out
    assert run(*command, "--replace", "--dry-run").out == "amber.civitai.info\n"
    assert run(*command, "--replace", "--json").document["changes"][0]["changed"] == 1


def test_duplicates_are_told_with_what_to_keep(run: Run, library: tuple[str, ...], root: Path) -> None:
    assert "0 by file" in run("duplicates", *library).out
    (root / "old").mkdir()
    shutil.copyfile(root / "amber.safetensors", root / "old" / "amber.safetensors")
    run("scan", *library)
    assert "-> amber2" in run("duplicates", "--kind", "name", *library).out
    assert run("hash", *library).code == 0
    assert "keep amber.safetensors" in run("duplicates", *library).out
    found = run("duplicates", *library, "--json").document
    assert (found["total"], found["items"][0]["confirmed"]) == (1, True)


def test_settings_are_shown_and_set(run: Run, library: tuple[str, ...]) -> None:
    assert run("settings", *library, "--json").document["trash_days"] == 30
    assert run("settings", "trash_days=7", "backups_daily=false", *library, "--json").document == {
        "write_back_automatically": False, "trash_days": 7, "backups_daily": False, "learning": True, "encoder": "",
    }  # fmt: skip
    for wrong in ("trash_days", "trash_days=soon", "trash_days=-1", "other=1"):
        assert run("settings", wrong, *library).code == 2
