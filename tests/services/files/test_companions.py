from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.services.files.companions import FolderNames, is_model, stem_of

MODEL = "foo.safetensors"


def own(names: list[str], model: str = MODEL, recorded: Mapping[str, str] | None = None) -> set[str]:
    return {one.name for one in FolderNames(names, recorded).beside(model).own}


@pytest.mark.parametrize(
    "name",
    [
        *("foo.json", "foo.txt", "foo.civitai.info", "foo.cm-info.json", "foo.metadata.json", "foo.description.txt"),
        *("foo.safetensors.rgthree-info.json", "foo.safetensors.json", "foo.safetensors.sha256", "foo.html"),
        *("foo.png", "foo.preview.png", "foo.preview.2.webp", "foo.1.jpeg", "foo.thumb.jpg", "foo.mp4", "FOO.PNG"),
    ],
)
def test_what_belongs_to_a_file(name: str) -> None:
    assert own([MODEL, name]) == {name}


@pytest.mark.parametrize(
    "name",
    ["foobar.json", "foo_2.png", "foo.v2.png", "foo.zip", "fo.png", "foo", "foo.json.trashed", "foo.png.trashed.3"],
)
def test_what_does_not(name: str) -> None:
    assert own([MODEL, name]) == set()


def test_the_longer_stem_has_it() -> None:
    names = [MODEL, "foo.preview.safetensors", "foo.preview.png", "foo.png"]
    assert own(names) == {"foo.png"}
    assert own(names, "foo.preview.safetensors") == {"foo.preview.png"}


def test_what_a_scan_found_out_counts_where_the_name_does_not_say_so() -> None:
    names = [MODEL, "other.civitai.info", "a.safetensors", "a.metadata.safetensors", "a.metadata.json"]
    recorded = {"other.civitai.info": MODEL, "a.metadata.json": "a.safetensors"}
    assert own(names, recorded=recorded) == {"other.civitai.info"}
    assert own(names, "a.safetensors", recorded) == {"a.metadata.json"}
    companion = FolderNames(names, recorded).beside(MODEL).own[0]
    assert companion.renamed("new", "new.safetensors") == "new.civitai.info"


def test_what_belongs_to_several_is_shared_but_for_what_has_the_full_name() -> None:
    folder = FolderNames([MODEL, "foo.pt", "foo.png", "foo.pt.json"])
    found = folder.beside("foo.pt")
    assert ([one.name for one in found.own], [one.name for one in found.shared]) == (["foo.pt.json"], ["foo.png"])
    folder.remove(MODEL)
    assert {one.name for one in folder.beside("foo.pt").own} == {"foo.png", "foo.pt.json"}
    folder.add(MODEL)
    assert len(folder.beside("foo.pt").shared) == 1


def test_stems_that_differ_in_case_are_told_apart() -> None:
    names = [MODEL, "Foo.safetensors", "foo.png", "Foo.json"]
    assert (own(names), own(names, "Foo.safetensors")) == ({"foo.png"}, {"Foo.json"})


def test_a_downloaders_notes() -> None:
    assert FolderNames([MODEL, "foo.safetensors.aria2"]).beside(MODEL).is_downloading
    assert not FolderNames([MODEL, "foo.aria2.png"]).beside(MODEL).is_downloading


def test_what_is_in_the_way() -> None:
    folder = FolderNames(["bar.pt", "bar.png", "lone.json", "foo.v2.safetensors", "foo.v2.png", "gone.json.trashed"])
    assert folder.in_the_way("bar") == "bar.pt"
    assert folder.in_the_way("Bar", "bar.pt") is None
    assert folder.in_the_way("lone") == "lone.json"
    assert folder.in_the_way("foo") is None
    assert folder.in_the_way("gone") is None


def test_the_full_name_is_renamed_whole() -> None:
    (one,) = FolderNames([MODEL, "foo.safetensors.rgthree-info.json"]).beside(MODEL).own
    assert one.renamed("bar", "bar.safetensors") == "bar.safetensors.rgthree-info.json"


PARTS = st.sampled_from(["foo", "bar", "v2", "preview", "safetensors", "pt", "json", "png", "txt", "civitai", "info"])
NAMES = st.lists(PARTS, min_size=2, max_size=4).map(".".join)


@given(st.lists(NAMES, unique=True, max_size=12))
def test_no_file_is_of_two_that_could_each_take_it(names: list[str]) -> None:
    folder = FolderNames(names)
    taken: list[str] = []
    for model in filter(is_model, names):
        beside = folder.beside(model)
        taken += [one.name for one in beside.own]
        for one in [*beside.own, *beside.shared]:
            assert one.renamed(stem_of(model), model).lower() == one.name.lower()
    assert len(taken) == len(set(taken))
