"""What is under way on a database, in whichever program: it knows rows by their ids, which a restore may give anew."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from lora_manager.db.engine import Database
from lora_manager.db.tables import FileOperation, Job
from lora_manager.errors import CatalogueError

log = logging.getLogger(__name__)

WAITED_FOR = ("scan", "bulk", "undo", "generate")
"""The kinds of jobs that write what they worked out earlier."""


@dataclass(frozen=True)
class UnderWay:
    """The processes that move files, and those that run jobs; some may have ended since without saying so."""

    movers: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()


def under_way(database: Database) -> UnderWay:
    """Return who is at work. Nobody where the database cannot be read: that is what backups are for."""
    if database.path is None or not database.path.exists():
        return UnderWay()
    moving = select(FileOperation.owner).where(FileOperation.state == "begun")
    working = select(Job.owner).where(Job.state.in_(("queued", "running")), Job.kind.in_(WAITED_FOR))
    try:
        with database.read() as connection:
            movers, workers = (connection.execute(statement).scalars().all() for statement in (moving, working))
            return UnderWay(tuple(movers), tuple(workers))
    except (DBAPIError, CatalogueError, sqlite3.DatabaseError) as error:
        log.debug("What is under way cannot be read: %s", error)
        return UnderWay()
