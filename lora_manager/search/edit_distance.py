"""How many slips of the hand lie between two words: a letter left out, put in, exchanged, or two neighbours swapped."""

from __future__ import annotations

import string

_LETTERS = string.ascii_lowercase + string.digits


def distance(one: str, other: str, most: int) -> int:
    """Return the slips between two words; `most` + 1 where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        two_before, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            best = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                best = min(best, two_before[to - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def one_slip_away(word: str) -> set[str]:
    """Return every text that is one slip away from a word; put in are letters of English, and its own."""
    letters = sorted({*_LETTERS, *word})
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {begin + rest[1:] for begin, rest in halves if rest}
    found.update(begin + rest[1] + rest[0] + rest[2:] for begin, rest in halves if len(rest) > 1)
    found.update(begin + letter + rest[1:] for begin, rest in halves if rest for letter in letters)
    found.update(begin + letter + rest for begin, rest in halves for letter in letters)
    return found - {word}
