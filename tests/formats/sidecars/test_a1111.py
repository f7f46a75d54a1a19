from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars.a1111 import read_description
from lora_manager.formats.sidecars.table import read_records
from tests.formats.sidecars.documents import SHA_OLD, local

FORM = {
    "description": "Line one\nline <3 two",
    "sd version": "SD1",
    "activation text": "lantern, paper",
    "preferred weight": 0.85,
    "negative text": "blurry",
    "notes": "mine",
}


def record_of(document: dict[str, Any]) -> AdapterRecord:
    reading = read_records(document, local())
    assert reading.format == "a1111"
    (record,) = reading.records
    return record


def test_the_form_is_read_whole() -> None:
    record = record_of(FORM)
    assert record.source is Source.A1111
    assert record.description_html == "Line one<br>\nline &lt;3 two"
    assert (record.activation_text, record.negative_text, record.notes) == ("lantern, paper", "blurry", "mine")
    assert (record.weight, record.sd_version) == (0.85, "SD1")


def test_a_description_that_is_html_stays_so() -> None:
    assert record_of(FORM | {"description": "<p>As <b>fetched</b></p>"}).description_html == "<p>As <b>fetched</b></p>"


@pytest.mark.parametrize(
    ("written", "weight"),
    [(0, None), (0.0, None), (None, None), ("", None), (0.5, 0.5), ("0.5", 0.5), ("0,5", 0.5), (-1, -1.0), (2, 2.0)],
)
def test_preferred_weight_of_nought_is_not_set(written: Any, weight: float | None) -> None:
    reading = read_records(FORM | {"preferred weight": written}, local())
    assert reading.records[0].weight == weight
    assert reading.partial == ()


@pytest.mark.parametrize("written", ["strong", 99, -11, True, [], 10**400])
def test_a_weight_that_is_none_is_named(written: Any) -> None:
    reading = read_records(FORM | {"preferred weight": written}, local())
    assert reading.records[0].weight is None
    assert reading.partial[0].startswith("preferred weight:")


@pytest.mark.parametrize("written", ["Unknown", "Other", "", None])
def test_an_unknown_base_is_none(written: Any) -> None:
    assert record_of(FORM | {"sd version": written}).sd_version is None


def test_the_ids_of_civitai_browser_are_taken() -> None:
    record = record_of({"description": "d", "modelId": 77, "modelVersionId": "502", "sha256": SHA_OLD.upper()})
    assert (record.model_id, record.version_id, record.sha256) == (77, 502, SHA_OLD)
    record = record_of({"modelId": "Model not found", "sha256": "none"})
    assert (record.model_id, record.sha256) == (None, None)


def test_a_part_of_the_form_is_enough() -> None:
    assert record_of({"sha256": SHA_OLD}).sha256 == SHA_OLD
    assert record_of({"notes": "n"}).notes == "n"
    assert record_of({"activation text": "x", "something else": 1}).activation_text == "x"


def test_a_text_file_is_the_description_of_the_user() -> None:
    record = read_description("  two\nlines & more ")
    assert record is not None
    assert (record.source, record.description_html) == (Source.TEXT, "two<br>\nlines &amp; more")
    assert read_description(" \n") is None
