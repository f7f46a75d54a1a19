from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.schemas import MOST_TRIGGERS, additions, row_ids
from lora_manager.errors import BadInputError
from lora_manager.services.compose import MAX_CHANGES
from tests.api.conftest import Client


def test_additions_are_read() -> None:
    (first, second) = additions([{"id": 3, "weight": 0.5, "triggers": ["a"]}, {"id": 4}])
    assert (first.id, first.weight, first.triggers) == (3, 0.5, ["a"])
    assert (second.weight, second.triggers) == (None, None)


@pytest.mark.parametrize(
    "items",
    [
        *([{}], [None], ["x"], [[1]], [{"id": 1, "weight": float("nan")}]),
        *([{"id": 1, "triggers": 5}], [{"id": 1, "triggers": ["a"] * (MOST_TRIGGERS + 1)}]),
        [{"id": 1}] * (MAX_CHANGES + 1),
    ],
)
def test_what_is_no_addition_is_refused(items: list[Any]) -> None:
    with pytest.raises(BadInputError):
        additions(items)


@pytest.mark.parametrize("items", [[True], ["1"], [1.5], [None], [1] * (MAX_CHANGES + 1)])
def test_what_is_no_list_of_ids_is_refused(items: list[Any]) -> None:
    assert row_ids([1, 2]) == [1, 2]
    with pytest.raises(BadInputError):
        row_ids(items)


@pytest.mark.parametrize("route", ["compose", "insertions"])
def test_a_list_of_a_megabyte_is_counted_not_read(client: Client, route: str) -> None:
    body = b'{"add":[' + b"{}," * 600_000 + b"{}]}"
    said = client.refused(400, "POST", route, content=body, headers={"Content-Type": "application/json"})
    assert "At most 500" in said
