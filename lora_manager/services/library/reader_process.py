"""A process that reads units for a scan: requests come on standard input, readings go to standard output."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys

from lora_manager.services.library.readers import ReadRequest, read_frame, read_units, send


def main() -> None:
    """Answer requests until the scanning process closes the pipe, or dies."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # whatever prints must not end up in the pipe
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            request: ReadRequest = pickle.loads(read_frame(sys.stdin.buffer))
            send(answers, read_units(request))


if __name__ == "__main__":
    main()
