from __future__ import annotations

from sqlalchemy import update

from lora_manager.db.digest_sources import read_sources
from lora_manager.db.engine import Database
from lora_manager.db.tables import Adapter
from lora_manager.formats.example_prompts import unpack_examples
from lora_manager.search.ranking.document import unpack
from lora_manager.search.ranking.terms import term_id
from lora_manager.services.digests.making import make_digest
from tests.db.described import described, put
from tests.db.test_digest_sources import generate


def test_a_digest_holds_document_examples_and_insight(fresh_database: Database) -> None:
    (one,) = put(fresh_database, described("a.pt", "Amber lantern", tags=["style"], triggers=[["amber glow"]]))
    generate(fresh_database, "a lantern at dusk", (one, "a", 0.5))
    with fresh_database.read() as connection:
        (source,) = read_sources(connection, [one])
    digest = make_digest(source)
    assert (digest.adapter_id, digest.revision) == (one, source.adapter.revision)
    assert term_id("lantern") in unpack(digest.document).terms
    assert [example.text for example in unpack_examples(digest.examples)] == ["a lantern at dusk"]
    assert {"word", "score"} == set(digest.keywords[0])
    assert {"name", "value", "weight", "text"} == set(digest.quality_parts[0])
    assert 0 < digest.quality <= 1
    assert make_digest(source) == digest


def test_another_family_makes_another_digest(fresh_database: Database) -> None:
    ids = put(fresh_database, described("a.pt", "Amber", family="sdxl"))
    with fresh_database.write() as connection:
        (before,) = map(make_digest, read_sources(connection, ids))
        connection.execute(update(Adapter).values(family="flux"))
        (after,) = map(make_digest, read_sources(connection, ids))
    assert before.examples != after.examples
