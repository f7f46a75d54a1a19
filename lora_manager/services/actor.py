"""Who does something, and by what: for the history."""

from __future__ import annotations

from dataclasses import dataclass

PAGE, API, CLI = "page", "api", "cli"


@dataclass(frozen=True)
class Actor:
    """`by` is "page", "api" (a script with a token or a password) or "cli"; `user_name` where the host has logins."""

    by: str
    user_name: str | None = None
