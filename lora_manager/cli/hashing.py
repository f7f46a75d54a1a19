"""The command that computes the files' own hashes now, in the foreground."""

from __future__ import annotations

import argparse
import time

from lora_manager.api.hashing import hashing_json
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.errors import LoraManagerError
from lora_manager.services.hashing.hasher import Hasher
from lora_manager.services.hashing.lease import BEAT_SECONDS
from lora_manager.services.hashing.status import HashingStatus, HashingTimes

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 2.5 * BEAT_SECONDS
"""A process that was killed holds its lease for two beats."""
AT_ONCE = HashingTimes(first_wait=0.0, settle=0.0, look=1.0)


def hash_files(arguments: argparse.Namespace) -> None:
    """Hash every file of the LoRA folders that was scanned and has no hash of its own yet.

    Ctrl+C ends it; what is done stays done, and the next time goes on from there.
    """
    with opened(arguments) as app:
        hasher = Hasher(app.database, app.roots, times=AT_ONCE, obeys_pause=not arguments.now)
        if arguments.now:
            hasher.take_over()
        before = hasher.status()
        status = _finish(hasher, before)
    if arguments.json:
        print_json(hashing_json(status))
        return
    print_line(f"{status.done} of {status.total} files have their hash: {status.done - before.done} new")
    if status.errors:
        print_line(f"{status.errors} could not be read; the list of problems says why")


def _finish(hasher: Hasher, before: HashingStatus) -> HashingStatus:
    bar = ProgressBar()
    begin = time.monotonic()
    hasher.start()
    try:
        while hasher.rounds == 0:
            status = hasher.status()
            if status.state == "paused":
                raise LoraManagerError("Hashing is paused on the page. Let it go on there, or use --now.")
            if status.elsewhere and time.monotonic() - begin > PATIENCE_SECONDS:
                raise LoraManagerError(
                    "Another LoRA Manager on this database hashes already. Let it go on, or use --now to do it here."
                )
            bar(_megabytes(status, before), max(_megabytes(before, before, whole=True), 1), _message(status))
            time.sleep(LOOK_SECONDS)
    finally:
        hasher.stop()
        bar.close()
    return hasher.status()


def _megabytes(status: HashingStatus, before: HashingStatus, *, whole: bool = False) -> int:
    """Return how much was read since the command began, or is to be read in all."""
    return ((status.bytes_total if whole else status.bytes_done) - before.bytes_done) // 1_000_000


def _message(status: HashingStatus) -> str:
    return f"MB, {status.done} of {status.total} files, {status.mb_per_second:.0f} MB/s"
