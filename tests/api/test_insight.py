from __future__ import annotations

from tests.api.conftest import Client

KEYS = {"keywords", "archetype", "style", "quality", "popularity", "fit", "examples", "suggested"}


def test_what_was_found_out_of_an_adapter_is_told(reader: Client) -> None:
    answer = reader.get(f"adapters/{reader.id_of('Amber Lantern')}/insight")
    assert set(answer) == KEYS
    assert all(set(keyword) == {"word", "score"} for keyword in answer["keywords"])
    assert answer["archetype"] is None or set(answer["archetype"]) == {"value", "confidence", "source"}
    assert set(answer["quality"]) == {"value", "parts"}
    assert all(set(part) == {"name", "value", "weight", "text"} for part in answer["quality"]["parts"])
    assert 0 <= answer["popularity"] <= 1
    assert answer["fit"] == {"kind": "unknown", "note": ""}  # no model is loaded
    assert all(set(example) == {"text", "weight", "own"} for example in answer["examples"])
    assert set(answer["suggested"]) == {"weight", "low", "high", "source", "why"}


def test_a_file_without_a_record_has_little(reader: Client) -> None:
    answer = reader.get(f"adapters/{reader.id_of('plain')}/insight")
    assert answer["examples"] == []
    assert answer["popularity"] == 0.5
    assert answer["suggested"]["source"] == "default"


def test_the_fit_is_that_to_the_loaded_model(drawing_client: Client) -> None:
    answer = drawing_client.get(f"adapters/{drawing_client.id_of('Amber Lantern')}/insight")
    assert answer["fit"]["kind"] in ("same", "usable", "not")


def test_of_what_is_not_there_nothing_is_told(reader: Client) -> None:
    reader.refused(404, "GET", "adapters/999999/insight")
