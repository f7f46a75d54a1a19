"""Every route of a running host x everybody who may ask: read off the API's description and the page's files.

Each route is called so that it does as little as it can; what does not exist answers 404 to those who are let in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.contract.events import handshake
from tests.contract.running_host import OURS, Answer, Json, RunningHost

BELOW = "/lora-manager"
EVENTS = "WEBSOCKET /ws"
CHANGES = ("POST", "PATCH", "PUT", "DELETE")
FOREIGN_ORIGIN = {"Origin": "http://evil.example"}
FOREIGN_HOST = {"Host": "evil.example"}
PLAIN = {"Content-Type": "text/plain"}
NOT_ASKED = "-"
_TOKEN = "route table"
_DESTROYS = frozenset({"POST /api/v1/trash/empty"})
"""Routes that are not asked by whom they let in: the host may be somebody's own."""
_REFUSED = (401, 403, 415, 429)


@dataclass(frozen=True)
class Asker:
    """A column: who asks, what they are answered, and on which routes they are asked about."""

    title: str
    wanted: str
    headers: Mapping[str, str]
    is_known: bool
    only_changes: bool = False
    on_events: bool = True

    def fits(self, route: str, status: int) -> bool:
        """Whether this status is what is wanted."""
        if route == EVENTS:
            return status == 101 if self.wanted == "let in" else status == 403
        if self.wanted == "let in":
            return status < 500 and status not in _REFUSED
        return str(status) == self.wanted


def askers(host: RunningHost, token: str) -> list[Asker]:
    """The columns: with the login on, of `host`'s user."""
    basic = host.api_user.basic if host.api_user is not None else {}
    return [
        Asker("anonymous", "401", {}, is_known=False),
        Asker("cookie", "let in", {}, is_known=True),
        *([Asker("Basic", "let in", basic, is_known=False)] if basic else []),
        Asker("token", "let in", {"Authorization": f"Bearer {token}"}, is_known=False),
        Asker("foreign Origin", "403", FOREIGN_ORIGIN, is_known=True),
        Asker("foreign Host", "403", FOREIGN_HOST, is_known=True),
        Asker("text/plain", "415", PLAIN, is_known=True, only_changes=True, on_events=False),
    ]


class Table:
    """Asks and keeps the answers: rows are routes, columns are askers."""

    def __init__(self, host: RunningHost) -> None:
        self._host = host
        self._names = _names(host)
        self._askers = askers(host, host.post("tokens", {"name": _TOKEN})["token"])
        try:
            self.rows = {route: [self._cell(route, asker) for asker in self._askers] for route in routes(host)}
        finally:
            self._revoke_tokens()

    def wrong(self) -> list[str]:
        """The cells that are not as wanted."""
        return [
            f"{route}, {asker.title}: {cell}, not {asker.wanted}"
            for route, cells in self.rows.items()
            for asker, cell in zip(self._askers, cells, strict=True)
            if cell != NOT_ASKED and not _may_differ(route, asker, cell) and not asker.fits(route, int(cell))
        ]

    def text(self) -> str:
        """For people: one line for each route."""
        head = ["route", *(f"{asker.title} ({asker.wanted})" for asker in self._askers)]
        lines = [head, *([route, *cells] for route, cells in sorted(self.rows.items()))]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
        return "\n".join("  ".join(cells).rstrip() for cells in padded)

    def _revoke_tokens(self) -> None:
        """Those that were made on the way: everybody's own."""
        for asker in self._askers:
            if asker.wanted == "let in" and asker.title != "token":
                host = self._host if asker.is_known else self._host.anonymous()
                for token in host.ask("GET", f"{OURS}tokens", headers=asker.headers).document["items"]:
                    if token["name"] == _TOKEN:
                        host.ask("DELETE", f"{OURS}tokens/{token['id']}", {}, asker.headers)

    def _cell(self, route: str, asker: Asker) -> str:
        method, _, path = route.partition(" ")
        host = self._host if asker.is_known else self._host.anonymous()
        if route == EVENTS:
            # A program sends no Origin; what comes from a page has one.
            own = {} if asker.is_known else {"Origin": ""}
            return str(handshake(host, {**own, **asker.headers})) if asker.on_events else NOT_ASKED
        if asker.only_changes and method not in CHANGES:
            return NOT_ASKED
        if route in _DESTROYS and asker.wanted == "let in":
            return NOT_ASKED
        body = self._body(route) if method in CHANGES else None
        # A job is its user's to cancel: nobody's is there for all alike. And no LoRA of a real host is touched.
        is_about_nothing = method == "DELETE" or (method == "POST" and "{adapter_id}" in path)
        names = {**self._names, "job_id": 0, "adapter_id": 0} if is_about_nothing else self._names
        return str(host.ask(method, BELOW + _filled(path, names), body, asker.headers).status)

    def _body(self, route: str) -> Json:
        bodies: dict[str, Callable[[], Json]] = {
            "POST /api/v1/jobs": lambda: {"kind": "scan"},
            "POST /api/v1/compose": lambda: {"prompt": "x"},
            "POST /api/v1/recommend": lambda: {"prompt": "x"},
            "POST /api/v1/tokens": lambda: {"name": _TOKEN},
            "POST /api/v1/packages": lambda: {"name": "nothing"},
            "POST /api/v1/hashing": lambda: {"paused": False},
            "POST /api/v1/adapters": lambda: {"path": self._names["path"], "notes": self._names["notes"]},
            "PATCH /api/v1/adapters/{adapter_id}": lambda: {"notes": self._names["notes"]},
        }
        return bodies.get(route, dict)()


def _filled(path: str, names: Json) -> str:
    return re.sub(r"{([^}]+)}", lambda found: str(names.get(found.group(1), "0")), path)


def routes(host: RunningHost) -> list[str]:
    """Every route: those that the API tells of itself, the page's files, the events."""
    told = host.ask("GET", f"{OURS}openapi.json").document["paths"]
    listed = [f"{method.upper()} {path}" for path, methods in told.items() for method in methods]
    return [*listed, "GET /api/v1/openapi.json", "GET /", "GET /entry.js", "GET /web/{version}/{file}", EVENTS]


def _may_differ(route: str, asker: Asker, cell: str) -> bool:
    """Tokens make and revoke no tokens."""
    return asker.title == "token" and route.split(" ")[0] in CHANGES and "/tokens" in route and cell == "403"


def _names(host: RunningHost) -> Json:
    """What stands in paths: things that are there."""
    lora = host.loras()[0]
    card = host.get(f"adapters/{lora.id}")
    entry: Answer = host.ask("GET", f"{BELOW}/entry.js")
    made = [image for run in host.generations() for image in run["images"]]
    return {
        "adapter_id": lora.id,
        "path": card["files"][0]["path"],
        "notes": card["notes"],
        "size": 128,
        "version": re.search(rb"web/(\w+)/", entry.body).group(1).decode(),  # type: ignore[union-attr]
        "file": "boot.js",
        "job_id": host.scan()["id"],
        "image_id": made[0]["id"] if made else 0,
    }
