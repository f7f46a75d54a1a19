"""Rows of lists of suggestions that somebody did something with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from lora_manager.db.chunks import chunks
from lora_manager.db.tables import Adapter, RecommendationSession, RecommendationShown

LONGEST_PROMPT = 200_000


@dataclass(frozen=True)
class KeptSession:
    """A list as it was shown: `shown` are (adapter id, score), the top first; None for an adapter that is gone."""

    id: str
    created_at: str
    user_name: str
    kind: str
    prompt: str
    family: str
    ranker: str
    shown: tuple[tuple[int | None, float], ...]

    def position_of(self, adapter_id: int) -> int | None:
        """Return where an adapter stood, 0 at the top; None where it was not in the list."""
        return next((at for at, (shown, _) in enumerate(self.shown) if shown == adapter_id), None)


def keep_session(connection: Connection, session: KeptSession) -> None:
    """Write a list, unless it is written already."""
    known = select(RecommendationSession.id).where(RecommendationSession.id == session.id)
    if connection.execute(known).first() is not None:
        return
    row = {**vars(session), "prompt": session.prompt[:LONGEST_PROMPT]}
    shown: Sequence[tuple[int | None, float]] = row.pop("shown")
    connection.execute(insert(RecommendationSession), row)
    ids = [adapter_id for adapter_id, _ in shown if adapter_id is not None]
    there: set[int] = set()
    for part in chunks(ids):
        there |= set(connection.execute(select(Adapter.id).where(Adapter.id.in_(part))).scalars())
    rows = [
        {
            "session_id": session.id,
            "position": position,
            "adapter_id": adapter_id if adapter_id in there else None,
            "score": score,
        }
        for position, (adapter_id, score) in enumerate(shown)
    ]
    if rows:
        connection.execute(insert(RecommendationShown), rows)


def kept_session(connection: Connection, session_id: str) -> KeptSession | None:
    """Return a list that was written, None where there is none."""
    table = RecommendationSession
    columns = (table.id, table.created_at, table.user_name, table.kind, table.prompt, table.family, table.ranker)
    row = connection.execute(select(*columns).where(table.id == session_id)).first()
    if row is None:
        return None
    statement = (
        select(RecommendationShown.adapter_id, RecommendationShown.score)
        .where(RecommendationShown.session_id == session_id)
        .order_by(RecommendationShown.position)
    )
    shown = tuple((adapter_id, score) for adapter_id, score in connection.execute(statement))
    return KeptSession(row[0], row[1], row[2] or "", row[3], row[4], row[5], row[6], shown)
