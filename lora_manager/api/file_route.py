"""Refuses our files in the host's file route under another name: a link, another case, a short name of Windows.

gradio's own `blocked_paths` (ui.kept_files) compares the path as it is written.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

_FILE_ROUTE = re.compile(r"/file[=/](?P<named>.*)", re.DOTALL)
"""gradio's two spellings, below whatever prefix a page is mounted at."""


def refuse_files(server: Any, paths: Sequence[Path]) -> None:
    """Answer 403 before any other route of `server`, the host's app, for what really is one of these or lies in one."""
    server.router.routes.insert(0, _KeptFiles(paths))


class _KeptFiles(Route):
    """Matches when the file that is asked for is one of ours; every other request goes on to the host's routes."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__("/file={path:path}", _refuse, include_in_schema=False)
        self._kept = tuple({_real(str(path)) for path in paths})

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether this request is for one of the files."""
        found = _FILE_ROUTE.search(scope["path"]) if scope["type"] == "http" else None
        return (Match.FULL if found is not None and self._keeps(found["named"]) else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse it, whatever the method."""
        await (await _refuse())(scope, receive, send)

    def _keeps(self, named: str) -> bool:
        try:
            asked = _real(named)
        except (OSError, ValueError):  # no file system can hold such a name
            return False
        return any(_is_or_below(asked, kept) for kept in self._kept)


async def _refuse(_request: object = None) -> JSONResponse:
    return JSONResponse({"detail": "LoRA Manager's own files are not handed out.", "code": "not_found"}, 403)


def _real(path: str) -> str:
    """What a path comes to, spelled so that file systems which tell no case or accents apart are safe as well."""
    return unicodedata.normalize("NFC", os.path.realpath(path)).casefold()


def _is_or_below(path: str, kept: str) -> bool:
    # ":" begins the name of a stream of the file, on Windows
    return path.startswith(kept) and path[len(kept) : len(kept) + 1] in ("", os.sep, ":")
