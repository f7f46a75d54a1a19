"""The nearest query that finds something, where one finds nothing: its words spelt as an adapter has them.

No list of all words is kept, for it would be old with every change. What is one slip away from a word (a letter left
out, doubled, exchanged or swapped) is looked up in the index; what is further away is sought among the words that begin
with the same letter.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from sqlalchemy import Connection

from lora_manager.db.terms import folded, terms_among, terms_beginning
from lora_manager.search.edit_distance import distance, one_slip_away
from lora_manager.search.query.tokens import QueryError
from lora_manager.search.query_pieces import QueryPiece, query_pieces, written
from lora_manager.search.words import CJK_RUN

Finds = Callable[[str], int]
"""Says how many adapters a query finds. May raise QueryError."""
Values = Callable[[str], Counter[str]]
"""Returns the values of a field with choices, with how many adapters have each."""

MOST_PIECES = 6
"""Words of a query that are looked at: each costs a few lookups."""
_SHORTEST, _LONGEST = 3, 32
_TWO_SLIPS_FROM = 5
"""Letters from which a word may be two slips away: of shorter ones half the dictionary is."""
_TRIED = 4
"""Spellings that are asked."""
_TEXT_FIELDS = {
    "": ("name", "version", "tags", "triggers", "author", "file_name"),
    "name": ("name", "version"),
    "trigger": ("triggers",),
    "file": ("file_name",),
    "note": ("notes",),
    "description": ("description",),
}
"""The fields of the index in which a word of a query's field is looked for."""


def nearest_query(connection: Connection, text: str, *, is_there: Finds, finds: Finds, values: Values) -> str | None:
    """Return the query with the words that find nothing spelt as an adapter has them; None where that finds nothing.

    `is_there` asks the whole library, and says which words are wrong; `finds` asks what the user sees, with the filters
    that are chosen: there the new query has to find something.
    """
    try:
        wrong = [piece for piece in islice(query_pieces(text), MOST_PIECES) if not is_there(piece.alone)]
        spellings = [_spellings(connection, piece, values) for piece in wrong]
        if not wrong or not all(spellings):
            return None
        tried = (written(text, list(zip(wrong, chosen, strict=True))) for chosen in _choices(spellings))
        return next((query for query in tried if finds(query)), None)
    except QueryError:
        return None


def _choices(spellings: list[list[str]]) -> Iterator[list[str]]:
    """The best spelling of each, then the next best of one of them."""
    best = [found[0] for found in spellings]
    yield best
    others = [(number, other) for number, found in enumerate(spellings) for other in found[1:]]
    for number, other in others[: _TRIED - 1]:
        yield [*best[:number], other, *best[number + 1 :]]


def _spellings(connection: Connection, piece: QueryPiece, values: Values) -> list[str]:
    """What adapters have instead of this word, the nearest first."""
    word = folded(piece.text.strip())
    if not _SHORTEST <= len(word) <= _LONGEST or word.isdecimal() or CJK_RUN.search(word):
        return []
    fields = _TEXT_FIELDS.get(piece.field)
    if fields is None:
        return _nearest(word, _beginnings(values(piece.field)))
    return _nearest(word, _terms(connection, word, fields)) or _two_words(connection, word, fields)


def _nearest(word: str, counts: Counter[str]) -> list[str]:
    allowed = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    near = ((distance(word, folded(other), allowed), -counts[other], other) for other in counts)
    return [other for _, _, other in heapq.nsmallest(_TRIED, (one for one in near if 0 < one[0] <= allowed))]


def _beginnings(values: Counter[str]) -> Counter[str]:
    """The values, and what they begin with up to a blank or, of a folder, a slash: that finds them too."""
    found: Counter[str] = Counter()
    for value, count in values.items():
        ends = [at for at, sign in enumerate(value) if sign in " /" and at]
        for end in (*ends[:3], len(value)):
            found[value[:end]] += count
        if "/" in value:
            found[value.rpartition("/")[2]] += count
    return found


def _terms(connection: Connection, word: str, fields: tuple[str, ...]) -> Counter[str]:
    near = terms_among(connection, one_slip_away(word), fields)
    if near or len(word) < _TWO_SLIPS_FROM:
        return near
    begun = terms_beginning(connection, word[0], fields)
    return Counter({term: count for term, count in begun.items() if abs(len(term) - len(word)) <= 2})


def _two_words(connection: Connection, word: str, fields: tuple[str, ...]) -> list[str]:
    """A blank left out: "redhair"."""
    halves = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
    known = terms_among(connection, {half for pair in halves for half in pair}, fields)
    there = [pair for pair in halves if pair[0] in known and pair[1] in known]
    best = heapq.nlargest(_TRIED, there, key=lambda pair: min(known[pair[0]], known[pair[1]]))
    return [" ".join(pair) for pair in best]
