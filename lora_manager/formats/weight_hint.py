"""The weight that an author recommends in running text: "works best at a weight of 0.6 - 0.8"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAX_LENGTH = 20_000
_MAX_MENTIONS = 50
_WINDOW = 160  # characters round a mention, markup included
_NEAR_BEFORE, _NEAR_AFTER = slice(-30, None), slice(60)  # what of it can name a weight, markup removed
_LARGEST = 2.0
_STEP = 0.05

_MENTIONS = ("weight", "strength", "multiplier", "权重", "權重", "强度", "強度")
_MARKUP = re.compile("<[^<>]*>|&nbsp;|[*_`\"'“”\u200b\u00a0]")
_SUFFIX = re.compile(r"(?:s|ing)?(?![a-z])")
_CUT_TAG = re.compile(r"[^<>]*>")  # the end of a tag in which a window begins
_TAG = re.compile(r"(?:<|&lt;)(?:lora|lyco|locon):[^<>:&]{1,300}:\s*(\d?\.\d{1,3}|[12])\s*(?=[:>&])")

# A whole number counts only as one end of a range or right beside the mention: "weight 1", not "weight and 2 people".
_DECIMAL = r"[0-2]?\.\d{1,3}(?![\d%]|\.\d)"
_NUMBER = rf"(?:{_DECIMAL}|[12](?![\d.,]\d|\d|%|[ ]?(?:x\b|steps|images|people|girls?|boys?)))"
_DASH = r"\s{0,3}(?:-|~|–|—|～|to|and|through|until|or|/|至|到|から)\s{0,3}"
_PAIR = rf"({_NUMBER})(?:{_DASH}({_NUMBER}))?"
_FILLER_WORD = r"of|is|at|to|in|around|about|from|between|value|is\s+between|为|在|は|推荐|建议"
_FILLER = rf"[\s:：=()\[\]（【]{{0,6}}(?:(?:{_FILLER_WORD})[\s:：]{{0,4}}){{0,2}}"
_BESIDE = re.compile(_FILLER + _PAIR)
_BEFORE = re.compile(rf"(?<![\d.a-z-]){_PAIR}(?:\s{{1,3}}lora)?$")
_FAR = re.compile(rf"[^\d.;!?。！？]{{0,20}}?(?<![\da-z-])({_DECIMAL})(?:{_DASH}({_NUMBER}))?")

# The weight or strength of something else, and numbers that mark where it goes wrong.
_OTHER = (
    *("denoising", "noise", "hires", "upscale", "upscaler", "upscaling", "controlnet", "control net", "img2img", "vae"),
    *("body", "block", "inpaint", "inpainting", "decay", "prompt", "控制"),
)
_BOUND = re.compile(r"below|under|over|above|less|lower|higher|more|不要|低于|高于|以上|以下|超过|小于|小於|大于|大於")


def weight_from_text(text: str) -> float | None:
    """The recommended weight, the middle of a range rounded to .05; None when the text names none up to 2."""
    found = weight_range_from_text(text)
    return None if found is None else middle_of(*found)


def middle_of(low: float, high: float) -> float:
    """The weight in the middle of a range, rounded to .05; the weight itself when both ends are the same."""
    return low if low == high else round(round((low + high) / 2 / _STEP) * _STEP, 2)


def weight_range_from_text(text: str) -> tuple[float, float] | None:
    """The lowest and the highest recommended weight, equal when one number is named.

    A tag in the text (`<lora:name:0.4>`) is asked last: most are only pasted from a prompt.
    """
    lowered = text[:_MAX_LENGTH].lower()
    for before, after in _mentions(lowered):
        for pair in _pairs(before, after):
            if pair is not None:
                return pair
    tag = _TAG.search(lowered) if "lora:" in lowered or "lyco:" in lowered or "locon:" in lowered else None
    return _plausible(tag[1], None) if tag else None


def _mentions(lowered: str) -> Iterator[tuple[str, str]]:
    """The plain text before and after each mention of a weight, in the order of the text."""
    found: list[tuple[int, int]] = []
    for mention in _MENTIONS:
        start = -1
        while len(found) < _MAX_MENTIONS and (start := lowered.find(mention, start + 1)) >= 0:
            found.append((start, start + len(mention)))
    for start, end in sorted(found):
        if lowered[start] < "\x7f":
            suffix = _SUFFIX.match(lowered, end)
            if suffix is None or (start and "a" <= lowered[start - 1] <= "z"):
                continue  # strengthen, lightweight
            end = suffix.end()
        before, after = lowered[max(0, start - _WINDOW) : start], lowered[end : end + _WINDOW]
        cut_tag = _CUT_TAG.match(before)
        yield _plain(before[cut_tag.end() :] if cut_tag else before, _NEAR_BEFORE), _plain(after, _NEAR_AFTER)


def _plain(window: str, near: slice) -> str:
    """The text of a window without markup, cut down to what lies near the mention."""
    return _MARKUP.sub(" ", window)[near]


def _pairs(before: str, after: str) -> Iterator[tuple[float, float] | None]:
    """What the text round one mention names, the surest first."""
    before = before.rstrip(" :")
    if before.endswith(_OTHER):
        return
    beside = _BESIDE.match(after)
    if beside:
        yield _plausible(beside[1], beside[2])
    in_front = _BEFORE.search(before) if before[-1:].isdigit() or before.endswith("lora") else None
    if in_front and not _BOUND.search(before, 0, in_front.start()):
        yield _plausible(in_front[1], in_front[2])
    far = _FAR.match(after)
    if far and not _BOUND.search(after, 0, far.start(1)):
        yield _plausible(far[1], far[2])


def _plausible(first: str, second: str | None) -> tuple[float, float] | None:
    low, high = sorted((float(first), float(second if second is not None else first)))
    return (low, high) if low > 0 and high <= _LARGEST else None
