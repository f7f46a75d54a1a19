from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from lora_manager.db.events import EventRow, events_of
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.tables import Generation, Image
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.images import check_image, is_gone
from tests.db.runs import run_of
from tests.services.learning.conftest import School


@pytest.fixture
def image(school: School, tmp_path: Path) -> Path:
    """Image 1, of a run of ada's with moth and cat."""
    run_of(school.database, {school.ids["moth"]: 1.0, school.ids["cat"]: 1.0})
    path = tmp_path / "1.png"
    path.write_bytes(b"x")
    with school.database.write() as connection:
        connection.execute(update(Image).values(path=str(path)))
        connection.execute(update(Generation).values(user_name="ada"))
    return path


def events(school: School, kind: str, user_name: str = "") -> list[EventRow]:
    with school.database.read() as connection:
        return [event for event in events_of(connection, user_name) if event.kind == kind]


def test_a_rating_is_kept_and_learned_of_by_every_adapter_of_the_image(school: School, image: Path) -> None:
    told: list[Sequence[int]] = []
    school.learning.listen(told.append)
    with school.database.read() as connection:
        before = catalogue_revision(connection)
    changed = school.learning.set_image("ben", 1, {"rating": 5, "favourite": True})
    assert (changed.rating, changed.favourite) == (5, True)
    rated = events(school, "image_rated", "ben")
    assert [(event.adapter_id, event.value, event.details["share"]) for event in rated] == [
        (school.ids["moth"], 5.0, 0.5), (school.ids["cat"], 5.0, 0.5),
    ]  # fmt: skip
    assert len(events(school, "image_favourited", "ben")) == 2
    assert told == [(school.ids["moth"], school.ids["cat"])]
    with school.database.read() as connection:
        assert catalogue_revision(connection) > before  # what is made of an adapter's own images is made anew
    assert school.learned("ben")["author", "Ann"].positive == pytest.approx(2.5)


def test_another_rating_takes_its_place_and_none_takes_it_back(school: School, image: Path) -> None:
    for rating in (5, 5, 1):
        school.learning.set_image("", 1, {"rating": rating})
    assert school.learned()["author", "Ann"].negative == pytest.approx(1.5)
    assert school.learned()["author", "Ann"].row.evidence == 2
    school.learning.set_image("", 1, {"rating": 0})
    assert events(school, "image_rated") == []
    assert school.learned() == {}


def test_an_image_that_was_deleted_is_noted_once_for_its_maker(school: School, image: Path) -> None:
    school.learning.notice_gone(1)
    image.unlink()
    for _ in range(2):
        school.learning.notice_gone(1)
    assert len(events(school, "image_gone", "ada")) == 2  # one of each adapter
    with school.database.read() as connection:
        assert connection.execute(select(Image.gone_at)).scalar() == school.clock()
    assert school.learned("ada")["author", "Ann"].negative == pytest.approx(0.2)


def test_a_folder_out_of_reach_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    assert is_gone(str(tmp_path / "gone"))
    assert not is_gone(str(tmp_path / "there"))
    assert not is_gone(str(tmp_path / "unplugged" / "gone"))


def test_while_learning_is_off_it_is_kept_and_not_learned_of(school: School, image: Path) -> None:
    school.settings.change({"learning": False})
    assert school.learning.set_image("ada", 1, {"rating": 4}).rating == 4
    image.unlink()
    school.learning.notice_gone(1)
    assert events(school, "image_rated", "ada") == events(school, "image_gone", "ada") == []
    with school.database.read() as connection:
        assert connection.execute(select(Image.gone_at)).scalar() is not None


@pytest.mark.parametrize(
    "values", [{}, {"rating": 6}, {"rating": -1}, {"rating": True}, {"rating": "5"}, {"favourite": 1}, {"path": "x"}]
)
def test_what_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        check_image(values)


def test_an_image_that_is_not_there(school: School) -> None:
    with pytest.raises(NotFoundError):
        school.learning.set_image("", 9, {"rating": 1})
    with pytest.raises(NotFoundError):
        school.learning.notice_gone(9)
