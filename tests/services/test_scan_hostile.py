"""A folder full of hostile files: each ends in its own clear problem, and everything else is as it should be.

Black box: through the command line, as a user would meet it.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import Library
from tests.helpers.network_files import civitai_model, network_file_bytes, write_adapter, write_network_file
from tests.helpers.network_files import write_raw_header as raw

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="this file system cannot hold such a name")
NOT_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows cannot hold such a name or file")
DEPTH = 100_000
SPARSE = 200 * 1024 * 1024
GOOD = 5


@dataclass(frozen=True)
class Case:
    """A hostile thing: how it is made, the kind of the problem it must leave ("" none), whether its LoRA is listed."""

    make: Callable[[Path], object]
    kind: str
    listed: bool = True
    shown: str = ""
    """What the problem's path must contain, if not the name."""


def _sidecar(text: str | bytes) -> Callable[[Path], object]:
    """Make a good network file with this text as its sidecar."""

    def make(path: Path) -> None:
        write_network_file(path)
        path.with_suffix(".json").write_bytes(text if isinstance(text, bytes) else text.encode())

    return make


def _sparse_sidecar(path: Path) -> None:
    write_network_file(path)
    with path.with_suffix(".json").open("wb") as file:
        file.write(b"{")
        file.truncate(SPARSE)


def _sparse_header(path: Path) -> None:
    """A header that says it is 4 GB long, in a file that has them."""
    raw(path, b"{", length=4 << 30)
    with path.open("r+b") as file:
        file.truncate((4 << 30) + 64)


def _pickle(path: Path) -> None:
    """A pickle that would leave a file behind if anybody loaded it."""

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (os.mkdir, (str(path.with_name("exploded")),))

    path.write_bytes(pickle.dumps(Bomb()))


def _old_and_short(path: Path) -> None:
    """A download that ended early, an hour ago."""
    path.write_bytes(network_file_bytes()[:-100])
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))


def _tensor(**changes: object) -> bytes:
    entry = {"dtype": "F16", "shape": [4, 4], "data_offsets": [0, 32], **changes}
    return json.dumps({"a.lora_down.weight": entry}).encode()


def _with_name(name: str) -> str:
    return json.dumps(civitai_model(name, "x.safetensors"))


CASES: dict[str, Case] = {
    "length_2_63.safetensors": Case(lambda p: raw(p, b"{}", length=1 << 63), "bad_header"),
    "length_2_64.safetensors": Case(lambda p: raw(p, b"{}", length=(1 << 64) - 1), "bad_header"),
    "length_4_gb.safetensors": Case(_sparse_header, "bad_header"),
    "not_json.safetensors": Case(lambda p: raw(p, b"{no json at all", body=b"\0" * 64), "bad_header"),
    "not_text.safetensors": Case(lambda p: raw(p, b"{\xff\xfe\xfd", body=b"\0" * 64), "bad_header"),
    "a_list.safetensors": Case(lambda p: raw(p, b"[1, 2]"), "bad_header"),
    "deep_header.safetensors": Case(lambda p: raw(p, b'{"a":' * DEPTH + b"1" + b"}" * DEPTH), "bad_header"),
    "deep_list_header.safetensors": Case(lambda p: raw(p, b"[" * DEPTH), "bad_header"),
    "nan_header.safetensors": Case(lambda p: raw(p, b'{"__metadata__": NaN}'), "bad_header"),
    "not_at_all.safetensors": Case(lambda p: p.write_bytes(b"\xff" * 64), "bad_header"),
    "negative_offset.safetensors": Case(lambda p: raw(p, _tensor(data_offsets=[-32, 0])), "bad_header"),
    "huge_shape.safetensors": Case(lambda p: raw(p, _tensor(shape=[1 << 62, 1 << 62])), "bad_header"),
    "truncated.safetensors": Case(lambda p: p.write_bytes(network_file_bytes()[:-100]), ""),
    "cut_header.safetensors": Case(lambda p: p.write_bytes(network_file_bytes()[:100]), "incomplete"),
    "truncated_long_ago.safetensors": Case(_old_and_short, "incomplete"),
    "nothing.safetensors": Case(lambda p: p.write_bytes(b""), ""),
    "bomb.pt": Case(_pickle, ""),
    "sidecar_200_mb.safetensors": Case(_sparse_sidecar, "too_large"),
    "sidecar_nan.safetensors": Case(_sidecar('{"modelVersions": [], "nsfwLevel": NaN}'), "broken_json"),
    "sidecar_infinity.safetensors": Case(_sidecar('{"preferred weight": -Infinity}'), "broken_json"),
    "sidecar_deep.safetensors": Case(_sidecar("[" * DEPTH + "]" * DEPTH), "broken_json"),
    "sidecar_deep_map.safetensors": Case(_sidecar('{"a":' * DEPTH), "broken_json"),
    "sidecar_big_number.safetensors": Case(_sidecar('{"id": ' + "9" * 5000 + ', "modelVersions": []}'), "broken_json"),
    "sidecar_not_text.safetensors": Case(_sidecar(b'{"name": "\xff\xfe"}'), "broken_json"),
    "sidecar_zeros.safetensors": Case(_sidecar(b"\0" * 4096), "empty_file"),
    "sidecar_script.safetensors": Case(_sidecar(_with_name("<script>alert(1)</script>")), ""),
    "sidecar_nul.safetensors": Case(_sidecar(_with_name("a\0b")), ""),
    "sidecar_half_pair.safetensors": Case(_sidecar('{"description": "\\ud800", "notes": "x"}'), ""),
    "sidecar_long_number.safetensors": Case(_sidecar('{"preferred weight": 1e308, "notes": ""}'), "partly_read"),
    "sidecar_number.safetensors": Case(_sidecar(json.dumps(civitai_model("n", "x", id=10**30))), "partly_read"),
    "sidecar_long_name.safetensors": Case(_sidecar(_with_name("long " * 20_000)), ""),
}

