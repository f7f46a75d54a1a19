from __future__ import annotations

import pytest

from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services import tokens as module
from lora_manager.services.tokens import PREFIX, Tokens


def test_a_token_names_its_owner_until_it_is_revoked(fresh_database: Database) -> None:
    tokens = Tokens(fresh_database)
    made = tokens.make("  nightly \n \u202e\x1bscript ", "ada")
    assert made.row.name == "nightly script"
    assert made.token.startswith(PREFIX)
    assert len(made.token) > 40
    assert tokens.user_of(made.token) == "ada"
    with pytest.raises(NotFoundError):
        tokens.revoke(made.row.id, "bob")
    tokens.revoke(made.row.id, "ada")
    assert tokens.user_of(made.token) is None


def test_the_token_itself_is_nowhere_in_the_file(fresh_database: Database) -> None:
    made = Tokens(fresh_database).make("x", "ada")
    assert fresh_database.path is not None
    stored = b"".join(path.read_bytes() for path in fresh_database.path.parent.glob(f"{fresh_database.path.name}*"))
    assert b"ada" in stored
    assert made.token.encode() not in stored
    assert made.token.removeprefix(PREFIX).encode() not in stored


@pytest.mark.parametrize("token", ["", "lm_", "lm_\ud800", "x", "lm_" + "x" * 10_000])
def test_what_is_no_token_is_nobodys(fresh_database: Database, token: str) -> None:
    assert Tokens(fresh_database).user_of(token) is None


def test_the_last_use_is_noted_once_a_minute(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(fresh_database)
    token = tokens.make("x", "ada").token
    for now, noted in [("00:00.000", "00:00.000"), ("00:59.000", "00:00.000"), ("01:01.000", "01:01.000")]:
        monkeypatch.setattr(module, "utc_now", lambda now=now: f"2026-11-20T10:{now}Z")
        assert tokens.user_of(token) == "ada"
        assert last_use(tokens) == f"2026-11-20T10:{noted}Z"


def last_use(tokens: Tokens) -> str | None:
    """When it was last used, once nobody is noting that any more."""
    with tokens._noting:
        (row,) = tokens.of("ada")
    return row.last_used_at


def test_nobody_waits_for_the_note_of_a_use(fresh_database: Database) -> None:
    tokens = Tokens(fresh_database)
    token = tokens.make("x", "ada").token
    with fresh_database.write():  # somebody writes, for as long as it takes
        answered = [tokens.user_of(token) for _ in range(3)]
    assert answered == ["ada"] * 3
    assert last_use(tokens) is not None


def test_there_are_not_too_many(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOKENS", 2)
    tokens = Tokens(fresh_database)
    for name in "ab":
        tokens.make(name, "ada")
    with pytest.raises(BadInputError, match="revoke one"):
        tokens.make("c", "ada")
    tokens.make("c", "bob")
