from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.formats.lora_tags import find_tags
from lora_manager.services.compose import MAX_CHANGES, MAX_PROMPT, MAX_TAGS, MOST_READ, Addition, Composed
from lora_manager.services.compose_text import has_phrase
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import everything, running, standalone_host

WORDS = {"amber": ["amber glow", "dusk"], "moth": ["moth wings"], "shared": ["dusk", "silk"], "plain": []}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Application]:
    """amber (0.7, two words), moth, shared (has a word of amber's), plain (no words). Nothing here changes it."""
    folder = tmp_path_factory.mktemp("compose")
    for stem, words in WORDS.items():
        record = civitai_model(stem.title(), f"{stem}.safetensors", description="", version_description="")
        record["modelVersions"][0]["trainedWords"] = [", ".join(words)] if words else []
        if stem == "amber":
            record["description"] = "<p>Use a weight of 0.7.</p>"
        write_adapter(folder / "Lora", stem, record)
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        app.scan()
        yield app


@pytest.fixture(scope="module")
def ids(library: Application) -> dict[str, int]:
    with library.database.read() as connection:
        return {name: file.adapter_id for name, file in library.tag_names.resolve(connection, WORDS).items()}


def add(app: Application, prompt: str, *ids: int) -> str:
    return app.composer.compose(prompt, [Addition(adapter_id) for adapter_id in ids]).prompt


def test_an_adapter_goes_in_with_its_words_and_its_weight(library: Application, ids: dict[str, int]) -> None:
    composed = library.composer.compose("a lantern", [Addition(ids["amber"])])
    assert composed.prompt == "a lantern, amber glow, dusk <lora:amber:0.7>"
    assert (composed.added, composed.removed) == ([ids["amber"]], [])
    (item,) = composed.adapters
    assert (item.adapter_id, item.name, item.tag_name, item.weight, item.known) == (
        ids["amber"], "Amber", "amber", 0.7, True,
    )  # fmt: skip


def test_weight_and_words_can_be_chosen(library: Application, ids: dict[str, int]) -> None:
    composed = library.composer.compose("", [Addition(ids["amber"], -0.25, ("lantern",)), Addition(ids["moth"], 0, ())])
    assert composed.prompt == "lantern <lora:amber:-0.25> <lora:moth:0>"
    assert add(library, "x", ids["plain"]) == "x <lora:plain:1>"


def test_it_goes_in_once_whatever_is_there(library: Application, ids: dict[str, int]) -> None:
    once = add(library, "a lantern", ids["amber"], ids["moth"])
    assert add(library, once, ids["amber"], ids["moth"], ids["amber"]) == once
    again = library.composer.compose(once, [Addition(ids["amber"], 0.3)]).prompt
    assert again == once.replace("<lora:amber:0.7>", "<lora:amber:0.3>")


def test_what_went_in_goes_out_without_a_trace(library: Application, ids: dict[str, int]) -> None:
    for stem, adapter_id in ids.items():
        composed = library.composer.compose(add(library, "a lantern", adapter_id), [], [adapter_id])
        assert (composed.prompt, composed.removed, composed.adapters) == ("a lantern", [adapter_id], []), stem


def test_a_word_that_another_one_needs_stays(library: Application, ids: dict[str, int]) -> None:
    both = add(library, "a lantern", ids["amber"], ids["shared"])
    assert both == "a lantern, amber glow, dusk <lora:amber:0.7>, silk <lora:shared:1>"
    without = library.composer.compose(both, [], [ids["amber"]])
    assert has_phrase(without.prompt, "dusk")
    assert not has_phrase(without.prompt, "amber glow")
    assert [item.tag_name for item in without.adapters] == ["shared"]
    none = library.composer.compose(both, [], [ids["amber"], ids["shared"]])
    assert none.prompt == "a lantern"


def test_one_can_go_while_another_comes(library: Application, ids: dict[str, int]) -> None:
    prompt = add(library, "a lantern", ids["amber"])
    composed = library.composer.compose(prompt, [Addition(ids["moth"])], [ids["amber"]])
    assert composed.prompt == "a lantern, moth wings <lora:moth:1>"


