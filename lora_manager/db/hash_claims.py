"""What the records beside a file say once its own hash is known: which name another, which are understood otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lora_manager.db.rows import FoundProblem, OwnHash
from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.packing import unpack
from lora_manager.formats.record import AdapterRecord
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.table import read_records

DIFFERS = "hash_differs"
TEXT = "text"
"""The format of a sidecar that is no record but plain text."""
_DIGITS = 10


class StoredRecord(NamedTuple):
    """A sidecar as it was read: absolute path, format, packed content."""

    path: str
    format: str
    document: bytes


class Claimant(NamedTuple):
    """A network file that records speak of; `embedded` is the AutoV3 that stands in its header."""

    name: str
    stem: str
    size: int
    embedded: str | None

    def local_file(self, own: OwnHash | None) -> LocalFile:
        """Return it as readers of sidecars want it."""
        if own is None:
            return LocalFile(self.name, self.stem, self.size, self.embedded)
        return LocalFile(self.name, self.stem, self.size, own.autov3 or self.embedded, own.sha256)


class Heard(NamedTuple):
    """What came of asking the records again; `is_news` when the file should be described anew."""

    problems: list[FoundProblem]
    is_news: bool


def hear_again(file: Claimant, own: OwnHash, sidecars: Iterable[StoredRecord]) -> Heard:
    """Ask records that were read without the file's own hash what they say of it with that."""
    problems, is_news = [], False
    for sidecar in sidecars:
        if sidecar.format == TEXT:
            continue
        try:
            value = parse_json(unpack(sidecar.document))
        except UnreadableFileError:  # was told when it was read
            continue
        reading = read_records(value, file.local_file(own))
        is_news = is_news or reading != read_records(value, file.local_file(None))
        problem = other_hash(sidecar.path, reading.records, file, own)
        if problem is not None:
            problems.append(problem)
    return Heard(problems, is_news)


def other_hash(path: str, records: Iterable[AdapterRecord], file: Claimant, own: OwnHash) -> FoundProblem | None:
    """Name a sidecar whose records name another hash than the file's own, and say what to do about it."""
    claims = [record.sha256 for record in records if record.sha256]
    if not claims or own.sha256 in claims:
        return None
    if file.embedded and file.embedded == own.autov3:
        remedy = (
            "Only its header was edited after the download: the weights are those that the file names (AutoV3), and "
            "nothing needs to be done."
        )
    else:
        remedy = (
            "The record is of another version, or the file was edited or damaged since. Download the record or the "
            "file again if one of them is not what it should be; until then the file's own hash counts."
        )
    message = (
        f"This record says that {file.name} has the SHA256 {claims[0][:_DIGITS].upper()}…, and the file has "
        f"{own.sha256[:_DIGITS].upper()}…. {remedy}"
    )
    return FoundProblem(path, DIFFERS, message)
