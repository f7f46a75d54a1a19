"""A preference as a reason, in a sentence that says what was counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.evidence import ADAPTER_RATED, IMAGE_RATED

Say = Callable[[str, bool, int, float], str]

_MIDDLE = 3.0
_EFFECTS: Mapping[str, float] = {
    "inserted": 1.0,
    "accepted": 1.0,
    "generated": 0.5,
    "image_rated": IMAGE_RATED[5],
    "image_favourited": 1.0,
    "image_gone": -0.2,
    "adapter_rated": ADAPTER_RATED[5],
    "adapter_favourited": ADAPTER_RATED[5],
    "dismissed": -2.0,
    "ignored": -0.15,
}
"""What one of each says, roughly: the sentence tells the kind that says most."""
_RATED = ("image_rated", "adapter_rated")


def sentence(row: PreferenceRow, *, liked: bool) -> str:
    """Return a preference as a reason: what the user said, or did how often."""
    what = _what(row)
    if row.pinned:
        return f"You said that you like {what}." if row.pinned > 0 else f"You said that you do not like {what}."
    told = _most(row.counts, 1.0 if liked else -1.0)
    if told is None:
        signs = f"{row.evidence} signs" if row.evidence != 1 else "1 sign"
        return f"You {'prefer' if liked else 'tend to pass over'} {what} ({signs})."
    kind, count, total = told
    return _SAY[kind](what, row.kind == "adapter", count, total / max(count, 1))


def _most(tally: Mapping[str, tuple[int, float]], sign: float) -> tuple[str, int, float] | None:
    """The kind of event that says most in this direction: kind, how many, sum of their values."""
    said = []
    for kind, (count, total) in tally.items():
        if kind in _EFFECTS and count > 0:
            effect = _EFFECTS[kind] * count
            if kind in _RATED:
                effect *= (total / count - _MIDDLE) / (5.0 - _MIDDLE)
            said.append((sign * effect, kind, count, total))
    effect, kind, count, total = max(said, default=(0.0, "", 0, 0.0))
    return (kind, count, total) if effect > 0 else None


def _what(row: PreferenceRow) -> str:
    return {
        "tag": f"LoRAs tagged “{row.label}”",
        "author": f"LoRAs by {row.label}",
        "base_model": f"LoRAs for {row.label}",
        "archetype": f"LoRAs of the kind “{row.label}”",
        "style": f"LoRAs in the style “{row.label}”",
        "adapter": "this LoRA",
    }[row.kind]


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _of_pictures(verb: str) -> Say:
    """One LoRA has one say a picture; of those that are like each other several may be in the same."""

    def say(what: str, is_it: bool, count: int, _: float) -> str:
        if is_it:
            return f"Pictures made with it that you {verb}: {count:,}."
        return f"Pictures that you {verb} were made with {what} ({_times(count)})."

    return say


def _image_rated(what: str, is_it: bool, count: int, mean: float) -> str:
    if is_it:
        rest = f"s made with it, {mean:.1f} of 5 on average" if count > 1 else f" made with it, {mean:.0f} of 5"
        return f"You rated {count:,} picture{rest}."
    return f"You rated pictures made with {what} {mean:.1f} of 5 on average ({_times(count)})."


def _adapter_rated(what: str, is_it: bool, count: int, mean: float) -> str:
    if is_it:
        return f"You rated it {mean:.0f} of 5."
    if count == 1:
        return f"You rated one of the {what} {mean:.0f} of 5."
    return f"You rated {count:,} {what}, {mean:.1f} of 5 on average."


def _favourited(what: str, is_it: bool, count: int, _: float) -> str:
    if is_it:
        return "It is one of your favourites."
    return (
        f"{'One' if count == 1 else f'{count:,}'} of the {what} {'is' if count == 1 else 'are'} among your favourites."
    )


_SAY: Mapping[str, Say] = {
    "inserted": lambda what, is_it, count, _: f"You inserted {'it' if is_it else what} {_times(count)}.",
    "accepted": lambda what, is_it, count, _: f"You liked {what} as a suggestion {_times(count)}.",
    "generated": lambda what, is_it, count, _: f"You generated with {'it' if is_it else what} {_times(count)}.",
    "image_rated": _image_rated,
    "image_favourited": _of_pictures("marked as favourites"),
    "image_gone": _of_pictures("deleted"),
    "adapter_rated": _adapter_rated,
    "adapter_favourited": _favourited,
    "dismissed": lambda what, is_it, count, _: f"You said “not for me” of {what} {_times(count)}.",
    "ignored": lambda what, is_it, count, _: f"You passed over {what} {_times(count)}.",
}
