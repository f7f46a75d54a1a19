from __future__ import annotations

from sqlalchemy import literal, select, union_all

from lora_manager.db.engine import Database
from lora_manager.db.pairs import pairs


def test_two_columns_are_a_dictionary(fresh_database: Database) -> None:
    statement = select(union_all(select(literal("a"), literal(1)), select(literal("b"), literal(2))).subquery())
    with fresh_database.read() as connection:
        assert pairs(connection, statement) == {"a": 1, "b": 2}
        assert pairs(connection, statement.where(literal(False))) == {}
