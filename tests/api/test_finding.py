from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.filters import MAX_VALUES
from tests.api.conftest import Client
from tests.api.test_adapters import CARD, HUGE, names

# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_has_every_card_with_its_keys(reader: Client) -> None:
    answer = reader.get("adapters")
    assert set(answer) == {"total", "library_total", "revision", "items", "hints", "suggestion", "fit"}
    assert (answer["total"], answer["library_total"]) == (5, 5)
    assert names(answer) == ["Amber Lantern", "broken", "cut", "Moth", "plain"]
    assert all(set(item) == CARD for item in answer["items"])
    amber = answer["items"][0]
    expected = {
        "version": "v1.0", "author": "paper_moth", "base_model": "SD 1.5", "tag_name": "amber",
        "file_name": "amber.safetensors", "relative_path": "amber.safetensors", "folder": "", "state": "present",
        "trigger_groups": [["lantern light"]], "default_group": 0, "weight": 0.7, "uses": 0, "last_used_at": None,
        "favourite": False, "rating": 0, "nsfw_level": 1, "active": True, "score": None,
    }  # fmt: skip
    assert {key: amber[key] for key in expected} == expected
    assert amber["weight_source"] == "civitai_model"
    plain = answer["items"][4]
    assert (plain["weight"], plain["weight_source"], plain["preview"], plain["version"]) == (1.0, "default", None, None)


def test_where_nothing_is_found_the_nearest_spelling_is_offered(reader: Client) -> None:
    answer = reader.get("adapters", q="ambr lantren")
    assert (answer["total"], answer["suggestion"]) == (0, "amber lantern")
    assert reader.get("adapters", q=answer["suggestion"])["suggestion"] is None
    assert reader.get("adapters", q="qqqqqqqq")["suggestion"] is None
    assert reader.get("adapters", q="lantren", include="base:nothing")["suggestion"] is None