ODD_NAMES: dict[str, Case] = {
    "<script>alert(1)<!--.safetensors": Case(write_network_file, "name_not_for_tags"),
    "line\nbreak.safetensors": Case(write_network_file, "name_not_for_tags"),
    "tab\tin.safetensors": Case(write_network_file, "name_not_for_tags"),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, dict[str, Any]]:
    """A library of good files with every case among them, scanned once; with the scan's report."""
    library = Library(tmp_path_factory.mktemp("hostile"))
    for number in range(GOOD):
        record = civitai_model(f"Good lantern {number}", f"good{number}.safetensors")
        write_adapter(library.root, f"good{number}", record)
    for name, case in {**CASES, **(ODD_NAMES if os.name != "nt" else {})}.items():
        case.make(library.root / name)
    if sys.platform == "linux":
        Path(os.fsdecode(os.fsencode(library.root) + b"/bytes\xff\xfe.safetensors")).write_bytes(network_file_bytes())
    if os.name != "nt":
        os.mkfifo(library.root / "fifo.safetensors")
        os.mkfifo(library.root / "good0.civitai.info")
        (library.root / "loop").symlink_to(library.root, target_is_directory=True)
        (library.root / "dangling.safetensors").symlink_to(library.root / "nowhere.safetensors")
    (library.root / "good1.civitai.info").mkdir()
    report = library.scan()
    return library, report


def _problems(report: dict[str, Any], name: str) -> list[dict[str, str]]:
    """The problems of a file or of its sidecar."""
    stem = name.rpartition(".")[0]
    return [problem for problem in report["problems"] if Path(problem["path"]).name.startswith(stem + ".")]


def _paths(library: Library, query: str) -> list[str]:
    return [item["file_path"] for item in library.search(query)["items"]]


@pytest.mark.parametrize("name", CASES)
def test_each_case_leaves_its_own_problem(scanned: tuple[Library, dict[str, Any]], name: str) -> None:
    problems = _problems(scanned[1], name)
    assert [problem["kind"] for problem in problems] == ([CASES[name].kind] if CASES[name].kind else [])
    assert all(len(problem["message"]) > 20 for problem in problems)


