"""Rows of background jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.tables import Job

ENDED_EARLY = "The program ended before the job did."


def insert_job(
    connection: Connection, kind: str, request: dict[str, Any], owner: str, created_at: str, user_name: str | None
) -> int:
    """Add a queued job; returns its id."""
    row = {
        "kind": kind,
        "state": "queued",
        "owner": owner,
        "request": request,
        "created_at": created_at,
        "user_name": user_name,
    }
    return connection.execute(insert(Job).returning(Job.id), row).scalar_one()


def update_job(
    connection: Connection,
    job_id: int,
    state: str,
    started_at: str | None,
    finished_at: str | None,
    error: str,
    result: dict[str, Any] | None,
) -> None:
    """Write where a job stands."""
    values = {
        "state": state,
        "started_at": started_at,
        "finished_at": finished_at,
        "error": error,
        "result": result,
    }
    connection.execute(update(Job).where(Job.id == job_id).values(values))


def read_job(connection: Connection, job_id: int) -> dict[str, Any] | None:
    """Return a job's columns but its owner, or None."""
    row = connection.execute(select(Job.__table__).where(Job.id == job_id)).mappings().first()
    if row is None:
        return None
    return {key: value for key, value in row.items() if key != "owner"}


def interrupt_orphans(connection: Connection, owner: str, is_alive: Callable[[str], bool]) -> None:
    """Mark queued and running jobs of processes that are gone, or of this one's earlier life, as interrupted."""
    open_jobs = select(Job.id, Job.owner).where(Job.state.in_(("queued", "running")))
    for job_id, job_owner in connection.execute(open_jobs).all():
        if job_owner == owner or not is_alive(job_owner):
            values = {"state": "interrupted", "finished_at": utc_now(), "error": ENDED_EARLY}
            connection.execute(update(Job).where(Job.id == job_id).values(values))
