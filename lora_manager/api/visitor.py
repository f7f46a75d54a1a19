"""Who sends a request, as the gate found out, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request

from lora_manager.api.refusal import Refusal
from lora_manager.services.actor import API, PAGE, Actor

IN_SCOPE = "lora_manager.visitor"

NEEDS_LOGIN = (
    "Others can reach this server without a login, so files, packages and settings are not changed from here. "
    "To allow it, {remedy}."
)


@dataclass(frozen=True)
class Visitor:
    """Who sends a request. `by` is how they are known: "cookie", "basic", "token", or "" for nobody in particular.

    `address` is the other end of the connection. `may_change_settings` is True for who is logged in, and where there
    is no login for who sits at the machine, unless the host is open to others.
    """

    user_name: str | None = None
    by: str = ""
    address: str = ""
    may_change_settings: bool = False
    why_not: str = ""

    @property
    def key(self) -> str:
        """Return what tells visitors apart where requests are counted."""
        return f"user {self.user_name}" if self.user_name is not None else f"address {self.address}"


def actor_of(visitor: Visitor) -> Actor:
    """Return in whose name, and by what, a visitor does something."""
    return Actor(API if visitor.by in ("basic", "token") else PAGE, visitor.user_name)


def visitor_in(scope: Mapping[str, Any]) -> Visitor:
    """Return the visitor whom the gate has let in. Raises KeyError for a route outside the gate."""
    return cast(Visitor, scope[IN_SCOPE])


def visitor_of(request: Request) -> Visitor:
    """Return who sends this request: a dependency of routes."""
    return visitor_in(request.scope)


def settings_change(request: Request) -> None:
    """Refuse who may not change files, packages and settings: a dependency of the routes that do."""
    check_may_change(visitor_of(request))


def check_may_change(visitor: Visitor) -> None:
    """Raise Refusal 403 for who may not change files, packages and settings."""
    if not visitor.may_change_settings:
        raise Refusal(403, "needs_login", visitor.why_not)
