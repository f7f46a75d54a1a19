"""Who is let in: by the cookie of the host's login, by HTTP Basic or by a token of ours; everybody where none is asked.

What protects the host's page protects ours. The cookie is the host's own, so there is nothing to log in to here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from lora_manager.api.guard import is_from_this_machine
from lora_manager.api.guest import STARTING
from lora_manager.api.rate_limit import RateLimit
from lora_manager.api.refusal import Refusal
from lora_manager.api.visitor import NEEDS_LOGIN, Visitor
from lora_manager.hosts.protection import Login, NoLogin, Protection, same_text, stored_name

FAILED_LOGINS_A_MINUTE = 20
"""Of one user from one address. Tokens are too long to be guessed, so they are not counted."""
FAILED_LOGINS_OF_A_USER = 100
"""From whatever addresses: behind a tunnel these are what the other end says."""

LOG_IN = (
    "Log in to the web UI first: LoRA Manager asks for the same login. A script sends HTTP Basic, or a token made in "
    "Library."
)
LOG_IN_TO_API = "This web UI has no page, only an API: send a name and password of its --api-auth."
WRONG = "This name and password, or this token, is not known here."
TOO_MANY_FAILED = "Too many logins have failed. Wait a minute."

TokenUser = Callable[[str], "str | None"]
"""Returns whose a token is; None for one that was never made or is revoked."""


class Access:
    """Decides who sends a request. `token_user` comes with the catalogue, later than the first request."""

    def __init__(self, protection: Protection | None = None, login: Login | None = None) -> None:
        self.protection = protection or Protection()
        self.login = login or NoLogin()
        self.token_user: TokenUser | None = None
        self._failed = RateLimit(FAILED_LOGINS_A_MINUTE), RateLimit(FAILED_LOGINS_OF_A_USER)

    def lets_strangers_in(self) -> bool:
        """Whether other people may edit who may not change files: on an open server without a login."""
        protection = self.protection
        has_login = self.login.is_on() or protection.asks_basic
        is_open = protection.is_open or bool(protection.fronts)
        return is_open and not has_login and not protection.allows_file_operations

    def visitor(self, scope: Mapping[str, Any]) -> Visitor:
        """Return who sends this request. Raises Refusal 401 where a login is asked for and nobody is known."""
        headers = Headers(scope=dict(scope))
        is_asked = self.login.is_on() or self.protection.asks_basic
        address = str((scope.get("client") or ("",))[0])
        named = self._named(headers, address, is_asked)
        if named is None and is_asked:
            raise Refusal(401, "login", LOG_IN_TO_API if self.protection.asks_basic else LOG_IN, self._challenge())
        user_name, by = named or (None, "")
        may = named is not None or self._is_owner(scope)
        why_not = "" if may else NEEDS_LOGIN.format(remedy=self.protection.remedy)
        return Visitor(user_name, by, address, may, why_not)

    async def ask(self, scope: Mapping[str, Any]) -> Visitor:
        """Return what `visitor` does and hold up no event loop: a token is looked up in a database that may be busy."""
        if "authorization" not in Headers(scope=dict(scope)):
            return self.visitor(scope)
        return await run_in_threadpool(self.visitor, scope)

    def _challenge(self) -> dict[str, str]:
        """What a browser is told: to ask by itself only where no page of the host's has a login."""
        basic = 'Basic realm="LoRA Manager", charset="UTF-8"'
        return {"WWW-Authenticate": basic if self.protection.asks_basic else "Bearer"}

    def _is_owner(self, scope: Mapping[str, Any]) -> bool:
        """Whether, without a login, this is the person whose machine it is, or everybody may what they may."""
        protection = self.protection
        # Behind a proxy in front everybody may look like this machine.
        is_open = protection.is_open or bool(protection.fronts)
        return protection.allows_file_operations or (not is_open and is_from_this_machine(scope))

    def _named(self, headers: Headers, address: str, is_asked: bool) -> tuple[str, str] | None:
        """(name, way) of a known user.

        Where no login is asked for, what is wrong is passed over: a proxy in front may have asked for a password of its
        own. Nobody guesses faster there for that.
        """
        user = self.login.user_of(_cookies(headers)) if self.login.is_on() else None
        if user is not None:
            return stored_name(user), "cookie"
        scheme, _, words = headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("basic", "bearer"):
            return None
        is_basic = scheme.lower() == "basic"
        found = self._by_basic(words, address, is_asked) if is_basic else self._by_token(words.strip())
        if found is None and is_asked:
            raise Refusal(401, "login", WRONG, self._challenge())
        return found

    def _by_basic(self, words: str, address: str, is_asked: bool) -> tuple[str, str] | None:
        try:
            user, _, password = base64.b64decode(words, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        keys = f"{address} {user}", user
        if not all(limit.look(key).is_allowed for limit, key in zip(self._failed, keys, strict=True)):
            if is_asked:
                raise Refusal(429, "too_many", TOO_MANY_FAILED, {"Retry-After": "60"})
            return None
        pairs = self.protection.basic
        # Every pair is compared, so that the time says nothing of which was nearly right.
        matches = [same_text(user, name) & same_text(password, word) for name, word in pairs]
        if any(matches) or self.login.knows(user, password):
            return stored_name(user), "basic"
        for limit, key in zip(self._failed, keys, strict=True):
            limit.take(key)
        return None

    def _by_token(self, token: str) -> tuple[str, str] | None:
        if self.token_user is None:
            raise Refusal(503, "starting", STARTING, {"Retry-After": "1"})
        user = self.token_user(token)
        # A user who is taken out of the web UI's login takes the tokens along.
        return (user, "token") if user is not None and self._has_user(user) else None

    def _has_user(self, user: str) -> bool:
        return self.login.has_user(user) or any(stored_name(name) == user for name, _ in self.protection.basic)


def _cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request as they are sent: those of a login hold nothing that is quoted."""
    pairs = (part.partition("=") for line in headers.getlist("cookie") for part in line.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
