from __future__ import annotations

import numpy as np

from lora_manager.search.ranking.candidates import choose, score_all
from lora_manager.search.ranking.features import FEATURES, NAMES, build, unmatched
from lora_manager.search.ranking.matching import Floats
from lora_manager.search.ranking.prompt import ParsedPrompt
from tests.search.ranking.library import FACTS, item, small_index

INDEX = small_index()


def _features(prompt: str, index: object = INDEX) -> dict[int, dict[str, float]]:
    assert isinstance(index, type(INDEX))
    parsed = ParsedPrompt.of(prompt)
    scores = score_all(index, parsed)
    chosen = choose(scores, index.alive, [], 50)
    values: Floats = build(index, parsed, scores, chosen).values
    assert np.isfinite(values).all()
    ids = index.ids[chosen].tolist()
    return {key: dict(zip(NAMES, row.tolist(), strict=True)) for key, row in zip(ids, values, strict=True)}


def test_features_are_shares_and_ranks() -> None:
    found = _features("amber lantern on a wooden pier, fog")
    assert found[1]["text_rel"] == found[1]["phrase_share"] == 1
    assert found[1]["text_rank"] == 0
    assert found[3]["text_rank"] > 0
    assert found[1]["name_cover"] == found[1]["trigger_cover"] == 1
    assert found[1]["phrase_trigger"] > 0 == found[3]["phrase_trigger"]
    assert found[1]["examples_count"] == 2
    for name, share in found[3].items():
        if name.endswith(("_rel", "_cover")):
            assert 0 <= share <= 1, name


def test_a_trigger_that_is_no_word_elsewhere_is_worth_most() -> None:
    assert _features("papermoth")[2]["phrase_trigger"] > 0.5


def test_likeness_can_only_lift() -> None:
    rises = {feature.name: feature.rises for feature in FEATURES}
    likeness = [name for name in NAMES if name.startswith(("text", "best", "pairs", "examples_r", "mean", "second"))]
    assert all(rises[name] == (-1 if name.endswith("_rank") else 1) for name in likeness)
    assert len(set(NAMES)) == len(NAMES)


def test_a_library_twice_as_large_changes_little() -> None:
    double = type(INDEX).of([item(f) for f in FACTS] + [(f.id + 100, *item(f)[1:]) for f in FACTS])
    one, two = _features("a paper moth, backlight")[2], _features("a paper moth, backlight", double)[2]
    for name in ("text_rel", "best_rel", "name_cover", "core_share", "text_rank"):
        assert abs(one[name] - two[name]) < 0.01, name


def test_what_is_called_so_is_told_from_what_has_it_in_an_example_only() -> None:
    found = _features("amber lantern, pier")
    assert found[1]["identity_rel"] == 1
    assert 1 >= found[1]["identity_mass"] >= found[1]["name_mass"] > found[3]["identity_mass"]
    assert found[1]["trigger_mass"] > 0
    assert found[1]["identity_worth"] == found[1]["identity_best"] == found[3]["identity_best"] > 0


def test_one_that_holds_nothing_of_the_prompt() -> None:
    parsed = ParsedPrompt.of("amber lantern on a wooden pier, fog")
    scores = score_all(INDEX, parsed)
    values = build(INDEX, parsed, scores, choose(scores, INDEX.alive, [], 50)).values
    (row,) = unmatched(values)
    found = dict(zip(NAMES, row.tolist(), strict=True))
    assert found["text_rel"] == found["best_similar"] == found["identity_mass"] == 0
    assert found["text_rank"] == values[:, NAMES.index("text_rank")].max()
    assert found["words"] == values[0, NAMES.index("words")]
    assert not unmatched(values[:0]).any()


def test_nothing_found_gives_no_rows() -> None:
    assert _features("zzz") == {}
