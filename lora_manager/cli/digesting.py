"""Bringing what recommending reads up to date before a command answers: nothing else runs that would do it."""

from __future__ import annotations

from lora_manager.application import Application
from lora_manager.cli.output import ProgressBar


def digested(app: Application) -> Application:
    """Digest what a command finds undone, with a bar on a terminal; returns the application. Raises CatalogueError."""
    bar = ProgressBar()
    app.digester.catch_up(bar)
    bar.close()
    return app
