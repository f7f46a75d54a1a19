"""Values out of a parsed JSON object that anybody may have written: typed, bounded, never an exception.

Every reader here takes the list of problems: what is there but cannot be used is put into words in it. A value that is
absent or null was not said, which is no problem.
"""

from __future__ import annotations

import math
import re
from typing import Any

from lora_manager.formats.record import WeightRange
from lora_manager.formats.whole_text import is_whole

JsonObject = dict[str, Any]
Problems = list[str]

NAME_LENGTH = 500
TEXT_LENGTH = 20_000
HTML_LENGTH = 1_000_000
URL_LENGTH = 2_000
TAG_COUNT, TAG_LENGTH = 200, 200
WORD_COUNT, WORD_LENGTH = 200, 4_000

LARGEST_WEIGHT = 10.0

_LARGEST_INT = 2**63 - 1  # what a database column holds
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_INTEGER = re.compile(r"\s*[+-]?\d{1,18}\s*", re.ASCII)
_DECIMAL = re.compile(r"\s*[+-]?(?:\d{1,12}(?:[.,]\d{0,12})?|[.,]\d{1,12})\s*", re.ASCII)
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def kind_of(value: Any) -> str:
    """The type of a JSON value in a reader's words."""
    for types, word in (((bool,), "true/false"), ((str,), "text"), ((int, float), "a number"), ((list,), "a list")):
        if isinstance(value, types):
            return word
    return "an object" if isinstance(value, dict) else "null" if value is None else type(value).__name__


def storable(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates (JSON can hold both)."""
    if not is_whole(text):
        text = text.encode("utf-8", "ignore").decode("utf-8")
    return text.replace("\0", "") if "\0" in text else text


def one_line(text: str, limit: int = NAME_LENGTH) -> str:
    """The text on one line: white space of any kind to one blank, invisible characters removed, cut to `limit`."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()  # nearly all of them, in a quarter of the time
    text = text[: 4 * limit]
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())[:limit].rstrip()


def number_of(value: Any) -> float | None:
    """A finite number, also out of text such as "0.8"; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value.replace(",", "."))
    if isinstance(value, (int, float)) and abs(value) <= _LARGEST_INT and math.isfinite(value):
        return float(value)
    return None


def integer_of(value: Any) -> int | None:
    """A whole number that a database column holds, also out of text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_INT else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def read_line(record: JsonObject, key: str, problems: Problems, limit: int = NAME_LENGTH) -> str | None:
    """One line of text, such as a name."""
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        return one_line(value, limit) or None
    number = number_of(value)
    if number is not None:  # a model called 123
        return str(value)[:limit]
    problems.append(f"{key}: expected text, found {kind_of(value)}")
    return None


