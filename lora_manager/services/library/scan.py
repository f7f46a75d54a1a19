"""The scan: look at every root, read what is new or changed, write it in batches, mark what is gone.

Reading runs ahead while the batch before is written; each batch is one transaction, so a scan that is
killed leaves whole batches and the next one goes on from there.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from lora_manager.db import scan_state
from lora_manager.db.engine import Database
from lora_manager.db.import_journal import ImportJournal
from lora_manager.db.library_state import open_problems
from lora_manager.db.rows import FoundProblem
from lora_manager.db.scan_state import KnownFile
from lora_manager.processes import this_process
from lora_manager.services.library.describe import Reading
from lora_manager.services.library.moved_roots import follow_moved_roots
from lora_manager.services.library.plan import Task, match_moves
from lora_manager.services.library.readers import Readers
from lora_manager.services.library.root_scan import RootOfflineError, RootScan, is_unread_still

log = logging.getLogger(__name__)

BATCH = 400
"""Files of one transaction: enough to make it cheap, few enough that a kill costs little and a writer waits little."""

PATIENCE = 0.5
"""Seconds after which a scan that waits for a batch asks whether it is cancelled."""

OnProgress = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]


@dataclass
class ScanReport:
    """What a scan did, in network files. `problems` are all that are open now, also of files that did not change.

    `incomplete` files are still being downloaded, as far as one can tell; they are read again at every scan.
    """

    found: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    incomplete: int = 0
    problems: list[FoundProblem] = field(default_factory=list)
    seconds: float = 0.0
    files_per_second: float = 0.0
    roots_offline: list[str] = field(default_factory=list)
    cancelled: bool = False


@dataclass
class _Work:
    scan: RootScan
    batch: Sequence[Task]
    readings: Future[list[Reading]]


def scan_library(
    database: Database,
    roots: Sequence[Path],
    *,
    force: bool = False,
    skip: frozenset[str] = frozenset(),
    on_progress: OnProgress = lambda done, total, message: None,
    cancelled: Cancelled = lambda: False,
) -> ScanReport:
    """Bring the catalogue in step with the roots.

    `force` reads every file again; what the user edited stays either way. `skip` are absolute paths of folders to
    leave out. `on_progress` gets files done, files to do, and a message; `cancelled` is asked between batches.
    """
    begin = time.perf_counter()
    report = ScanReport()
    on_progress(0, 0, "Looking for files")
    scans = _look(database, roots, report, force=force, skip=skip, cancelled=cancelled)
    match_moves([scan.plan for scan in scans])
    report.found = sum(scan.found for scan in scans)
    report.unchanged = sum(scan.plan.unchanged for scan in scans)
    report.updated = sum(len(scan.plan.back) for scan in scans)
    journal = ImportJournal(this_process())
    try:
        _read_and_write(scans, report, on_progress, cancelled, journal)
    finally:
        journal.close(database)
    for scan in scans:
        _finish(database, scan, report)
    with database.read() as connection:
        report.problems = open_problems(connection)
    report.seconds = round(time.perf_counter() - begin, 3)
    report.files_per_second = round(report.found / max(report.seconds, 0.001), 1)
    log.info("Scan of %d files: %d added, %d updated, %d removed", report.found, report.added, report.updated,
             report.removed)  # fmt: skip
    return report


def _look(
    database: Database,
    roots: Sequence[Path],
    report: ScanReport,
    *,
    force: bool,
    skip: frozenset[str],
    cancelled: Cancelled,
) -> list[RootScan]:
    paths = list(dict.fromkeys(os.path.abspath(root) for root in roots))
    with database.write() as connection:
        ids = scan_state.root_ids(connection, paths)
    follow_moved_roots(database, ids)
    scans = []
    for path in paths:
        scan = RootScan(database, Path(path), ids[path], force=force)
        try:
            scan.look(skip, cancelled)
        except RootOfflineError as error:
            _set_offline(database, scan, error, report)
            continue
        if cancelled():  # a walk that was cut short knows nothing of what is gone
            report.cancelled = True
            return []
        scans.append(scan)
    return scans


def _read_and_write(
    scans: Sequence[RootScan],
    report: ScanReport,
    on_progress: OnProgress,
    cancelled: Cancelled,
    journal: ImportJournal,
) -> None:
    total = sum(len(scan.plan.tasks) for scan in scans)
    if not total:
        return
    done = 0
    readers = Readers(total)
    try:
        for work in _read_ahead(readers, scans):
            readings = _result(work.readings, cancelled)
            if readings is None:
                report.cancelled = True
                return
            work.scan.write(work.batch, readings, journal)
            report.incomplete += sum(reading.described.file.state == "incomplete" for reading in readings)
            _count(work.batch, readings, report)
            done += len(work.batch)
            on_progress(done, total, f"Reading {work.scan.root.name}")
    finally:
        readers.close()


def _result(readings: Future[list[Reading]], cancelled: Cancelled) -> list[Reading] | None:
    """Wait for a batch; None when the scan is cancelled, also while a drive that hangs is waited for."""
    while not cancelled():
        if wait((readings,), timeout=PATIENCE).done:
            return readings.result()
    return None


def _read_ahead(readers: Readers, scans: Sequence[RootScan]) -> Iterator[_Work]:
    """Yield the batches of all roots in order, a few of them being read already."""
    queue: deque[_Work] = deque()
    for scan in scans:
        for start in range(0, len(scan.plan.tasks), BATCH):
            batch = scan.plan.tasks[start : start + BATCH]
            queue.append(_Work(scan, batch, readers.submit(scan.request(batch))))
            if len(queue) > readers.ahead:
                yield queue.popleft()
    yield from queue


def _count(batch: Sequence[Task], readings: Sequence[Reading], report: ScanReport) -> None:
    for task, reading in zip(batch, readings, strict=True):
        if task.known is None:
            report.added += 1
        elif _is_incomplete_still(task.known, task) or is_unread_still(task, reading):
            report.unchanged += 1
        else:
            report.updated += 1


def _is_incomplete_still(known: KnownFile, task: Task) -> bool:
    return known.state == "incomplete" and known.fingerprint == task.unit.fingerprint()


def _finish(database: Database, scan: RootScan, report: ScanReport) -> None:
    try:
        report.removed += scan.finish(whole=not report.cancelled)
    except RootOfflineError as error:
        _set_offline(database, scan, error, report)


def _set_offline(database: Database, scan: RootScan, error: RootOfflineError, report: ScanReport) -> None:
    path = str(scan.root)
    report.roots_offline.append(path)
    with database.write() as connection:
        scan_state.set_root_state(connection, scan.root_id, online=False, scanned=False)
        problem = FoundProblem(path, error.kind, str(error))
        scan_state.replace_problems(connection, scan.root_id, [path], [problem])
