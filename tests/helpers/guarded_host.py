"""A host's server in this process with ours mounted behind its gate, as `extension.py` does, and its login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from lora_manager.api.access import Access
from lora_manager.api.app import BASE, api_app
from lora_manager.api.gate import Gate
from lora_manager.api.guest import GuestApp
from lora_manager.application import Application
from lora_manager.hosts.protection import Protection

COOKIE = {"Cookie": "access-token-unsecure=good"}
BASIC = {"Authorization": "Basic YXBpOmJlZXM="}  # api:bees
OWN_ADDRESS = "http://localhost"


class FromHere:
    """A test client's requests have no address; the host's server gives each one."""

    def __init__(self, app: ASGIApp, client: str = "127.0.0.1") -> None:
        self.app, self.client = app, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["client"] = (self.client, 40000)
        scope["server"] = ("127.0.0.1", 7860)
        await self.app(scope, receive, send)


@dataclass
class OneUser:
    """A host's login that knows one user by one cookie."""

    asks: bool = True
    user: str = "ada"

    def is_on(self) -> bool:
        return self.asks

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        return self.user if cookies.get("access-token-unsecure") == "good" else None

    def knows(self, user: str, password: str) -> bool:
        return (user, password) == (self.user, "secret")

    def has_user(self, user: str) -> bool:
        return user == self.user


@dataclass
class GuardedHost:
    """What stands around our routes; the catalogue is open once an application is given."""

    app: Application | None = None
    login: OneUser = field(default_factory=OneUser)
    protection: Protection = field(default_factory=lambda: Protection(basic=(("api", "bees"),)))
    prefix: str = ""
    client: str = "127.0.0.1"
    names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.guest = GuestApp()
        self.access = Access(self.protection, self.login)
        if self.app is not None:
            self.open(self.app)
        self.server = FastAPI()
        self.server.get("/own")(lambda: "the host's")
        self.server.mount(f"{self.prefix}{BASE}", Gate(self.guest, self.access, self.names))
        self.http = TestClient(FromHere(self.server, self.client), base_url=OWN_ADDRESS)

    def open(self, app: Application) -> None:
        """Serve the API too."""
        self.guest.open(api_app(app, self.guest.assets, self.access))