def read_text(record: JsonObject, key: str, problems: Problems, limit: int = TEXT_LENGTH) -> str | None:
    """Text of several lines, such as notes or a description."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        problems.append(f"{key}: expected text, found {kind_of(value)}")
        return None
    if len(value) > limit:
        problems.append(f"{key}: {len(value):,} characters; kept the first {limit:,}")
        value = value[:limit]
    return storable(value.strip()) or None


def read_url(record: JsonObject, key: str, problems: Problems) -> str | None:
    """A web address; any other scheme (javascript:, file:) is refused."""
    value = record.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= URL_LENGTH and value.startswith(("https://", "http://")):
        return storable(value)
    problems.append(f"{key}: not a web address")
    return None


def read_integer(record: JsonObject, key: str, problems: Problems) -> int | None:
    """A whole number."""
    value = record.get(key)
    if value is None or value == "":
        return None
    number = integer_of(value)
    if number is None:
        problems.append(f"{key}: {_shown(value)} is not a number")
    return number


def read_number(record: JsonObject, key: str, problems: Problems) -> float | None:
    """Any finite number."""
    value = record.get(key)
    if value is None or value == "":
        return None
    number = number_of(value)
    if number is None:
        problems.append(f"{key}: {_shown(value)} is not a number")
    return number


def read_weight(record: JsonObject, key: str, problems: Problems) -> float | None:
    """A multiplier; 0 is what a field holds that nobody touched, and as a weight it would switch the adapter off."""
    weight = read_number(record, key, problems)
    if weight is not None and abs(weight) > LARGEST_WEIGHT:
        problems.append(f"{key}: {weight:g} is out of range")
        return None
    return weight or None


def read_range(record: JsonObject, lowest: str, highest: str, problems: Problems) -> WeightRange | None:
    """The ends of a range of multipliers, either of which may be open. Ends that nobody touched are both 0."""
    ends = [read_number(record, key, problems) for key in (lowest, highest)]
    if all(end is None or end == 0 for end in ends):
        return None
    if any(abs(end) > LARGEST_WEIGHT for end in ends if end is not None):
        problems.append(f"{lowest}, {highest}: out of range")
        return None
    return range_of(*ends)


def range_of(low: float | None, high: float | None) -> WeightRange | None:
    """A range with its lower end first; None for one weight alone, and for none."""
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return None if low == high else (low, high)


def read_truth(record: JsonObject, key: str, problems: Problems) -> bool | None:
    """True or false, also as the words or as 1 and 0."""
    value = record.get(key)
    if isinstance(value, bool):
        return value
    if value is None or value == "":
        return None
    truth = _TRUTH.get(value.strip().lower() if isinstance(value, str) else str(integer_of(value)))
    if truth is None:
        problems.append(f"{key}: {_shown(value)} is neither true nor false")
    return truth


def read_object(record: JsonObject, key: str, problems: Problems) -> JsonObject:
    """An object; empty when there is none."""
    value = record.get(key)
    if isinstance(value, dict):
        return value
    if value is not None and value != "":
        problems.append(f"{key}: expected an object, found {kind_of(value)}")
    return {}


def read_objects(record: JsonObject, key: str, problems: Problems, limit: int = 1_000) -> list[JsonObject]:
    """A list of objects; entries of another type are left out."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        problems.append(f"{key}: expected a list, found {kind_of(value)}")
        return []
    objects = [entry for entry in value[:limit] if isinstance(entry, dict)]
    odd = len(value) - len(objects)
    if odd:
        problems.append(f"{key}: {odd} of {len(value)} entries left out, not objects or too many")
    return objects


def read_texts(record: JsonObject, key: str, problems: Problems, count: int, length: int) -> tuple[str, ...]:
    """A list of texts, verbatim but stripped; objects give their `name` or `word`, a text with commas its parts."""
    value = record.get(key)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        problems.append(f"{key}: expected a list of text, found text; split it at the commas")
        value = value[: count * length].split(",")
    if not isinstance(value, list):
        problems.append(f"{key}: expected a list of text, found {kind_of(value)}")
        return ()
    if len(value) > count:
        problems.append(f"{key}: {len(value):,} entries; kept the first {count}")
    texts: list[str] = []
    odd: set[str] = set()
    for entry in value[:count]:
        if type(entry) is not str:
            entry = _text_of_entry(entry, odd)
        entry = storable(entry[: 2 * length].strip())[:length].rstrip()
        if entry:
            texts.append(entry)
    problems.extend(f"{key}: expected a list of text, {what}" for what in sorted(odd))
    return tuple(texts)


def _text_of_entry(entry: Any, odd: set[str]) -> str:
    if isinstance(entry, dict):
        for key in ("name", "word"):
            if isinstance(entry.get(key), str):
                odd.add("found objects; took their names")
                return str(entry[key])
    elif number_of(entry) is not None:
        odd.add("found numbers; took them as text")
        return str(entry)
    odd.add(f"found {kind_of(entry)}; left it out")
    return ""


def read_counters(record: JsonObject, key: str, problems: Problems) -> JsonObject | None:
    """An object of numbers, as written; what is no number is left out (null: the creator hides it)."""
    counters = read_object(record, key, problems)
    kept: JsonObject = {}
    for name, value in list(counters.items())[:50]:
        if value is None:
            continue
        if number_of(value) is None:
            problems.append(f"{key}.{one_line(name, 40)}: {_shown(value)} is not a number")
        else:
            name = name[:100] if name.isidentifier() else one_line(name, 100)
            kept[name] = value if isinstance(value, (int, float)) else number_of(value)
    return kept or None


def _shown(value: Any) -> str:
    return repr(one_line(value, 40)) if isinstance(value, str) else kind_of(value)
