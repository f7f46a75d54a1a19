"""gradio's login as routes and attributes of a host's app: the names and cookies of gradio 3 and gradio 4."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, HTTPException, Request, Response, WebSocket
from fastapi.responses import JSONResponse, RedirectResponse

COOKIES = ("access-token", "access-token-unsecure")

LOGIN_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Imitated</title></head><body>
<div class="gradio-container"><form id="login"><input name="username" placeholder="username">
<input name="password" type="password" placeholder="password"><button>Login</button></form></div>
<script>document.getElementById('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('login', { method: 'POST', body: new URLSearchParams(new FormData(event.target)) });
  if (answer.ok) location.reload();
});</script></body></html>"""


@dataclass
class Event:
    """A request to the page that waits or runs: what it sent, and whose it is."""

    sent: list[Any]
    username: str | None

    @property
    def data(self) -> Any:
        """As gradio nests it."""
        return SimpleNamespace(data=self.sent)


class Page:
    """What a host launched, as far as anybody looks at it afterwards."""

    def __init__(self, auth: list[tuple[str, str]] | None, share: bool = False, server_name: str | None = None) -> None:
        self.auth, self.share, self.server_name = auth, share, server_name or "127.0.0.1"
        self.share_url = "https://0123456789abcdef.gradio.live" if share else None
        self._queue = SimpleNamespace(active_jobs=[None, None])

    @contextmanager
    def working_on(self, event: Event) -> Iterator[None]:
        """For as long as a request is under way."""
        self._queue.active_jobs[0] = [event]
        try:
            yield
        finally:
            self._queue.active_jobs[0] = None


class GradioApp(FastAPI):
    """An app with a gradio page in it. `auth` None asks for no login."""

    def __init__(self, gradio: str, auth: Mapping[str, str] | None, **more: Any) -> None:
        super().__init__(docs_url=None, redoc_url=None, openapi_url=None, **more)
        self.auth = dict(auth) if auth else None
        self.tokens: dict[str, str] = {}
        suffix = ""
        if not gradio.startswith("3."):
            self.auth_dependency = None
            self.cookie_id = secrets.token_urlsafe(32)
            suffix = f"-{self.cookie_id}"
        self._cookies = tuple(f"{name}{suffix}" for name in COOKIES)
        self._add_login()

    def user(self, cookies: Mapping[str, str]) -> str | None:
        """The user of a cookie: of the first one only, as gradio looks."""
        return self.tokens.get(next((cookies[name] for name in self._cookies if cookies.get(name)), ""))

    def login_check(self, request: Request) -> None:
        """The dependency of every route of gradio's own."""
        if self.auth is not None and self.user(request.cookies) is None:
            raise HTTPException(401, "Not authenticated")

    async def may_join(self, websocket: WebSocket) -> bool:
        """Whether gradio 3 talks to this WebSocket: it asks for any token at all; others are closed."""
        if self.auth is None or any(websocket.cookies.get(name) for name in self._cookies):
            return True
        await websocket.close(1008)
        return False

    def _add_login(self) -> None:
        async def login(request: Request) -> Response:
            return self._log_in(parse_qs((await request.body()).decode()))

        def user(request: Request) -> str | None:
            return self.user(request.cookies)

        checked = [Depends(self.login_check)]
        self.add_api_route("/login", login, methods=["POST"])
        self.add_api_route("/user", user, methods=["GET"])
        self.add_api_route("/login_check", lambda: None, methods=["GET"], dependencies=checked)

    def _log_in(self, form: Mapping[str, list[str]]) -> Response:
        name, word = (form.get(field, [""])[0] for field in ("username", "password"))
        if self.auth is None:
            return RedirectResponse("/", 302)
        if self.auth.get(name.strip()) != word:
            raise HTTPException(400, "Incorrect credentials.")
        token = secrets.token_urlsafe(16)
        self.tokens[token] = name.strip()
        response = JSONResponse({"success": True})
        response.set_cookie(self._cookies[0], token, httponly=True, samesite="none", secure=True)
        response.set_cookie(self._cookies[1], token, httponly=True)
        return response


def split_users(given: str | None) -> dict[str, str]:
    """The users and passwords of a flag: "u1:p1,u2:p2"."""
    pairs = (entry.strip().partition(":") for entry in (given or "").split(",") if entry.strip())
    return {user: word for user, _, word in pairs}


def basic_check(users: Mapping[str, str], is_known: Callable[[str], bool] = lambda token: False) -> Callable[..., None]:
    """The dependency of the routes of a host's own API: HTTP Basic, where there are users for it."""

    def check(request: Request) -> None:
        if not users:
            return
        scheme, _, words = request.headers.get("authorization", "").partition(" ")
        user, _, word = base64.b64decode(words).decode().partition(":") if scheme == "Basic" else ("", "", "")
        if user in users and (users[user] == word or is_known(word)):
            return
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Basic"})

    return check
