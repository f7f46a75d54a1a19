from __future__ import annotations

import pytest

from lora_manager.db.events import EventRow
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.noting import note
from tests.services.learning.conftest import School


def use(school: School, name: str, kind: str = "inserted", user_name: str = "") -> EventRow:
    with school.database.write() as connection:
        return note(connection, [EventRow(school.clock(), user_name, kind, school.ids[name])])[0]


def number(school: School, kind: str, label: str) -> int:
    return school.learned()[kind, label].row.id


def test_what_says_most_comes_first_and_what_is_pinned_before(school: School) -> None:
    for _ in range(4):
        use(school, "moth")
    use(school, "sea", "dismissed")
    assert school.learning.page("", "", 0, 0) == (10, [])
    _, items = school.learning.page("", "", 50, 0)
    odds = [abs(item.mean - 0.5) for item in items]
    assert odds[0] == max(odds)
    assert {item.row.kind for item in items} == {"adapter", "author", "base_model", "tag"}
    assert all(item.low < item.mean < item.high for item in items)
    school.learning.pin("", number(school, "tag", "water"), 1)
    _, (first,) = school.learning.page("", "", 1, 0)
    assert (first.label, first.row.pinned) == ("water", 1)
    total, tags = school.learning.page("", "tag", 1, 1)
    assert (total, len(tags), tags[0].row.kind) == (4, 1, "tag")
    with pytest.raises(BadInputError):
        school.learning.page("", "colour", 1, 0)


def test_evidence_is_told_newest_first_with_what_it_still_counts(school: School) -> None:
    first = use(school, "moth")
    school.clock.on(30)
    second = use(school, "cat", "dismissed")
    use(school, "fog")
    newest, oldest = school.learning.evidence("", number(school, "author", "Ann"), 5)
    assert [newest.event.id, oldest.event.id] == [second.id, first.id]
    assert [newest.effect, oldest.effect] == pytest.approx([-2.0, 0.5])
    assert newest.adapter == {"id": school.ids["cat"], "name": "Cat"}
    assert len(school.learning.evidence("", number(school, "author", "Ann"), 1)) == 1


def test_of_ratings_only_the_newest_is_evidence(school: School) -> None:
    with school.database.write() as connection:
        for value in (5.0, 1.0):
            note(connection, [EventRow(school.clock(), "", "adapter_rated", school.ids["moth"], value=value)])
    (only,) = school.learning.evidence("", number(school, "author", "Ann"), 9)
    assert only.event.value == 1.0


def test_what_is_forgotten_counts_no_more_until_it_is_restored(school: School) -> None:
    for name in ("moth", "cat", "fog"):
        use(school, name)
    ann = school.learned()["author", "Ann"]
    school.learning.pin("", ann.row.id, 1)
    token = school.learning.forget("", ann.row.id)
    assert ("author", "Ann") not in school.learned()
    assert school.preference(["cat"])[0] > 0.5  # the adapter itself is another preference
    use(school, "moth")
    again = school.learned()["author", "Ann"]
    assert (again.row.evidence, again.row.pinned) == (1, None)
    assert len(school.learning.evidence("", again.row.id, 9)) == 1
    school.learning.restore("", token)
    whole = school.learned()["author", "Ann"]
    assert (whole.row.evidence, whole.row.pinned) == (3, 1)
    assert whole.positive == pytest.approx(3.0)
    with pytest.raises(NotFoundError):
        school.learning.restore("", token)


def test_all_is_reset_and_comes_back(school: School) -> None:
    use(school, "moth")
    use(school, "moth", user_name="ada")
    before = school.learned()
    token = school.learning.forget("")
    assert school.learned() == {}
    assert school.preference(["moth"]) == [0.5]
    assert school.learned("ada") != {}
    with pytest.raises(NotFoundError):
        school.learning.restore("ada", token)
    school.learning.restore("", token)
    assert school.learned() == before


def test_two_resets_come_back_in_any_order(school: School) -> None:
    use(school, "moth")
    before = school.learned()
    tokens = [school.learning.forget(""), school.learning.forget("")]
    for token in tokens:
        school.learning.restore("", token)
        assert school.learned() == before


def test_pins_are_one_of_three_and_of_ones_own(school: School) -> None:
    use(school, "moth")
    mine = number(school, "author", "Ann")
    assert school.learning.pin("", mine, -1).row.pinned == -1
    assert school.learning.pin("", mine, None).row.pinned is None
    for pinned in (0, 2, True, "1", [1], 1.5):
        with pytest.raises(BadInputError):
            school.learning.pin("", mine, pinned)
    for refused in (school.learning.forget, lambda user, one: school.learning.evidence(user, one, 5)):
        with pytest.raises(NotFoundError):
            refused("ada", mine)
    with pytest.raises(NotFoundError):
        school.learning.pin("ada", mine, 1)
