from __future__ import annotations

from lora_manager.formats.record import Source
from lora_manager.formats.sidecars import swarmui
from tests.formats.sidecars.documents import local


def test_a_record_is_read_as_the_header_itself() -> None:
    document = {
        "modelspec.title": "Paper Boats",
        "modelspec.author": "folder",
        "modelspec.trigger_phrase": "paper boat",
        "modelspec.lora_default_weight": 0.7,
        "modelspec.tags": "boat, style",
    }
    (record,) = swarmui.read(document, local(), [])
    assert record.source is Source.SWARMUI, "what lies beside the file is newer than what lies in it"
    assert (record.name, record.author_username, record.weight) == ("Paper Boats", "folder", 0.7)
    assert (record.trained_words, record.tags) == (("paper boat",), ("boat", "style"))


def test_a_dump_may_have_parsed_what_a_header_holds_as_text() -> None:
    metadata = {"ss_output_name": "boats_v2", "ss_tag_frequency": {"10_boat": {"paper boat": 12}}, "ss_steps": None}
    for document in (metadata, {"file": "boats.safetensors", "metadata": metadata}):
        problems: list[str] = []
        (record,) = swarmui.read(document, local(), problems)
        assert (record.source, record.name, record.trained_words) == (Source.KOHYA, "boats_v2", ("paper boat",))
        assert problems == []


def test_their_marks() -> None:
    assert swarmui.matches_modelspec({"modelspec.architecture": "x"})
    assert not swarmui.matches_modelspec({"modelspec": {}})
    assert swarmui.matches_kohya({"file": "a", "metadata": {}})
    assert not swarmui.matches_kohya({"file": "a", "metadata": "x"})
