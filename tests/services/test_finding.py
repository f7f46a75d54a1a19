from __future__ import annotations

import pytest

from lora_manager.application import Application
from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.errors import BadInputError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.finding import DEFAULT_WEIGHT, MOST_ITEMS
from tests.helpers.network_files import civitai_model, write_adapter


@pytest.fixture
def library(application: Application) -> Application:
    """Twelve LoRAs, of which five are lanterns."""
    root = application.host.roots()[0]
    for number in range(12):
        stem = f"file_{number:02d}"
        name = f"Lantern {number}" if number < 5 else f"Moth {number}"
        quiet = {"description": "", "tags": [], "version_description": "", "version_trainedWords": []}
        write_adapter(root, stem, civitai_model(name, f"{stem}.safetensors", **quiet))
    application.scan()
    return application


def test_a_page_says_how_much_there_is(library: Application) -> None:
    page = library.finder.page(CatalogueQuery(text="lantern", roots=library.roots()), 2, 1)
    assert (page.total, page.library_total) == (5, 12)
    assert page.revision > 0
    assert len(page.items) == 2
    assert all(found.score is not None and found.score > 0 for found in page.items)
    assert all(found.tag_name == found.card.stem for found in page.items)


def test_pages_cover_everything_once(library: Application) -> None:
    for query in (CatalogueQuery(), CatalogueQuery(text="file"), CatalogueQuery(sort="-added")):
        ids = [found.card.id for offset in range(0, 15, 5) for found in library.finder.page(query, 5, offset).items]
        assert len(ids) == len(set(ids)) == 12


def test_without_words_there_is_no_score_and_without_a_record_no_weight(library: Application) -> None:
    (found,) = library.finder.page(CatalogueQuery(), 1, 0).items
    assert found.score is None
    assert found.card.weight is None
    assert found.weight == DEFAULT_WEIGHT


def test_a_page_beyond_the_end_is_empty(library: Application) -> None:
    assert library.finder.page(CatalogueQuery(), 10, 10**9).items == []
    assert library.finder.page(CatalogueQuery(), 0, 0).total == 12


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (MOST_ITEMS + 1, 0), (10, -1)])
def test_limits_are_capped(library: Application, limit: int, offset: int) -> None:
    with pytest.raises(BadInputError, match="limit"):
        library.finder.page(CatalogueQuery(), limit, offset)


def test_facets_come_with_the_revision_and_follow_the_catalogue(library: Application) -> None:
    revision, before = library.finder.facets(CatalogueQuery())
    assert library.finder.facets(CatalogueQuery())[1] is before
    library.editor.edit(1, {"favourite": True}, Actor(CLI))
    later, after = library.finder.facets(CatalogueQuery())
    assert later == revision + 1
    assert (before.flags["favourite"], after.flags["favourite"]) == (0, 1)
