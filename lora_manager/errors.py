"""The errors that reach a user: each says what happened and what to do, and carries a stable code for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LoraManagerError(Exception):
    """An expected failure. `str(error)` is one sentence for the user; `code` is stable for programs."""

    code = "error"


class BadInputError(LoraManagerError):
    """What the caller gave cannot be used; the message says what would be accepted."""

    code = "bad_input"


class ChangedMeanwhileError(LoraManagerError):
    """A value that the caller saw is another now. `current` are the values as they are, by field."""

    code = "changed_meanwhile"

    def __init__(self, current: Mapping[str, Any]) -> None:
        super().__init__(
            f"{', '.join(sorted(current))}: changed meanwhile, in another tab or by another program. Nothing was "
            "saved; look at the new value and save again."
        )
        self.current = dict(current)


class NotFoundError(LoraManagerError):
    """The thing named by the caller does not exist (any more)."""

    code = "not_found"


class UnreadableFileError(LoraManagerError):
    """A file on disk is broken, too large or not what its name says. Becomes one row of `problem`.

    `kind` is a short stable identifier such as "broken_json"; the message gives reason and remedy, not the path.
    """

    code = "unreadable_file"

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class IncompleteFileError(LoraManagerError):
    """A network file is shorter than its header says: most likely still being downloaded. Retried at every scan.

    `begun` is False when not even the header is whole.
    """

    code = "incomplete_file"

    def __init__(self, message: str, *, begun: bool = True) -> None:
        super().__init__(message)
        self.begun = begun


class CatalogueError(LoraManagerError):
    """The database cannot take or give anything now: its disk is full, broken or read-only, or others hold it."""

    code = "catalogue_unusable"


class MissingDependencyError(LoraManagerError):
    """An optional package is not installed; the message says what does not work without it and how to get it."""

    code = "missing_dependency"


class HostError(LoraManagerError):
    """The host could not do what was asked: no model loaded, generation failed, busy."""

    code = "host_error"
