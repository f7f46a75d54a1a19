"""Fixtures of the services' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.hosts.base import Host
from tests.helpers.shelf import running

ApplicationOf = Callable[[Host], Application]


@pytest.fixture
def application_of(tmp_path: Path, migrated_file: Path) -> Iterator[ApplicationOf]:
    """`application_of(host)` starts an application over a host; all are closed afterwards."""
    with ExitStack() as stack:
        count = iter(range(100))
        yield lambda host: stack.enter_context(running(host, tmp_path / f"home{next(count)}", migrated_file))
