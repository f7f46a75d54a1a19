"""Setting and removing members of a JSON object in its own text: what is not touched stays as it is, byte for byte.

Order, the spelling of numbers, members that stand there twice, indentation, line ends, byte order mark and encoding
are the writer's; what is new is written in the same hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PARSER = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers of any length; what is read is not used
_ESCAPED_LETTER = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_NEW = b"{}"
_USUAL_INDENT = "    "

Path = tuple[str, ...]


@dataclass(frozen=True)
class Absent:
    """What a member is set to that shall not be there."""


ABSENT = Absent()


@dataclass(frozen=True)
class _Member:
    key: str
    begin: int
    value: int
    end: int


@dataclass(frozen=True)
class _Hand:
    """How the text is written: line end, one step of indentation ("" for a text on one line), what stands between."""

    newline: str
    indent: str
    colon: str
    comma: str
    only_ascii: bool

    def value(self, value: Any, depth: int) -> str:
        """The text of a value that stands `depth` objects deep."""
        if not self.indent:
            separators = (self.comma, self.colon)
            return json.dumps(value, ensure_ascii=self.only_ascii, separators=separators, allow_nan=False)
        text = json.dumps(
            value, ensure_ascii=self.only_ascii, indent=self.indent, separators=(",", self.colon), allow_nan=False
        )
        return text.replace("\n", self.newline + self.indent * depth)

    def before(self, depth: int) -> str:
        """What stands before a member or a closing bracket of an object at this depth."""
        return self.newline + self.indent * depth if self.indent else ""


def set_members(raw: bytes, changes: Mapping[Path, Any]) -> bytes:
    """The document with these members set, each named by the keys that lead to it; ABSENT takes one away.

    Objects on the way are made where there are none. A value that is equal to the one that is there is not written.
    `raw` must be an object that `parse_json` reads, or blank. Raises UnreadableFileError for what it does not read.
    """
    if not raw.strip(b"\0 \t\r\n"):
        raw = _NEW
    document = parse_json(raw)
    if not isinstance(document, dict):
        raise UnreadableFileError("not_an_object", "The file holds no JSON object that anything could be added to.")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", "utf-8"))
    text = raw[len(mark) :].decode(encoding)
    if not document and "\n" not in text:
        hand = _Hand("\n", _USUAL_INDENT, ": ", ", ", only_ascii=False)
    else:
        hand = _hand_of(text)
    start = _skip(text, 0)
    removed = {path: value for path, value in changes.items() if value is ABSENT and len(path) == 1}
    if len({path[0] for path in changes}) == len(changes):
        kept = {path: value for path, value in changes.items() if path not in removed}
        return mark + _set_some(_remove(text, start, removed), start, kept, hand, 0).encode(encoding)
    for path, value in changes.items():  # one may be within another: in their order
        text = _remove(text, start, [path]) if path in removed else _set_some(text, start, {path: value}, hand, 0)
    return mark + text.encode(encoding)


def _remove(text: str, start: int, paths: Iterable[Path]) -> str:
    """The text without these members of the object at `start`."""
    wanted = {path[0] for path in paths}
    members, _ = _members(text, start) if wanted else ([], 0)
    for member in reversed(members):
        if member.key in wanted:
            text = _without(text, start, member)
    return text


def _set_some(text: str, start: int, changes: Mapping[Path, Any], hand: _Hand, depth: int) -> str:
    """The text with members of the object at `start` set; no two changes are of one member."""
    members, close = _members(text, start) if changes else ([], 0)
    last = {member.key: member for member in members}  # of two with one name readers take the last
    new: list[tuple[str, Any]] = []
    changed: list[tuple[_Member, str]] = []
    for path, value in changes.items():
        member = last.get(path[0])
        if member is not None:
            changed.append((member, _value_text(text[member.value : member.end], path[1:], value, hand, depth + 1)))
        elif value is not ABSENT:
            new.append((path[0], _nested(path[1:], value)))
    if new:
        text = _with_new(text, start, members, close, new, hand, depth)
    for member, value in sorted(changed, key=lambda one: -one[0].value):
        text = text[: member.value] + value + text[member.end :]
    return text


def _value_text(text: str, rest: Path, value: Any, hand: _Hand, depth: int) -> str:
    """The text of a value that is set, or of which a member is."""
    if rest and text[0] == "{":
        if value is ABSENT and len(rest) == 1:
            return _remove(text, 0, [rest])
        return _set_some(text, 0, {rest: value}, hand, depth)
    if value is ABSENT:
        return text
    wanted = _nested(rest, value)
    there = parse_json(text.encode("utf-8", "surrogatepass"))
    return text if _equal(there, wanted) else hand.value(wanted, depth)


def _nested(path: Path, value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _equal(there: Any, wanted: Any) -> bool:
    """Whether two values are the same in JSON: 1 is 1.0, and true is not 1."""
    if isinstance(there, bool) or isinstance(wanted, bool):
        return there is wanted
    if isinstance(there, (int, float)) and isinstance(wanted, (int, float)):
        return there == wanted
    if type(there) is not type(wanted):
        return False
    if isinstance(there, dict):
        return list(there) == list(wanted) and all(_equal(there[key], wanted[key]) for key in there)
    if isinstance(there, list):
        return len(there) == len(wanted) and all(map(_equal, there, wanted))
    return bool(there == wanted)


def _with_new(
    text: str, start: int, members: list[_Member], close: int, new: list[tuple[str, Any]], hand: _Hand, depth: int
) -> str:
    """The text with members behind the last one."""
    names = (json.dumps(key, ensure_ascii=hand.only_ascii) for key, _ in new)
    entries = [f"{name}{hand.colon}{hand.value(value, depth + 1)}" for name, (_, value) in zip(names, new, strict=True)]
    between = "," + hand.before(depth + 1) if hand.indent else hand.comma
    if not members:
        return f"{text[: start + 1]}{hand.before(depth + 1)}{between.join(entries)}{hand.before(depth)}{text[close:]}"
    end = members[-1].end
    return text[:end] + between + between.join(entries) + text[end:]


def _without(text: str, start: int, member: _Member) -> str:
    """The text without a member and the one comma that goes with it."""
    behind = _BLANK.match(text, member.end).end()  # type: ignore[union-attr]
    before = len(text[: member.begin].rstrip(" \t\r\n"))
    if text[before - 1] == ",":  # not the first: what stood before it goes
        return text[: before - 1] + text[member.end :]
    if text[behind] == ",":
        following = _BLANK.match(text, behind + 1).end()  # type: ignore[union-attr]
        return text[: member.begin] + text[following:]
    return text[: start + 1] + text[behind:]  # the only one


def _members(text: str, start: int) -> tuple[list[_Member], int]:
    """The members of the object whose bracket stands at `start`, and where its other bracket is."""
    members: list[_Member] = []
    position = _skip(text, start + 1)
    while text[position] != "}":
        if text[position] == ",":
            position = _skip(text, position + 1)
        begin = position
        end = _STRING.match(text, begin).end()  # type: ignore[union-attr]
        key = parse_json(text[begin:end].encode("utf-8", "surrogatepass"))
        value = _skip(text, _skip(text, end) + 1)
        position = _end_of_value(text, value)
        members.append(_Member(key, begin, value, position))
        position = _skip(text, position)
    return members, position


def _skip(text: str, position: int) -> int:
    return _BLANK.match(text, position).end()  # type: ignore[union-attr]


def _end_of_value(text: str, start: int) -> int:
    """Where a value ends: as the parser finds it, which is ten times as fast as any search."""
    return _PARSER.raw_decode(text, start)[1]


def _hand_of(text: str) -> _Hand:
    start = _skip(text, 0)
    members, _ = _members(text, start)
    newline = "\r\n" if "\r\n" in text else "\n"
    only_ascii = text.isascii() and _ESCAPED_LETTER.search(text) is not None
    if not members:  # an object of nothing but line ends
        return _Hand(newline, _USUAL_INDENT, ": ", ", ", only_ascii)
    first = members[0]
    lead = text[start + 1 : first.begin]
    indent = lead.rpartition("\n")[2] if "\n" in lead else ""
    colon = text[first.begin : first.value][len(_STRING.match(text, first.begin)[0]) :]  # type: ignore[index]
    colon = colon if colon.strip(" :") == "" else ": "
    if "\n" in lead and not indent:
        indent = _USUAL_INDENT  # line by line without indentation: readable at least
    comma = ", "
    if len(members) > 1:
        comma = "," if text[first.end : members[1].begin] == "," else ", "
    elif colon == ":":
        comma = ","
    return _Hand(newline, indent, colon, comma, only_ascii)
