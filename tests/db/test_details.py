from __future__ import annotations

import json
import os
import zlib

import pytest

from lora_manager.db.details import MAX_EXTRA_BYTES, RECENT_IMAGES, adapter_detail
from lora_manager.db.engine import Database
from lora_manager.db.rows import FoundProblem, SidecarRow
from lora_manager.db.scan_state import replace_problems
from lora_manager.errors import NotFoundError
from tests.db.described import described, put
from tests.db.runs import run_of


def packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


def test_an_adapter_that_is_gone_is_not_found(fresh_database: Database) -> None:
    with fresh_database.read() as connection, pytest.raises(NotFoundError, match="5"):
        adapter_detail(connection, 5)


def test_everything_on_record_is_there(fresh_database: Database) -> None:
    sidecars = [
        SidecarRow("s/a.json", 3, 4, "civitai_model", ["a.pt"], packed({"name": "n", "poi": False, "stats": {}})),
        SidecarRow("s/a.txt", 5, 6, "text", [], zlib.compress(b"words, no JSON")),
        SidecarRow("s/a.civitai.info", 7, 8, "unreadable", [], None),
        SidecarRow("s/a.api_info.json", 9, 9, "unknown", [], packed([1, 2])),
    ]
    header = zlib.compress(json.dumps({"ss_network_dim": "4"}).encode())
    file = {"header": header, "rank": 4, "alpha": 2.0}
    item = described("s/a.pt", tags=["t"], sidecars=sidecars, description="<p>d</p>", file=file)
    (adapter_id,) = put(fresh_database, item)
    with fresh_database.write() as connection:
        problem = FoundProblem(os.path.join("/lora", "s/a.civitai.info"), "broken_json", "It is broken.")
        replace_problems(connection, 1, [], [problem])
    with fresh_database.read() as connection:
        detail = adapter_detail(connection, adapter_id)
    assert detail.tags == ["t"]
    assert detail.edited == []
    (file,) = detail.files
    assert (file.root, file.relative_path, file.rank, file.alpha, file.state) == ("/lora", "s/a.pt", 4, 2.0, "present")
    assert {os.path.basename(sidecar.path): sidecar.problem for sidecar in detail.sidecars} == {
        "a.json": None, "a.txt": None, "a.civitai.info": "It is broken.", "a.api_info.json": None,
    }  # fmt: skip
    assert detail.extra == {"header": {"ss_network_dim": "4"}, "civitai_model": {"poi": False}, "unknown": [1, 2]}
    assert detail.fields["description"] == "<p>d</p>"


def test_a_record_too_long_for_a_page_says_so(fresh_database: Database) -> None:
    blob = packed({"long": "x" * MAX_EXTRA_BYTES})
    assert len(blob) < 100_000
    (adapter_id,) = put(fresh_database, described("a.pt", sidecars=[SidecarRow("a.json", 1, 1, "a1111", [], blob)]))
    with fresh_database.read() as connection:
        assert "too_long" in adapter_detail(connection, adapter_id).extra["a1111"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_record_in_any_encoding_that_can_be_read_is_shown(fresh_database: Database, encoding: str) -> None:
    blob = zlib.compress(json.dumps({"ключ": "星"}, ensure_ascii=False).encode(encoding))
    (adapter_id,) = put(fresh_database, described("a.pt", sidecars=[SidecarRow("a.json", 1, 1, "a1111", [], blob)]))
    with fresh_database.read() as connection:
        assert adapter_detail(connection, adapter_id).extra == {"a1111": {"ключ": "星"}}


def test_the_newest_images_made_with_it_are_shown(fresh_database: Database) -> None:
    first, second = put(fresh_database, described("a.pt"), described("b.pt"))
    made = [run_of(fresh_database, {first: 0.5 + number}, images=2) for number in range(10)]
    run_of(fresh_database, {second: 1.0})
    with fresh_database.read() as connection:
        recent = adapter_detail(connection, first).recent
    assert len(recent) == RECENT_IMAGES
    assert [item.generation_id for item in recent[:3]] == [made[-1], made[-1], made[-2]]
    assert recent[0].weight == 9.5
    assert recent[0].image_id > recent[1].image_id
