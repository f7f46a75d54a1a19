"""The state of the library as the Library tab shows it: roots, totals, problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from lora_manager.db.rows import FoundProblem
from lora_manager.db.tables import AdapterTag, NetworkFile, Problem, Root

THERE = ("present", "incomplete")
"""The states of network files that are there; the others are missing, or in the trash."""


@dataclass(frozen=True)
class RootState:
    """One root with its counts of network files."""

    id: int
    path: str
    online: bool
    last_scan_at: str | None
    files: int
    missing: int
    incomplete: int


@dataclass(frozen=True)
class ProblemRow:
    """One problem as it is recorded."""

    id: int
    path: str
    kind: str
    message: str
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class LibraryTotals:
    """Counts over the roots of this host; `adapters` are those that are not missing."""

    adapters: int
    files: int
    problems: int
    tags: int


def root_states(connection: Connection, root_ids: Sequence[int]) -> list[RootState]:
    """Return the roots in the order given."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    statement = (
        select(NetworkFile.root_id, NetworkFile.state, func.count())
        .where(NetworkFile.root_id.in_(root_ids))
        .group_by(NetworkFile.root_id, NetworkFile.state)
    )
    for root_id, state, count in connection.execute(statement):
        counts[root_id][state] = count
    columns = (Root.id, Root.path, Root.online, Root.last_scan_at)
    rows = {row.id: row for row in connection.execute(select(*columns).where(Root.id.in_(root_ids)))}
    return [
        RootState(
            id=root_id,
            path=rows[root_id].path,
            online=rows[root_id].online,
            last_scan_at=rows[root_id].last_scan_at,
            files=counts[root_id].get("present", 0) + counts[root_id].get("incomplete", 0),
            missing=counts[root_id].get("missing", 0),
            incomplete=counts[root_id].get("incomplete", 0),
        )
        for root_id in root_ids
        if root_id in rows
    ]


def library_totals(connection: Connection, root_ids: Sequence[int]) -> LibraryTotals:
    """Count what the roots hold."""
    in_roots = NetworkFile.root_id.in_(root_ids)
    present = (in_roots, NetworkFile.state.in_(THERE))
    adapters = select(func.count(NetworkFile.adapter_id.distinct())).where(*present)
    files = select(func.count()).select_from(NetworkFile).where(*present)
    problems = select(func.count()).select_from(Problem).where(_of_roots(root_ids))
    # Only those in use: an edit that takes away a tag's last adapter leaves its spelling behind.
    tags = (
        select(func.count(AdapterTag.tag_id.distinct()))
        .join(NetworkFile, NetworkFile.adapter_id == AdapterTag.adapter_id)
        .where(*present)
    )
    values = (connection.execute(statement).scalar_one() for statement in (adapters, files, problems, tags))
    return LibraryTotals(*values)


def problems(connection: Connection, root_ids: Sequence[int], limit: int, offset: int) -> tuple[int, list[ProblemRow]]:
    """Return how many problems there are, and a page of them by path."""
    where = _of_roots(root_ids)
    total = connection.execute(select(func.count()).select_from(Problem).where(where)).scalar_one()
    columns = (Problem.id, Problem.path, Problem.kind, Problem.message, Problem.first_seen, Problem.last_seen)
    statement = select(*columns).where(where).order_by(Problem.path, Problem.kind).limit(limit).offset(offset)
    return total, [ProblemRow(*row) for row in connection.execute(statement)]


def open_problems(connection: Connection) -> list[FoundProblem]:
    """Return every problem on record, by path."""
    rows = connection.execute(select(Problem.path, Problem.kind, Problem.message).order_by(Problem.path, Problem.kind))
    return [FoundProblem(*row) for row in rows]


def _of_roots(root_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(Problem.root_id.in_(root_ids), Problem.root_id.is_(None))
