"""Who is let in: by the cookie of the host's login, by HTTP Basic or by a token of ours; everybody where none is asked.

What protects the host's page protects ours. The cookie is the host's own, so there is nothing to log in to here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers

from lora_manager.api.guard import is_from_this_machine
from lora_manager.api.rate_limit import RateLimit
from lora_manager.api.refusal import Refusal
from lora_manager.api.visitor import NEEDS_LOGIN, Visitor
from lora_manager.hosts.protection import LONGEST_USER_NAME, Login, NoLogin, Protection, same_text

FAILED_LOGINS_A_MINUTE = 20

LOG_IN = "Log in to the web UI first: LoRA Manager asks for the same login."
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
        self._failed = RateLimit(FAILED_LOGINS_A_MINUTE)

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

    def _challenge(self) -> dict[str, str]:
        """What a browser is told: to ask by itself only where no page of the host's has a login."""
        basic = 'Basic realm="LoRA Manager", charset="UTF-8"'
        return {"WWW-Authenticate": basic if self.protection.asks_basic else "Bearer"}

    def _is_owner(self, scope: Mapping[str, Any]) -> bool:
        """Whether, without a login, this is the person whose machine it is, or everybody may what they may."""
        protection = self.protection
        return protection.allows_file_operations or (not protection.is_open and is_from_this_machine(scope))

    def _named(self, headers: Headers, address: str, is_asked: bool) -> tuple[str, str] | None:
        """(name, way) of a known user. Where no login is asked for, what is wrong is passed over: a proxy in front may
        have asked for a password of its own. Nobody guesses faster there for that.
        """
        user = self.login.user_of(_cookies(headers))
        if user is not None:
            return user[:LONGEST_USER_NAME], "cookie"
        scheme, _, words = headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("basic", "bearer"):
            return None
        if not self._failed.look(address).is_allowed:
            if is_asked:
                raise Refusal(429, "too_many", TOO_MANY_FAILED, {"Retry-After": "60"})
            return None
        found = self._by_basic(words) if scheme.lower() == "basic" else self._by_token(words.strip())
        if found is None:
            self._failed.take(address)
            if is_asked:
                raise Refusal(401, "login", WRONG, self._challenge())
        return found

    def _by_basic(self, words: str) -> tuple[str, str] | None:
        try:
            user, _, password = base64.b64decode(words, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        pairs = self.protection.basic
        # Every pair is compared, so that the time says nothing of which was nearly right.
        matches = [same_text(user, name) & same_text(password, word) for name, word in pairs]
        if any(matches) or self.login.knows(user, password):
            return user[:LONGEST_USER_NAME], "basic"
        return None

    def _by_token(self, token: str) -> tuple[str, str] | None:
        if self.token_user is None:
            return None
        user = self.token_user(token)
        return None if user is None else (user, "token")


def _cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request. Read one by one: a mistake in one that others set does not hide ours."""
    found: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        parsed: SimpleCookie = SimpleCookie()
        try:
            parsed.load(part.strip())
        except CookieError:
            continue
        found.update({name: morsel.value for name, morsel in parsed.items()})
    return found
