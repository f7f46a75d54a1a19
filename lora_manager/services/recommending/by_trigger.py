"""Adapters by their trigger words: exact, partial, or misspelt by a letter or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from lora_manager.db.cards import trigger_groups
from lora_manager.db.full_text import FullText
from lora_manager.db.terms import folded, terms_among, terms_beginning
from lora_manager.formats.lora_tags import strip_tags
from lora_manager.search.edit_distance import distance, one_slip_away
from lora_manager.search.match import any_word_match, word_term
from lora_manager.search.words import CJK_RUN, split_words
from lora_manager.services.recommending.suggestions import TriggerMatch

EXACT, PARTIAL, FUZZY = "exact", "partial", "fuzzy"
MOST_WORDS = 40
"""Words that are looked for."""
MOST_CANDIDATES = 300
MOST_MISSPELT = 6
"""Words that no trigger word has, of which other spellings are looked for: each costs hundreds of lookups."""
_SHORTEST_FUZZY, _LONGEST_FUZZY, _TWO_SLIPS_FROM = 4, 32, 7
_SHORTEST_BEGINNING = 3
_NEAREST = 4
"""Spellings that are tried for a word that no trigger word holds."""
_WORTH = {EXACT: 1.0, PARTIAL: 0.6, FUZZY: 0.5}


@dataclass(frozen=True)
class ByTrigger:
    """An adapter whose trigger words were asked for: 0 to 1, its trigger words, and the words as they were typed."""

    id: int
    score: float
    words: tuple[TriggerMatch, ...]
    typed: tuple[str, ...]


def by_trigger(connection: Connection, text: str) -> list[ByTrigger]:
    """Return the adapters whose trigger words a text asks for, best first; ties in no order."""
    words = asked_words(text)
    if not words:
        return []
    near = _near_spellings(connection, words)
    terms = [word_term(word, prefix=len(word) >= _SHORTEST_BEGINNING) for word in words]
    expression = " OR ".join(terms)
    if near:
        expression += " OR " + any_word_match(list(near))
    ids = [found for found, _ in FullText.search(connection, f"{{triggers}} : ({expression})", MOST_CANDIDATES)]
    groups = trigger_groups(connection, ids)
    asked = Asked(tuple(words), near)
    scored = [found for adapter_id in ids if (found := asked.judge(adapter_id, groups.get(adapter_id, []))) is not None]
    return sorted(scored, key=lambda found: -found.score)


def asked_words(text: str) -> list[str]:
    """Return the words of a text without its tags, folded, in order, each once."""
    return list(dict.fromkeys(folded(word) for word in split_words(strip_tags(text[:20_000]))))[:MOST_WORDS]


@dataclass(frozen=True)
class Asked:
    """The words that were asked for; `near` are other spellings, with the word that each stands for."""

    words: tuple[str, ...]
    near: Mapping[str, str]

    def judge(self, adapter_id: int, groups: Sequence[Sequence[str]]) -> ByTrigger | None:
        """Return how well an adapter's trigger words answer; None where none does."""
        best: dict[str, TriggerMatch] = {}
        typed: dict[str, None] = {}
        score = 0.0
        for trigger in dict.fromkeys(word for group in groups for word in group):
            worth, match, hit = self._match(trigger)
            if match is None:
                continue
            best.setdefault(trigger, TriggerMatch(trigger, match))
            typed.update(dict.fromkeys(hit))
            score = max(score, worth)
        if not best:
            return None
        order = (EXACT, PARTIAL, FUZZY)
        matches = sorted(best.values(), key=lambda one: order.index(one.match))
        covered = len(typed) / len(self.words)
        return ByTrigger(adapter_id, round(min(1.0, 0.8 * score + 0.2 * covered), 4), tuple(matches), tuple(typed))

    def _match(self, trigger: str) -> tuple[float, str | None, list[str]]:
        """How one trigger word answers: its worth, which kind, and the words that were typed for it."""
        parts = [folded(word) for word in split_words(trigger)]
        if not parts:
            return 0.0, None, []
        hits = [self._hit(part) for part in parts]
        found = [hit for hit in hits if hit is not None]
        if not found:
            return 0.0, None, []
        typed = [word for word, _ in found]
        share = len(found) / len(parts)
        if any(kind == FUZZY for _, kind in found):
            return _WORTH[FUZZY] * share, FUZZY, typed
        if share == 1.0 and all(kind == EXACT for _, kind in found):
            return _WORTH[EXACT], EXACT, typed
        return _WORTH[PARTIAL] * max(share, 0.3), PARTIAL, typed

    def _hit(self, part: str) -> tuple[str, str] | None:
        """The typed word that stands for a word of a trigger, and how."""
        if part in self._known:
            return part, EXACT
        for word in self._cjk:
            if word in part:
                return word, PARTIAL
        if part.startswith(self._beginnings):
            return next(word for word in self._beginnings if part.startswith(word)), PARTIAL
        return (self.near[part], FUZZY) if part in self.near else None

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def _cjk(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if CJK_RUN.fullmatch(word))

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if len(word) >= _SHORTEST_BEGINNING)


def _near_spellings(connection: Connection, words: Iterable[str]) -> dict[str, str]:
    """Spellings out of the trigger words of the library for words that none of these has."""
    fields = ("triggers",)
    wanted = list(words)
    known = terms_among(connection, wanted, fields)
    found: dict[str, str] = {}
    for word in [word for word in wanted if word not in known and _may_be_misspelt(word)][:MOST_MISSPELT]:
        terms = terms_among(connection, one_slip_away(word), fields)
        if not terms and len(word) >= _TWO_SLIPS_FROM:
            begun = terms_beginning(connection, word[:2], fields)
            terms = Counter({term: n for term, n in begun.items() if distance(word, term, 2) <= 2})
        for term, _ in terms.most_common(_NEAREST):
            found.setdefault(term, word)
    return found


def _may_be_misspelt(word: str) -> bool:
    return _SHORTEST_FUZZY <= len(word) <= _LONGEST_FUZZY and not word.isdecimal() and not CJK_RUN.search(word)
