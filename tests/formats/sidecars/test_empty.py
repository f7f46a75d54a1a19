from __future__ import annotations

from lora_manager.formats.sidecars import empty
from tests.formats.sidecars.documents import local


def test_nothing_is_what_an_empty_record_says() -> None:
    assert empty.matches({})
    assert not empty.matches({"a": None})
    assert empty.read({}, local(), []) == []
