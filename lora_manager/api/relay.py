"""Insertion from afar: what is chosen on one page goes into the prompt box of the web UI's page that stands open.

The page at `/lora-manager/` on a phone or a second screen has no prompt box of the web UI; the server hands its wish on
to the web UI's page of the same user that was looked at last, by that page's own WebSocket.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor
from lora_manager.api.rate_limit import costly
from lora_manager.api.refusal import Refusal
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import InsertionBody, additions, row_ids
from lora_manager.api.visitor import Visitor

ANSWER_WITHIN_S = 3.0
MOST_ASKED = 3
"""Pages that are asked for one wish, the last looked at first: one that sleeps in a background tab never answers."""
INSERTIONS_A_MINUTE = 240
LONGEST_PLACE = 100
DONE = ("added", "removed", "already")
NO_HOST_PAGE = "No page of the web UI is open{under}. Open it in a browser, then insert again."

Put = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Inserted:
    """Where a wish was fulfilled, and what came of it: one of DONE, "" where the page does not say."""

    place: str
    what: str


@dataclass(eq=False)
class HostPage:
    """A page of the web UI that stands open somewhere."""

    user_name: str | None
    put: Put
    looked_at: float = field(default_factory=time.monotonic)


class Relay:
    """The open pages, and the wishes under way. Lives on the server's event loop: no locks."""

    def __init__(self) -> None:
        self._pages: list[HostPage] = []
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[HostPage, asyncio.Future[Inserted]]] = {}

    def join(self, user_name: str | None, put: Put) -> HostPage:
        """Count on a page from now on; `put` sends it a message."""
        page = HostPage(user_name, put)
        self._pages.append(page)
        return page

    def leave(self, page: HostPage) -> None:
        """Count on a page no more; what it was asked for goes to another."""
        self._pages = [other for other in self._pages if other is not page]
        for asked, answer in self._waiting.values():
            if asked is page and not answer.done():
                answer.cancel()

    def hear(self, page: HostPage, message: dict[str, Any]) -> None:
        """Take what a page says: that it is looked at, or that it has inserted."""
        if message.get("type") == "active":
            page.looked_at = time.monotonic()
        elif message.get("type") == "inserted":
            asked, answer = self._waiting.get(_number(message.get("id")), (None, None))
            if asked is page and answer is not None and not answer.done():
                what = message.get("what")
                place = str(message.get("place", ""))[:LONGEST_PLACE]
                answer.set_result(Inserted(place, what if what in DONE else ""))

    async def insert(self, user_name: str | None, wish: dict[str, Any]) -> Inserted:
        """Have a page of this user fulfil the wish. Raises Refusal 409 when none does."""
        pages = [page for page in self._pages if page.user_name == user_name]
        for page in sorted(pages, key=lambda page: -page.looked_at)[:MOST_ASKED]:
            inserted = await self._ask(page, wish)
            if inserted is not None:
                return inserted
        under = "" if user_name is None else " under your name"
        raise Refusal(409, "no_host_page", NO_HOST_PAGE.format(under=under))

    async def _ask(self, page: HostPage, wish: dict[str, Any]) -> Inserted | None:
        number = next(self._numbers)
        answer: asyncio.Future[Inserted] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (page, answer)
        page.put({"type": "insert", "id": number, **wish})
        try:
            await asyncio.wait([answer], timeout=ANSWER_WITHIN_S)
        finally:
            del self._waiting[number]
        return answer.result() if answer.done() and not answer.cancelled() else None


def relay_router(relay: Relay) -> APIRouter:
    """Return the route `insertions`."""
    router = APIRouter(route_class=Route)

    @router.post("/insertions", dependencies=[Depends(costly(INSERTIONS_A_MINUTE))])
    async def insert(body: InsertionBody, visitor: Visitor = current_visitor()) -> Response:
        add = [vars(item) for item in additions(body.add)]
        inserted = await relay.insert(visitor.user_name, {"add": add, "remove": row_ids(body.remove)})
        return json_response(vars(inserted))

    return router


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
