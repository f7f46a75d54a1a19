"""Readers at different moments: what one kept must not be taken for what another would see."""

from __future__ import annotations

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision
from tests.db.described import described, put

AMBER = CatalogueQuery(text="amber ")


def test_a_reader_of_yesterday_leaves_nothing_old_to_the_readers_of_today(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)
    first = put(fresh_database, described("1.pt", "Amber"))
    with fresh_database.read() as yesterday:
        assert catalogue_revision(yesterday) > 0  # from here on this reader sees the catalogue as it is now
        second = put(fresh_database, described("2.pt", "Amber too"))
        with fresh_database.read() as today:
            assert catalogue.count(today, CatalogueQuery()) == 2
        catalogue.find(yesterday, AMBER)
        catalogue.count(yesterday, AMBER)
    with fresh_database.read() as today:
        assert sorted(catalogue.find(today, AMBER).ids) == sorted(first + second)
        assert catalogue.count(today, AMBER) == 2
