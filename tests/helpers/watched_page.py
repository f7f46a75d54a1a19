"""A browser's page that keeps a list of its complaints."""

from __future__ import annotations

from playwright.sync_api import Page


class WatchedPage:
    """A page together with everything that it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("requestfailed", lambda request: self._note(f"{request.url}: {request.failure}"))
        page.on("response", lambda reply: self._note(f"{reply.url}: {reply.status}") if reply.status >= 400 else None)

    def _note(self, text: str) -> None:
        self.complaints.append(text)
