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
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))
        page.on("response", lambda reply: self._note(f"{reply.url}: {reply.status}") if reply.status >= 400 else None)

    def _failed(self, url: str, failure: str) -> None:
        if "ERR_ABORTED" not in failure:  # that is what the page itself gave up, because the user went on
            self._note(f"{url}: {failure}")

    def _note(self, text: str) -> None:
        self.complaints.append(text)
