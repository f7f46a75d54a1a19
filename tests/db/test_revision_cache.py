from __future__ import annotations

from lora_manager.db.revision_cache import KEPT_RESULTS, RevisionCache


def test_what_was_computed_is_kept_for_a_revision() -> None:
    cache, computed = RevisionCache(), []

    def compute() -> int:
        computed.append(1)
        return len(computed)

    assert [cache.get(1, ("a",), compute) for _ in range(3)] == [1, 1, 1]
    assert cache.get(2, ("a",), compute) == 2
    assert cache.get(1, ("a",), compute) == 3, "an older reader is on its own"
    assert cache.get(2, ("a",), compute) == 2


def test_the_least_recently_used_goes_first() -> None:
    cache = RevisionCache()
    for number in range(KEPT_RESULTS):
        cache.get(1, (number,), lambda: "first")
    cache.get(1, (0,), lambda: "again")
    cache.get(1, ("one more",), lambda: "x")
    assert cache.get(1, (0,), lambda: "anew") == "first"
    assert cache.get(1, (1,), lambda: "anew") == "anew"
