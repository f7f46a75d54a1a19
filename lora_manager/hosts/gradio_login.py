"""The login of a gradio page, 3.41 to 4.40: on the app itself, or on one that is mounted in it.

SDNext with a sub-path mounts its page a second time, after our routes are there; who logs in there is known to that
second app alone. So everything is looked up when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lora_manager.hosts.protection import same_text, stored_name

COOKIES = ("access-token", "access-token-unsecure")
"""Names of the cookie, over https and over http; gradio 4 adds an id of its own run to both."""


class GradioLogin:
    """Reads gradio's login off a host's FastAPI app."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def is_on(self) -> bool:
        """Whether one of the pages asks for a login."""
        return any(_asks(app) for app in self._apps())

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        """The user whom one of the pages gave such a cookie."""
        for app in self._apps():
            user = _user(app, cookies)
            if user is not None:
                return user
        return None

    def knows(self, user: str, password: str) -> bool:
        """Whether one of the pages would let them in. A login by a function of the host's is not asked."""
        return any(_matches(app, user, password) for app in self._apps())

    def has_user(self, user: str) -> bool:
        """Whether one of the pages lets in a user of this name. A login by a function lets in whomever it likes."""
        for users in (getattr(app, "auth", None) for app in self._apps()):
            if callable(users) or (isinstance(users, Mapping) and user in map(stored_name, users)):
                return True
        return False

    def _apps(self) -> Iterator[Any]:
        yield self._server
        for route in list(getattr(self._server, "routes", ())):
            inner = getattr(route, "app", None)
            if hasattr(inner, "tokens"):
                yield inner


def _asks(app: Any) -> bool:
    asked = getattr(app, "auth", None), getattr(app, "auth_dependency", None)
    return any(way is not None for way in asked)


def _user(app: Any, cookies: Mapping[str, str]) -> str | None:
    tokens = getattr(app, "tokens", None)
    if not isinstance(tokens, Mapping) or not _asks(app):
        return None
    suffix = f"-{app.cookie_id}" if hasattr(app, "cookie_id") else ""
    for name in COOKIES:
        user = tokens.get(cookies.get(f"{name}{suffix}"))
        if user is not None:
            return str(user)
    return None


def _matches(app: Any, user: str, password: str) -> bool:
    pairs = getattr(app, "auth", None)
    if not isinstance(pairs, Mapping):
        return False
    expected = pairs.get(user)
    return isinstance(expected, str) and same_text(expected, password)
