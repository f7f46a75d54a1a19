"""What each host is asked for, and how long it may take: the real ones draw on a processor, some for half a minute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`size` in pixels; `steps` of a short run and of one that others must have time to meet; seconds for one answer.

    `drops_all`: a tag that the host does not know makes it apply none of the prompt's LoRAs. `runs_s` is the limit for
    a run to its end, with the model loading before it.
    """

    size: int
    steps: int
    long_steps: int
    runs_s: float
    restarts_s: float
    drops_all: bool = False


IMITATED = {
    "a1111": Limits(64, 2, 100, runs_s=30, restarts_s=30),
    "forge": Limits(64, 2, 100, runs_s=30, restarts_s=30, drops_all=True),
    "sdnext": Limits(64, 2, 100, runs_s=30, restarts_s=30),
}
REAL = {
    "a1111": Limits(64, 2, 8, runs_s=900, restarts_s=300),
    "forge": Limits(64, 2, 8, runs_s=600, restarts_s=300, drops_all=True),
    "reforge": Limits(64, 2, 8, runs_s=600, restarts_s=300, drops_all=True),
    "forge-classic": Limits(64, 2, 8, runs_s=600, restarts_s=300, drops_all=True),
    "sdnext": Limits(128, 2, 150, runs_s=300, restarts_s=300),
}
