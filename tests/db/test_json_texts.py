from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from lora_manager.db.json_texts import json_text, json_value
from lora_manager.db.tables import Setting
from tests.conftest import DatabaseFactory

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_it_is_what_the_libraries_type_writes_and_reads(database_factory: DatabaseFactory, value: Any) -> None:
    with database_factory() as database, database.write() as connection:
        connection.execute(insert(Setting), [{"key": "theirs", "value": value}])
        connection.exec_driver_sql("INSERT INTO setting (key, value) VALUES ('ours', ?)", (json_text(value),))
        assert connection.execute(select(Setting.value).where(Setting.key == "ours")).scalar() == value
        stored = connection.exec_driver_sql("SELECT value FROM setting ORDER BY key").scalars().all()
    assert [json_value(one) for one in stored] == [value, value]
    assert json_text(value) == json.dumps(value)
