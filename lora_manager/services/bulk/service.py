"""Bulk: an action with a selection becomes a job with progress, cancel, one set of changes and one undo."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lora_manager.db.engine import Database
from lora_manager.db.history import DONE, STOPPED, Act, close_set, open_set, read_set
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.processes import this_process
from lora_manager.services.actor import Actor
from lora_manager.services.bulk.action import MOST_PROBLEMS, BulkAction, BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.jobs import ENDED, Job, JobContext, JobQueue

JOB_KIND = "bulk"
Work = Callable[[JobContext], dict[str, Any]]
BackUp = Callable[[str, JobContext], None]
"""Makes a backup for a reason. Raises LoraManagerError when it cannot: then nothing is done."""


def _no_backup(reason: str, context: JobContext) -> None:
    """Of a database that is not backed up."""


@dataclass(frozen=True)
class _Order:
    """An action with these adapters, looked through. `what` says it in words for the history and the job (JSON)."""

    action: BulkAction
    params: dict[str, Any]
    ids: Sequence[int]
    actor: Actor
    what: dict[str, Any]


class Bulk:
    """Runs actions, one after the other. `actions` can be added to before the first job."""

    def __init__(self, database: Database, jobs: Callable[[], JobQueue], back_up: BackUp = _no_backup) -> None:
        self._database = database
        self._jobs = jobs
        self._back_up = back_up
        self._waiting: dict[str, Work] = {}
        self._jobs_of: dict[str, Job] = {}
        self.actions: dict[str, BulkAction] = {}

    def add(self, *actions: BulkAction) -> None:
        """Let these be done too."""
        self.actions.update({action.name: action for action in actions})

    def action(self, name: str) -> BulkAction:
        """Return an action. Raises NotFoundError."""
        if name not in self.actions:
            raise NotFoundError(f"There is no action '{name[:40]}'. Known: {', '.join(sorted(self.actions))}.")
        return self.actions[name]

    def submit(self, name: str, params: Mapping[str, Any], ids: Sequence[int], actor: Actor) -> Job:
        """Queue an action with these adapters. Raises NotFoundError, BadInputError."""
        order = self._ordered(name, params, ids, actor)
        return self.submit_work(order.what, lambda context: self._run(order, context), actor)

    def run_now(
        self, name: str, params: Mapping[str, Any], ids: Sequence[int], actor: Actor, context: JobContext
    ) -> dict[str, Any]:
        """Do an action on this thread, for a command. Raises NotFoundError, BadInputError."""
        return self._run(self._ordered(name, params, ids, actor), context)

    def submit_work(self, what: Mapping[str, Any], work: Work, actor: Actor) -> Job:
        """Queue anything that must not run beside an action. `what` describes it (JSON-able)."""
        # The ids of 100,000 adapters have no place in the job's row, and after a new start nobody goes on with it.
        key = secrets.token_hex(8)
        self._forget_cancelled()
        self._waiting[key] = work
        job = self._jobs().submit(JOB_KIND, {**what, "key": key}, actor.user_name)
        self._jobs_of[key] = job
        return job

    def run_job(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Do what a job's request stands for: the runner of the lane."""
        key = str(request.get("key"))
        self._jobs_of.pop(key, None)
        work = self._waiting.pop(key, None)
        if work is None:
            raise NotFoundError("What this job was to do is not known any more. Start it again.")
        return work(context)

    def _ordered(self, name: str, params: Mapping[str, Any], ids: Sequence[int], actor: Actor) -> _Order:
        """Look an order through. Raises NotFoundError, BadInputError."""
        action = self.action(name)
        checked = action.check(params)
        if not ids:
            raise BadInputError("Nothing is selected.")
        what = {"action": name, "params": dict(params), "selected": len(ids)}
        return _Order(action, checked, ids, actor, what)

    def _forget_cancelled(self) -> None:
        for key, job in list(self._jobs_of.items()):
            if job.state in ENDED:
                self._jobs_of.pop(key, None)
                self._waiting.pop(key, None)

    def _run(self, order: _Order, context: JobContext) -> dict[str, Any]:
        action = order.action
        if len(order.ids) > 1 and action.is_backed_up(order.params):
            context.on_progress(0, len(order.ids), "Making a backup first")
            self._back_up(f"before_{action.name}", context)
        if context.cancelled():
            return bulk_json(None, BulkResult())
        set_id = self._open(order)
        state = STOPPED
        try:
            inner = ChangeContext(set_id, order.actor, context.on_progress, context.cancelled)
            result = action.run(order.ids, order.params, inner)
            state = STOPPED if context.cancelled() else DONE
        finally:
            is_kept = self._close(set_id, state)
        return bulk_json(set_id if is_kept else None, result)

    def _open(self, order: _Order) -> int:
        if not order.action.kind:
            return 0
        with self._database.write() as connection:
            act = Act(order.action.kind, order.actor.by, order.actor.user_name, order.what, owner=this_process())
            return open_set(connection, act)

    def _close(self, set_id: int, state: str) -> bool:
        """End the set; whether there is anything in it."""
        if not set_id:
            return False
        with self._database.write() as connection:
            close_set(connection, set_id, state)
            return read_set(connection, set_id) is not None


def bulk_json(set_id: int | None, result: BulkResult) -> dict[str, Any]:
    """Return a job's result."""
    return {
        "set_id": set_id,
        "changed": result.changed,
        "problems": [asdict(problem) for problem in result.problems[:MOST_PROBLEMS]],
        "problem_count": len(result.problems),
        **result.extra,
    }
