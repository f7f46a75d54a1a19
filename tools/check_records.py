"""Read every record below a folder and count: read whole, read in part and why, no record of a LoRA, crashed.

    python tools/check_records.py FOLDER               the counts by kind of record, and the reasons
    python tools/check_records.py FOLDER --headers     also what each header turned out to be

Reads sidecars (.json, .info, .txt), headers (.safetensors, and dumps of them: `{"keys": {...}, "metadata": {...}}`),
infotexts (.txt in a folder of that name) and lists of any of these (.jsonl.gz). A record that stands alone is read as
if the first file that it names lay beside it. Ends with 1 when a reader crashed.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lora_manager.errors import LoraManagerError  # noqa: E402
from lora_manager.formats import infotext  # noqa: E402
from lora_manager.formats.base_model import resolve_base_model  # noqa: E402
from lora_manager.formats.header_record import records_of_header  # noqa: E402
from lora_manager.formats.json_file import parse_json  # noqa: E402
from lora_manager.formats.merge import merge_records  # noqa: E402
from lora_manager.formats.network_file import describe_network  # noqa: E402
from lora_manager.formats.safetensors_header import SafetensorsHeader, read_header  # noqa: E402
from lora_manager.formats.sidecars.a1111 import read_description  # noqa: E402
from lora_manager.formats.sidecars.local_file import LocalFile  # noqa: E402
from lora_manager.formats.sidecars.table import read_records  # noqa: E402
from lora_manager.formats.sidecars.version_choice import file_names_of  # noqa: E402
from lora_manager.formats.tensor_table import TensorInfo, TensorTable  # noqa: E402
from lora_manager.formats.trigger_words import trigger_groups  # noqa: E402

WHOLE, PART, OTHER, CRASHED = "whole", "in part", "no record", "crashed"
COLUMNS = (WHOLE, PART, OTHER, CRASHED)
_SHOWN = 140


@dataclass
class Counts:
    """What became of the records of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Read, print, and say whether anything crashed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--headers", action="store_true", help="print what each header turned out to be")
    arguments = parser.parse_args()
    started = time.perf_counter()
    kinds: dict[str, Counts] = {}
    shown: list[str] = []
    for folder, name, record in _records(arguments.folder):
        kind, outcome, reasons = _outcome(name, record, shown)
        counts = kinds.setdefault(f"{folder}: {kind}", Counts())
        counts.outcomes[outcome] += 1
        counts.reasons.update({f"{outcome}: {reason}"[:_SHOWN]: 1 for reason in reasons})
    _print(kinds, shown if arguments.headers else [])
    print(f"\n{sum(sum(each.outcomes.values()) for each in kinds.values())} in {time.perf_counter() - started:.1f} s")
    return int(any(counts.outcomes[CRASHED] for counts in kinds.values()))


def _records(root: Path) -> Iterator[tuple[str, str, Any]]:
    """Folder, name and content of each: a path for what a reader opens itself, else bytes."""
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        folder = path.parent.name
        if path.name.endswith(".jsonl.gz"):
            with gzip.open(path) as lines:
                for number, line in enumerate(lines, 1):
                    yield f"{folder}/{path.stem}", f"{path.name}:{number}", line
        elif path.suffix == ".safetensors":
            yield folder, path.name, path
        elif path.suffix in (".json", ".info", ".txt"):
            yield folder, path.name if folder != "infotext" else "an.infotext", path.read_bytes()


def _outcome(name: str, record: Any, shown: list[str]) -> tuple[str, str, list[str]]:
    """The kind of record, what became of it and why."""
    try:
        if isinstance(record, Path):
            return _header(name, read_header(record), shown)
        if name.endswith(".infotext"):
            return _infotext(record.decode("utf-8", "replace"))
        if name.endswith(".txt"):
            read_description(record.decode("utf-8-sig", "replace"))
            return "description", WHOLE, []
        return _document(name, parse_json(record), shown)
    except LoraManagerError as error:
        return "unreadable", OTHER, [str(error)]
    except Exception:  # noqa: BLE001 - a crash of any kind is what this looks for
        return "crash", CRASHED, [f"{name}: {traceback.format_exc(limit=-1)}"]


def _document(name: str, document: Any, shown: list[str]) -> tuple[str, str, list[str]]:
    if isinstance(document, dict) and isinstance(document.get("keys"), dict):
        return _header(name, _header_of_dump(document), shown)
    if isinstance(document, dict) and isinstance(document.get("prompt"), str):
        return _infotext(document["prompt"])
    names = file_names_of(document)
    file = names[0] if names else f"{name.partition('.')[0]}.safetensors"
    reading = read_records(document, LocalFile(file, file.rpartition(".")[0], 12_345))
    trigger_groups(merge_records(reading.records))
    if reading.format == "unknown":
        return "unknown", OTHER, list(reading.partial)
    return reading.format, PART if reading.kind else WHOLE, list(reading.partial)


def _header_of_dump(document: dict[str, Any]) -> SafetensorsHeader:
    infos = {
        key: TensorInfo(str(entry.get("dtype") or ""), tuple(entry["shape"]), 0, 0)
        for key, entry in document["keys"].items()
    }
    return SafetensorsHeader(document.get("metadata") or {}, TensorTable.of(infos), 0, 0)


def _header(name: str, header: SafetensorsHeader, shown: list[str]) -> tuple[str, str, list[str]]:
    merge_records(records_of_header(header))
    network = describe_network(header, lambda key: None)
    base = resolve_base_model(None, None, header, name.partition(".")[0])
    parts = ", ".join(f"{count} {part}" for part, count in network.modules.items())
    shown.append(
        f"{name[-56:]:56} {network.algorithm:6} {network.naming:10} rank {network.rank or '-'!s:>4}  {parts:28} "
        f"{base.base_model} ({base.evidence[0].what if base.evidence else 'nothing says so'})"
    )
    missing = [word for word, value in (("no algorithm", network.algorithm), ("no family", base.family)) if not value]
    return "header", PART if missing else WHOLE, missing


def _infotext(text: str) -> tuple[str, str, list[str]]:
    parsed = infotext.parse(text)
    return ("infotext", WHOLE, []) if parsed.prompt or parsed.params else ("infotext", PART, ["nothing in it"])


def _row(title: str, outcomes: Counter[str]) -> str:
    return f"{title:58} {sum(outcomes.values()):6} " + " ".join(f"{outcomes[column]:9}" for column in COLUMNS)


def _print(kinds: dict[str, Counts], shown: list[str]) -> None:
    print(f"{'records':58} {'all':>6} " + " ".join(f"{column:>9}" for column in COLUMNS))
    total: Counter[str] = Counter()
    for kind, counts in sorted(kinds.items()):
        total.update(counts.outcomes)
        print(_row(kind, counts.outcomes))
        for reason, count in counts.reasons.most_common():
            print(f"    {count:5} x {reason}")
    print(_row("together", total))
    print("\n".join(["", *shown]) if shown else "", end="")


if __name__ == "__main__":
    sys.exit(main())