def test_words_give_scores_and_the_best_first(reader: Client) -> None:
    answer = reader.get("adapters", q="moth")
    assert names(answer) == ["Moth", "Amber Lantern"], "in the name, and in the author's name"
    scores = [item["score"] for item in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["library_total"] == 5


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"base": "SD 1.5"}, ["Amber Lantern", "Moth", "plain"]),
        ({"base": ["SD 1.5", ""]}, ["Amber Lantern", "broken", "cut", "Moth", "plain"]),
        ({"base": "nonsense"}, []),
        ({"tag": "lantern"}, ["Amber Lantern"]),
        ({"tag": ["LANTERN", "style"]}, ["Amber Lantern"]),
        ({"tag": ["lantern", "moth"]}, []),
        ({"folder": "style"}, ["Moth"]),
        ({"folder": ""}, ["Amber Lantern", "broken", "cut", "Moth", "plain"]),
        ({"folder": "%"}, []),
        ({"favourite": "1"}, []),
        ({"favourite": "0"}, ["Amber Lantern", "broken", "cut", "Moth", "plain"]),
        ({"state": "incomplete"}, ["cut"]),
        ({"state": "missing"}, []),
        ({"q": "lantern", "tag": "style"}, ["Amber Lantern"]),
        ({"sort": "-name"}, ["plain", "Moth", "cut", "broken", "Amber Lantern"]),
        ({"limit": 2, "offset": 1}, ["broken", "cut"]),
        ({"limit": 0}, []),
        ({"offset": 99}, []),
        ({"q": '"*-('}, ["Amber Lantern", "broken", "cut", "Moth", "plain"]),
    ],
)
def test_filters_sorts_and_pages(reader: Client, params: dict[str, Any], found: list[str]) -> None:
    assert names(reader.get("adapters", **params)) == found


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"limit": 201}, 400),
        ({"limit": -1}, 400),
        ({"offset": -1}, 400),
        ({"limit": "many"}, 422),
        ({"offset": HUGE, "limit": HUGE}, 400),
        ({"sort": "nonsense"}, 400),
        ({"state": "nonsense"}, 400),
        ({"favourite": "perhaps"}, 422),
        ({"q": "x" * 10_001}, 422),
        ({"base": ["x"] * (MAX_VALUES + 1)}, 400),
        ({"tag": ["x"] * (MAX_VALUES + 1)}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(reader: Client, params: dict[str, Any], status: int) -> None:
    reader.refused(status, "GET", "adapters", params=params)


@pytest.mark.parametrize("offset", [10**9, HUGE])
def test_a_page_far_beyond_the_end_is_empty(reader: Client, offset: int) -> None:
    assert reader.get("adapters", offset=offset)["items"] == []


@pytest.mark.parametrize("route", ["adapters", "facets"])
@pytest.mark.parametrize(
    "query", ["folder=%ED%A0%80", "q=%00", "tag=%ff", "base=%00x", "q=%F0%9F%A6%8A&tag=%22", "q=%"]
)
def test_any_text_can_be_asked_for(reader: Client, route: str, query: str) -> None:
    assert reader.raw(f"api/v1/{route}?{query}").status_code == 200


def test_what_is_missing_is_shown_when_asked_for(client: Client) -> None:
    (client.app.host.roots()[0] / "plain.safetensors").unlink()
    client.ended(client.send("POST", "scan", status=202))
    assert names(client.get("adapters", state="missing")) == ["plain"]
    assert "plain" not in names(client.get("adapters"))
    assert client.get("facets")["flags"]["missing"] == 1
    assert client.get(f"adapters/{client.get('adapters', state='missing')['items'][0]['id']}")["state"] == "missing"


# --- facets ----------------------------------------------------------------------------------------------------------


def test_facets_count_the_present_result(reader: Client) -> None:
    answer = reader.get("facets")
    lists = {"base_models", "types", "archetypes", "authors", "tags", "folders"}
    assert set(answer) == {"revision", "total", "flags", *lists}
    assert answer["base_models"] == [{"value": "SD 1.5", "count": 3}, {"value": "", "count": 2}]
    assert {"value": "style", "count": 1} in answer["tags"]
    assert answer["folders"] == [{"path": "style", "name": "style", "count": 1, "has_children": True}]
    assert (answer["flags"]["favourite"], answer["flags"]["missing"], answer["flags"]["incomplete"]) == (0, 0, 1)
    narrowed = reader.get("facets", q="lantern", folder="", base="SD 1.5", favourite=0)
    assert narrowed["base_models"] == [{"value": "SD 1.5", "count": 2}]
    assert answer["revision"] == reader.get("adapters")["revision"]


def test_a_folder_s_folders_come_when_it_is_opened(reader: Client) -> None:
    deep = {"path": "style/deep", "name": "deep", "count": 1, "has_children": False}
    assert reader.get("folders", parent="style") == {"folders": [deep]}
    assert reader.get("folders", parent="style/deep") == {"folders": []}
    assert reader.get("folders", q="plain")["folders"] == []


def test_the_values_of_one_filter_are_searched(reader: Client) -> None:
    assert reader.get("facets", of="base", begins="sd") == {"values": [{"value": "SD 1.5", "count": 3}]}
    assert reader.get("facets", of="tag", begins="STY") == {"values": [{"value": "style", "count": 1}]}
    reader.refused(400, "GET", "facets", params={"of": "nonsense"})


def test_values_are_included_and_excluded(reader: Client) -> None:
    everything = names(reader.get("adapters"))
    styled = names(reader.get("adapters", include="tag:style"))
    assert styled
    assert set(names(reader.get("adapters", exclude="tag:style"))) == set(everything) - set(styled)
    assert names(reader.get("adapters", include=["base:SD 1.5", "base:"])) == everything
    assert names(reader.get("adapters", include=["tag:style", "tag:none"])) == []
    assert names(reader.get("adapters", include=["tag:style", "tag:none"], any="tag")) == styled


@pytest.mark.parametrize("value", ["tag", "nonsense:x", "is:nonsense", "tag:" + "x" * 5000])
def test_a_filter_that_there_is_not_is_refused(reader: Client, value: str) -> None:
    reader.refused(400, "GET", "adapters", params={"include": value})


def test_a_query_that_means_nothing_says_where(reader: Client) -> None:
    assert reader.call("GET", "adapters", params={"q": "x" * 1001})[1]["at"] == 1000
    status, answer = reader.call("GET", "adapters", params={"q": "lantern rank:x"})
    assert (status, answer["code"], answer["at"]) == (400, "query", 13)
    assert answer["detail"].startswith("rank: takes a number")


@pytest.mark.parametrize("params", [{"state": "nonsense"}, {"tag": ["x"] * (MAX_VALUES + 1)}])
def test_facets_refuse_what_the_list_refuses(reader: Client, params: dict[str, Any]) -> None:
    reader.refused(400, "GET", "facets", params=params)
