"""Ask a web UI that runs with LoRA Manager in it for everything that the contract between both promises.

    python tools/check_host.py http://127.0.0.1:7860
    python tools/check_host.py http://127.0.0.1:7860 --log webui.log -k recording
    python tools/check_host.py http://127.0.0.1:7860 --login ann:secret --api-auth api:bees --routes routes.txt

It makes some forty small pictures with the model that the host has selected, cancels some, and has the host load its
scripts again (AUTOMATIC1111) or restart (SDNext): use a host that nobody works with. The host needs its API
(`--api` in the AUTOMATIC1111 family), a checkpoint, and two LoRAs that fit it. A host with a login
(`--gradio-auth`, in SDNext `--auth`) is told its user here; then each route is also asked for by everybody who may
not, and `--routes` keeps the table of that. The checks are those of tests/contract, which CI asks of imitated hosts;
they run with the environment that `python dev.py test` makes. Exit code 0 when everything held.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = ROOT / "tests" / "contract"
PAIRS = "test_two_hosts.py"
"""Asked of two imitated hosts, not of one."""
LIMIT_S = 3600
"""Seconds for one check: a real host draws on a processor at times."""


class NoHostError(Exception):
    """There is no host of ours at that address; the message says why."""


def family_of(url: str, login: str) -> str:
    """Ask the host which one it is."""
    address = f"{url}/lora-manager/api/v1/host"
    jar = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
    try:
        if login:
            user, _, password = login.partition(":")
            form = urllib.parse.urlencode({"username": user, "password": password}).encode()
            opener.open(f"{url}/login", data=form, timeout=60).close()
        with opener.open(address, timeout=60) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            said = error.read()[:300].decode("utf-8", "replace")
        raise NoHostError(f"{address} answered {error.code}: {said}. Is LoRA Manager in this web UI?") from error
    except (OSError, ValueError) as error:
        raise NoHostError(f"{address} gave no answer ({error}). Does the web UI run?") from error
    name: str = told["name"]
    print(f"{name} {told['version']} at {url}, model {(told['model'] or {}).get('name', 'none')}", flush=True)
    return name


def interpreter() -> Path:
    """The Python of the test environment, else the one that runs this."""
    places = [ROOT / ".venv" / "bin" / "python", ROOT / ".venv" / "Scripts" / "python.exe"]
    return next((place for place in places if place.exists()), Path(sys.executable))


def command(url: str, family: str, options: argparse.Namespace) -> list[str]:
    """What is run: each check says its name and how it went."""
    words = [str(interpreter()), "-m", "pytest", str(CONTRACT), f"--ignore={CONTRACT / PAIRS}"]
    words += ["--host-url", url, "--host-family", family]
    words += ["-v", "--no-header", "-p", "no:randomly", "-p", "no:cacheprovider", f"--timeout={LIMIT_S}", "-rfEs"]
    words += ["--durations=0", "--durations-min=1"]
    for name in ("login", "api_auth"):
        words += [f"--host-{name.replace('_', '-')}", getattr(options, name)]
    for name in ("log", "routes"):
        path = getattr(options, name)
        words += [f"--host-{name}", str(path.resolve())] if path else []
    return [*words, *(["-k", options.expression] if options.expression else []), *(["-x"] if options.stop else [])]


def main(arguments: list[str] | None = None) -> int:
    """Run the checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the web UI's address, e.g. http://127.0.0.1:7860")
    parser.add_argument("--log", type=Path, help="the file that the web UI writes its messages to: read for errors")
    parser.add_argument("--login", metavar="USER:PASSWORD", default="", help="of the web UI's login, where it has one")
    parser.add_argument(
        "--api-auth", metavar="USER:PASSWORD", default="", help="what its API asks for; in SDNext the same as --login"
    )
    parser.add_argument("--routes", type=Path, help="keep the table of every route and who may ask in this file")
    parser.add_argument("-k", dest="expression", default="", help="only the checks that match, as in pytest")
    parser.add_argument("-x", dest="stop", action="store_true", help="stop at the first check that fails")
    options = parser.parse_args(arguments)
    url = options.url.rstrip("/")
    try:
        family = family_of(url, options.login)
    except NoHostError as error:
        print(error)
        return 2
    return subprocess.run(command(url, family, options), cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
