from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.natural_sort import natural_key


def test_names_come_as_people_order_them() -> None:
    names = ["v10", "V2", "v1", "Éclair", "eclair 2", "éclair", "10 cats", "9 cats", "  b", "a"]
    assert sorted(names, key=natural_key) == [
        "9 cats", "10 cats", "a", "  b", "Éclair", "éclair", "eclair 2", "v1", "V2", "v10",
    ]  # fmt: skip


NUMBERS = st.integers(0, 10**12 - 1)


@given(st.text("abc ._", max_size=6), NUMBERS, NUMBERS, st.text("xyz", max_size=4))
def test_numbers_are_ordered_by_value(before: str, first: int, second: int, after: str) -> None:
    keys = [natural_key(f"{before}{number}{after}") for number in (first, second)]
    assert (keys[0] < keys[1]) == (first < second)
    assert (keys[0] == keys[1]) == (first == second)


@given(st.text())
def test_any_text_has_a_key_that_case_does_not_change(name: str) -> None:
    assert natural_key(name[:40]) == natural_key(name[:40].casefold())


def test_a_long_name_has_a_short_key() -> None:
    assert len(natural_key("n" * 100_000)) == 200
    assert len(natural_key("9" * 100_000)) == 200
