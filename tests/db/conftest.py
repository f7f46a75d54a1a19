"""Fixtures of the database's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lora_manager.db.engine import Database
from tests.conftest import DatabaseFactory


@pytest.fixture(scope="module")
def library_database(database_factory: DatabaseFactory) -> Iterator[Database]:
    """One database for all the examples of a property; each example empties it first."""
    with database_factory() as database:
        yield database
