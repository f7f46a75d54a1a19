"""Scans: records without a model file of their name, and problems that come and go."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.db.library_state import open_problems
from tests.helpers.network_files import (
    civitai_model,
    write_adapter,
    write_json,
    write_network_file,
)
from tests.helpers.shelf import Shelf
from tests.services.library.counting import counts


def test_a_record_without_a_model_is_a_problem_and_no_row(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    for _ in range(3):
        shelf.scan()
        assert list(shelf.rows()) == ["a.safetensors"]
        assert shelf.problems() == {"b.json": "missing_model"}


@pytest.mark.parametrize("name", ["b.safetensors", "local.safetensors", "local.pt"])
def test_its_model_may_come_later(shelf: Shelf, name: str) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "local.safetensors"))
    shelf.scan()
    write_network_file(shelf.root / name)
    assert counts(shelf.scan()) == (2, 1, 0, 1, 0)
    assert shelf.problems() == {}
    assert shelf.rows()[name].name == "B"
    assert counts(shelf.scan()) == (2, 0, 0, 2, 0)


def test_its_own_name_is_better_than_a_claim(shelf: Shelf) -> None:
    write_network_file(shelf.root / "local.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "local.safetensors"))
    shelf.scan()
    assert shelf.rows()["local.safetensors"].name == "B"
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    rows = shelf.rows()
    assert (rows["b.safetensors"].name, rows["local.safetensors"].name) == ("B", "local")


def test_a_record_that_is_deleted_is_no_problem_any_more(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    path = write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    shelf.scan()
    path.unlink()
    shelf.scan()
    assert shelf.problems() == {}


def test_one_record_of_a_moved_file_stays_behind_as_a_problem(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    shelf.scan()
    (shelf.root / "sub").mkdir()
    (shelf.root / "a.safetensors").rename(shelf.root / "sub" / "a.safetensors")
    for _ in range(2):
        shelf.scan()
        assert shelf.problems() == {"a.json": "missing_model"}
        assert shelf.rows()["sub/a.safetensors"].name == "a"


def test_a_problem_goes_when_the_file_is_mended(shelf: Shelf) -> None:
    (shelf.root / "a.safetensors").write_bytes(b"\xff" * 100)
    write_network_file(shelf.root / "b.safetensors")
    (shelf.root / "b.json").write_text("{", encoding="utf-8")
    shelf.scan()
    assert shelf.problems() == {"a.safetensors": "bad_header", "b.json": "broken_json"}
    report = shelf.scan()
    assert [problem.kind for problem in report.problems] == ["bad_header", "broken_json"], "still open"
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    assert shelf.scan().problems == []
    assert shelf.problems() == {}


def test_a_problem_goes_with_its_file(shelf: Shelf) -> None:
    (shelf.root / "a.safetensors").write_bytes(b"\xff" * 100)
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    (shelf.root / "a.safetensors").unlink()
    shelf.scan()
    assert shelf.problems() == {}


def test_open_problems_come_by_path(shelf: Shelf) -> None:
    for name in ("b", "a"):
        (shelf.root / f"{name}.safetensors").write_bytes(b"\xff" * 64)
    shelf.scan()
    with shelf.database.read() as connection:
        assert [Path(problem.path).stem for problem in open_problems(connection)] == ["a", "b"]
