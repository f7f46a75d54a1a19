from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lora_manager.application import Application
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.services.recommending.ordering import Known, Order, Ranking, spread_over
from lora_manager.services.recommending.scope import scope_of
from tests.helpers.shelf import running, standalone_host
from tests.services.recommending.library import ids_by_name, read_all, write_lora


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("ordering")
    for number, subject in enumerate(["lantern", "lantern", "lantern", "lantern", "moth"]):
        text = f"a {subject} " + "and other words " * number
        write_lora(folder / "Lora", f"a{number}", f"Thing {'abcde'[number]}", description=text)
    write_lora(folder / "Lora", "named", "Thing n", ["zorblat style"])
    write_lora(folder / "Lora", "b1", "Brass Lamp v1", description="a lamp", author="ada")
    write_lora(folder / "Lora", "b2", "Brass Lamp v2", description="a lamp again", author="ada")
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        read_all(app)
        app.recommender.warm_up()
        yield app


def order(app: Application, prompt: str, known: Known | None = None, **options: object) -> Order:
    index = app.recommender.index
    assert index is not None
    with app.database.read() as connection:
        scope = scope_of(connection, app.catalogue, app.roots(), "", any_base=False)
        ranking = Ranking(index, scope, Ranker.text_alone())
        return ranking.order(connection, ParsedPrompt.of(prompt), known or Known(), 20, **options)  # type: ignore[arg-type]


def names(app: Application, found: Order) -> list[str]:
    by_id = {adapter_id: name for name, adapter_id in ids_by_name(app).items()}
    return [by_id[candidate.id] for candidate in found.candidates]


def test_the_first_are_in_the_order_of_the_ranking(library: Application) -> None:
    found = order(library, "lantern, moth")
    scores = [candidate.score for candidate in found.candidates]
    assert scores[:3] == sorted(scores, reverse=True)[:3]
    assert {candidate.covered for candidate in found.candidates} == {(0,), (1,)}
    assert "Thing e" in names(library, found)[:4]


def test_words_are_as_typed_and_cover_their_part(library: Application) -> None:
    found = order(library, "a LANTERN, dusk, nothing")
    assert {(candidate.words, candidate.covered) for candidate in found.candidates} == {(("LANTERN",), (0,))}


def test_the_rarest_words_are_named_first_and_the_common_ones_not(library: Application) -> None:
    found = order(library, "thing, other words, moth")
    (moth,) = [one for one in found.candidates if "moth" in one.words]
    assert moth.words == ("thing", "other", "words", "moth")
    assert moth.telling[0] == "moth"
    assert "thing" not in moth.telling


def test_overlapping_pairs_of_signs_are_one_word(application: Application, tmp_path: Path) -> None:
    write_lora(tmp_path / "Lora", "sky", "星空の夜")
    read_all(application)
    application.recommender.warm_up()
    (found,) = order(application, "a 星空の夜, 海").candidates
    assert found.words == ("星空の夜",)


def test_versions_stand_below_the_best(library: Application) -> None:
    found = order(library, "brass lamp")
    assert len(found.candidates) == 1
    assert [why for _, why in found.candidates[0].below] == ["version"]


def test_what_is_excluded_or_of_no_concern_is_left_out(library: Application) -> None:
    moth = ids_by_name(library)["Thing e"]
    assert order(library, "moth", excluded=frozenset([moth])).candidates == []
    index = library.recommender.index
    assert index is not None
    with library.database.read() as connection:
        columns = library.catalogue.columns(connection)
    assert order(library, "moth", only=~columns.mask_of_ids([moth])).candidates == []


def test_a_score_can_be_adjusted(library: Application) -> None:
    lowest = order(library, "lantern").candidates[-1].id
    found = order(library, "lantern", adjusted=lambda adapter_id, score: 1.0 if adapter_id == lowest else score * 0.1)
    assert found.candidates[0].id == lowest
    assert found.ranked is not None
    assert found.ranked.ids[found.candidates[0].rank] == lowest


def test_what_is_known_beside_the_text_moves_the_order(library: Application) -> None:
    index = library.recommender.index
    assert index is not None
    last = order(library, "lantern").candidates[-1].id
    liked = np.where(index.ids == last, 1.0, 0.1).astype(np.float32)
    assert order(library, "lantern", Known(preference=liked)).candidates[0].id == last
    moth = ids_by_name(library)["Thing e"]
    assert moth in [one.id for one in order(library, "lantern", Known(companions={moth: 1.0})).candidates]
    cosines = (np.array([moth, 999], np.int64), np.array([0.9, 0.5], np.float32))
    assert moth in [one.id for one in order(library, "submarine", Known(cosines=cosines)).candidates]


def test_a_good_record_lifts_a_little(library: Application) -> None:
    index = library.recommender.index
    assert index is not None
    one = order(library, "lantern").candidates[-1].id
    scores = []
    for quality in (0.0, 0.5, 1.0):
        values = np.where(index.ids == one, quality, 0.5).astype(np.float32)
        known = replace(index, columns=replace(index.columns, quality=values))
        with library.database.read() as connection:
            scope = scope_of(connection, library.catalogue, library.roots(), "", any_base=False)
            ranking = Ranking(known, scope, Ranker.text_alone())
            found = ranking.order(connection, ParsedPrompt.of("lantern"), Known(), 20)
        scores += [candidate.score for candidate in found.candidates if candidate.id == one]
    assert scores == sorted(set(scores))
    assert scores[2] < 2 * scores[0]


def test_what_is_liked_comes_before_no_adapter_that_the_prompt_names(library: Application) -> None:
    index = library.recommender.index
    assert index is not None
    named = ids_by_name(library)["Thing n"]
    prompt = "zorblat style, lantern, moth"
    assert order(library, prompt).candidates[0].id == named
    liked = np.where(index.ids == named, 0.0, 1.0).astype(np.float32)
    assert order(library, prompt, Known(preference=liked)).candidates[0].id == named


def test_scores_are_spread_over_ids() -> None:
    ids = np.array([5, 3, 9], np.int64)
    assert spread_over(ids, {3: 0.5, 9: 1.0, 100: 1.0}).tolist() == [0.0, 0.5, 1.0]
    assert spread_over(ids, {}).tolist() == [0.0, 0.0, 0.0]
    assert spread_over(np.zeros(0, np.int64), {3: 0.5}).tolist() == []
