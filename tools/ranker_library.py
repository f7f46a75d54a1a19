"""A LoRA folder with held-out prompts, as the application itself reads it: what a ranker is trained and measured on."""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from lora_manager.cli.opening import open_application
from lora_manager.db.chunks import chunks
from lora_manager.db.digests import digests_since
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import make_document
from lora_manager.search.ranking.index import Priors, RankIndex
from lora_manager.search.ranking.terms import without_syntax, words_of
from lora_manager.services.digests.facts import facts_of

NEAR = 0.7
"""Two prompts whose words overlap by this much (Jaccard) are one and the same."""
LEAST_WORDS = 4


class Query(NamedTuple):
    """A prompt, and the adapter (by id) that it was written for; `unclear` are those that it may mean as well."""

    id: str
    mode: str
    prompt: str
    relevant: int
    unclear: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Library:
    """Adapters with what ranking keeps beside their text."""

    facts: tuple[AdapterFacts, ...]
    priors: dict[int, Priors]

    def index(self) -> RankIndex:
        """Return the index of this library."""
        return RankIndex.of((one.id, make_document(one), self.priors[one.id]) for one in self.facts)

    def of(self, facts: Sequence[AdapterFacts]) -> Library:
        """Return the library of these adapters only."""
        return Library(tuple(facts), self.priors)

    def without_examples(self) -> Library:
        """Return the library as it is where no record holds an example prompt."""
        return self.of([replace(one, examples=()) for one in self.facts])

    def half(self, seed: int, part: int) -> Library:
        """Return one of two halves."""
        rnd = random.Random(seed)
        return self.of([one for one in self.facts if rnd.randrange(2) == part])


def read_library(folder: Path) -> Library:
    """Return what the application knows of a folder, read into a database of its own that is thrown away."""
    with tempfile.TemporaryDirectory() as scratch:
        state = Path(scratch)
        options = {"lora_dir": [folder], "db": str(state / "ranker.sqlite3"), "state_dir": str(state)}
        app = open_application(argparse.Namespace(**options))
        try:
            app.scan()
            app.digester.catch_up()
            with app.database.read() as connection:
                return read_digested(connection)
        finally:
            app.close()


def read_digested(connection: Connection) -> Library:
    """Return all that a database knows of its adapters."""
    rows = digests_since(connection, 0, limit=10_000_000)
    ids = [row.adapter_id for row in rows]
    facts = [one for part in chunks(ids) for one in facts_of(connection, part)]
    priors = {
        row.adapter_id: Priors(
            row.popularity, row.quality, row.family, row.author or "", row.base_model, row.archetype or ""
        )
        for row in rows
    }
    return Library(tuple(sorted(facts, key=lambda one: one.file_name)), priors)


def read_queries(path: Path, library: Library) -> list[Query]:
    """Return the held-out prompts of a folder's adapters (lines of "qid", "mode", "prompt", "relevant")."""
    ids = {one.file_name: one.id for one in library.facts}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    known = [row for row in rows if row["relevant"][0] in ids]
    return [Query(row["qid"], row["mode"], row["prompt"], ids[row["relevant"][0]]) for row in known]


def hold_out(library: Library, queries: Sequence[Query], seed: int) -> tuple[Library, list[Query]]:
    """Return the library with another example prompt of each queried adapter held out, and the queries that it makes.

    The prompt held out before is an example now. As there, what is nearly the same goes out with it; each prompt asks
    twice: as it is, and ("strict") without the words of the adapter's name, file and triggers.
    """
    rnd = random.Random(seed)
    asked = {query.relevant: query.prompt for query in queries if query.mode == "natural"}
    found: list[Query] = []
    facts = []
    for one in library.facts:
        texts = [example.text for example in one.examples if len(set(plain_words(example.text))) >= LEAST_WORDS]
        if one.id not in asked or not texts:
            facts.append(one)
            continue
        chosen = rnd.choice(texts)
        words = set(plain_words(chosen))
        kept = tuple(example for example in one.examples if not is_near(set(plain_words(example.text)), words))
        before = replace(one.examples[0], text=asked[one.id])
        kept = kept if is_near(set(plain_words(before.text)), words) else (*kept, before)
        facts.append(replace(one, examples=kept))
        found += _asking(one, re.sub(r"<[^>]*>", " ", chosen), seed)
    return library.of(facts), found


def _asking(one: AdapterFacts, prompt: str, seed: int) -> list[Query]:
    triggers = " ".join(word for group in one.trigger_groups for word in group)
    leak = set(words_of(" ".join([one.name, one.file_name, triggers])))
    strict = " ".join(word for word in words_of(prompt) if word not in leak)
    both = (("natural", prompt), ("strict", strict))
    return [Query(f"{one.id}-{seed}-{mode}", mode, text, one.id) for mode, text in both if text.strip()]


def plain_words(prompt: str) -> list[str]:
    """Return the words of a prompt without its tags and weights."""
    return words_of(without_syntax(prompt))


def is_near(one: set[str], other: set[str]) -> bool:
    """Whether the words of two prompts are nearly the same."""
    return len(one & other) >= NEAR * max(len(one | other), 1)
