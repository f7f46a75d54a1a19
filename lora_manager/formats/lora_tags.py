"""`<lora:NAME:weight>` tags of a prompt: finding, writing and cutting them out.

The grammar is the one AUTOMATIC1111 and SDNext share: `<lora:NAME>`, `<lora:NAME:te>`, `<lora:NAME:te:unet>`, named
arguments (`te=`, `unet=`, `dyn=` ...) and the stepwise weights of loractl (`0@0,1@0.4`). Everything takes linear time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

# The body holds no "<": a prompt of a hundred thousand unfinished tags would otherwise take quadratic time.
_TAG = re.compile(r"<(lora|lyco):([^<>]+)>")
_BLANK = " \t"
_BLANK_OR_COMMA = " \t,"
_WEIGHT_DIGITS = 4
# Next to these a separator has nothing to separate.
_BEGINS = ("\n", "(", "[")
_ENDS = ("\n", ")", "]", ",")


@dataclass(frozen=True)
class LoraTag:
    """One tag as found at `prompt[start:end]`.

    The weights are numbers in any case: 1.0 where the tag gives none or one that is not a number, the strongest step
    of a stepwise weight. `text` is the tag as typed; `named` holds its named arguments as typed.
    """

    start: int
    end: int
    name: str
    te_weight: float
    unet_weight: float
    text: str
    named: dict[str, str]


def find_tags(prompt: str) -> list[LoraTag]:
    """Every `<lora:...>` and `<lyco:...>` tag of a prompt, in order."""
    return [_read_tag(match) for match in _TAG.finditer(prompt)]


def strip_tags(prompt: str) -> str:
    """The prompt without its tags, as the host's text encoder gets it, the commas and blanks around them tidied."""
    return cut(prompt, [match.span() for match in _TAG.finditer(prompt)])


def format_tag(name: str, weight: float) -> str:
    """The tag that asks for this adapter at this weight."""
    return f"<lora:{name}:{format_weight(weight)}>"


def format_weight(weight: float) -> str:
    """A weight as people type it: 0.8, 1, -0.25; four decimals at most, never an exponent."""
    if not math.isfinite(weight):
        return "1"
    text = f"{weight:.{_WEIGHT_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def same_name(left: str, right: str) -> bool:
    """Whether two tag names mean the same network file: equal, or equal once SDNext has written `.` as `_`."""
    return left == right or left.replace(".", "_") == right.replace(".", "_")


def with_weight(tag: LoraTag, weight: float) -> str:
    """The tag's text with another weight for both parts; arguments other than the weights stay. Unchanged if equal."""
    if math.isclose(tag.te_weight, weight, abs_tol=1e-6) and math.isclose(tag.unet_weight, weight, abs_tol=1e-6):
        return tag.text
    kind = tag.text[1 : tag.text.index(":")]
    rest = "".join(f":{key}={value}" for key, value in tag.named.items() if key not in ("te", "unet"))
    return f"<{kind}:{tag.name}:{format_weight(weight)}{rest}>"


def cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` without the given spans; where one goes, one of the two separators around it goes too.

    Neighbouring spans with nothing but commas and blanks between them go as one. Text elsewhere is left alone.
    """
    runs = _merge(text, sorted(spans))
    if not runs:
        return text
    pieces = [text[: runs[0].start]]
    for number, run in enumerate(runs):
        following = runs[number + 1].start if number + 1 < len(runs) else len(text)
        left, right = _join(pieces[-1], text[run.end : following], run.comma, first=number == 0)
        pieces[-1] = left
        pieces.append(right)
    return "".join(pieces)


@dataclass
class _Run:
    start: int
    end: int
    comma: bool


def _merge(text: str, spans: list[tuple[int, int]]) -> list[_Run]:
    runs: list[_Run] = []
    for start, end in spans:
        gap = text[runs[-1].end : start] if runs else "x"
        if gap.strip(_BLANK_OR_COMMA):
            runs.append(_Run(start, end, comma=False))
        else:
            runs[-1].end = max(end, runs[-1].end)
            runs[-1].comma = runs[-1].comma or "," in gap
    return runs


def _join(left: str, right: str, comma: bool, *, first: bool) -> tuple[str, str]:
    bare_left, bare_right = left.rstrip(_BLANK), right.lstrip(_BLANK)
    if left.endswith(_BEGINS) or (first and not bare_left.strip(",")):
        return left if left.endswith(_BEGINS) else "", right.lstrip(_BLANK_OR_COMMA)
    if not bare_right or right.startswith(":") or bare_right.startswith(_ENDS):
        return left.rstrip(_BLANK_OR_COMMA), bare_right
    if bare_left.endswith(","):
        return left, bare_right
    if comma:
        return bare_left, ", " + bare_right
    return left, bare_right if left != bare_left else right


def _read_tag(match: re.Match[str]) -> LoraTag:
    name, *arguments = match.group(2).split(":")
    positional: list[str] = []
    named: dict[str, str] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if equals:
            named[key.strip()] = value.strip()
        else:
            positional.append(argument)
    te_weight = _number(positional[0]) if positional else 1.0
    te_weight = _number(named["te"]) if "te" in named else te_weight
    unet_weight = _number(positional[1]) if len(positional) > 1 else te_weight
    unet_weight = _number(named["unet"]) if "unet" in named else unet_weight
    return LoraTag(match.start(), match.end(), name, te_weight, unet_weight, match.group(0), named)


def _number(text: str) -> float:
    if "@" in text:
        return max((_number(step.partition("@")[0]) for step in text.split(",") if "@" in step), key=abs)
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return value if math.isfinite(value) else 1.0
