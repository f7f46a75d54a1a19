"""One lock for every generation, held for the length of what a user asked for. A plain lock: not reentrant."""

from __future__ import annotations

import threading

queue_lock = threading.Lock()


def get_lock() -> threading.Lock:
    return queue_lock