def test_every_tag_of_a_prompt_is_named_in_order(library: Application, ids: dict[str, int]) -> None:
    prompt = "x <lora:nowhere:0.5> y <lora:moth:0.9:0.4> <lora:amber> <lyco:plain:2> <lora:moth:0.1>"
    composed = library.composer.compose(prompt)
    assert composed.prompt == prompt
    assert [(item.tag_name, item.adapter_id, item.weight, item.known) for item in composed.adapters] == [
        ("nowhere", None, 0.5, False),
        ("moth", ids["moth"], 0.9, True),
        ("amber", ids["amber"], 1.0, True),
        ("plain", ids["plain"], 2.0, True),
    ]
    assert composed.adapters[0].name == "nowhere"
    resolved = library.composer.resolve(prompt)
    assert [(item.tag_name, file.path.name if file else None, unet) for item, file, unet in resolved] == [
        ("nowhere", None, 0.5),
        ("moth", "moth.safetensors", 0.4),
        ("amber", "amber.safetensors", 1.0),
        ("plain", "plain.safetensors", 2.0),
    ]


def test_files_of_one_stem_are_told_apart(application: Application) -> None:
    for folder in ("a", "b"):
        write_network_file(application.host.roots()[0] / folder / "x.safetensors")
    application.scan()
    composed = application.composer.compose("p", [Addition(1, 0.5), Addition(2, 0.6)])
    assert sorted(item.tag_name for item in composed.adapters) == ["b/x", "x"]
    assert {item.adapter_id for item in composed.adapters} == {1, 2}
    assert application.composer.compose(composed.prompt, [], [1, 2]).prompt == "p"


def test_an_adapter_that_is_gone_is_not_found(library: Application) -> None:
    for additions, removals in (([Addition(999)], []), ([], [999])):
        with pytest.raises(NotFoundError, match="999"):
            library.composer.compose("x", additions, removals)


@pytest.mark.parametrize("weight", [100.1, -101, float("nan"), float("inf")])
def test_a_weight_beyond_reason_is_refused(library: Application, ids: dict[str, int], weight: float) -> None:
    with pytest.raises(BadInputError, match="weight"):
        library.composer.compose("x", [Addition(ids["moth"], weight)])


def test_what_is_too_much_is_refused(library: Application, ids: dict[str, int]) -> None:
    with pytest.raises(BadInputError, match="longer"):
        library.composer.compose("x" * (MAX_PROMPT + 1))
    for additions, removals in (([Addition(ids["moth"])] * 40_000, []), ([], [ids["moth"]] * 40_000)):
        with pytest.raises(BadInputError, match="at once"):
            library.composer.compose("x", additions, removals)


def test_a_prompt_full_of_tags_is_read(library: Application) -> None:
    prompt = " ".join(f"<lora:{number}>" for number in range(7000))
    assert len(prompt) < MAX_PROMPT
    assert len(library.composer.compose(prompt).adapters) == 7000


TEXTS = st.lists(
    st.sampled_from(["a lantern", ",", " ", "dusk", "(amber glow:1.2)", "\n", "BREAK", "<lora:moth:0.5>", "silk."]),
    max_size=6,
).map("".join)


@settings(max_examples=60)
@given(data=st.data())
def test_any_round_of_putting_in_leaves_each_tag_once(
    library: Application, ids: dict[str, int], data: st.DataObject
) -> None:
    prompt = data.draw(TEXTS)
    chosen = data.draw(st.lists(st.sampled_from(sorted(ids.values())), min_size=1, max_size=4))
    composed: Composed = library.composer.compose(prompt, [Addition(adapter_id) for adapter_id in chosen])
    twice = library.composer.compose(composed.prompt, [Addition(adapter_id) for adapter_id in chosen])
    assert twice.prompt == composed.prompt
    before = [tag.name for tag in find_tags(prompt)]
    after = [tag.name for tag in find_tags(composed.prompt)]
    assert set(chosen) <= {item.adapter_id for item in composed.adapters}
    for name in set(after) - set(before):
        assert after.count(name) == 1
    gone = library.composer.compose(composed.prompt, [], chosen)
    assert not set(chosen) & {item.adapter_id for item in gone.adapters}


