from __future__ import annotations

from pathlib import Path

from lora_manager.db.rows import StoredSidecar
from lora_manager.formats.walk import walk
from lora_manager.services.library.orphans import OrphanSidecars
from lora_manager.services.library.units import Unit, group_folder
from tests.helpers.network_files import civitai_model, write_json, write_network_file


def look(
    root: Path, stored: dict[str, StoredSidecar] | None = None, *, force: bool = False
) -> tuple[OrphanSidecars, list[Unit]]:
    """The orphans below a root, resolved, and the units there."""
    orphans = OrphanSidecars(root)
    units: list[Unit] = []
    for folder in walk(root, []):
        grouped = group_folder(folder)
        orphans.add(folder.path, grouped)
        units += grouped.units
    orphans.resolve(stored or {}, force=force)
    return orphans, units


def stored_at(path: Path, claims: list[str], **changes: object) -> StoredSidecar:
    info = path.stat()
    values = {"size": info.st_size, "mtime_ns": info.st_mtime_ns, "format": "civitai_model", "document": None}
    return StoredSidecar(claims=claims, **{**values, **changes})  # type: ignore[arg-type]


def test_a_record_belongs_to_the_file_it_speaks_of(tmp_path: Path) -> None:
    write_network_file(tmp_path / "sub" / "local name.safetensors")
    write_json(tmp_path / "sub" / "Amber Lantern.json", civitai_model("Amber Lantern", "Local Name.safetensors"))
    orphans, (unit,) = look(tmp_path)
    assert list(unit.sidecars) == ["Amber Lantern.json"]
    assert (orphans.problems, orphans.unmatched, orphans.unmatched_rows()) == ([], set(), [])


def test_a_file_in_another_folder_is_not_meant(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors")
    write_json(tmp_path / "sub" / "x.json", civitai_model("X", "a.safetensors"))
    orphans, (unit,) = look(tmp_path)
    assert unit.sidecars == {}
    assert [(problem.path, problem.kind) for problem in orphans.problems] == [
        (str(tmp_path / "sub" / "x.json"), "missing_model")
    ]
    assert "a.safetensors" in orphans.problems[0].message
    (row,) = orphans.unmatched_rows()
    assert (row.relative_path, row.format, row.claims) == ("sub/x.json", "civitai_model", ["a.safetensors"])


def test_a_broken_record_says_that_it_is_broken(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    orphans, _ = look(tmp_path)
    assert [problem.kind for problem in orphans.problems] == ["broken_json"]
    assert "no model file" in orphans.problems[0].message
    assert orphans.unmatched_rows()[0].format == "unreadable"


def test_a_record_of_no_known_format_is_one_without_a_model(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"whatever": 1})
    write_json(tmp_path / "y.json", [1, 2])
    orphans, _ = look(tmp_path)
    assert {problem.kind for problem in orphans.problems} == {"missing_model"}
    assert {row.format for row in orphans.unmatched_rows()} == {"unknown"}


def test_what_is_known_and_unchanged_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("broken, if anybody looked", encoding="utf-8")
    write_network_file(tmp_path / "later.safetensors")
    stored = {"x.json": stored_at(path, ["later.safetensors"])}
    orphans, (unit,) = look(tmp_path, stored)
    assert list(unit.sidecars) == ["x.json"]
    assert orphans.changed == []
    unmatched, _ = look(tmp_path, {"x.json": stored_at(path, ["other.pt"])})
    assert (unmatched.changed, unmatched.problems, unmatched.unmatched) == ([], [], {"x.json"})


def test_what_changed_or_is_forced_is_read_again(tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", civitai_model("X", "a.safetensors"))
    write_network_file(tmp_path / "a.safetensors")
    old = stored_at(path, ["other.pt"], size=1)
    assert list(look(tmp_path, {"x.json": old})[1][0].sidecars) == ["x.json"]
    same = stored_at(path, ["other.pt"])
    assert list(look(tmp_path, {"x.json": same}, force=True)[1][0].sidecars) == ["x.json"]


def test_a_record_whose_model_went_away_is_a_problem_and_stays_with_what_is_missing(tmp_path: Path) -> None:
    """The row of the missing file keeps its record: it may come back."""
    path = write_json(tmp_path / "a.json", civitai_model("A", "a.safetensors"))
    attached = {"a.json": stored_at(path, ["a.safetensors"], attached=True)}
    for force in (False, True):
        orphans, _ = look(tmp_path, attached, force=force)
        assert [problem.kind for problem in orphans.problems] == ["missing_model"]
        assert orphans.unmatched_rows() == []
