"""Reading one unit: header, sidecars, merge. Touches the disk, never the database, so that it can run on any thread."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lora_manager.db.hash_claims import TEXT, Claimant, other_hash
from lora_manager.db.rows import (
    UNREAD,
    UNREADABLE,
    AdapterRow,
    DescribedFile,
    FileRow,
    FoundProblem,
    OwnHash,
    SidecarRow,
    StoredSidecar,
)
from lora_manager.errors import IncompleteFileError, UnreadableFileError
from lora_manager.formats.base_model import BaseModel, resolve_base_model
from lora_manager.formats.header_record import records_of_header, trainer_of
from lora_manager.formats.html_text import beginning_of_html
from lora_manager.formats.json_file import parse_json, read_bytes, read_json_object
from lora_manager.formats.merge import Merged, merge_records
from lora_manager.formats.network_file import NetworkInfo, describe_network
from lora_manager.formats.packing import pack, unpack
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.safetensors_header import SafetensorsHeader, read_header, read_scalar
from lora_manager.formats.sidecars.a1111 import read_description
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.names import DESCRIPTION_SUFFIX
from lora_manager.formats.sidecars.table import SidecarReading, read_records
from lora_manager.formats.sidecars.values import integer_of
from lora_manager.formats.sidecars.version_choice import file_names_of
from lora_manager.formats.trigger_words import trigger_groups
from lora_manager.formats.walk import FileStat
from lora_manager.search.card_text import MAX_DESCRIPTION
from lora_manager.services.library.own_values import checked_values
from lora_manager.services.library.units import Unit, join

MAX_TEXT_SIDECAR = 1024 * 1024
STALE_SECONDS = 600
"""After so long without a byte an incomplete file is a problem: its download ended early."""
AUTOV2_DIGITS = 10
# All of these keep what Civitai's page says, the first the most faithfully.
_FROM_CIVITAI = (
    Source.CIVITAI_VERSION, Source.CIVITAI_MODEL, Source.STABILITY_MATRIX, Source.COMFYUI_LORA_MANAGER, Source.RGTHREE,
    Source.CIVARCHIVE,
)  # fmt: skip
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f:<>]")


@dataclass
class Reading:
    """What came of one unit: the rows for the database, and what could not be read."""

    described: DescribedFile
    problems: list[FoundProblem] = field(default_factory=list)


def describe(
    root: Path, root_id: int, unit: Unit, stored: Mapping[str, StoredSidecar], own: OwnHash | None = None
) -> Reading:
    """Read a unit whole. `stored` holds its sidecars from the last scan by relative path; current ones are not read.

    `own` is what was computed of the file as it is now, if it was. Never raises for what is on disk: what cannot be
    read becomes a problem and the rest is used.
    """
    problems: list[FoundProblem] = []
    header, network, state = _read_network(root, unit, problems)
    claimant = Claimant(unit.name, unit.stem, unit.stat.size, _embedded_autov3(header))
    by_path, sidecars, by_hand = _read_sidecars(root, unit, claimant.local_file(own), stored, problems)
    records = [record for found in by_path.values() for record in found]
    merged = merge_records([*records, *(records_of_header(header) if header is not None else [])])
    if own is not None:
        others = [other_hash(path, found, claimant, own) for path, found in by_path.items()]
        problems += [problem for problem in others if problem is not None]
    _check_name(root, unit, problems)
    name = merged.name or unit.stem
    claimed = _claimed_base_model(records)
    base = resolve_base_model(claimed, merged.sd_version, header, f"{name} {unit.stem}")
    file = _file_row(root_id, unit, state, claimant.embedded, header, merged)
    file.fingerprint = _fingerprint(unit, problems)
    _describe_network(file, header, network, base)
    described = DescribedFile(
        file=file,
        adapter=_adapter_row(name, merged, base),
        tags=list(merged.tags),
        trigger_groups=trigger_groups(merged),
        sidecars=sidecars,
        description_text=beginning_of_html(merged.description_html or "", MAX_DESCRIPTION),
        own_hash=own,
        own=by_hand.own,
        own_at=by_hand.own_at,
    )
    return Reading(described, problems)


def read_sidecar_file(path: str | Path) -> tuple[Any, bytes]:
    """Return a sidecar's value and its bytes. Raises UnreadableFileError."""
    if os.fspath(path).lower().endswith(DESCRIPTION_SUFFIX):
        raw = read_bytes(path, MAX_TEXT_SIDECAR)
        return raw.decode("utf-8-sig", "replace"), raw
    document = read_json_object(path)
    return document.value, document.raw


