"""What can be done with many adapters at once: the protocol of an action, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lora_manager.services.change_context import ChangeContext

MOST_PROBLEMS = 100
"""Problems of a job that are told one by one; the others are counted."""


@dataclass(frozen=True)
class BulkProblem:
    """An adapter with which it could not be done, and why."""

    id: int
    name: str
    why: str


@dataclass
class BulkResult:
    """With how many adapters it was done, with which not, and what else there is to tell (JSON-able)."""

    changed: int = 0
    problems: list[BulkProblem] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PreviewRow:
    """What an action would do with one adapter: from which path to which, or why it cannot."""

    id: int
    name: str
    source: str
    target: str
    problem: str = ""


class BulkAction(Protocol):
    """One thing that can be done with many adapters."""

    @property
    def name(self) -> str:
        """What the API calls it."""

    @property
    def kind(self) -> str:
        """The kind of the set of changes it makes; "" for one that changes nothing that is on record."""

    @property
    def is_restricted(self) -> bool:
        """Whether it touches files: not for everybody on a server that is open to others."""

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Whether the database is backed up before this is done with several adapters."""

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters in the form `run` takes. Raises BadInputError."""

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Do it."""


class PreviewedAction(BulkAction, Protocol):
    """An action that can tell beforehand what it would do."""

    def preview(self, ids: Sequence[int], params: Mapping[str, Any]) -> Sequence[PreviewRow]:
        """Return a row for each adapter, in order; nothing is touched."""
