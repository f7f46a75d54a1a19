"""What the standalone engine's text encoder is given: diffusers knows neither `<lora:...>` tags nor `(word:1.2)`."""

from __future__ import annotations

import re

from lora_manager.formats import lora_tags

_WEIGHT = re.compile(r":[ ]{0,4}[0-9.]{1,8}[ ]{0,4}(?=[)\]])")
_BRACKET_OR_ESCAPE = re.compile(r"\\([()\[\]\\])|[()\[\]]")
_BREAK = re.compile(r"\bBREAK\b,?")
_BLANKS = re.compile(r"[ \t]{2,}")


def plain_prompt(prompt: str) -> str:
    """The prompt's words alone: without tags, attention brackets and weights, `BREAK`, and with `\\(` as `(`."""
    text = _WEIGHT.sub("", lora_tags.strip_tags(prompt))
    text = _BRACKET_OR_ESCAPE.sub(lambda match: match.group(1) or "", text)
    return _BLANKS.sub(" ", _BREAK.sub("", text)).strip()


def has_attention_weights(prompt: str) -> bool:
    """Whether the prompt asks for emphasis that this engine does not give."""
    text = lora_tags.strip_tags(prompt)
    return any(match.group(1) is None for match in _BRACKET_OR_ESCAPE.finditer(text))
