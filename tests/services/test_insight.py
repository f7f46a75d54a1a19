from __future__ import annotations

import pytest

from lora_manager.application import Application
from lora_manager.errors import NotFoundError
from lora_manager.search.insight.archetype import LEAST_CONFIDENCE
from lora_manager.services.actor import PAGE, Actor
from lora_manager.services.insight import GUESSED, SAID, AdapterInsight, adapter_insight
from tests.services.recommending.library import ids_by_name, write_lora


@pytest.fixture
def ids(application: Application) -> dict[str, int]:
    root = application.host.roots()[0]
    write_lora(root, "silkdress", "Silk Dress", ["slkdrs"], tags=["dress", "outfit"], examples=["slkdrs, a red dress"])
    write_lora(root, "oilstyle", "Oil Style", tags=["style", "oil painting"])
    application.scan()
    return dict(ids_by_name(application))


def read(app: Application, adapter_id: int) -> AdapterInsight:
    with app.database.read() as connection:
        return adapter_insight(connection, adapter_id)


def test_it_is_the_same_before_and_after_the_digest(application: Application, ids: dict[str, int]) -> None:
    before = read(application, ids["Silk Dress"])
    application.digester.catch_up()
    after = read(application, ids["Silk Dress"])
    assert before == after
    assert after.keywords[0]["word"] == "slkdrs"
    assert [example.text for example in after.examples] == ["slkdrs, a red dress"]
    assert {part["name"] for part in after.quality_parts} >= {"metadata", "community"}


def test_what_nobody_says_is_guessed(application: Application, ids: dict[str, int]) -> None:
    application.digester.catch_up()
    guessed, said = read(application, ids["Silk Dress"]), read(application, ids["Oil Style"])
    assert (guessed.archetype, guessed.archetype_source) == ("clothing", GUESSED)
    assert LEAST_CONFIDENCE <= guessed.archetype_confidence < 1
    assert (said.archetype, said.archetype_confidence, said.archetype_source) == ("style", 1.0, SAID)
    assert said.style == "painting"


def test_what_the_user_says_counts_at_once(application: Application, ids: dict[str, int]) -> None:
    application.digester.catch_up()
    application.editor.edit(ids["Silk Dress"], {"archetype": "concept"}, Actor(PAGE))
    found = read(application, ids["Silk Dress"])
    assert (found.archetype, found.archetype_source) == ("concept", SAID)


def test_of_what_is_not_there_nothing_is_found(application: Application, ids: dict[str, int]) -> None:
    with pytest.raises(NotFoundError):
        read(application, max(ids.values()) + 1)
