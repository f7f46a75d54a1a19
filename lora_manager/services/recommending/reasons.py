"""Why something is suggested, in sentences: the words that matched, the closest example prompt, what lifted it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lora_manager.search.insight.numbers import number_of
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.terms import LONGEST_PHRASE, term_id, words_of
from lora_manager.services.recommending.suggestions import Reason, ShownExample

if TYPE_CHECKING:
    from lora_manager.formats.family_fit import Fit

LEAST_SHARE = 0.02
"""A part of the score below this one is not told."""
MOST_WORDS = 6
LONGEST_QUOTE = 160
_STANDING = ("quality", "popularity", "family")
"""Kinds of evidence that are the same whatever is asked."""
_LEAST_PRAISED: Mapping[Any, float] = {"community": 0.8, "own": 0.75}
"""From this value on a part of the quality speaks for an adapter, what others and the user say; of the rest all of it.
Where no votes are known that part has less."""
_TELLING = 0.25
"""From this share on a second kind of evidence gets into the one sentence."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for one adapter.

    shares: how much each kind of evidence adds to its score, in any unit; what lowers it may be negative. words: those
    of the prompt that it holds, as typed. triggers: its trigger words that stand in the prompt. companions: names of
    the LoRAs it goes with. liked: what its user likes about it, a sentence. quality: what is good of its record, in
    sentences. ahead: what is said before everything else. said: sentences that stand for the usual ones, by the kind of
    evidence.
    """

    shares: Mapping[str, float]
    words: Sequence[str] = ()
    example: ShownExample | None = None
    triggers: Sequence[str] = ()
    companions: Sequence[str] = ()
    liked: str = ""
    quality: str = ""
    fit: Fit | None = None
    ahead: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


def reasons_of(evidence: Evidence) -> tuple[Reason, ...]:
    """Return the parts of a score, the largest first; their shares sum to 1."""
    telling = {kind: share for kind, share in evidence.shares.items() if _sentence(kind, evidence)}
    if evidence.words and all(kind in _STANDING for kind, share in telling.items() if share > 0):
        # What it is known for whatever is asked does not bring it up: without its words it would not be here.
        telling["words"] = max(sum(share for share in telling.values() if share > 0), telling.get("words", 0.0))
    total = sum(share for share in telling.values() if share > 0)
    if total <= 0:
        return (Reason("words", _words(evidence), 1.0),) if evidence.words else ()
    kept = {kind: share / total for kind, share in telling.items() if share / total >= LEAST_SHARE}
    whole = sum(kept.values())
    shares = {kind: round(share / whole, 3) for kind, share in sorted(kept.items(), key=lambda item: -item[1])}
    first = next(iter(shares))
    shares[first] = round(shares[first] + 1.0 - sum(shares.values()), 3)
    return tuple(Reason(kind, _sentence(kind, evidence), share) for kind, share in shares.items())


def sentence_of(evidence: Evidence, reasons: Sequence[Reason]) -> str:
    """Return one plain sentence with what speaks most for it."""
    parts = [evidence.ahead] if evidence.ahead else []
    said: set[str] = set()
    for reason in reasons[:3]:
        if said and reason.share < _TELLING:
            break
        short = _clause(evidence.said[reason.kind]) if reason.kind in evidence.said else _SHORT[reason.kind](evidence)
        if short and short not in said:
            said.add(short)
            parts.append(short)
    if not said and evidence.words:
        parts.append(_matches(evidence))
    text = "; ".join(parts) or "It came up for this prompt"
    return f"{text[0].upper()}{text[1:]}."


def praise_of(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return what is good about an adapter's record and what others say of it, in sentences; "" where nothing is.

    parts: of its quality, {"name", "value", "weight", "text"} each.
    """
    good = [part for part in parts if (number_of(part.get("value")) or 0.0) >= _LEAST_PRAISED.get(part.get("name"), 1)]
    good.sort(key=lambda part: -(number_of(part.get("weight")) or 0.0))
    return " ".join(str(part.get("text", "")) for part in good[:2])


def _sentence(kind: str, evidence: Evidence) -> str:
    if kind in evidence.said:
        return evidence.said[kind]
    return _SENTENCES[kind](evidence) if kind in _SENTENCES else ""


def triggers_in(parsed: ParsedPrompt, groups: Sequence[Sequence[str]]) -> list[str]:
    """Return the trigger words of a card that stand in a prompt as whole phrases."""
    phrases = set(parsed.phrases.tolist())
    found: dict[str, None] = {}
    for word in (word for group in groups for word in group):
        parts = words_of(word)[:LONGEST_PHRASE]
        if parts and term_id(" ".join(parts)) in phrases:
            found.setdefault(word)
    return list(found)


def quoted(words: Sequence[str], most: int = MOST_WORDS) -> str:
    """Return words in quotation marks, a few of them."""
    return ", ".join(f"“{word}”" for word in words[:most])


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def _matches(evidence: Evidence) -> str:
    return f"matches {quoted(evidence.words)}" if evidence.words else ""


def _words(evidence: Evidence) -> str:
    return f"Its text holds {quoted(evidence.words)}." if evidence.words else ""


def _example(evidence: Evidence) -> str:
    if evidence.example is None:
        return ""
    whose = "You used it for" if evidence.example.own else "An example prompt comes close:"
    return f"{whose} “{_shortened(evidence.example.text)}”"


def _example_short(evidence: Evidence) -> str:
    if evidence.example is None:
        return ""
    return "one of your own prompts comes close" if evidence.example.own else "an example prompt comes close"


def _trigger(evidence: Evidence) -> str:
    if not evidence.triggers:
        return "Its name stands in the prompt." if evidence.words else ""
    several = "words" if len(evidence.triggers) > 1 else "word"
    return (
        f"Its trigger {several} {quoted(evidence.triggers, 3)} stand{'s' if several == 'word' else ''} in the prompt."
    )


def _trigger_short(evidence: Evidence) -> str:
    if not evidence.triggers:
        return _matches(evidence)
    return f"its trigger word {quoted(evidence.triggers, 1)} is in the prompt"


def _co_use(evidence: Evidence) -> str:
    return f"It is used together with {', '.join(evidence.companions[:3])}." if evidence.companions else ""


def _co_use_short(evidence: Evidence) -> str:
    return f"goes with {', '.join(evidence.companions[:2])}" if evidence.companions else ""


def _preference(evidence: Evidence) -> str:
    return evidence.liked


def _clause(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:].rstrip('.')}"


def _family(evidence: Evidence) -> str:
    if evidence.fit is None or evidence.fit.kind not in ("same", "usable"):
        return ""
    return evidence.fit.note or "It is made for the loaded model's family."


Say = Callable[[Evidence], str]
_SENTENCES: Mapping[str, Say] = {
    "words": _words,
    "example": _example,
    "trigger": _trigger,
    "vector": lambda _: "Its text means something alike.",
    "co_use": _co_use,
    "preference": _preference,
    "quality": lambda evidence: evidence.quality or "Its record is complete.",
    "popularity": lambda _: "Many people use it.",
    "family": _family,
}
_SHORT: Mapping[str, Say] = {
    "words": _matches,
    "example": _example_short,
    "trigger": _trigger_short,
    "vector": lambda _: "means something alike",
    "co_use": _co_use_short,
    "preference": lambda evidence: _clause(_preference(evidence)),
    "quality": lambda _: "",
    "popularity": lambda _: "",
    "family": lambda _: "",
}
