from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services import export as module
from lora_manager.services.actor import Actor
from lora_manager.services.export import cell_of
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import everything


def listed(app: Application, form: str, ids: list[int] | None = None) -> bytes:
    """The whole file."""
    return b"".join(app.exporter.parts(everything(app) if ids is None else ids, app.exporter.check_format(form)))


def rows(raw: bytes) -> list[dict[str, Any]]:
    """As a spreadsheet reads it."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_both_forms_list_the_same(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    root = application.host.roots()[0]
    tags = ["lamp", "Übung", "=1+1"]
    write_adapter(root / "a", "amber", civitai_model("Amber, «Lantern»", "amber.safetensors", tags=tags))
    write_adapter(root, "plain")
    application.scan()
    ids = everything(application)
    application.editor.edit(ids[0], {"notes": '=HYPERLINK("http://x")\nnext', "weight_min": -0.5}, Actor("page"))
    monkeypatch.setattr(module, "AT_ONCE", 1)
    table, objects = rows(listed(application, "csv")), json.loads(listed(application, "json"))
    assert [row["name"] for row in table] == [row["name"] for row in objects] == ["Amber, «Lantern»", "plain"]
    first, other = table[0], objects[0]
    assert list(first) == list(other)
    assert (first["tags"], other["tags"]) == ("lamp; Übung; =1+1", tags)
    assert first["notes"] == '\'=HYPERLINK("http://x")\nnext'
    assert (first["weight_min"], other["weight_min"]) == ("-0.5", -0.5)
    assert (first["favourite"], other["favourite"]) == ("no", False)
    assert (first["tag_name"], first["folder"]) == ("amber", "a")
    assert (first["edited"], first["page"]) == ("notes; weight_min", "https://civitai.com/models/11?modelVersionId=21")
    assert "lanterns at dusk" in other["description"]


def test_a_list_of_nothing_is_a_list(application: Application) -> None:
    assert json.loads(listed(application, "json", [])) == []
    assert listed(application, "csv", [7]) == b"\xef\xbb\xbf"
    with pytest.raises(BadInputError):
        listed(application, "xlsx", [])


@given(st.text() | st.lists(st.text(), max_size=3) | st.none() | st.booleans() | st.floats() | st.integers())
def test_no_cell_is_calculated(value: Any) -> None:
    cell = cell_of(value)
    if isinstance(cell, str):
        assert cell[:1] not in tuple("=+-@\t\r\n|%")
