"""Scans: what could not be read for once is tried again at every scan, though nothing of it changed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lora_manager.db.revision import catalogue_revision
from lora_manager.services.library.scan import scan_library
from tests.helpers.network_files import civitai_model, write_adapter, write_json, write_network_file
from tests.helpers.shelf import Shelf
from tests.services.library.counting import counts


@contextmanager
def refused(*names: str, error: int = errno.EACCES, after: int = 0) -> Iterator[None]:
    """Let the system refuse to open files of these names, after so many times that go well."""
    original = os.open
    allowed = after

    def opened(path: Any, *more: Any, **options: Any) -> int:
        nonlocal allowed
        if os.path.basename(os.fspath(path)) in names:
            allowed -= 1
            if allowed >= 0:
                return original(path, *more, **options)
            raise OSError(error, os.strerror(error), os.fspath(path))
        return original(path, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", opened)
        yield


def revision(shelf: Shelf) -> int:
    with shelf.database.read() as connection:
        return catalogue_revision(connection)


@pytest.mark.parametrize(("name", "error"), [("a.safetensors", errno.EACCES), ("a.json", errno.EIO)])
def test_what_can_be_read_again_is_read_at_the_next_scan(shelf: Shelf, name: str, error: int) -> None:
    write_adapter(shelf.root / "s", "a", civitai_model("Amber", "a.safetensors"))
    write_network_file(shelf.root / "s" / "b.safetensors")
    with refused(name, error=error):
        shelf.scan()
        assert shelf.problems() == {f"s/{name}": "unreadable"}
        before = revision(shelf)
        assert counts(shelf.scan()) == (2, 0, 0, 2, 0)
        assert shelf.problems() == {f"s/{name}": "unreadable"}
        assert revision(shelf) == before, "nobody is told of what is as it was"
    assert counts(shelf.scan()) == (2, 0, 1, 1, 0)
    assert shelf.problems() == {}
    detail = shelf.detail("s/a.safetensors")
    assert (detail.fields["name"], detail.files[0].algorithm) == ("Amber", "LoRA")
    assert counts(shelf.scan()) == (2, 0, 0, 2, 0)


def test_a_file_that_breaks_off_after_its_header_is_tried_again_too(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_network_file(shelf.root / "b.safetensors")
    with refused("a.safetensors", error=errno.EIO, after=1):
        shelf.scan()
    assert shelf.problems() == {"a.safetensors": "unreadable"}
    assert [shelf.detail(name).files[0].alpha for name in ("a.safetensors", "b.safetensors")] == [None, 4.0]
    shelf.scan()
    assert shelf.problems() == {}
    assert shelf.detail("a.safetensors").files[0].alpha == 4.0


def test_another_reason_is_told(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    messages = []
    for error in (errno.EACCES, errno.EIO):
        with refused("a.safetensors", error=error):
            messages.append([problem.message for problem in shelf.scan().problems])
    assert os.strerror(errno.EACCES) in messages[0][0]
    assert os.strerror(errno.EIO) in messages[1][0]


def test_a_record_without_a_model_is_tried_again_too(shelf: Shelf) -> None:
    write_network_file(shelf.root / "s" / "local.safetensors")
    write_json(shelf.root / "s" / "b.json", civitai_model("Amber", "local.safetensors"))
    with refused("b.json"):
        for _ in range(2):
            shelf.scan()
            assert shelf.problems() == {"s/b.json": "unreadable"}
            assert shelf.rows()["s/local.safetensors"].name == "local"
    shelf.scan()
    assert shelf.problems() == {}
    assert shelf.rows()["s/local.safetensors"].name == "Amber"


def test_a_file_that_was_read_before_a_scan_that_was_cut_short_is_tried_again(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    write_json(shelf.root / "x.json", civitai_model("X", "nowhere.safetensors"))
    shelf.scan()
    answers = iter([False, False, False, *[True] * 100])
    with refused("a.safetensors", "x.json"):
        scan_library(shelf.database, shelf.roots, force=True, cancelled=lambda: next(answers))
        assert shelf.problems()["x.json"] == "unreadable"
    shelf.scan()
    assert shelf.problems() == {"x.json": "missing_model"}


def test_what_is_broken_is_not_read_again(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    (shelf.root / "a.json").write_text("{", encoding="utf-8")
    (shelf.root / "b.safetensors").write_bytes(b"\xff" * 80)
    shelf.scan()
    with refused("a.safetensors", "a.json", "b.safetensors"):
        assert counts(shelf.scan()) == (2, 0, 0, 2, 0)
        assert shelf.problems() == {"a.json": "broken_json", "b.safetensors": "bad_header"}
