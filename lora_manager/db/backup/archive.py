"""A backup's file: a database packed as gzip behind its facts, and unpacked again. Written and read in one pass."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

from lora_manager.db.backup.facts import BackupDamagedError, BackupFacts, header_of, read_facts
from lora_manager.db.backup.work import Work

LEVEL = 1
"""Of a catalogue, level 3 takes half as long again and saves three percent: most of it is packed already."""
_CHUNK = 1 << 20
_TRAILER = struct.Struct("<II")
_AS_GZIP = 16 + zlib.MAX_WBITS


def pack(database: Path, target: Path, facts: BackupFacts, work: Work) -> None:
    """Write a database as a backup, down to the disk. Raises OSError."""
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    checksum = done = 0
    with database.open("rb") as source, target.open("wb") as file:
        file.write(header_of(facts))
        while block := source.read(_CHUNK):
            checksum = zlib.crc32(block, checksum)
            file.write(deflate.compress(block))
            done += len(block)
            work.at(done / max(facts.database_bytes, 1))
        file.write(deflate.flush())
        file.write(_TRAILER.pack(checksum, done & 0xFFFFFFFF))
        file.flush()
        os.fsync(file.fileno())


def unpack(backup: Path, target: Path, work: Work) -> BackupFacts:
    """Write the database that a backup holds, and return its facts.

    Raises BackupDamagedError for one that is cut off or changed, OSError.
    """
    with backup.open("rb") as source:
        facts = read_facts(source)
        source.seek(0)
        inflate = zlib.decompressobj(_AS_GZIP)
        done = 0
        with target.open("wb") as file:
            while not inflate.eof:
                block = _next(inflate, source.read(_CHUNK))
                done += len(block)
                if done > facts.database_bytes:
                    raise BackupDamagedError("it holds more than it says")
                file.write(block)
                work.at(done / max(facts.database_bytes, 1))
    if done != facts.database_bytes:
        raise BackupDamagedError("it holds less than it says")
    return facts


def why_cut_off(backup: Path, facts: BackupFacts) -> str:
    """Return why a backup's end is not that of a whole one, or "": what can be seen without unpacking it."""
    with backup.open("rb") as file:
        file.seek(-_TRAILER.size, os.SEEK_END)
        _, length = _TRAILER.unpack(file.read(_TRAILER.size))
    return "" if length == facts.database_bytes & 0xFFFFFFFF else "it is cut off, or changed at its end"


def _next(inflate: zlib._Decompress, packed: bytes) -> bytes:
    """Unpack the next piece; gzip's own checksum is compared at the end."""
    if not packed:
        raise BackupDamagedError("it is cut off")
    try:
        return inflate.decompress(packed)
    except zlib.error as error:
        raise BackupDamagedError("what is in it is changed") from error
