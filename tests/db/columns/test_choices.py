from __future__ import annotations

import pytest

from lora_manager.db.columns.choices import FIELDS, Choice, choice_mask
from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.table import Columns
from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError
from tests.db.described import described, put


@pytest.fixture
def columns(fresh_database: Database) -> Columns:
    put(
        fresh_database,
        described("a.pt", tags=["Glow", "style"], base_model="Pony", author_username="ada"),
        described("s/b.pt", tags=["glow"], base_model="", archetype="style", file={"algorithm": "LoKr"}),
        described("s/t/c.pt", base_model="Pony"),
        described("st/d.pt", tags=["glow", "other"]),
    )
    with fresh_database.read() as connection:
        return load_columns(connection, 1)


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice("base"), [1, 2, 3, 4]),
        (Choice("base", ("Pony",)), [1, 3]),
        (Choice("base", ("",)), [2, 4]),
        (Choice("base", ("pony",)), []),
        (Choice("base", ("Pony", "")), [1, 2, 3, 4]),
        (Choice("base", ("Pony", ""), needs_all=True), []),
        (Choice("tag", ("GLOW",)), [1, 2, 4]),
        (Choice("tag", ("glow", "style")), [1, 2, 4]),
        (Choice("tag", ("glow", "style"), needs_all=True), [1]),
        (Choice("tag", ("glow",), ("other", "none")), [1, 2]),
        (Choice("tag", (), ("glow",)), [3]),
        (Choice("folder", ("",)), [1, 2, 3, 4]),
        (Choice("folder", ("s",)), [2, 3]),
        (Choice("folder", ("s",), ("s/t",)), [2]),
        (Choice("author", ("ada",)), [1]),
        (Choice("author", (), ("ada",)), [2, 3, 4]),
        (Choice("type", ("LoKr",)), [2]),
        (Choice("archetype", ("style",)), [2]),
        (Choice("is", ("untagged",)), [3]),
        (Choice("is", (), ("untagged", "favourite")), [1, 2, 4]),
    ],
)
def test_a_value_is_meant_as_it_stands(columns: Columns, choice: Choice, found: list[int]) -> None:
    assert sorted(columns.ids[choice_mask(columns, choice)].tolist()) == sorted(found)


def test_what_there_is_not_is_refused_with_what_there_is(columns: Columns) -> None:
    with pytest.raises(BadInputError, match="favourite"):
        choice_mask(columns, Choice("is", ("nonsense",)))
    with pytest.raises(BadInputError, match=", ".join(FIELDS)):
        choice_mask(columns, Choice("nonsense", ("x",)))
