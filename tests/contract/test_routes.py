"""With a login on: each route of ours, asked by everybody; none can be left out, for they are read off the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.route_table import Table
from tests.contract.running_host import RunningHost


def test_every_route_and_everybody(guarded: RunningHost, pytestconfig: pytest.Config) -> None:
    table = Table(guarded)
    kept: Path | None = pytestconfig.getoption("--host-routes", default=None)
    if kept is not None:
        kept.write_text(f"{guarded.family} at {guarded.url}\n\n{table.text()}\n", encoding="utf-8")
    assert len(table.rows) > 25
    assert table.wrong() == [], table.text()
    assert not [token for token in guarded.get("tokens")["items"] if token["name"] == "route table"]
