"""The command that starts the page and the API on a server of our own."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path

from lora_manager.cli.opening import open_application
from lora_manager.cli.output import print_line
from lora_manager.errors import LoraManagerError, MissingDependencyError
from lora_manager.hosts.protection import ON_OUR_OWN_SERVER, Protection

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen for the server."""
    parser.add_argument("--model", type=Path, metavar="DIR", help="diffusers folder or .safetensors to generate with")
    parser.add_argument("--output-dir", type=Path, metavar="DIR", help="where images are saved")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7870)
    parser.add_argument("--demo", action="store_true", help="say on the page that this is the demo")
    parser.add_argument(
        "--allow-file-operations",
        action="store_true",
        help="with a --host that others reach: let everybody change files, settings and packages",
    )
    parser.add_argument("--no-scan", action="store_true", help="do not scan at the start")


def serve(arguments: argparse.Namespace) -> None:
    """Serve until interrupted. The LoRA folders are scanned in the background at the start."""
    try:
        import uvicorn

        from lora_manager.api.app import create_app
    except ImportError as error:
        raise MissingDependencyError(f"The page needs fastapi and uvicorn ({error}). Use: python dev.py run") from error
    _check_port(arguments.host, arguments.port)
    app = open_application(arguments)
    app.start()
    try:
        if not arguments.no_scan and app.host.roots():
            app.jobs.submit("scan", {"force": False})
        names = frozenset() if arguments.host in LOOPBACK else frozenset({arguments.host.lower()})
        if arguments.host not in LOOPBACK:
            print_line("Anyone who reaches this machine can use this page: it has no login. Prefer --host 127.0.0.1.")
        print_line(f"LoRA Manager: http://{arguments.host}:{arguments.port}/lora-manager/")
        server = create_app(app, names, protection_of(arguments))
        uvicorn.run(server, host=arguments.host, port=arguments.port, log_level="warning", access_log=False)
    finally:
        app.close()


def protection_of(arguments: argparse.Namespace) -> Protection:
    """Return what the command line says of who may come in: there is no login here."""
    is_open = arguments.host not in LOOPBACK
    return Protection(is_open, allows_file_operations=arguments.allow_file_operations, remedy=ON_OUR_OWN_SERVER)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # on Windows the option would let a taken port through
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise LoraManagerError(
                f"Port {port} on {host} cannot be used ({reason}). Choose another with --port."
            ) from error
