"""Recommending adapters for a prompt: ranked by text, with the words that matched. The learned ranker comes later."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.full_text import FullText
from lora_manager.errors import BadInputError
from lora_manager.formats.lora_tags import find_tags, strip_tags
from lora_manager.search.match import any_word_match, word_term
from lora_manager.search.words import split_words
from lora_manager.services.finding import Finder, FoundCard
from lora_manager.services.tag_names import TagNames

RAREST = 24
"""Words of a prompt that are searched for: the rarest say most, and common ones cost most."""
MOST_WORDS = 300
_IDLE = "an the and or of in on at by to with from for as is are be it its this that her his near into over under"
IDLE_WORDS = frozenset(_IDLE.split())
"""Words that say nothing of the picture; in a small library they are rare enough to be taken for telling ones."""
MOST_ITEMS = 100


@dataclass(frozen=True)
class Recommendation:
    """One suggestion, with the words of the prompt that its card text holds and a sentence that says so."""

    found: FoundCard
    matched: list[str]
    reason: str


@dataclass(frozen=True)
class Recommendations:
    """Suggestions, best first; when there are none, `reason` says why."""

    items: list[Recommendation]
    reason: str = ""


class Recommender:
    """Ranks the catalogue for a prompt."""

    def __init__(self, catalogue: Catalogue, finder: Finder, tag_names: TagNames) -> None:
        self._catalogue = catalogue
        self._finder = finder
        self._tag_names = tag_names

    def for_prompt(self, prompt: str, limit: int = 20, roots: tuple[int, ...] = ()) -> Recommendations:
        """Return what fits a prompt. Adapters that are in it already are left out. Raises BadInputError."""
        if not 1 <= limit <= MOST_ITEMS:
            raise BadInputError(f"limit must be 1 to {MOST_ITEMS}.")
        with self._catalogue.database.read() as connection:
            library = frozenset(self._catalogue.find(connection, CatalogueQuery(roots=roots)).ids)
            if not library:
                return Recommendations([], "The library is empty. Scan a LoRA folder first.")
            words = _words_of(prompt)
            if not words:
                return Recommendations([], "The prompt has no words to go by. Describe the picture you want.")
            return self._rank(connection, prompt, words, limit, library)

    def _rank(
        self, connection: Connection, prompt: str, words: list[str], limit: int, library: frozenset[int]
    ) -> Recommendations:
        counts = {word: FullText.document_count(connection, word_term(word)) for word in words}
        # A word that most cards hold ("the", "style") tells nothing apart.
        telling = [word for word in words if 0 < counts[word] <= max(len(library) // 4, 10)]
        rarest = sorted(telling, key=lambda word: counts[word])[:RAREST]
        if not rarest:
            return Recommendations([], "No LoRA of the library matches a word of this prompt.")
        names = {tag.name for tag in find_tags(prompt)}
        used = {file.adapter_id for file in self._tag_names.resolve(connection, names).values()}
        ranked = FullText.search(connection, any_word_match(rarest), limit + len(used) + 200)
        scores = {adapter_id: score for adapter_id, score in ranked if adapter_id in library and adapter_id not in used}
        best = list(scores)[:limit]
        matched = {word: set(FullText.matching_among(connection, word_term(word), best)) for word in rarest}
        items = []
        for found in self._finder.found_cards(connection, best, scores):
            own = [word for word in words if found.card.id in matched.get(word, ())]
            items.append(Recommendation(found, own, f"Matches {_listed(own)}."))
        return Recommendations(items, "" if items else "What matches is in the prompt already.")


def _words_of(prompt: str) -> list[str]:
    """Return the distinct words of a prompt without its tags, lower-cased; numbers and single letters say nothing."""
    found = dict.fromkeys(word.casefold() for word in split_words(strip_tags(prompt)))
    telling = [word for word in found if not word.isdigit() and word not in IDLE_WORDS]
    return [word for word in telling if len(word) > 1 or not word.isascii()][:MOST_WORDS]


def _listed(words: list[str]) -> str:
    quoted = [f"“{word}”" for word in words[:6]]
    return ", ".join(quoted) or "words of the prompt"
