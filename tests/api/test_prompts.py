from __future__ import annotations

from typing import Any

import pytest

from lora_manager.services.compose import MAX_CHANGES
from tests.api.conftest import Client

HUGE = 10**30


def test_a_prompt_is_composed(reader: Client) -> None:
    amber, moth = reader.id_of("Amber Lantern"), reader.id_of("Moth")
    body = {"prompt": "a night", "add": [{"id": amber}, {"id": moth, "weight": 0.25, "triggers": ["wings"]}]}
    answer = reader.send("POST", "compose", body)
    assert answer["prompt"] == "a night, lantern light <lora:amber:0.7>, wings <lora:moth:0.25>"
    assert (answer["added"], answer["removed"]) == ([amber, moth], [])
    assert answer["adapters"][1] == {
        "id": moth, "name": "Moth", "tag_name": "moth", "weight": 0.25, "known": True, "preview": None,
    }  # fmt: skip
    assert answer["adapters"][0]["preview"]
    back = reader.send("POST", "compose", {"prompt": answer["prompt"], "remove": [amber]})
    assert back["prompt"] == "a night, wings <lora:moth:0.25>"
    assert back["removed"] == [amber]


def test_a_prompt_is_only_read_when_there_is_nothing_to_do(reader: Client) -> None:
    answer = reader.send("POST", "compose", {"prompt": "x <lora:nowhere:0.5> <lora:amber>"})
    assert answer["prompt"] == "x <lora:nowhere:0.5> <lora:amber>"
    assert [(item["id"], item["known"], item["weight"]) for item in answer["adapters"]] == [
        (None, False, 0.5),
        (reader.id_of("Amber Lantern"), True, 1.0),
    ]
    assert reader.send("POST", "compose")["prompt"] == ""


def test_what_goes_in_goes_to_the_caret_counted_in_characters(reader: Client) -> None:
    amber = reader.id_of("Amber Lantern")
    for caret, expected in [(1, "🏮 <lora:amber:"), (2, "🏮, 夜 <lora:amber:"), (99, "雨 <lora:amber:")]:
        body = {"prompt": "🏮, 夜, 雨", "add": [{"id": amber, "triggers": []}], "caret": caret}
        composed = reader.send("POST", "compose", body)["prompt"]
        assert expected in composed, composed


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"prompt": "x", "add": [{"id": 999}]}, 404),
        ({"prompt": "x", "remove": [999]}, 404),
        ({"prompt": "x", "add": [{"id": HUGE}]}, 404),
        ({"prompt": "x", "remove": [-HUGE]}, 404),
        ({"prompt": "x", "add": [{"id": 1, "weight": 1000}]}, 400),
        ({"prompt": "x" * 100_001}, 400),
        ({"prompt": "x", "remove": [1] * (MAX_CHANGES + 1)}, 400),
        ({"prompt": 5.5, "add": "x"}, 422),
        ({"prompt": "x", "add": [{}]}, 400),
        ({"prompt": "x", "add": [{"id": "x"}]}, 400),
        ({"prompt": "x", "add": [{"id": 1, "triggers": "x"}]}, 400),
    ],
)
def test_what_cannot_be_composed_is_refused(reader: Client, body: dict[str, Any], status: int) -> None:
    reader.refused(status, "POST", "compose", body)


@pytest.mark.parametrize(
    "content", [b'{"prompt": "<lora:\\ud800:1> \\udfff"}', b'{"prompt": "a\\u0000b <lora:x\\u0000:1>"}']
)
def test_any_text_is_a_prompt(reader: Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    status, answer = reader.call("POST", "compose", content=content, headers=headers)
    assert status == 200, answer


def test_a_weight_that_is_no_number_is_refused(reader: Client) -> None:
    content = b'{"prompt": "x", "add": [{"id": %d, "weight": NaN}]}' % reader.id_of("Moth")
    headers = {"Content-Type": "application/json"}
    status, _ = reader.call("POST", "compose", content=content, headers=headers)
    assert status in (400, 422)
