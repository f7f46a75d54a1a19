"""Infotext: the generation parameters that AUTOMATIC1111 and kin write into their images, written and read.

    prompt, possibly of several lines
    Negative prompt: likewise
    Steps: 20, Sampler: Euler a, Lora hashes: "ink: 0123456789ab, film: ba9876543210", ...

A value that holds a comma, a colon, a quote at its start or a line break is written as a JSON string, as they do.
Reading takes linear time and never raises, whatever the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NEGATIVE_PROMPT = "Negative prompt:"
_FEWEST_PARAMETERS = 3
_LONGEST_LINE = 200_000
# A key is short: without the bound, a long line without a colon would be searched again from each of its characters.
_KEY = re.compile(r"\s*([^,:\n\"]{1,80}):[ \t]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(r"[^,\n]*")


@dataclass(frozen=True)
class Infotext:
    """What an infotext says. `params` keeps the order and the text of the values, quotes taken off."""

    prompt: str = ""
    negative_prompt: str = ""
    params: dict[str, str] = field(default_factory=dict)


def write(infotext: Infotext) -> str:
    """The text to embed in an image. `parse` of it gives the same again (prompts trimmed)."""
    lines = [infotext.prompt.strip()]
    if infotext.negative_prompt.strip():
        lines.append(f"{NEGATIVE_PROMPT} {infotext.negative_prompt.strip()}")
    lines.append(", ".join(f"{key}: {_quote(value)}" for key, value in infotext.params.items()))
    return "\n".join(lines).strip("\n")


def parse(text: str) -> Infotext:
    """What the text says; a text without a parameter line is all prompt."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    params = _read_params(lines[-1])
    if len(params) >= _FEWEST_PARAMETERS or (params and "Steps" in params):
        lines.pop()
    else:
        params = {}
    prompt: list[str] = []
    negative: list[str] = []
    target = prompt
    for line in lines:
        if target is prompt and line.lstrip().startswith(NEGATIVE_PROMPT):
            target = negative
            line = line.lstrip()[len(NEGATIVE_PROMPT) :]
        target.append(line)
    return Infotext("\n".join(prompt).strip(), "\n".join(negative).strip(), params)


def lora_hashes(infotext: Infotext) -> dict[str, str]:
    """Name -> hash of the `Lora hashes` parameter. Names have lost their commas and colons when it was written."""
    result: dict[str, str] = {}
    for entry in infotext.params.get("Lora hashes", "").split(","):
        name, colon, digest = entry.rpartition(":")
        if colon and name.strip():
            result[name.strip()] = digest.strip()
    return result


def format_lora_hashes(hashes: Mapping[str, str]) -> str:
    """The value of the `Lora hashes` parameter for these name -> hash pairs."""
    return ", ".join(f"{name.replace(':', '').replace(',', '')}: {digest}" for name, digest in hashes.items())


def _quote(value: str) -> str:
    if value == "" or value != value.strip() or value.startswith('"') or any(mark in value for mark in ",:\n\r"):
        return json.dumps(value, ensure_ascii=False)
    return value


def _read_params(line: str) -> dict[str, str]:
    params: dict[str, str] = {}
    position = 0
    while position < min(len(line), _LONGEST_LINE):
        key = _KEY.match(line, position)
        if key is None:
            # Something without a key: up to the next comma, so that one odd piece does not hide the rest.
            position = line.find(",", position) + 1
            if position == 0:
                break
            continue
        value = _QUOTED.match(line, key.end()) or _PLAIN.match(line, key.end())
        end = value.end() if value else key.end()
        params.setdefault(key.group(1).strip(), _unquote(line[key.end() : end]))
        comma = line.find(",", end)
        position = comma + 1 if comma >= 0 else len(line)
    params.pop("", None)
    return params


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else text
