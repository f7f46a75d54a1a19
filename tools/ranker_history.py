"""What a user did with suggestions and generated, as cases to train a ranker on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, select

from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.tables.learning import Event, RecommendationSession
from lora_manager.errors import BadInputError
from lora_manager.formats.lora_tags import strip_tags
from tools.ranker_library import LEAST_WORDS, Library, Query, is_near, plain_words, read_digested
from tools.ranker_training import Case, cases_of

LEAST_CASES = 100
"""Choices below which a ranker would learn the user's chances, not their taste."""
ROUNDS = 3
LIKED = ("accepted", "inserted")


def history_cases(database: Path) -> list[Case]:
    """Return the cases of a database: prompts with what was taken of their suggestions, and own generations.

    Raises BadInputError where there are too few, or no database.
    """
    if not database.is_file():
        raise BadInputError(f"{database} is no file: name LoRA Manager's database.")
    opened = Database(sqlite_url(database))
    try:
        with opened.read() as connection:
            library = read_digested(connection)
            taken = taken_prompts(connection)
    finally:
        opened.close()
    cases = cases_of(library.index(), taken)
    for seed in range(ROUNDS):
        other, asked = own_held_out(library, seed)
        cases += cases_of(other.index(), asked)
    usable = [case for case in cases if case.right >= 0]
    if len(usable) < LEAST_CASES:
        raise BadInputError(
            f"There are {len(usable)} choices to learn from, and {LEAST_CASES} are needed: generate with LoRAs and use "
            "the suggestions, then train again."
        )
    return usable


def taken_prompts(connection: Connection) -> list[Query]:
    """Return the prompts whose suggestions were used, each with the adapter that was taken."""
    table = RecommendationSession
    query = (
        select(Event.id, table.prompt, Event.adapter_id)
        .join(table, table.id == Event.session_id)
        .where(Event.kind.in_(LIKED), Event.adapter_id.is_not(None))
        .order_by(Event.id)
    )
    rows = connection.execute(query).all()
    found = {
        (row.prompt, row.adapter_id): Query(f"event-{row.id}", "taken", row.prompt, row.adapter_id) for row in rows
    }
    return [one for one in found.values() if one.prompt.strip()]


def own_held_out(library: Library, seed: int) -> tuple[Library, Sequence[Query]]:
    """Return the library without one own generation of each adapter, and those prompts as queries."""
    rnd = random.Random(seed)
    facts, found = [], []
    for one in library.facts:
        own = [
            example for example in one.examples if example.own and len(set(plain_words(example.text))) >= LEAST_WORDS
        ]
        if own:
            chosen = strip_tags(rnd.choice(own).text)
            words = set(plain_words(chosen))
            kept = tuple(example for example in one.examples if not is_near(set(plain_words(example.text)), words))
            found.append(Query(f"own-{seed}-{one.id}", "own", chosen, one.id))
            one = replace(one, examples=kept)
        facts.append(one)
    return library.of(facts), found