@NOT_WINDOWS
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_no_tag_can_hold_is_a_problem(scanned: tuple[Library, dict[str, Any]], name: str) -> None:
    problems = [problem for problem in scanned[1]["problems"] if Path(problem["path"]).name == name]
    assert [problem["kind"] for problem in problems] == [ODD_NAMES[name].kind]


@LINUX_ONLY
def test_a_name_that_is_not_utf8_is_a_problem(scanned: tuple[Library, dict[str, Any]]) -> None:
    problems = [problem for problem in scanned[1]["problems"] if problem["kind"] == "name_not_utf8"]
    assert len(problems) == 1
    assert "bytes\\xff\\xfe.safetensors" in problems[0]["path"]


def test_there_is_no_other_problem(scanned: tuple[Library, dict[str, Any]]) -> None:
    kinds = sorted(case.kind for case in CASES.values() if case.kind)
    kinds += [case.kind for case in ODD_NAMES.values()] if os.name != "nt" else []
    kinds += ["name_not_utf8"] if sys.platform == "linux" else []
    assert sorted(problem["kind"] for problem in scanned[1]["problems"]) == sorted(kinds)


def test_every_file_is_listed_once_and_the_good_ones_are_whole(scanned: tuple[Library, dict[str, Any]]) -> None:
    library, report = scanned
    assert report["found"] == GOOD + len(CASES) + (len(ODD_NAMES) if os.name != "nt" else 0)
    found = library.search("good lantern")
    assert found["total"] == GOOD
    assert {item["name"] for item in found["items"]} == {f"Good lantern {number}" for number in range(GOOD)}
    assert {item["base_model"] for item in found["items"]} == {"SD 1.5"}


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("length", "not_", "deep", "truncated"))])
def test_a_broken_file_is_still_listed_by_its_name(scanned: tuple[Library, dict[str, Any]], name: str) -> None:
    assert [path for path in _paths(scanned[0], name.rpartition(".")[0]) if path.endswith(name)]


def test_script_in_a_record_is_text(scanned: tuple[Library, dict[str, Any]]) -> None:
    items = scanned[0].search("sidecar_script")["items"]
    assert [item["name"] for item in items] == ["<script>alert(1)</script>"]


def test_a_pickle_is_listed_but_never_loaded(scanned: tuple[Library, dict[str, Any]]) -> None:
    library, _ = scanned
    assert [path for path in _paths(library, "bomb") if path.endswith("bomb.pt")]
    assert not (library.root / "exploded").exists()


def test_a_second_scan_changes_nothing(scanned: tuple[Library, dict[str, Any]]) -> None:
    library, first = scanned
    again = library.scan()
    assert (again["found"], again["added"], again["updated"], again["removed"]) == (first["found"], 0, 0, 0)
    assert sorted(p["path"] for p in again["problems"]) == sorted(p["path"] for p in first["problems"])


def test_a_root_that_does_not_exist_is_a_problem_and_the_others_are_read(tmp_path: Path) -> None:
    library = Library(tmp_path, roots=[tmp_path / "gone", tmp_path / "Lora"])
    write_adapter(library.root, "lantern")
    report = library.scan()
    assert [(problem["path"], problem["kind"]) for problem in report["problems"]] == [
        (str(tmp_path / "gone"), "root_missing")
    ]
    assert report["found"] == 1
    assert len(library.search("lantern")["items"]) == 1


def test_a_root_that_is_suddenly_empty_loses_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    write_adapter(library.root, "lantern")
    library.scan()
    library.root.rename(tmp_path / "unplugged")
    library.root.mkdir()
    report = library.scan()
    assert report["removed"] == 0
    assert [problem["kind"] for problem in report["problems"]] == ["root_empty"]
    assert len(library.search("lantern")["items"]) == 1


def test_an_incomplete_download_is_whole_after_it_ended(tmp_path: Path) -> None:
    library = Library(tmp_path)
    whole = network_file_bytes(metadata={"ss_output_name": "evening lantern"})
    path = library.root / "download.safetensors"
    path.write_bytes(whole[:-500])
    assert library.scan()["problems"] == []
    path.write_bytes(whole)
    report = library.scan()
    assert (report["updated"], report["problems"]) == (1, [])
    assert library.search("download")["items"][0]["base_model"] == "SD 1.5"
