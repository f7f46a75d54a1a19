from __future__ import annotations

from dataclasses import replace

from lora_manager.db.engine import Database
from lora_manager.db.recommendation_sessions import LONGEST_PROMPT, KeptSession, keep_session, kept_session
from tests.db.described import described, put


def test_a_list_is_kept_once_with_where_everything_stood(fresh_database: Database) -> None:
    first, second = put(fresh_database, described("a.pt"), described("b.pt"))
    shown = ((second, 0.9), (first, 0.5))
    session = KeptSession("s", "2026-03-01T12:00:00.000Z", "ada", "prompt", "a moth", "SDXL", "trees", shown)
    with fresh_database.write() as connection:
        keep_session(connection, session)
        keep_session(connection, replace(session, prompt="another"))
        assert kept_session(connection, "s") == session
        assert kept_session(connection, "t") is None
    assert [session.position_of(one) for one in (second, first, 99)] == [0, 1, None]


def test_an_adapter_that_is_gone_leaves_its_place_and_a_prompt_has_an_end(fresh_database: Database) -> None:
    (only,) = put(fresh_database, described("a.pt"))
    at = "2026-03-01T12:00:00.000Z"
    long = KeptSession("s", at, "", "prompt", "x" * (LONGEST_PROMPT + 1), "", "", ((99, 0.9), (only, 0.5)))
    with fresh_database.write() as connection:
        keep_session(connection, long)
        keep_session(connection, KeptSession("empty", at, "", "prompt", "", "", "", ()))
        kept = kept_session(connection, "s")
        empty = kept_session(connection, "empty")
    assert kept is not None
    assert kept.shown == ((None, 0.9), (only, 0.5))
    assert len(kept.prompt) == LONGEST_PROMPT
    assert empty is not None
    assert empty.shown == ()
