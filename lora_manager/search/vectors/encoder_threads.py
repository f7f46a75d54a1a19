"""How many threads torch uses for what runs on this thread, without touching what others have."""

from __future__ import annotations

import os
import threading


def usual_threads() -> int:
    """Return how many threads an encoder takes: half of the cores, and four at most."""
    return max(1, min(4, (os.cpu_count() or 2) // 2))


def limit_threads(count: int) -> None:
    """Have torch use so many threads for the calls of this thread, and leave those of all others as they are.

    torch keeps the number for each thread, and beside it the one that new threads begin with: that one is put back, by
    a thread that ends right after it.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    other = threading.Thread(target=torch.set_num_threads, args=(before,))
    other.start()
    other.join()
