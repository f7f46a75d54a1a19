from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.tables.learning import Event, RecommendationSession
from lora_manager.errors import BadInputError
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.ranking.index import Priors
from tests.db.described import described, put
from tests.search.ranking.library import FACTS
from tools.ranker_history import history_cases, own_held_out, taken_prompts
from tools.ranker_library import Library


def test_own_generations_ask() -> None:
    own = (ExamplePrompt("<lora:fox:1> red fox in deep snow", own=True), ExamplePrompt("a fox of glass, studio, black"))
    facts = [replace(FACTS[3], examples=own), FACTS[0]]
    library, found = own_held_out(Library(tuple(facts), {one.id: Priors() for one in facts}), 1)
    assert [(query.relevant, query.prompt) for query in found] == [(4, "red fox in deep snow")]
    assert [example.text for example in library.facts[0].examples] == [own[1].text]
    assert library.facts[1] == FACTS[0]


def test_what_was_taken_of_suggestions_asks(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt", "Amber"))
    with fresh_database.write() as connection:
        adapter_id = connection.exec_driver_sql("SELECT id FROM adapter").scalar()
        session = {"id": "s", "created_at": "2026-01-01T00:00:00Z", "kind": "prompt", "prompt": "an amber light"}
        connection.execute(RecommendationSession.__table__.insert().values(session))  # type: ignore[attr-defined]
        for kind in ("accepted", "dismissed", "accepted"):
            event = {"at": "2026-01-01T00:00:00Z", "kind": kind, "adapter_id": adapter_id, "session_id": "s"}
            connection.execute(Event.__table__.insert().values(event))  # type: ignore[attr-defined]
    with fresh_database.read() as connection:
        taken = taken_prompts(connection)
    assert [(query.prompt, query.relevant) for query in taken] == [("an amber light", adapter_id)]
    assert fresh_database.path is not None
    with pytest.raises(BadInputError, match="choices"):
        history_cases(fresh_database.path)


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        history_cases(tmp_path / "none.sqlite3")
