"""How a host is guarded: what its command line says of who may come in, and the login of its page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

LONGEST_USER_NAME = 128
"""Characters of a user's name that are stored."""

IN_A_WEB_UI = (
    "start the web UI with a login (--gradio-auth, in SD.Next --auth), or with --lora-manager-allow-file-operations if "
    "everybody who reaches it may"
)
ON_OUR_OWN_SERVER = "start it with --allow-file-operations if everybody who reaches it may, or without --host"


@dataclass(frozen=True)
class Protection:
    """What a host's command line says of who may come in.

    `is_open`: other machines can reach it. `basic`: users and passwords of its API; `asks_basic`: it is an API alone,
    without a page, so these are who is let in. `names`: host names it is called
    by, beside addresses, localhost and this machine's own; `suffixes`: endings of such names (".gradio.live").
    `fronts`: names (with a port or for any) under which a proxy in front of it is opened.
    `allows_file_operations`: whether who is not logged in may do with files what the owner may; `remedy` says how that
    is allowed.
    """

    is_open: bool = False
    basic: tuple[tuple[str, str], ...] = ()
    asks_basic: bool = False
    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    fronts: frozenset[str] = frozenset()
    allows_file_operations: bool = False
    remedy: str = IN_A_WEB_UI


class Login(Protocol):
    """The login of a host's page."""

    def is_on(self) -> bool:
        """Whether a login is asked for now."""

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        """Who sent these cookies; None for nobody the host knows."""

    def knows(self, user: str, password: str) -> bool:
        """Whether these are a user's name and password."""

    def has_user(self, user: str) -> bool:
        """Whether there is a user of this name (still)."""


class NoLogin:
    """Of a host that has none."""

    def is_on(self) -> bool:
        """Never."""
        return False

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        """Nobody is known."""
        return None

    def knows(self, user: str, password: str) -> bool:
        """Nobody is known."""
        return False

    def has_user(self, user: str) -> bool:
        """There are none."""
        return False


def split_names(given: str | None) -> frozenset[str]:
    """Return the host names in a flag's value: "a.example, b.example:8080"."""
    return frozenset(name.strip().lower() for name in (given or "").split(",") if name.strip())


def split_users(given: str | None) -> tuple[tuple[str, str], ...]:
    """Return the users and passwords in a flag's value: "user:password,other:word"; what has no colon is left out."""
    pairs = [entry.strip().partition(":") for entry in (given or "").split(",")]
    return tuple((user, password) for user, colon, password in pairs if colon and user and password)


def same_text(one: str, other: str) -> bool:
    """Compare two secrets in a time that says nothing of where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def stored_name(user: str) -> str:
    """Return a user's name as it is stored: of one that is too long the beginning, and a digest that tells it apart."""
    if len(user) <= LONGEST_USER_NAME:
        return user
    digest = hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{user[: LONGEST_USER_NAME - len(digest) - 1]}~{digest}"
