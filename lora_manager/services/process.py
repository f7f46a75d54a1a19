"""Who this process is, for rows that say who is at work: a row whose owner has ended was left behind."""

from __future__ import annotations

import os
import socket


def this_process() -> str:
    """Return the owner's name of this process, as lora_manager.services.hashing.lease.has_ended understands it."""
    return f"{socket.gethostname()}:{os.getpid()}"
