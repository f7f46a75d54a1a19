"""Access tokens for scripts: made, recognised, revoked."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from lora_manager.clock import utc_now
from lora_manager.db import access_tokens
from lora_manager.db.access_tokens import TokenRow
from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, CatalogueError, NotFoundError
from lora_manager.formats.whole_text import one_line
from lora_manager.services.editing import MAX_SHORT

log = logging.getLogger(__name__)

PREFIX = "lm_"
"""What a token begins with, so that one in a log or a repository is known for what it is."""
RANDOM_BYTES = 32
MOST_TOKENS = 100
LONGEST = 200
_USED_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class MadeToken:
    """A new token: `token` is shown this once."""

    row: TokenRow
    token: str


class Tokens:
    """A user's tokens. Kept as SHA-256: of 32 random bytes that needs no salt, and nothing can be guessed from it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noting = threading.Lock()

    def make(self, name: str, user_name: str) -> MadeToken:
        """Make a token. Raises BadInputError for a name that says nothing, or when there are too many."""
        shown = " ".join(one_line(name).split())
        if not shown or len(shown) > MAX_SHORT:
            raise BadInputError(f"name: say what the token is for, in {MAX_SHORT} characters at most.")
        token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
        with self._database.write() as connection:
            if len(access_tokens.tokens_of(connection, user_name)) >= MOST_TOKENS:
                raise BadInputError(f"There are {MOST_TOKENS} tokens already; revoke one that is not needed.")
            row = access_tokens.insert_token(connection, shown, _digest(token), user_name, utc_now())
        return MadeToken(row, token)

    def of(self, user_name: str) -> list[TokenRow]:
        """Return a user's tokens, newest first."""
        with self._database.read() as connection:
            return access_tokens.tokens_of(connection, user_name)

    def user_of(self, token: str) -> str | None:
        """Return whose token this is; None for one that was never made or is revoked."""
        if not token.startswith(PREFIX) or len(token) > LONGEST:
            return None
        with self._database.read() as connection:
            found = access_tokens.token_by_digest(connection, _digest(token))
        if found is None:
            return None
        row, user_name = found
        self._note_use(row)
        return user_name

    def revoke(self, token_id: int, user_name: str) -> None:
        """Forget a token. Raises NotFoundError for one that is not this user's."""
        with self._database.write() as connection:
            if not access_tokens.delete_token(connection, token_id, user_name):
                raise NotFoundError(f"There is no token {token_id} of yours (any more).")

    def _note_use(self, row: TokenRow) -> None:
        """Note it on a thread of its own, one at a time: who asks does not wait for whoever writes."""
        now = utc_now()
        if row.last_used_at is not None and _time(now) - _time(row.last_used_at) < _USED_AGAIN:
            return
        if self._noting.acquire(blocking=False):
            threading.Thread(target=self._write_use, args=(row.id, now), name="lora-manager-token", daemon=True).start()

    def _write_use(self, token_id: int, now: str) -> None:
        try:
            with self._database.write() as connection:
                access_tokens.mark_used(connection, token_id, now)
        except CatalogueError as error:
            log.warning("The use of token %d could not be noted: %s", token_id, error)
        finally:
            self._noting.release()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
