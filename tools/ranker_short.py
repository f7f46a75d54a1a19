"""Short questions, as people type them, made of an adapter's own words: what a ranker learns of short prompts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import camel_parted, is_generic
from lora_manager.search.ranking.prompt import ParsedPrompt, is_telling
from lora_manager.search.ranking.terms import words_of
from tools.ranker_library import Library, Query, plain_words

PARTS, NAMED = "short-parts", "short-named"
"""Modes: a few parts of a prompt held out; and words of the adapter's own beside common ones of other prompts."""
RARE = 0.03
"""A word tells an adapter from others when at most this share of the library has it in name, triggers or tags."""
_COMMON = (0.02, 0.3)
"""Words that this share of the adapters have in their example prompts stand for what else is typed."""
_LONGEST_PART = 6
_FORMS = (
    ("{own}", 0),
    ("{own} {0}", 1),
    ("{0} {own}", 1),
    ("{own} of a {0}", 1),
    ("{0}, {own}", 1),
    ("{own}, {0}, {1}", 2),
    ("{own} of a {0} in {1}", 2),
    ("{0} {1} {own}", 2),
    ("{own} {0} {1} {2}", 3),
)


@dataclass(frozen=True)
class _Known:
    """The words by which the adapters of a library are known: those of name, triggers and tags, and of the name."""

    identity: dict[int, frozenset[str]]
    named: dict[int, frozenset[str]]
    rare: frozenset[str]
    common: tuple[str, ...]

    @classmethod
    def of(cls, library: Library) -> _Known:
        named = {one.id: frozenset(_name_words(one)) for one in library.facts}
        identity = {one.id: named[one.id] | _triggers_and_tags(one) for one in library.facts}
        held = Counter(word for words in identity.values() for word in words)
        most = max(2, int(RARE * len(library.facts)))
        rare = frozenset(word for word, count in held.items() if count <= most and _is_word(word))
        asked = Counter(word for one in library.facts for word in _example_words(one))
        low, high = (share * len(library.facts) for share in _COMMON)
        common = tuple(sorted(word for word, count in asked.items() if low <= count <= high and _is_word(word)))
        return cls(identity, named, rare, common)

    def unclear(self, adapter: int, own: frozenset[str], other: frozenset[str]) -> frozenset[int]:
        """Return those that hold the same words of their own, or are called by another word of the question."""
        mine = self.identity[adapter]
        return frozenset(
            one
            for one, words in self.identity.items()
            if one != adapter and (own <= words or not (self.named[one] - mine).isdisjoint(other))
        )


def short_queries(library: Library, queries: Sequence[Query], seed: int) -> list[Query]:
    """Return short questions: of each prompt that is asked as it is one of its parts, of each adapter one by name."""
    rnd = random.Random(seed)
    known = _Known.of(library)
    natural = [query for query in queries if query.mode == "natural"]
    parts = [_of_parts(query, known, rnd, seed) for query in natural]
    named = [_of_name(one, known, rnd, seed) for one in library.facts]
    return [query for query in [*parts, *named] if query is not None]


def _of_parts(query: Query, known: _Known, rnd: random.Random, seed: int) -> Query | None:
    """A few of the prompt's parts, in their order, of which one at least holds a word that tells the adapter."""
    parts = [concept.text for concept in ParsedPrompt.of(query.prompt).concepts]
    parts = [part for part in parts if 0 < len(plain_words(part)) <= _LONGEST_PART]
    own = known.identity[query.relevant] & known.rare
    telling = [part for part in parts if not own.isdisjoint(plain_words(part))]
    if not telling:
        return None
    chosen = {rnd.choice(telling), *rnd.sample(parts, min(rnd.randrange(3), len(parts)))}
    prompt = ", ".join(part for part in dict.fromkeys(parts) if part in chosen)
    words = frozenset(plain_words(prompt))
    unclear = known.unclear(query.relevant, words & own, words - known.identity[query.relevant])
    return Query(f"{query.id}-{seed}-parts", PARTS, prompt, query.relevant, unclear)


def _of_name(one: AdapterFacts, known: _Known, rnd: random.Random, seed: int) -> Query | None:
    """Words of the adapter's name or one of its tags, beside words that are common in prompts."""
    texts = [tag.split() for tag in one.tags if len(tag.split()) <= 3]
    texts = [tag for tag in ([*map(str.casefold, words)] for words in texts) if not known.rare.isdisjoint(tag)]
    name = [word for word in dict.fromkeys(words_of(camel_parted(one.name))) if _is_word(word)]
    runs = [name[i : i + size] for size in (1, 2, 3) for i in range(len(name) - size + 1)]
    runs = [run for run in runs if not known.rare.isdisjoint(run)]
    kinds = [kind for kind in (runs, runs, texts) if kind]
    if not kinds or len(known.common) < 3:
        return None
    own = rnd.choice(rnd.choice(kinds))
    form, count = rnd.choice(_FORMS)
    others = rnd.sample(known.common, count)
    prompt = form.format(*others, own=" ".join(own))
    held = frozenset(own) & known.identity[one.id]
    unclear = known.unclear(one.id, held, frozenset(others))
    return Query(f"{one.id}-{seed}-named", NAMED, prompt, one.id, unclear)


def _name_words(one: AdapterFacts) -> Iterable[str]:
    text = " ".join([one.name, camel_parted(one.name), one.file_name, camel_parted(one.file_name)])
    return (word for word in words_of(text) if is_telling(word) and not is_generic(word))


def _triggers_and_tags(one: AdapterFacts) -> frozenset[str]:
    triggers = " ".join(word for group in one.trigger_groups for word in group)
    return frozenset(word for word in plain_words(f"{triggers} {' '.join(one.tags)}") if is_telling(word))


def _example_words(one: AdapterFacts) -> set[str]:
    return {word for example in one.examples for word in plain_words(example.text)}


def _is_word(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and is_telling(word) and not is_generic(word)
