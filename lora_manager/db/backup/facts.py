"""What is known of a backup without unpacking it: its name, and the facts in the header of its file.

A backup is one ordinary gzip file, which any gunzip opens. The facts lie in the header's extra field, which other
programs pass over: a second file beside it could be lost or left behind.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any, BinaryIO

from lora_manager.errors import LoraManagerError

SUFFIX = ".sqlite3.gz"
_NAME = re.compile(r"(?P<prefix>.+)-(?P<time>\d{8}-\d{6})-(?P<reason>[a-z_]{1,40})(?:-\d{1,4})?\.sqlite3\.gz")
_TIME = "%Y%m%d-%H%M%S"
_BEGIN = b"\x1f\x8b\x08"
_HAS_EXTRA = 4
_FIXED = struct.Struct("<3sBIBBHHHI")
"""Magic, flags, time, extra flags, system, length of the extra field; the field's id, length and checksum."""
_FIELD = struct.unpack("<H", b"LM")[0]
_MOST_FACTS = 60_000


class BackupDamagedError(LoraManagerError):
    """A backup is not what it was when it was made: cut off, changed, or another file under its name."""

    code = "backup_damaged"


@dataclass(frozen=True)
class BackupFacts:
    """What a backup says of itself. `mark` is equal for two states in which nothing worth a backup differs."""

    created_at: str
    reason: str
    version: str
    schema: str
    database_bytes: int
    mark: str
    counts: dict[str, int] = field(default_factory=dict)


def name_of(prefix: str, moment: datetime, reason: str, number: int = 0) -> str:
    """Return the name of a backup of this moment (UTC); `number` tells those of one second apart."""
    again = f"-{number}" if number else ""
    return f"{prefix}-{moment.astimezone(timezone.utc).strftime(_TIME)}-{reason}{again}{SUFFIX}"


def parse_name(name: str, prefix: str) -> tuple[datetime, str] | None:
    """Return the moment (UTC) and the reason that a name says, or None for a file that is no backup of `prefix`."""
    found = _NAME.fullmatch(name)
    if found is None or found["prefix"] != prefix:
        return None
    try:
        return datetime.strptime(found["time"], _TIME).replace(tzinfo=timezone.utc), found["reason"]
    except ValueError:
        return None


def header_of(facts: BackupFacts) -> bytes:
    """Return the head of a gzip file that tells these facts."""
    text = json.dumps(asdict(facts), separators=(",", ":")).encode("ascii")
    if len(text) > _MOST_FACTS:
        raise ValueError("too many facts for a header")
    field_length = 4 + len(text)
    seconds = int(datetime.fromisoformat(facts.created_at.replace("Z", "+00:00")).timestamp())
    fixed = (_BEGIN, _HAS_EXTRA, seconds & 0xFFFFFFFF, 0, 255, field_length + 4, _FIELD, field_length, zlib.crc32(text))
    return _FIXED.pack(*fixed) + text


def read_facts(file: BinaryIO) -> BackupFacts:
    """Return the facts at the head of a file. Raises BackupDamagedError where there are none, or changed ones."""
    head = file.read(_FIXED.size)
    if len(head) < _FIXED.size:
        raise BackupDamagedError("it is cut off")
    begin, flags, _, _, _, _, name, length, checksum = _FIXED.unpack(head)
    if begin != _BEGIN or not flags & _HAS_EXTRA or name != _FIELD:
        raise BackupDamagedError("it is no backup of LoRA Manager")
    text = file.read(max(0, length - 4))
    if zlib.crc32(text) != checksum:
        raise BackupDamagedError("what it says of itself is changed or cut off")
    return _facts(json.loads(text))


def _facts(values: dict[str, Any]) -> BackupFacts:
    known = {name: values[name] for name in BackupFacts.__dataclass_fields__ if name in values}
    try:
        return BackupFacts(**known)
    except TypeError as error:
        raise BackupDamagedError("it is of another version, and says too little of itself") from error
