from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.refusal import Refusal
from lora_manager.api.selection import filters_of, selected_ids
from lora_manager.errors import BadInputError
from tests.api.conftest import Client


def test_some_by_id_in_their_order_once_each_and_only_those_that_are_there(client: Client) -> None:
    amber, moth = client.id_of("Amber Lantern"), client.id_of("Moth")
    assert selected_ids(client.app, {"ids": [moth, amber, moth, 999_999]}) == [moth, amber]
    assert selected_ids(client.app, {"ids": []}) == []


def test_all_that_the_filters_find_with_exceptions(client: Client) -> None:
    everything = [item["id"] for item in client.get("adapters", limit=200)["items"]]
    moth = client.id_of("Moth")
    assert sorted(selected_ids(client.app, {"filters": {}})) == sorted(everything)
    assert moth not in selected_ids(client.app, {"filters": {}, "except": [moth]})
    assert selected_ids(client.app, {"filters": {"q": "tag:moth"}}, expect=1) == [moth]
    assert selected_ids(client.app, {"filters": {"include": ["tag:moth"], "fits": False}}) == [moth]
    with pytest.raises(Refusal, match="1 LoRAs are selected now, not 2"):
        selected_ids(client.app, {"filters": {"q": "tag:moth"}}, expect=2)


@pytest.mark.parametrize(
    "selection",
    [
        None, [], 5, {"ids": "1"}, {"ids": [True]}, {"ids": [-1]}, {"ids": [2**63]}, {"ids": [1.5]}, {"ids": ["1"]},
        {"filters": None}, {"filters": []}, {"filters": {"q": 5}}, {"filters": {"include": "tag:x"}},
        {"filters": {"include": [5]}}, {"filters": {"fits": "yes"}}, {"filters": {"all": ["nothing"]}},
        {"filters": {"include": ["nothing:x"]}}, {"filters": {"q": "x" * 20_000}}, {"filters": {}, "except": [None]},
        {"filters": {"query": "x"}}, {"filter": {}}, {"ids": [1], "filters": {}}, {"filters": {}, "expect": 1},
        {"filters": {"include": ["tag:x"] * 200}}, {"filters": {"q": 'tag:"'}}, {},
    ],
)  # fmt: skip
def test_what_is_no_selection_is_refused(client: Client, selection: Any) -> None:
    with pytest.raises(BadInputError):
        selected_ids(client.app, selection)


def test_filters_say_what_the_list_is_asked_with() -> None:
    filters = filters_of(
        {"q": "a", "include": ["tag:x"], "exclude": ["base:y"], "all": ["base"], "any": ["tag"], "fits": True}
    )
    assert (filters.text, filters.include, filters.exclude) == ("a", ("tag:x",), ("base:y",))
    assert (filters.needs_all, filters.needs_any, filters.fits) == (("base",), ("tag",), True)
