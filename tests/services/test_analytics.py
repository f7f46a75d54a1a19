from __future__ import annotations

import pytest

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.analytics import MOST_DAYS, TOP, analytics
from tests.db.runs import run_of
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import everything


def test_the_figures_are_what_was_recorded(application: Application) -> None:
    for number in range(TOP + 2):
        write_network_file(application.host.roots()[0] / f"{number:02d}.safetensors")
    application.scan()
    ids = everything(application)
    for number, adapter_id in enumerate(ids):
        for _ in range(number % 4):
            run_of(application.database, {adapter_id: 1.0}, images=2)
    figures = analytics(application.database, application.finder, 7)
    used = sum(number % 4 > 0 for number in range(len(ids)))
    runs = sum(number % 4 for number in range(len(ids)))
    assert (figures.totals.adapters, figures.totals.used) == (TOP + 2, used)
    assert (figures.totals.generations, figures.totals.images, figures.totals.uses) == (runs, 2 * runs, runs)
    assert [len(figures.over_time), figures.days] == [7, 7]
    today = figures.over_time[-1]
    assert (today.generations, today.images, today.uses) == (runs, 2 * runs, runs)
    uses = [found.card.uses for found in figures.top]
    assert uses == sorted(uses, reverse=True)
    assert len(uses) == min(TOP, used)
    assert figures.by_base_model[0].uses == runs


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1, 10**20])
def test_days_beyond_reason_are_refused(application: Application, days: int) -> None:
    with pytest.raises(BadInputError, match="days"):
        analytics(application.database, application.finder, days)