def test_no_prompt_is_made_that_is_longer_than_one_may_be(library: Application, ids: dict[str, int]) -> None:
    with pytest.raises(BadInputError, match="longer than"):
        library.composer.compose("", [Addition(ids["amber"], triggers=("x" * MAX_PROMPT,))])


def test_many_changes_of_a_long_prompt_are_refused(library: Application, ids: dict[str, int]) -> None:
    many = [ids["plain"]] * MAX_CHANGES
    with pytest.raises(BadInputError, match="in parts"):
        library.composer.compose("x" * 80_000, [Addition(adapter_id) for adapter_id in many])
    with pytest.raises(BadInputError, match="in parts"):
        library.composer.compose("x" * 80_000, remove_ids=many)
    assert library.composer.compose("x", remove_ids=many).prompt == "x"


def test_a_prompt_of_too_many_tags_is_not_worked_on(library: Application, ids: dict[str, int]) -> None:
    prompt = " ".join(f"<lora:x{number}:1>" for number in range(MAX_TAGS))
    for additions, removals in (([Addition(ids["plain"])], []), ([], [ids["plain"]])):
        assert prompt in library.composer.compose(prompt, additions, removals).prompt
        with pytest.raises(BadInputError, match=f"{MAX_TAGS + 1} LoRA tags.* {MAX_TAGS} "):
            library.composer.compose(f"{prompt} <lora:y:1>", additions, removals)


@pytest.mark.parametrize("word", ["7", ""])
def test_too_many_trigger_words_are_refused_before_any_is_read(
    library: Application, ids: dict[str, int], word: str
) -> None:
    words = (word,) * 1_500_000
    started = time.process_time()
    with pytest.raises(BadInputError, match="longer than"):
        library.composer.compose("", [Addition(ids["moth"]), Addition(ids["plain"], 1.0, words)])
    assert time.process_time() - started < 1


def test_trigger_words_count_as_what_is_read(library: Application, ids: dict[str, int]) -> None:
    addition = Addition(ids["plain"], 1.0, ("x" * (MAX_PROMPT - 1000),))
    with pytest.raises(BadInputError, match="in parts"):
        library.composer.compose("", [addition] * (MOST_READ // MAX_PROMPT))


def test_the_most_work_is_done_in_little_time(library: Application, ids: dict[str, int]) -> None:
    prompt = "(a),b. c " * 10_000
    many = [Addition(ids["plain"], 1.0, ())] * (MOST_READ // len(prompt) - 1)
    started = time.process_time()
    library.composer.compose(prompt, many)
    assert time.process_time() - started < 8  # 2 on a usual machine


def test_several_go_in_at_the_caret_in_order(library: Application, ids: dict[str, int]) -> None:
    names = list(ids)[:2]
    additions = [Addition(ids[name], 1.0, ()) for name in names]
    composed = library.composer.compose("a cat, mist", additions, caret=2)
    assert composed.prompt.startswith("a cat")
    assert composed.prompt.endswith(", mist")
    assert [item.adapter_id for item in composed.adapters] == [ids[name] for name in names]


def test_a_file_that_the_host_cannot_reach_is_not_put_in(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    root = drawing_host.roots()[0]
    paths = [write_network_file(root / folder / "x.safetensors") for folder in ("a", "b")]
    drawing_application.scan()
    drawing_host.reaches = {"x": paths[1], "b/x": paths[1]}
    first, second = everything(drawing_application)
    with pytest.raises(BadInputError, match="Rename one"):
        drawing_application.composer.compose("", [Addition(first)])
    assert drawing_application.composer.compose("", [Addition(second)]).prompt == "<lora:b/x:1>"


def test_a_tag_spelled_another_way_goes_out_too(drawing_application: Application, drawing_host: DrawingHost) -> None:
    path = write_network_file(drawing_host.roots()[0] / "a" / "x.safetensors")
    drawing_application.scan()
    drawing_host.reaches = {"alias": path}
    (adapter_id,) = everything(drawing_application)
    prompt = "mist <lora:alias:1>, <lora:a/x:0.5>, fog <lora:x:1>"
    assert drawing_application.composer.compose(prompt, remove_ids=[adapter_id]).prompt == "mist, fog"
