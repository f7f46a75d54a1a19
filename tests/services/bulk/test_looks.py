"""What was looked at a moment ago is read on without looking again, and is never shown as a new look."""

from __future__ import annotations

from collections.abc import Sequence

from lora_manager.services.bulk.action import PreviewRow
from lora_manager.services.bulk.looks import FRESH_SECONDS, KEPT, Looks


class Looking:
    """Counts the looks; each finds something else."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Sequence[PreviewRow]:
        self.times += 1
        return [PreviewRow(self.times, "LoRA", "a", "b")]


def test_only_the_first_part_looks() -> None:
    looks, look = Looks(), Looking()
    first = looks.rows("key", is_first=True, look=look)
    assert looks.rows("key", is_first=False, look=look) is first
    assert looks.rows("key", is_first=True, look=look) is not first
    assert look.times == 2
    looks.rows("another", is_first=False, look=look)
    assert look.times == 3


def test_what_is_old_or_one_of_many_is_looked_at_again() -> None:
    time = [0.0]
    looks, look = Looks(lambda: time[0]), Looking()
    looks.rows("key", is_first=True, look=look)
    time[0] = FRESH_SECONDS
    looks.rows("key", is_first=False, look=look)
    assert look.times == 2
    for number in range(KEPT):
        looks.rows(number, is_first=True, look=look)
    looks.rows("key", is_first=False, look=look)
    assert look.times == 3 + KEPT
