"""Rows of access tokens: whose, under which name, and a digest of what a script sends; never the token itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from lora_manager.db.tables import AccessToken


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner sees it."""

    id: int
    name: str
    created_at: str
    last_used_at: str | None


_SHOWN = (AccessToken.id, AccessToken.name, AccessToken.created_at, AccessToken.last_used_at)


def insert_token(connection: Connection, name: str, digest: str, user_name: str, now: str) -> TokenRow:
    """Add a token."""
    row = {"name": name, "digest": digest, "user_name": user_name, "created_at": now}
    token_id = connection.execute(insert(AccessToken).returning(AccessToken.id), row).scalar_one()
    return TokenRow(token_id, name, now, None)


def tokens_of(connection: Connection, user_name: str) -> list[TokenRow]:
    """Return a user's tokens, newest first."""
    statement = select(*_SHOWN).where(AccessToken.user_name == user_name).order_by(AccessToken.id.desc())
    return [TokenRow(*row) for row in connection.execute(statement).all()]


def token_by_digest(connection: Connection, digest: str) -> tuple[TokenRow, str] | None:
    """Return the token with this digest and its owner, or None."""
    row = connection.execute(select(*_SHOWN, AccessToken.user_name).where(AccessToken.digest == digest)).first()
    return None if row is None else (TokenRow(*row[:4]), str(row[4]))


def mark_used(connection: Connection, token_id: int, now: str) -> None:
    """Remember when a token was last used."""
    connection.execute(update(AccessToken).where(AccessToken.id == token_id).values(last_used_at=now))


def delete_token(connection: Connection, token_id: int, user_name: str) -> bool:
    """Forget a token of this user; False when there is none."""
    mine = (AccessToken.id == token_id, AccessToken.user_name == user_name)
    return bool(connection.execute(delete(AccessToken).where(*mine)).rowcount)
