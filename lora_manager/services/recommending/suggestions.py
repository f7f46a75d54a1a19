"""What recommending answers: suggestions with their weight, their reasons and what of the prompt they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lora_manager.services.finding import FoundCard

if TYPE_CHECKING:
    from lora_manager.formats.family_fit import Fit

PROMPT, DESCRIPTION, FORGOTTEN, WITH, TRIGGER, SIMILAR = (
    *("prompt", "description", "forgotten", "with", "trigger"),
    "similar",
)
KINDS = (PROMPT, DESCRIPTION, FORGOTTEN, WITH, TRIGGER)
"""What can be asked about a text."""
VERSION, AUTHOR = "version", "author"
"""Why one adapter is folded below another: another version of it, or nearly the same by the same author."""


@dataclass(frozen=True)
class SuggestedWeight:
    """The multiplier to begin with and from where to where others are used, None where nobody says.

    `source` is "own", "examples", "author", "preferred" or "default"; `why` says it in a sentence.
    """

    weight: float
    low: float | None
    high: float | None
    source: str
    why: str


@dataclass(frozen=True)
class Reason:
    """One part of a score: what kind of evidence it is, in a sentence, and its share (all of an item sum to 1)."""

    kind: str
    text: str
    share: float


@dataclass(frozen=True)
class ShownExample:
    """The example prompt that came closest; `own`: out of the user's own generations."""

    text: str
    own: bool


@dataclass(frozen=True)
class Folded:
    """An adapter that is shown below another one. `why` is VERSION or AUTHOR."""

    id: int
    name: str
    version: str
    why: str


@dataclass(frozen=True)
class TriggerMatch:
    """A trigger word that was asked for. `match` is "exact", "partial" or "fuzzy"."""

    word: str
    match: str


@dataclass(frozen=True)
class Concept:
    """A part of the prompt, `text` = prompt[start:end], and the items that cover it."""

    text: str
    start: int
    end: int
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """One suggestion. `score` is 0 to 1, `matched` the words of the prompt it holds, as typed.

    `concepts` are indices of the answer's concepts. `position` is where it stands in the list, from 0.
    """

    found: FoundCard
    score: float
    matched: tuple[str, ...]
    reason: str
    why: tuple[Reason, ...]
    example: ShownExample | None
    concepts: tuple[int, ...]
    suggested: SuggestedWeight
    fit: Fit
    position: int
    folded: tuple[Folded, ...] = ()
    words: tuple[TriggerMatch, ...] = ()


@dataclass(frozen=True)
class Suggestions:
    """An answer. `reason` says why the list is empty or thin, else "".

    `session` names the list for what is done with it later. `family` is what was ranked for, "" for all. `encoder` is
    the encoder whose vectors took part, "" for none. `preparing` is (done, total) while adapters are still unread.
    """

    session: str
    kind: str
    reason: str
    items: Sequence[Suggestion] = ()
    concepts: Sequence[Concept] = ()
    family: str = ""
    encoder: str = ""
    preparing: tuple[int, int] | None = None


@dataclass(frozen=True)
class Similar:
    """Adapters like another one. `by` is how they were compared, `available` how they could be."""

    session: str
    by: str
    available: tuple[str, ...]
    reason: str
    items: Sequence[Suggestion] = ()
