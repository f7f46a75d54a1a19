"""The two commands of LoRA Manager, `python dev.py run` and `python dev.py test`. Needs only Python 3.10 or newer."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

if sys.version_info < (3, 10):  # noqa: UP036 - said in words before an older Python stumbles over the imports
    sys.exit(f"LoRA Manager needs Python 3.10 or newer; this is {sys.version.split()[0]}.")

from tools.dev_checks import LANES, run_lane, sum_up
from tools.dev_env import ROOT, DevError, Environment, ensure, say

DEMO = ROOT / "demo"
DEMO_STAMP = ".made"
READY_LIMIT_S = 180
STOP_LIMIT_S = 10
LIGHT_NOTE = (
    "Light: torch is left out, so Generate is not available; catalogue, search, recommend and compose are."
    " `python dev.py run` without --light adds it."
)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="install what is needed and open LoRA Manager (a demo without --lora-dir)")
    run.add_argument("--lora-dir", action="append", type=Path, default=[], help="a LoRA folder (repeatable)")
    run.add_argument("--model", type=Path, help="a diffusers folder or checkpoint to generate with")
    run.add_argument("--port", type=int, default=7870)
    run.add_argument("--host", default="127.0.0.1", help="address to listen on")
    run.add_argument("--light", action="store_true", help="leave torch out: everything but generation")
    run.add_argument("--open", action="store_true", help="open the page in the browser when it is ready")
    test = commands.add_parser("test", help="install the test tools too and run every check")
    test.add_argument("--fast", action="store_true", help="leave out browser, torch and slow tests")
    test.add_argument(
        "--lane",
        choices=[*LANES, "all"],
        help="in which packages: the newest ones (default) or those of a web UI; all unless --fast or -k is given",
    )
    test.add_argument("-k", dest="expression", default="", help="only the Python tests that match, as in pytest")
    return top


def check_port(host: str, port: int) -> None:
    """Fail early, with a free port to use instead."""
    if _is_free(host, port):
        return
    free = next((other for other in range(port + 1, min(port + 100, 65536)) if _is_free(host, other)), 0)
    remedy = f"Use --port {free}, which is free" if free else "Use --port with a free one"
    raise DevError(f"Port {port} on {host} cannot be used: it is taken (by another LoRA Manager?). {remedy}.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # on Windows this option would let two servers share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError as error:
            raise DevError(f"Port {port} does not exist: use one from 1 to 65535.") from error
        except OSError:
            return False
    return True


def make_demo(python: Path, *, light: bool) -> dict[str, str]:
    """{"lora_dir": ..., "model_dir": ... or None} of the demo, made once for each version of the package."""
    stamp = DEMO / DEMO_STAMP
    demo = _read_demo(stamp)
    if demo.get("version") == _version() and (light or demo.get("model_dir")):
        return demo
    what = "LoRAs" if light else "LoRAs and a tiny model that draws noise"
    say(f"Making the demo in demo/: about 60 {what} ...")
    command = [str(python), "-m", "lora_manager", "make-demo", str(DEMO), "--json", *(["--light"] if light else [])]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if made.returncode != 0:
        said = "\n".join(made.stderr.strip().splitlines()[-15:])
        raise DevError(f"The demo could not be made:\n{said}\nName your own folder with --lora-dir.")
    demo = {**json.loads(made.stdout), "version": _version()}
    stamp.write_text(json.dumps(demo), encoding="utf-8")
    return demo


def _read_demo(stamp: Path) -> dict[str, str]:
    """What the stamp says, unless the repository was moved or the demo deleted since."""
    try:
        demo = json.loads(stamp.read_text(encoding="utf-8"))
        folders = [demo["lora_dir"], demo["model_dir"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return demo if all(Path(folder).is_dir() for folder in folders if folder) else {}


def _version() -> str:
    """The package's version without importing it."""
    text = (ROOT / "lora_manager" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def serve_command(python: Path, options: argparse.Namespace) -> list[str]:
    """The command that starts the server."""
    command = [str(python), "-m", "lora_manager", "serve", "--host", options.host, "--port", str(options.port)]
    folders, model = options.lora_dir, options.model
    if not folders:
        demo = make_demo(python, light=options.light)
        command.append("--demo")
        folders, model = [Path(demo["lora_dir"])], model or (None if options.light else demo["model_dir"])
    for folder in folders:
        command += ["--lora-dir", str(folder.resolve())]
    return [*command, "--model", str(Path(model).resolve())] if model else command


def run(options: argparse.Namespace) -> int:
    """Install, make the demo if needed, serve until Ctrl+C."""
    for folder in options.lora_dir:
        if not folder.is_dir():
            raise DevError(f"--lora-dir {folder}: there is no such folder.")
    check_port(options.host, options.port)
    python = ensure(Environment(ROOT / ".venv", "light" if options.light else "full"))
    if options.light:
        say(LIGHT_NOTE)
    return _serve(serve_command(python, options), options)


def _serve(command: list[str], options: argparse.Namespace) -> int:
    """Start the server, say when the page answers, and end it cleanly with Ctrl+C or SIGTERM."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _as_interrupt)
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        address = _wait_until_ready(server, options)
        if address and options.open:
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        _stop(server)
        say("LoRA Manager has stopped.")
        return 0
    finally:
        _stop(server)


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server; a second Ctrl+C or a hang makes it short."""
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(STOP_LIMIT_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()
        server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], options: argparse.Namespace) -> str:
    """The page's address once it answers; "" when the server ended before."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}
    shown = everywhere.get(options.host, f"[{options.host}]" if ":" in options.host else options.host)
    address = f"http://{shown}:{options.port}/lora-manager/"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    started = time.monotonic()
    while server.poll() is None and time.monotonic() - started < READY_LIMIT_S:
        try:
            with opener.open(f"{address}api/v1/health", timeout=5) as answer:
                json.load(answer)
        except (urllib.error.URLError, OSError, ValueError):
            time.sleep(0.1)
            continue
        say(f"\n  LoRA Manager is ready: {address}\n  Ctrl+C ends it.\n")
        return address
    if server.poll() is None:
        raise DevError(f"The server did not answer within {READY_LIMIT_S} s; its messages are above.")
    return ""


def test(options: argparse.Namespace) -> int:
    """Run every check; 1 if any failed."""
    asked = options.lane or ("default" if options.fast or options.expression else "all")
    lanes = list(LANES.values()) if asked == "all" else [LANES[asked]]
    return 0 if sum_up([run_lane(lane, fast=options.fast, expression=options.expression) for lane in lanes]) else 1


def main(arguments: list[str] | None = None) -> int:
    """Run a command; expected failures end in one clear message."""
    options = parser().parse_args(arguments)
    try:
        return run(options) if options.command == "run" else test(options)
    except DevError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
