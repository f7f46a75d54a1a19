"""The host's one queue: a generation of the page or of the API holds this lock."""

from __future__ import annotations

from modules import fifo_lock

queue_lock = fifo_lock.FIFOLock()