def _read_network(
    root: Path, unit: Unit, problems: list[FoundProblem]
) -> tuple[SafetensorsHeader | None, NetworkInfo | None, str]:
    if not unit.name.lower().endswith(".safetensors"):
        return None, None, "present"  # a pickle: listed, never opened
    path = os.path.join(root, unit.relative_path)
    try:
        header = read_header(path, unit.stat.size)
    except IncompleteFileError as error:
        if not error.begun or _is_stale(unit.stat):
            problems.append(FoundProblem(path, "incomplete", str(error)))
        return None, None, "incomplete"
    except UnreadableFileError as error:
        problems.append(FoundProblem(path, error.kind, str(error)))
        return None, None, "present"

    def scalar(name: str) -> float | None:
        try:
            return read_scalar(path, header, name)
        except UnreadableFileError as error:  # a drive may fail after the header as well
            problems.append(FoundProblem(path, error.kind, str(error)))
            return None

    return header, describe_network(header, scalar), "present"


def _fingerprint(unit: Unit, problems: list[FoundProblem]) -> str:
    """Return the unit's; where something was not to be had, one that no unit has, the same for the same reasons."""
    reasons = sorted(f"{problem.path}\0{problem.message}" for problem in problems if problem.kind == UNREADABLE)
    if not reasons:
        return unit.fingerprint()
    digest = hashlib.blake2b("\0".join(reasons).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{UNREAD}:{digest}|{unit.fingerprint()}"


def _is_stale(info: FileStat) -> bool:
    """Say whether nothing was written to a file for so long that no download can be under way."""
    return time.time_ns() - info.mtime_ns > STALE_SECONDS * 1_000_000_000


def _read_sidecars(
    root: Path, unit: Unit, local: LocalFile, stored: Mapping[str, StoredSidecar], problems: list[FoundProblem]
) -> tuple[dict[str, Sequence[AdapterRecord]], list[SidecarRow], SidecarReading]:
    records: dict[str, Sequence[AdapterRecord]] = {}
    by_hand = SidecarReading("")
    rows: list[SidecarRow] = []
    for name, info in unit.sidecars.items():
        relative = join(unit.folder, name)
        path = os.path.join(root, relative)
        row = SidecarRow(relative, info.size, info.mtime_ns, UNREADABLE, [], None)
        rows.append(row)
        try:
            value, row.document = _current_or_read(path, info, stored.get(relative))
        except UnreadableFileError as error:
            problems.append(FoundProblem(path, error.kind, str(error)))
            continue
        if isinstance(value, str):
            row.format = TEXT
            own = read_description(value)
            if own is not None:
                records[path] = [own]
            continue
        reading = read_records(value, local)
        row.format, row.claims = reading.format, list(file_names_of(value))
        records[path] = reading.records
        if reading.kind:
            problems.append(FoundProblem(path, reading.kind, _sentence(reading)))
        if reading.own:
            values, refused = checked_values(reading.own)
            if reading.own_at >= by_hand.own_at:
                by_hand = replace(reading, own=values)
            problems += [FoundProblem(path, "partly_read", f"What was set in LoRA Manager: {why}") for why in refused]
    return records, rows, by_hand


def _sentence(reading: SidecarReading) -> str:
    """Say what was lost of a sidecar, and what that means."""
    reasons = "; ".join(reading.partial)
    if reading.kind in ("json_list", "unknown_sidecar"):
        return f"The file {reasons}."
    return f"{reasons[:1].upper()}{reasons[1:]}."


def _current_or_read(path: str, info: FileStat, stored: StoredSidecar | None) -> tuple[Any, bytes]:
    if stored is not None and stored.document is not None and stored.is_current(info.size, info.mtime_ns):
        raw = unpack(stored.document)
        value = raw.decode("utf-8-sig", "replace") if stored.format == TEXT else parse_json(raw)
        return value, stored.document
    value, raw = read_sidecar_file(path)
    return value, pack(raw)


def _embedded_autov3(header: SafetensorsHeader | None) -> str | None:
    if header is None:
        return None
    value = header.metadata.get("sshs_model_hash") or header.metadata.get("modelspec.hash_sha256", "")
    digest = value.lower().removeprefix("0x")
    return digest[:12] if re.fullmatch(r"[0-9a-f]{12,64}", digest) else None


def _check_name(root: Path, unit: Unit, problems: list[FoundProblem]) -> None:
    if _UNSPEAKABLE.search(unit.stem):
        message = (
            "The file name holds a line break, a control character or one of : < >, which no prompt tag can name. "
            "Rename the file."
        )
        problems.append(FoundProblem(os.path.join(root, unit.relative_path), "name_not_for_tags", message))


def _file_row(
    root_id: int,
    unit: Unit,
    state: str,
    autov3: str | None,
    header: SafetensorsHeader | None,
    merged: Merged,
) -> FileRow:
    row = FileRow(
        root_id=root_id,
        relative_path=unit.relative_path,
        folder=unit.folder,
        name=unit.name,
        stem=unit.stem,
        size=unit.stat.size,
        mtime_ns=unit.stat.mtime_ns,
        inode=_signed(unit.stat.inode),
        state=state,
        fingerprint="",
        sha256=merged.sha256,
        sha256_state="claimed" if merged.sha256 else "",
        autov2=merged.sha256[:AUTOV2_DIGITS] if merged.sha256 else None,
        autov3=autov3,
        download_url=merged.download_url,
        published_name=merged.primary_file_name,
        preview=join(unit.folder, unit.preview) if unit.preview else None,
    )
    if unit.preview_stat is not None:
        row.preview_version = f"{unit.preview_stat.mtime_ns & 0xFFFFFFFFFFFF:x}-{unit.preview_stat.size:x}"
    if header is not None and header.metadata:
        row.header = pack(header.metadata_json.encode())
    return row


def _describe_network(
    row: FileRow, header: SafetensorsHeader | None, network: NetworkInfo | None, base: BaseModel
) -> None:
    row.details = {"evidence": [vars(evidence) for evidence in base.evidence]}
    if header is None or network is None:
        return
    row.algorithm, row.rank, row.rank_max = network.algorithm, network.rank, network.rank_max
    row.alpha, row.dtype, row.naming = network.alpha, network.dtype, network.naming
    row.details.update(
        modules=dict(network.modules),
        ranks={str(rank): count for rank, count in network.ranks.items()},
        alphas=list(network.alphas),
        dora=network.dora,
        embeddings=network.embeddings,
        trainer=trainer_of(header.metadata),
    )


def _claimed_base_model(records: list[AdapterRecord]) -> str | None:
    """Return Civitai's own base model: finer than A1111's "sd version", which wins the field `sd_version` itself."""
    said = sorted(
        (_FROM_CIVITAI.index(record.source), record.sd_version)
        for record in records
        if record.sd_version and record.source in _FROM_CIVITAI
    )
    return said[0][1] if said else None


def _adapter_row(name: str, merged: Merged, base: BaseModel) -> AdapterRow:
    sources = {key: source.value for key, source in merged.sources.items()}
    sources.setdefault("name", Source.FILE_NAME.value)
    # What is no word of Civitai's own stands in the record of some program.
    said_by = merged.sources.get("sd_version")
    sources["base_model"] = said_by.value if base.source == "a1111" and said_by is not None else base.source
    _name_sources(sources)
    weight_min, weight_max = merged.weight_range or (None, None)
    downloads = _downloads(merged.stats)
    if downloads is not None:
        sources["downloads"] = sources["stats"]
    return AdapterRow(
        name=name,
        version=merged.version,
        author_username=merged.author_username,
        base_model=base.base_model,
        family=base.family,
        sd_version=merged.sd_version,
        archetype=merged.archetype,
        archetype_confidence=1.0 if merged.archetype else None,
        weight=merged.weight,
        weight_min=weight_min,
        weight_max=weight_max,
        nsfw_level=merged.nsfw_level,
        supports_generation=merged.supports_generation,
        visibility=merged.visibility,
        published_at=merged.published_at,
        model_id=merged.model_id,
        version_id=merged.version_id,
        favourite=merged.favourite or False,
        rating=merged.rating or 0,
        downloads=downloads,
        trained_words=list(merged.trained_words),
        stats=merged.stats or {},
        sources=sources,
        activation_text=merged.activation_text,
        negative_text=merged.negative_text,
        notes=merged.notes,
        description=merged.description_html,
    )


def _name_sources(sources: dict[str, str]) -> None:
    """Say where fields come from by the names that fields have: what they are made of has others."""
    made_of = {
        "description": ("description_html",),
        "trigger_groups": ("activation_text", "trained_words"),
        "weight_min": ("weight_range",),
        "weight_max": ("weight_range",),
    }
    for name, parts in made_of.items():
        source = next((sources[part] for part in parts if part in sources), None)
        if source is not None:
            sources[name] = source


def _downloads(stats: dict[str, Any] | None) -> int | None:
    count = integer_of((stats or {}).get("downloadCount"))
    return count if count is not None and count >= 0 else None


def _signed(inode: int) -> int:
    """Fit an unsigned 64-bit inode into the database's signed integer."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode
