"""The marks of formats that are not read yet: each is told by its own, and a record of another writer has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lora_manager.formats.sidecars import recognised
from tests.formats.sidecars.documents import local, model, version_document

Test = Callable[[dict[str, Any]], bool]

MARKS: list[tuple[Test, dict[str, Any]]] = [
    (recognised.is_stability_matrix, {"ModelName": "n"}),
    (recognised.is_stability_matrix, {"ImportedAt": "2024-01-01T00:00:00.0000000+00:00"}),
    (recognised.is_comfyui_lora_manager, {"file_name": "a", "civitai": None}),
    (recognised.is_civarchive, {"versions": [], "version": {"platform_url": "u"}}),
    (recognised.is_rgthree, {"raw": {}, "trainedWords": []}),
    (recognised.is_swarmui, {"modelspec.architecture": "x"}),
    (recognised.is_kohya, {"ss_steps": "1"}),
    (recognised.is_kohya, {"file": "a", "metadata": {}}),
    (recognised.is_draw_things, {"is_lo_ha": False}),
    (recognised.is_empty, {}),
]
ALMOST: list[tuple[Test, dict[str, Any]]] = [
    (recognised.is_comfyui_lora_manager, {"file_name": "a"}),
    (recognised.is_civarchive, {"versions": [], "version": "1"}),
    (recognised.is_civarchive, {"versions": {}, "version": {"mirrors": []}}),
    (recognised.is_rgthree, {"raw": {}, "trainedWords": ["word"]}),
    (recognised.is_rgthree, {"raw": "x", "trainedWords": []}),
    (recognised.is_swarmui, {"modelspec": {}}),
    (recognised.is_kohya, {"file": "a", "metadata": "x"}),
    (recognised.is_empty, {"a": None}),
]
ALL = sorted({test for test, _ in MARKS}, key=lambda test: test.__name__)


@pytest.mark.parametrize(("test", "document"), MARKS)
def test_each_format_is_told_by_its_mark_alone(test: Test, document: dict[str, Any]) -> None:
    assert [other for other in ALL if other(document)] == [test]


@pytest.mark.parametrize(("test", "document"), ALMOST)
def test_half_a_mark_is_none(test: Test, document: dict[str, Any]) -> None:
    assert not test(document)


@pytest.mark.parametrize("document", [model(), version_document(), {"activation text": "x", "notes": ""}])
def test_records_that_are_read_have_no_such_mark(document: dict[str, Any]) -> None:
    assert [test.__name__ for test in ALL if test(document)] == []


def test_nothing_is_what_an_empty_record_says() -> None:
    assert recognised.read_empty({}, local(), []) == []
