"""The odd kinds that real libraries hold, each as a row of one table: what a scan must make of it.

The kinds are those of the synthetic library's manifest; where its generator lies beside the repository, the same table
is checked against a library of 2,000 that it writes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import ROOT, Library
from tests.helpers.network_files import civitai_model, write_adapter, write_json, write_network_file

GENERATOR = ROOT.parent / "shared" / "tools" / "make_library.py"


@dataclass(frozen=True)
class Expected:
    """What is listed for the odd entry's own stem, the kinds of problem it leaves, and the name it is listed by."""

    listed: int = 1
    problems: tuple[str, ...] = ()
    name: str = ""


def _record(stem: str, **changes: Any) -> dict[str, Any]:
    return civitai_model("Amber Lantern", f"{stem}.safetensors", **changes)


def _text(folder: Path, stem: str, text: str) -> None:
    write_network_file(folder / f"{stem}.safetensors")
    (folder / f"{stem}.json").write_text(text, encoding="utf-8")


def _broken_json(folder: Path) -> None:
    whole = json.dumps(_record("broken_json"))
    _text(folder, "broken_json", whole[: len(whole) // 2])


def _null_fields(folder: Path) -> None:
    record = _record("null_fields", description=None, creator=None, stats=None, tags=None)
    record["modelVersions"][0]["trainedWords"] = None
    record["modelVersions"][0]["files"][0]["hashes"] = None
    write_adapter(folder, "null_fields", record)


def _wrong_types(folder: Path) -> None:
    tags = [{"name": "style"}, {"name": "lantern"}]
    record = _record("wrong_types", tags=tags, nsfwLevel="X", file_sizeKB="12.5")
    write_adapter(folder, "wrong_types", record)


def _same_content(folder: Path) -> None:
    write_network_file(folder / "dup_hash_other.safetensors", seed=1)
    write_network_file(folder / "dup_hash.safetensors", seed=1)


def _same_name_and_version(folder: Path) -> None:
    for stem in ("dup_name_version", "dup_name_version_other"):
        write_adapter(folder, stem, _record(stem))


def _upper_extension(folder: Path) -> None:
    write_network_file(folder / "upper_ext.SAFETENSORS")
    write_json(folder / "upper_ext.json", _record("upper_ext"))


LONG = "long_name_" + "lantern_" * 24
DEEP = "a b/" + "/".join(f"lvl{number}" for number in range(8))

LIST = Expected(problems=("json_list",), name="Amber Lantern")

KINDS: dict[str, tuple[Callable[[Path], object], Expected]] = {
    "broken_json": (_broken_json, Expected(problems=("broken_json",))),
    "empty_json": (lambda folder: _text(folder, "empty_json", ""), Expected(problems=("empty_file",))),
    "json_list": (lambda folder: write_adapter(folder, "json_list", [_record("json_list")]), LIST),
    "missing_model": (
        lambda folder: write_json(folder / "missing_model.json", _record("missing_model")),
        Expected(listed=0, problems=("missing_model",)),
    ),
    "orphan_model": (lambda folder: write_network_file(folder / "orphan_model.safetensors"), Expected()),
    "unicode": (
        lambda folder: write_adapter(folder, "unicode 星空の魔女 🦊", civitai_model("星空の魔女 🦊", "x")),
        Expected(name="星空の魔女 🦊"),
    ),
    "long_name": (lambda folder: write_adapter(folder, LONG, _record(LONG)), Expected(name="Amber Lantern")),
    "dup_hash": (_same_content, Expected(listed=2)),
    "dup_name_version": (_same_name_and_version, Expected(listed=2, name="Amber Lantern")),
    "null_fields": (_null_fields, Expected(name="Amber Lantern")),
    "preview_only": (
        lambda folder: (folder / "preview_only.preview.png").write_bytes(b"\x89PNG\r\n\x1a\n"),
        Expected(listed=0),
    ),
    "bad_safetensors": (
        lambda folder: (folder / "bad_safetensors.safetensors").write_bytes(b"\xff" * 64),
        Expected(problems=("bad_header",)),
    ),
    "deep_subfolder": (
        lambda folder: write_adapter(folder / DEEP, "deep_subfolder", _record("deep_subfolder")),
        Expected(name="Amber Lantern"),
    ),
    "wrong_types": (_wrong_types, Expected(problems=("partly_read",), name="Amber Lantern")),
    "upper_ext": (_upper_extension, Expected(name="Amber Lantern")),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, dict[str, Any]]:
    """One library with every kind, scanned once; with the scan's report."""
    library = Library(tmp_path_factory.mktemp("odd"))
    for make, _ in KINDS.values():
        make(library.root)
    report = library.scan()
    return library, report


def _listed(items: list[dict[str, Any]], stem: str) -> list[dict[str, Any]]:
    return [item for item in items if Path(item["file_path"]).name.startswith(stem)]


def _kinds(report: dict[str, Any], stem: str) -> tuple[str, ...]:
    return tuple(problem["kind"] for problem in report["problems"] if Path(problem["path"]).name.startswith(stem))


@pytest.mark.parametrize("kind", KINDS)
def test_the_scan_makes_of_each_kind_what_the_table_says(scanned: tuple[Library, dict[str, Any]], kind: str) -> None:
    library, report = scanned
    expected = KINDS[kind][1]
    items = _listed(library.everything(), kind)
    assert len(items) == expected.listed
    assert _kinds(report, kind) == expected.problems
    assert not expected.name or {item["name"] for item in items} == {expected.name}


def test_nothing_is_counted_twice_or_left_out(scanned: tuple[Library, dict[str, Any]]) -> None:
    library, report = scanned
    assert report["found"] == sum(expected.listed for _, expected in KINDS.values()) == library.search("")["total"]
    assert len(report["problems"]) == sum(len(expected.problems) for _, expected in KINDS.values())


@pytest.mark.slow
@pytest.mark.skipif(not GENERATOR.exists(), reason="the library generator does not lie beside the repository")
def test_every_odd_kind_of_the_manifest_of_a_library_of_2000(tmp_path: Path) -> None:
    library = Library(tmp_path)
    words = [str(library.root), "--count", "2000", "--st-kb", "4"]
    subprocess.run([sys.executable, str(GENERATOR), *words], check=True, stdout=subprocess.DEVNULL)
    manifest = json.loads((tmp_path / "Lora.manifest.json").read_text(encoding="utf-8"))
    report = library.scan()
    listed = {Path(item["file_path"]).with_suffix("") for item in library.everything()}
    problems: dict[Path, list[str]] = {}
    for problem in report["problems"]:
        problems.setdefault(Path(problem["path"]).with_suffix(""), []).append(problem["kind"])
    for odd in manifest["odd"]:
        path, expected = library.root / odd["stem"], KINDS[odd["kind"]][1]
        assert (path in listed) == (expected.listed > 0), odd
        assert tuple(problems.pop(path, [])) == expected.problems, odd
    assert not problems
    rows = sum(1 for odd in manifest["odd"] if KINDS[odd["kind"]][1].listed == 0)
    assert report["found"] == manifest["count"] - rows == len(listed)
