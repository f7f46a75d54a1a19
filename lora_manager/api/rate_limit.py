"""How often a visitor may ask for what costs much, told in headers of every answer."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from lora_manager.api.refusal import Refusal
from lora_manager.api.visitor import visitor_of

WINDOW_S = 60.0
MOST_VISITORS = 2000
IN_STATE = "lora_manager_rate"


@dataclass(frozen=True)
class Allowance:
    """What is left to a visitor: `remaining` of `limit` requests, until `reset_s` seconds from now."""

    limit: int
    remaining: int
    reset_s: int
    is_allowed: bool

    def headers(self) -> dict[str, str]:
        """Return it as headers (IETF draft-ietf-httpapi-ratelimit-headers-03)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }


class RateLimit:
    """Counts each visitor's requests in windows of a minute. The visitors longest away are forgotten first."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str) -> Allowance:
        """Count one more request of this visitor, unless there are too many already."""
        return self._count(key, taken=True)

    def look(self, key: str) -> Allowance:
        """Say what one more request would be told, and count nothing."""
        return self._count(key, taken=False)

    def _count(self, key: str, *, taken: bool) -> Allowance:
        now = self._clock()
        with self._lock:
            began, count = self._windows.get(key, (now, 0))
            if now - began >= WINDOW_S:
                began, count = now, 0
            is_allowed = count < self._limit
            if taken:  # who only looks pushes nobody out
                count += is_allowed
                self._windows[key] = (began, count)
                self._windows.move_to_end(key)
                if len(self._windows) > MOST_VISITORS:
                    self._windows.popitem(last=False)
        left = max(1, math.ceil(WINDOW_S - (now - began)))
        return Allowance(self._limit, self._limit - count, left, is_allowed)


def costly(per_minute: int) -> Callable[[Request], None]:
    """Return the dependency of a route that each visitor may call so often a minute."""
    limit = RateLimit(per_minute)

    def count(request: Request) -> None:
        allowance = limit.take(visitor_of(request).key)
        setattr(request.state, IN_STATE, allowance)
        if not allowance.is_allowed:
            raise Refusal(
                429,
                "too_many",
                f"More than {per_minute} requests of this kind in a minute. Try again in {allowance.reset_s} s.",
                {"Retry-After": str(allowance.reset_s)},
            )

    return count


def rate_headers(request: Request) -> dict[str, str]:
    """Return the headers that tell of this request's count; none for a route that is not counted."""
    allowance: Allowance | None = getattr(request.state, IN_STATE, None)
    return {} if allowance is None else allowance.headers()
