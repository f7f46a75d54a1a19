from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.filters import LONGEST_VALUE, MAX_VALUES
from tests.api.conftest import Client
from tests.api.test_adapters import names


def test_the_old_parameters_are_short_for_included_values(reader: Client) -> None:
    for old, new in (
        ({"base": "SD 1.5"}, {"include": "base:SD 1.5"}),
        ({"tag": "style"}, {"include": "tag:style"}),
        ({"folder": "style"}, {"include": "folder:style"}),
        ({"favourite": 1}, {"include": "is:favourite"}),
        ({"state": "incomplete"}, {"include": "is:incomplete"}),
        ({"state": "present"}, {"exclude": "is:incomplete"}),
    ):
        assert names(reader.get("adapters", **old)) == names(reader.get("adapters", **new)), old


def test_a_value_may_hold_a_colon_and_nothing(reader: Client) -> None:
    assert reader.get("adapters", include="tag:re:zero")["total"] == 0
    assert reader.get("adapters", include="base:")["total"] == 2, "those of which nobody knows the base model"


@pytest.mark.parametrize(
    "params",
    [
        {"include": "nonsense"},
        {"include": ["tag:x"] * (MAX_VALUES + 1)},
        {"exclude": "tag:" + "x" * (LONGEST_VALUE + 1)},
        {"all": "nonsense"},
        {"any": "id"},
        {"state": "nonsense"},
    ],
)
def test_what_is_no_filter_is_refused(reader: Client, params: dict[str, Any]) -> None:
    reader.refused(400, "GET", "adapters", params=params)
    reader.refused(400, "GET", "facets", params=params)


def test_what_fits_the_loaded_model_is_shown_and_the_rest_counted(drawing_client: Client) -> None:
    client = drawing_client
    everything = client.get("adapters")
    assert everything["fit"] is not None
    family = everything["fit"]["family"]
    fitting = client.get("adapters", fits=1)
    assert fitting["fit"] == {"family": family, "label": family, "hidden": everything["total"] - fitting["total"]}
    assert {item["family"] for item in fitting["items"]} <= {"", family}
    other = client.id_of("Amber Lantern")
    client.send("PATCH", f"adapters/{other}", {"base_model": "Flux.1 D"})
    narrowed = client.get("adapters", fits=1)
    assert "Amber Lantern" not in names(narrowed)
    assert narrowed["fit"]["hidden"] == fitting["fit"]["hidden"] + 1


def test_without_a_model_nothing_is_hidden(reader: Client) -> None:
    answer = reader.get("adapters", fits=1)
    assert answer["fit"] is None
    assert answer["total"] == reader.get("adapters")["total"]
