"""History: undo a set, revert single changes, go back to a moment. Taking back is a set of changes of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lora_manager.db.edits.apply import apply_edits
from lora_manager.db.edits.fields import EDITABLE
from lora_manager.db.edits.state import held_fields
from lora_manager.db.engine import Database
from lora_manager.db.history import (
    DONE,
    FILE_FIELDS,
    OPEN,
    STOPPED,
    Act,
    StoredChange,
    StoredSet,
    add_changes,
    close_set,
    mark_undone,
    open_set,
    open_sets,
    read_changes,
    read_set,
)
from lora_manager.errors import NotFoundError
from lora_manager.processes import is_left_behind, this_process
from lora_manager.services.actor import Actor
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.history.fields import edits_back
from lora_manager.services.history.outcome import CannotUndoError, Reverter, RevertOutcome

AT_ONCE = 2500
"""Changes of one transaction."""

OnProgress = Callable[[int, int, str], None]


def _silent(done: int, total: int, message: str) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Extent:
    """How much going back to a moment would change."""

    changes: int
    adapters: int
    files: int


class History:
    """Takes changes back. `reverters` are those of fields that are no fields of an adapter, by name of the field."""

    def __init__(self, database: Database, edited: Callable[[Sequence[int]], None]) -> None:
        self._database = database
        self._edited = edited
        self.reverters: dict[str, Reverter] = {}

    def start(self) -> None:
        """End the sets that a process left open when it ended: what it did until then stands, and can be undone."""
        with self._database.read() as connection:
            is_left = any(is_left_behind(owner) for _, owner in open_sets(connection))
        if not is_left:
            return  # a command that only reads waits for nobody's write
        with self._database.write() as connection:
            for set_id, owner in open_sets(connection):
                if is_left_behind(owner):
                    close_set(connection, set_id, STOPPED)

    def undo(
        self,
        set_id: int,
        actor: Actor,
        on_progress: OnProgress = _silent,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RevertOutcome:
        """Take a set back; undoing an undo does the thing again. Raises NotFoundError, CannotUndoError."""
        with self._database.read() as connection:
            stored = read_set(connection, set_id)
        if stored is None:
            raise NotFoundError(f"There is no change {set_id} on record (any more). Reload the page.")
        why_not = why_not_undone(stored)
        if why_not:
            raise CannotUndoError(why_not)
        act = Act("undo", actor.by, actor.user_name, {"of": stored.kind, **stored.what}, set_id, this_process())
        files = self._changes_of(set_id) if stored.touches_files else []
        parts = self._parts_of(set_id)
        outcome = self._take_back(files, parts, stored.count, act, actor, on_progress, cancelled)
        if cancelled():
            return outcome  # what is left can still be taken back
        with self._database.write() as connection:
            if outcome.set_id is not None:
                mark_undone(connection, set_id, outcome.set_id)
            if stored.undoes is not None:
                mark_undone(connection, stored.undoes, None)
        return outcome

    def revert(self, change_ids: Collection[int], actor: Actor) -> RevertOutcome:
        """Take single changes back. Raises NotFoundError."""
        with self._database.read() as connection:
            changes = read_changes(connection, ids=sorted(change_ids))
        if len(changes) < len(set(change_ids)):
            raise NotFoundError("This change is not on record any more. Reload the page.")
        act = Act("undo", actor.by, actor.user_name, {"of": "change"}, owner=this_process())
        return self._take_back(changes, [changes], len(changes), act, actor)

    def extent(self, moment: str, adapter_id: int | None = None) -> Extent:
        """Return how much `back_to` would change."""
        changes = self._since(moment, adapter_id)
        files = sum(change.field in FILE_FIELDS for change in changes)
        return Extent(len(changes), len({change.adapter_id for change in changes}), files)

    def back_to(
        self,
        moment: str,
        adapter_id: int | None,
        actor: Actor,
        on_progress: OnProgress = _silent,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RevertOutcome:
        """Let an adapter (None: all) be as it was at a moment (ISO, UTC), as far as changes are on record."""
        act = Act("back_to", actor.by, actor.user_name, {"at": moment}, owner=this_process())
        changes = self._since(moment, adapter_id)
        parts = (changes[start : start + AT_ONCE] for start in range(0, len(changes), AT_ONCE))
        return self._take_back(changes, parts, len(changes), act, actor, on_progress, cancelled, by_force=True)

    def _since(self, moment: str, adapter_id: int | None) -> list[StoredChange]:
        """The changes after a moment, of each field of an adapter the oldest: what was before it stood then."""
        with self._database.read() as connection:
            changes = read_changes(connection, adapter_id=adapter_id, after=moment)
        oldest: dict[object, StoredChange] = {}
        for change in changes:
            # Files are moved back step by step: each place may be taken meanwhile by what came from elsewhere.
            key = change.id if change.field in FILE_FIELDS else (change.adapter_id, change.field)
            oldest.setdefault(key, change)
        return list(oldest.values())

    def _changes_of(self, set_id: int) -> list[StoredChange]:
        with self._database.read() as connection:
            return read_changes(connection, set_id=set_id)

    def _parts_of(self, set_id: int) -> Iterator[list[StoredChange]]:
        """The changes of a set, some at a time: all of a bulk edit at once would keep the garbage collector busy."""
        last = 0
        while True:
            with self._database.read() as connection:
                part = read_changes(connection, set_id=set_id, beyond=last, limit=AT_ONCE)
            if not part:
                return
            yield part
            last = part[-1].id

    def _take_back(
        self,
        files: Sequence[StoredChange],
        parts: Iterable[Sequence[StoredChange]],
        total: int,
        act: Act,
        actor: Actor,
        on_progress: OnProgress = _silent,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        by_force: bool = False,
    ) -> RevertOutcome:
        """Take back those of `files` that are changes of files, and those of `parts` that are of fields."""
        with self._database.write() as connection:
            set_id = open_set(connection, act)
        revert = ChangeContext(set_id, actor, on_progress, cancelled)
        outcome = RevertOutcome()
        try:
            # The newest first, whatever was done: a file lies in the trash where it was moved to before.
            of_files = (change for change in reversed(files) if change.field in FILE_FIELDS)
            for field, group in groupby(of_files, key=lambda change: change.field):
                outcome.add(self.reverters[field](list(group), revert))
            done = 0
            for part in parts:
                if cancelled():
                    break
                self._fields_back([change for change in part if change.field in EDITABLE], revert, outcome, by_force)
                done += len(part)
                on_progress(done, total, "Taking back")
        finally:
            with self._database.write() as connection:
                close_set(connection, set_id, STOPPED if cancelled() else DONE)
                outcome.set_id = set_id if read_set(connection, set_id) is not None else None
        return outcome

    def _fields_back(
        self, changes: Sequence[StoredChange], revert: ChangeContext, outcome: RevertOutcome, by_force: bool
    ) -> None:
        if not changes:
            return
        fields = {change.field for change in changes}
        ids = sorted({change.adapter_id for change in changes if change.adapter_id is not None})
        with self._database.write() as connection:
            held = held_fields(connection, ids, fields)
            edits = edits_back(changes, held, outcome, by_force=by_force)
            add_changes(connection, revert.set_id, apply_edits(connection, edits, revert.actor.user_name, held))
        self._edited(ids)


def why_not_undone(stored: StoredSet) -> str:
    """Return why a set cannot be taken back, as a sentence; "" when it can."""
    if stored.state == OPEN:
        return "It still goes on. Cancel it first."
    if stored.undone_by is not None:
        return "It was undone already."
    return ""
