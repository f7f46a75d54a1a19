from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from lora_manager.db.history import Act, close_set, open_set
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.export_sidecars import ExportSidecars
from tests.helpers.network_files import civitai_model, write_adapter, write_json
from tests.helpers.shelf import Shelf
from tests.services.desk import ME, Desk


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    """amber with a record of Civitai's model, plain without any."""
    write_adapter(shelf.root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    write_adapter(shelf.root, "plain")
    shelf.scan()
    return Desk(shelf)


def export(desk: Desk, stems: Sequence[str], *, replace: bool = False) -> BulkResult:
    """The bulk action."""
    action = ExportSidecars(desk.database, desk.files)
    params = action.check({"format": "civitai_info", "replace": replace})
    assert action.is_backed_up(params) is replace
    with desk.database.write() as connection:
        desk.set_id = open_set(connection, Act("export_sidecars", "page"))
    context = ChangeContext(desk.set_id, ME, lambda *_: None, lambda: False)
    result = action.run([desk.id_of(stem) for stem in stems], params, context)
    with desk.database.write() as connection:
        close_set(connection, desk.set_id)
    return result


def info(desk: Desk, stem: str) -> Any:
    """What was written."""
    return json.loads((desk.root / f"{stem}.civitai.info").read_bytes())


def test_what_civitai_said_is_written_and_what_nobody_said_is_made(desk: Desk) -> None:
    desk.edit("plain", {"name": "Mine", "tags": ["x"]})
    result = export(desk, ["amber", "plain"])
    assert (result.changed, result.problems) == (2, [])
    assert (info(desk, "amber")["modelId"], info(desk, "amber")["model"]["name"]) == (11, "Amber Lantern")
    assert (info(desk, "plain")["model"]["name"], info(desk, "plain")["model"]["tags"]) == ("Mine", ["x"])
    before = desk.seen("amber"), desk.seen("plain")
    desk.shelf.scan()
    assert (desk.seen("amber"), desk.seen("plain")) == before
    assert desk.shelf.problems() == {}
    assert export(desk, ["amber", "plain"]).changed == 0, "it stands there already"
    assert export(desk, ["amber", "plain"]).problems == []


def test_nothing_is_written_over_unless_it_is_asked_for_and_then_it_comes_back(desk: Desk) -> None:
    theirs = write_json(desk.root / "amber.civitai.info", {"mine": 1}).read_bytes()
    result = export(desk, ["amber"])
    assert result.changed == 0
    assert "amber.civitai.info is there already" in result.problems[0].why
    assert (desk.root / "amber.civitai.info").read_bytes() == theirs
    assert export(desk, ["amber"], replace=True).changed == 1
    assert info(desk, "amber")["modelId"] == 11
    assert desk.history.undo(desk.set_id, ME).reverted == 1
    assert (desk.root / "amber.civitai.info").read_bytes() == theirs


def test_the_preview_says_what_is_in_the_way(desk: Desk) -> None:
    write_json(desk.root / "amber.civitai.info", {"mine": 1})
    (desk.root / "plain.safetensors").unlink()
    action = ExportSidecars(desk.database, desk.files)
    rows = action.preview([desk.id_of("amber"), desk.id_of("plain"), 99], action.check({}))
    assert [(row.target, bool(row.problem)) for row in rows] == [
        ("amber.civitai.info", True),
        ("plain.civitai.info", True),
    ]


def test_other_formats_are_refused(desk: Desk) -> None:
    action = ExportSidecars(desk.database, desk.files)
    for params in ({"format": "other"}, {"replace": 1}):
        with pytest.raises(BadInputError):
            action.check(params)
