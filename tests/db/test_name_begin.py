from __future__ import annotations

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.name_begin import names_beginning
from tests.db.described import described, put

NAMES = ("Amber v1", "amber v2", "Amber v10", "Été", "Ambergris", "Zebra", "10 years", "1 year")


@pytest.mark.parametrize(
    ("begin", "names"),
    [
        ("AMB", ["Amber v1", "amber v2", "Amber v10", "Ambergris"]),
        ("amber ", ["Amber v1", "amber v2", "Amber v10", "Ambergris"]),
        ("amber v", ["Amber v1", "amber v2", "Amber v10"]),
        ("amber v1", ["Amber v1", "Amber v10"]),
        ("amber v10", ["Amber v10"]),
        ("ete", ["Été"]),
        ("1", ["1 year", "10 years"]),
        ("10", ["10 years"]),
        ("x", []),
        ("%", []),
        ("", []),
        ("  ", []),
    ],
)
def test_names_that_begin_so_in_their_order(begin: str, names: list[str], fresh_database: Database) -> None:
    ids = put(fresh_database, *(described(f"{number}.pt", name) for number, name in enumerate(NAMES)))
    by_name = dict(zip(NAMES, ids, strict=True))
    with fresh_database.read() as connection:
        found = names_beginning(connection, begin)
    assert [name for _, name in found] == names
    assert [adapter_id for adapter_id, _ in found] == [by_name[name] for name in names]
