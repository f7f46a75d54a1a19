"""A request that is not answered: one sentence for people, a stable code for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.exceptions import HTTPException


class Refusal(HTTPException):
    """Why a request is refused. `detail` names the remedy; `headers` go with the answer."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code


def body_of(detail: str, code: str) -> bytes:
    """Return the JSON of an error, as every route of ours answers one."""
    return json.dumps({"detail": detail, "code": code}, ensure_ascii=False).encode("utf-8", "replace")
