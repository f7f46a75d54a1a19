"""The composition root: one `Application` holds a host, a database and the services over them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.engine import Database, DatabaseUrl, named_database, sqlite_url
from lora_manager.db.file_lookup import root_ids_of
from lora_manager.db.location import ENVIRONMENT_DATABASE, StateLocation, open_location
from lora_manager.db.migrate import migrate
from lora_manager.db.scan_state import root_ids
from lora_manager.errors import CatalogueError
from lora_manager.hosts.base import GenerationRequest, Host, HostState, Progress
from lora_manager.services.backups.service import Backups
from lora_manager.services.bulk.edit_actions import EditFields, EditTags
from lora_manager.services.bulk.reading_actions import CopyTags, Reread
from lora_manager.services.bulk.service import Bulk
from lora_manager.services.completion import Completer
from lora_manager.services.compose import Composer
from lora_manager.services.confirm_hashes import ConfirmHashes
from lora_manager.services.digests.digester import Digester
from lora_manager.services.digests.facts import facts_of
from lora_manager.services.duplicates import Duplicates
from lora_manager.services.editing import Editor
from lora_manager.services.export import Exporter
from lora_manager.services.export_sidecars import ExportSidecars
from lora_manager.services.files.actions import file_actions
from lora_manager.services.files.changes import FileChanges
from lora_manager.services.files.trash import TrashBin
from lora_manager.services.files.undo import FileReverter
from lora_manager.services.finding import Finder, FoundCard
from lora_manager.services.generate import Generator
from lora_manager.services.hashing.hasher import Hasher
from lora_manager.services.history.service import History
from lora_manager.services.jobs import JobContext, JobQueue, Runner
from lora_manager.services.keeper import Keeper
from lora_manager.services.learning.service import Learning
from lora_manager.services.library.scan import OnProgress, ScanReport, scan_library
from lora_manager.services.listeners import Listeners
from lora_manager.services.open_folder import FolderOpener
from lora_manager.services.packages import Packages
from lora_manager.services.recommending.recommender import Recommender
from lora_manager.services.recommending.sessions import Sessions
from lora_manager.services.recording import Recorded, Recorder
from lora_manager.services.saved_filters import SavedFilters
from lora_manager.services.settings import SettingsStore
from lora_manager.services.sidecar_files import SidecarFiles
from lora_manager.services.tag_names import TagNames
from lora_manager.services.text_index import TextIndex
from lora_manager.services.thumbnails import Thumbnails
from lora_manager.services.tokens import Tokens
from lora_manager.services.vectors.look_pass import LookPass
from lora_manager.services.vectors.passes import Encode
from lora_manager.services.vectors.service import Vectors
from lora_manager.services.write_back import WriteBack
from lora_manager.services.write_back_later import WriteBackLater

log = logging.getLogger(__name__)


class Application:
    """Everything a page, an API or a command works with. Call `start` before jobs are submitted, `close` at the end."""

    def __init__(
        self, host: Host, location: StateLocation, database_url: DatabaseUrl | None = None, *, is_demo: bool = False
    ) -> None:
        self.host = host
        self.is_demo = is_demo
        self.location = location
        self.database = Database(database_url or sqlite_url(location.database))
        try:
            migrate(self.database, location.folder)
        except BaseException:
            self.database.close()
            raise
        self.catalogue = Catalogue(self.database)
        self.tag_names = TagNames(host)
        self.finder = Finder(self.catalogue, self.tag_names)
        self.completer = Completer(self.catalogue, self.roots)
        self.composer = Composer(self.database, self.tag_names)
        self.recorded: Listeners[Recorded] = Listeners()
        self.generator = Generator(self.database, host, self.composer, self.recorded.tell)
        self.recorder = Recorder(self.database, host, self.recorded.tell)
        self.editor = Editor(self.database, self.scan, host.roots)
        self.history = History(self.database, self.editor.tell)
        self.text_index = TextIndex(self.database)
        self.editor.listen(lambda _: self.text_index.wake())
        self.tokens = Tokens(self.database)
        self.saved_filters = SavedFilters(self.database)
        self.settings = SettingsStore(self.database)
        self.sessions = Sessions()
        self.learning = Learning(self.catalogue, self.settings, self.sessions)
        self.editor.listen(self.learning.notice)
        self.recorded.listen(self.learning.notice)
        self.backups = Backups(self.database, location.folder, self._quiet, self._after_restore)
        self.thumbnails = Thumbnails(location.folder / "thumbnails")
        self.packages = Packages()
        self.folders = FolderOpener(host.roots)
        runners: dict[str, Runner] = {
            "scan": self._run_scan,
            "generate": self._run_generate,
            "install": self._run_install,
            "backup": self.backups.run,
            "bulk": lambda request, context: self.bulk.run_job(request, context),
            "encoder": lambda request, context: self.vectors.run_fetch(request, context),
        }
        self.jobs = JobQueue(self.database, runners)
        self.bulk = Bulk(self.database, lambda: self.jobs, self.backups.before)
        self.bulk.add(EditFields(self.database, self.editor.tell), EditTags(self.database, self.editor.tell))
        self.bulk.add(Reread(self.database, self.scan), CopyTags(self._cards))
        self.files = FileChanges(self.database, host, self.roots)
        self.trash = TrashBin(self.files, self.roots, lambda: self.settings.current().trash_days)
        self.bulk.add(*file_actions(self.files))
        self.history.reverters.update(dict.fromkeys(("file", "trash"), FileReverter(self.files)))
        self.sidecar_files = SidecarFiles(self.database, self.files.lock)
        self.history.reverters["sidecar"] = self.sidecar_files.undo
        self.duplicates = Duplicates(self.catalogue, self.finder, self.roots)
        self.bulk.add(ConfirmHashes(self.database))
        write_back = WriteBack(self.database, self.sidecar_files)
        self.bulk.add(write_back, ExportSidecars(self.database, self.sidecar_files))
        self.exporter = Exporter(self.database, self._cards)
        self.write_back_later = WriteBackLater(self.database, self.settings, write_back)
        self.editor.listen(self.write_back_later.notice)
        self._warming = threading.Thread(target=self._warm_up, name="lora-manager-catalogue", daemon=True)
        self.hasher = Hasher(self.database, self.roots, self._why_slow)
        self.vectors = Vectors(
            self.database, self.settings, location.folder / "encoders", facts_of, self._why_slow, self._look_pass
        )
        self.editor.listen(lambda _: self.vectors.wake())
        self.recommender = Recommender(
            self.catalogue,
            self.finder,
            self.tag_names,
            vectors=self.vectors,
            learning=self.learning,
            progress=self._digested,
            encoder=self.vectors.encoder_name,
            sessions=self.sessions,
            ranker_folder=location.folder,
        )
        self.digester = Digester(self.database, self._why_slow)
        self.digester.listen(self.recommender.warm_up)
        self.editor.listen(lambda _: self.digester.wake())
        self.recorded.listen(lambda _: self.digester.wake())
        self.learning.listen(lambda _: self.digester.wake())
        self.keeper = Keeper(
            self.database,
            self.backups,
            lambda: self.settings.current().backups_daily,
            self.trash.purge_expired,
            lambda: bool(self._why_slow()),
        )
        self._is_started = False
        self._roots: tuple[tuple[str, ...], tuple[int, ...]] = ((), ())
        self.files.recover()  # before anything looks at the files, and before the sets of changes are closed
        self.sidecar_files.recover()
        self.history.start()  # also for a command: what another one left open can be undone

    def start(self) -> None:
        """Start the background workers, and record what the user generates."""
        self._is_started = True
        self._warming.start()
        self.jobs.start()
        self.recorder.start()
        self.hasher.start()
        self.digester.start()
        self.vectors.start()
        self.keeper.start()
        self.text_index.start()
        self.write_back_later.start()
        self.learning.start()

    def close(self) -> None:
        """Stop the workers and close the database."""
        self._is_started = False
        self.keeper.stop()
        self.write_back_later.stop()
        self.hasher.stop()
        self.digester.stop()
        self.vectors.stop()
        self.text_index.stop()
        self.recorder.stop()
        self.learning.stop()
        self.jobs.stop()
        if self._warming.is_alive():
            self._warming.join()
        self.recommender.close()
        self.database.close()

    def roots(self) -> tuple[int, ...]:
        """Return the database ids of the host's roots: what lies in other roots is not this host's to show."""
        paths = tuple(os.path.abspath(root) for root in self.host.roots())
        if self._roots[0] != paths:
            with self.database.read() as connection:
                known = root_ids_of(connection, paths)
            if len(known) < len(paths):
                with self.database.write() as connection:
                    known = root_ids(connection, paths)
            self._roots = (paths, tuple(known[path] for path in paths))
        return self._roots[1]

    def scan(
        self,
        *,
        force: bool = False,
        on_progress: OnProgress = lambda done, total, message: None,
        cancelled: Any = lambda: False,
    ) -> ScanReport:
        """Scan the host's roots now, on this thread, and let the host list them again when something changed."""
        report = scan_library(
            self.database,
            self.host.roots(),
            force=force,
            skip=frozenset({str(self.location.folder)}),
            on_progress=on_progress,
            cancelled=cancelled,
        )
        if report.added or report.updated or report.removed:
            self.host.refresh_networks()
        self.hasher.wake()
        self.digester.wake()
        self.vectors.wake()
        return report

    def _cards(self, adapter_ids: Sequence[int]) -> list[FoundCard]:
        with self.database.read() as connection:
            return self.finder.found_cards(connection, list(adapter_ids))

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Have nothing work on files that it knows by their ids: those may be others in a moment."""
        if self._is_started:
            self.hasher.stop()
        try:
            yield
        finally:
            if self._is_started:
                self.hasher.start()

    def _after_restore(self) -> None:
        """Forget what was kept in memory of the database that was, and look what the folders hold."""
        self._roots = ((), ())
        self.look_for_lost_files()
        self.vectors.forget()
        self.digester.wake()
        self.learning.after_restore()
        if self._is_started:
            self.jobs.submit("scan", {"force": False})

    def look_for_lost_files(self) -> None:
        """See to files that were moved or deleted after the moment that the catalogue is of."""
        self.files.recover()
        self.trash.find_lost()

    def _warm_up(self) -> None:
        """Read the catalogue before the page asks for it: of 100,000 LoRAs that takes seconds."""
        with suppress(CatalogueError), self.database.read() as connection:  # who asks next is told why
            self.catalogue.columns(connection)
        with suppress(CatalogueError):
            self.vectors.warm_up()
        with suppress(CatalogueError):
            self.recommender.warm_up()

    def _look_pass(self, encoder: str, encode: Encode) -> LookPass:
        return LookPass(lambda path, version: self.thumbnails.get(path, version, 256), encoder, encode)

    def _digested(self) -> tuple[int, int]:
        """How many adapters are read of how many; a scan that goes on knows how many files it has yet to write down."""
        status, scan = self.digester.status(), self.jobs.busy("scan")
        return status.done, max(status.total, scan.total if scan is not None else 0)

    def _why_slow(self) -> str:
        """Say what else wants the machine now: what runs in the background goes slowly meanwhile."""
        if self.host.state() == HostState.BUSY:
            return "generation"
        return "scan" if self.jobs.busy("scan") else ""

    def _run_scan(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        report = self.scan(
            force=bool(request.get("force")), on_progress=context.on_progress, cancelled=context.cancelled
        )
        return scan_summary(report)

    def _run_generate(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        def on_progress(progress: Progress) -> None:
            context.on_progress(progress.step, progress.steps, progress.message)

        recorded = self.generator.run(GenerationRequest(**request), on_progress, context.cancelled, context.user_name)
        return generation_summary(recorded)

    def _run_install(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        return self.packages.install(str(request["name"]), context.on_progress, context.cancelled)


def open_for_host(host: Host, state_dir: str | None, database: str | None) -> Application:
    """Open the catalogue of a host: beside its models, unless `state_dir` or `database` (a file or an URL) say where.

    The environment variables LORA_MANAGER_DIR and LORA_MANAGER_DB say it too. Raises BadInputError or MigrationError.
    """
    location = open_location(host.models_dir(), state_dir)
    return Application(host, location, named_database(database or os.environ.get(ENVIRONMENT_DATABASE)))


def scan_summary(report: ScanReport) -> dict[str, Any]:
    """Return a scan's report for a job's result: problems as a number, they have a list of their own."""
    return {**asdict(report), "problems": len(report.problems)}


def generation_summary(recorded: Recorded) -> dict[str, Any]:
    """Return what a generation made, with the ids under which it was recorded."""
    result = recorded.result
    images: Sequence[tuple[int, Any]] = list(zip(recorded.image_ids, result.images, strict=True))
    return {
        "generation_id": recorded.generation_id,
        "images": [
            {"id": image_id, "seed": image.seed, "width": image.width, "height": image.height, "path": str(image.path)}
            for image_id, image in images
        ],
        "applied": [
            {
                "tag_name": item.tag_name,
                "id": recorded.adapter_ids.get(item.tag_name),
                "name": recorded.names.get(item.tag_name, item.tag_name),
                "weight": item.te_weight,
                "unet_weight": item.unet_weight,
            }
            for item in result.applied
        ],
        "refused": [{"tag_name": item.tag_name, "reason": item.reason} for item in result.refused],
        "infotext": result.infotext,
        "seconds": round(result.seconds, 2),
        "interrupted": result.interrupted,
        "notes": list(result.notes),
    }
