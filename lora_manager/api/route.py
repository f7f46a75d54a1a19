"""A route class that turns our errors into `{"detail", "code"}`, whatever handlers the surrounding app has.

In a host the app is the host's: handlers added to it would change how the host answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from lora_manager.api.rate_limit import rate_headers
from lora_manager.errors import (
    BadInputError,
    CatalogueError,
    ChangedMeanwhileError,
    LoraManagerError,
    MissingDependencyError,
    NotFoundError,
)
from lora_manager.search.query.tokens import QueryError

LONG_LIVED = "private, max-age=31536000, immutable"
"""Cache-Control of what stands under an address that changes with its content."""
MOST_BODY = 2 * 1024 * 1024
"""Bytes of a request: beyond what any field takes. A body is read whole before anything can judge it."""

_ONLY_JSON = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STATUS: dict[type[LoraManagerError], int] = {
    BadInputError: 400,
    NotFoundError: 404,
    MissingDependencyError: 503,
    CatalogueError: 503,
}


class Route(APIRoute):
    """Answers our errors, and bad requests, as JSON with a stable code, and tells how often one may ask."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def counted(request: Request) -> Response:
            answer = await answer_or_error(request)
            answer.headers.update(rate_headers(request))
            return answer

        async def answer_or_error(request: Request) -> Response:
            try:
                _refuse_large_body(request)
                return await handle(request)
            except QueryError as error:
                return json_response({"detail": str(error), "code": error.code, "at": error.at}, 400)
            except ChangedMeanwhileError as error:
                answer = {"detail": str(error), "code": error.code, "current": error.current}
                return json_response(answer, 409)
            except LoraManagerError as error:
                return error_response(_STATUS.get(type(error), 409), str(error), error.code)
            except RequestValidationError as error:
                return error_response(422, _first_mistake(error), "bad_request")
            except HTTPException as error:
                return _refused(error)

        return counted


def _refused(error: HTTPException) -> Response:
    answer = error_response(error.status_code, str(error.detail), getattr(error, "code", "refused"))
    answer.headers.update(error.headers or {})
    return answer


def _refuse_large_body(request: Request) -> None:
    if "transfer-encoding" in request.headers:
        raise HTTPException(411, "Say with Content-Length how long the body is.")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > MOST_BODY:
        raise HTTPException(413, f"A request may have {MOST_BODY} bytes at most.")


def json_response(value: Any, status: int = 200) -> Response:
    """Answer with JSON straight from plain values: no model in between, which is many times faster for lists."""
    try:
        body = _dumps(value)
    except ValueError:  # a number that JSON has no word for, out of a database that once took it
        body = _dumps(_finite(value))
    return Response(body, status_code=status, media_type="application/json", headers=_ONLY_JSON)


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    """Return the value with None for every number that is infinite or none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def error_response(status: int, detail: str, code: str) -> Response:
    """Answer with an error: one sentence for people, a stable code for programs."""
    return json_response({"detail": detail, "code": code}, status)


def _first_mistake(error: RequestValidationError) -> str:
    mistakes = error.errors()
    if not mistakes:
        return "The request is not of the form this route takes."
    first = mistakes[0]
    where = ".".join(str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path"))
    return f"{where or 'body'}: {first.get('msg', 'is not of the form this route takes')}"
