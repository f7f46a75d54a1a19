"""A user with a known taste, who picks from lists in which what was learned has its say: what do they miss?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.engine import Database
from lora_manager.services.learning.blend import blend
from lora_manager.services.learning.position import seen_chance
from tests.conftest import DatabaseFactory, Figure
from tests.db.described import described, put
from tests.services.learning.conftest import School, school_over

ADAPTERS, AUTHORS, TAGS = 300, 15, 24
CANDIDATES, SHOWN = 40, 12
ROUNDS, A_DAY = 120, 4
LATE = slice(ROUNDS - 40, ROUNDS)
EARLY_AFTER, LATE_AFTER = slice(ROUNDS, ROUNDS + 20), slice(2 * ROUNDS - 40, 2 * ROUNDS)

Floats = NDArray[np.float64]


@dataclass
class World:
    """Adapters with an author and tags, and what two tastes, one after the other, give for each."""

    school: School
    tastes: tuple[Floats, Floats]
    ids: NDArray[np.int64]


def world(database: Database) -> World:
    random = np.random.default_rng(7)
    authors = random.integers(0, AUTHORS, ADAPTERS)
    tags = [random.choice(TAGS, 3, replace=False) for _ in range(ADAPTERS)]
    items = [
        described(f"{n}.pt", f"n{n}", tags=[f"tag {tag}" for tag in tags[n]], author_username=f"author {authors[n]}")
        for n in range(ADAPTERS)
    ]
    ids = put(database, *items)

    def taste(liked_tags: set[int], liked_authors: set[int]) -> Floats:
        likes = [len(liked_tags & set(tags[n].tolist())) + (authors[n] in liked_authors) for n in range(ADAPTERS)]
        return 0.35 * np.minimum(np.array(likes, dtype=np.float64), 2.0)

    school = school_over(database, {f"n{n}": adapter_id for n, adapter_id in enumerate(ids)})
    return World(school, (taste({0, 1, 2}, {0, 1}), taste({10, 11, 12}, {7, 8})), np.array(ids))


def regrets(made: World, *, learns: bool) -> Floats:
    """What the user misses in each round: the best there was among what fits the prompt, less what they took.

    Each list is ranked by how well it fits the prompt (which has nothing to do with the taste) blended with what was
    learned. They look at each place with the chance of the examination model, and take what they like best of that.
    """
    school, random = made.school, np.random.default_rng(11)
    school.settings.change({"learning": learns})
    missed = []
    for number in range(2 * ROUNDS):
        taste = made.tastes[number // ROUNDS]
        candidates = random.choice(ADAPTERS, CANDIDATES, replace=False)
        fits = random.uniform(0.3, 0.7, CANDIDATES)
        looks = random.uniform(size=SHOWN)
        with school.database.read() as connection:
            liked = school.learning.preference_of(connection, "", made.ids[candidates])
        order = np.argsort(-blend(fits, liked), kind="stable")[:SHOWN]
        joy = fits + taste[candidates]
        seen = [place for place in range(SHOWN) if looks[place] < seen_chance(place)]
        taken = max(seen, key=lambda place: joy[order[place]])  # the top is always seen
        missed.append(joy.max() - joy[order[taken]])
        shown = [(int(made.ids[candidates[at]]), float(fits[at])) for at in order]
        session = school.sessions.add("prompt", f"prompt {number}", shown)
        school.learning.feedback("", session.id, shown[taken][0], "accepted", taken)
        school.learning.passed_over("", session.id, SHOWN)
        school.clock.on(1 / A_DAY)
    return np.array(missed)


def test_regret_falls_and_a_changed_taste_is_picked_up(database_factory: DatabaseFactory, figure: Figure) -> None:
    found = {}
    for learns in (True, False):
        with database_factory() as database:
            found[learns] = regrets(world(database), learns=learns)
    with_it, without = found[True], found[False]
    assert with_it[LATE].mean() < 0.75 * without[LATE].mean()
    assert with_it[EARLY_AFTER].mean() > with_it[LATE].mean()  # the taste has just changed
    assert with_it[LATE_AFTER].mean() < 0.8 * without[LATE_AFTER].mean()
    figure(
        f"regret a list after {ROUNDS} lists: {with_it[LATE].mean():.3f} with learning, {without[LATE].mean():.3f} "
        f"without; taste changed: {with_it[EARLY_AFTER].mean():.3f} at once, {with_it[LATE_AFTER].mean():.3f} after "
        f"{ROUNDS} lists ({without[LATE_AFTER].mean():.3f} without)"
    )
