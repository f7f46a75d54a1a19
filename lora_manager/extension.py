"""The composition root inside a web UI: called by `scripts/`, holds the one application of this process.

The host's main thread only mounts what is light. The catalogue, whose packages take longer to import than a start may
be held up for, opens on a thread of its own; until then the API says that it is starting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lora_manager.errors import LoraManagerError
from lora_manager.hosts.detect import web_ui
from lora_manager.hosts.web_ui import FLAG_DATABASE, FLAG_DIR, Tab, WebUi

if TYPE_CHECKING:
    from lora_manager.api.access import Access
    from lora_manager.api.guest import GuestApp
    from lora_manager.application import Application

log = logging.getLogger(__name__)

MOUNTED_AT = "/lora-manager"
STOP_SECONDS = 10
RETRY_SECONDS = 15.0
MISSING = (
    "LoRA Manager misses Python packages ({what}). Restart the web UI once with internet access, or run the "
    "extension's install.py with the web UI's own Python."
)


# A host that loads its scripts again gives us no other way to find what we started the first time.
_running: Extension | None = None


def register() -> Sequence[type[Any]]:
    """Register with the host that loads us; returns the classes it must find in the loading script's namespace.

    A host that loads its scripts again (Reload UI) calls this again in the same process: what ran before is stopped.
    """
    global _running
    if _running is not None:
        _running.unloaded()
    host = web_ui()
    _running = Extension(host)
    host.attach(_running)
    return host.script_classes()


class Extension:
    """What the host calls back (hosts.web_ui.Guest). Nothing in here raises into the host."""

    def __init__(self, host: WebUi) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._guest: GuestApp | None = None
        self._application: Application | None = None
        self._opening: threading.Thread | None = None
        self._ended = threading.Event()

    def tabs(self) -> list[Tab]:
        """Build the tab."""
        try:
            from lora_manager.ui.tab import build_tab

            return build_tab()
        except Exception:
            # The host's other tabs must come up whatever is wrong with ours; the cause is in its log.
            log.exception("LoRA Manager's tab could not be built")
            return []

    def server_started(self, server: Any) -> None:
        """Mount our routes, and open the catalogue in the background."""
        try:
            from lora_manager.api.access import Access
            from lora_manager.api.gate import Gate
            from lora_manager.api.guard import names_of_this_machine
            from lora_manager.api.guest import GuestApp
            from lora_manager.hosts.gradio_login import GradioLogin

            guest = self._guest = GuestApp()
            access = Access(self._host.protection(), GradioLogin(server))
            gate = Gate(guest, access, names_of_this_machine())
            for prefix in self._host.sub_paths():
                server.mount(f"{prefix}{MOUNTED_AT}", gate)
            self._keep_files(server)
        except Exception:
            # The host goes on without us; the cause is in its log.
            log.exception("LoRA Manager could not add its routes")
            return
        self._opening = threading.Thread(target=self._open, args=(guest, access), name="lora-manager-open", daemon=True)
        self._opening.start()

    def unloaded(self) -> None:
        """Stop the workers and close the database; what is being opened is closed as soon as it is open.

        A database that somebody else holds locked does not hold up the host: the rest is closed behind its back.
        """
        with self._lock:
            self._ended.set()
            application, self._application = self._application, None
        if self._guest is not None:
            self._guest.close()
        waiting = [self._opening] if self._opening is not None else []
        if application is not None:
            waiting.append(threading.Thread(target=application.close, name="lora-manager-close", daemon=True))
            waiting[-1].start()
        until = time.monotonic() + STOP_SECONDS
        for thread in waiting:
            thread.join(max(0.0, until - time.monotonic()))

    def _keep_files(self, server: Any) -> None:
        """Let nobody fetch the database through the host's own file route, by whatever name."""
        from lora_manager.api.file_route import refuse_files
        from lora_manager.db.location import files_of, open_location
        from lora_manager.ui.kept_files import keep_from_file_route

        try:
            location = open_location(self._host.models_dir(), self._host.flag(FLAG_DIR))
        except LoraManagerError:
            return  # there is no place for it: opening says so
        files = files_of(location, self._host.flag(FLAG_DATABASE))
        keep_from_file_route(server, files)
        refuse_files(server, files)

    def _open(self, guest: GuestApp, access: Access) -> None:
        """Open the catalogue; what may pass (a locked database, a full disk) is tried again."""
        said = ""
        while not self._ended.is_set():
            try:
                application, api = self._build(guest, access)
            except ImportError as error:
                log.error("LoRA Manager misses a package: %s", error)
                guest.fail(_missing(error))
                return
            except LoraManagerError as error:
                if str(error) != said:  # once, not at each attempt
                    said = str(error)
                    log.error("LoRA Manager could not open its catalogue: %s", said)
                guest.fail(said)
            except Exception as error:
                # Whatever it is, the page says it and the log has the cause.
                log.exception("LoRA Manager could not open its catalogue")
                said = f"LoRA Manager could not open its catalogue ({error}). The web UI's log has the cause."
                guest.fail(" ".join([said, *_unfit()]))
                return
            else:
                self._begin(application, guest, api)
                return
            self._ended.wait(RETRY_SECONDS)

    def _build(self, guest: GuestApp, access: Access) -> tuple[Application, Any]:
        """Open the catalogue: imports SQLAlchemy and Alembic, migrates the database."""
        from lora_manager.api.app import api_app
        from lora_manager.application import open_for_host

        application = open_for_host(self._host, self._host.flag(FLAG_DIR), self._host.flag(FLAG_DATABASE))
        return application, api_app(application, guest.assets, access)

    def _begin(self, application: Application, guest: GuestApp, api: Any) -> None:
        """Start the workers and a scan, unless the host has unloaded us meanwhile."""
        application.start()
        application.jobs.submit("scan", {"force": False})
        with self._lock:  # nothing that waits for the database: the host's thread may want this lock
            if not self._ended.is_set():
                self._application = application
        if self._application is not application:
            application.close()
            return
        guest.open(api)
        log.info("LoRA Manager is ready: %s", application.location.database)


def _missing(error: ImportError) -> str:
    """What is said of a package that cannot be imported; a restart brings one that is not there, and moves none."""
    from lora_manager.requirements_check import installed, missing, requirements

    of_other_versions, wanted = _unfit(), missing(requirements(), installed())
    if of_other_versions and not wanted:
        return " ".join(of_other_versions)
    return " ".join([MISSING.format(what=", ".join(wanted) or error), *of_other_versions])


def _unfit() -> list[str]:
    """A sentence for each package that is there in a version that does not fit."""
    from lora_manager.requirements_check import installed, requirements, unfit

    return [f"{package}." for package in unfit(requirements(), installed())]
