from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from lora_manager.db.access_tokens import TokenRow, delete_token, insert_token, mark_used, token_by_digest, tokens_of
from lora_manager.db.engine import Database


def test_a_token_is_written_found_and_forgotten(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        first = insert_token(connection, "one", "d1", "ada", "t0")
        second = insert_token(connection, "two", "d2", "ada", "t1")
        assert first == TokenRow(first.id, "one", "t0", None)
        mark_used(connection, first.id, "t2")
        assert tokens_of(connection, "ada") == [second, TokenRow(first.id, "one", "t0", "t2")]
        assert tokens_of(connection, "bob") == []
        assert token_by_digest(connection, "d2") == (second, "ada")
        assert not delete_token(connection, first.id, "bob")
        assert delete_token(connection, first.id, "ada")
        assert token_by_digest(connection, "d1") is None


def test_no_two_tokens_are_one(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        insert_token(connection, "x", "same", "ada", "t0")
        with pytest.raises(IntegrityError):
            insert_token(connection, "x", "same", "bob", "t0")
