"""The steps of `python dev.py test`: each is named, timed, run to its end whatever the others did, and summed up."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.dev_env import PINS, ROOT, DevError, Environment, NoPythonError, ensure, say
from tools.dev_programs import CHROMIUM_VARIABLE, Node, ensure_chromium, ensure_node

NODE_FOLDER = ROOT / "tools" / "node"
NODE_STAMP = ".lora-manager-lock"
NO_CHROMIUM_VARIABLE = "LORA_MANAGER_NO_CHROMIUM"
CI_VARIABLE = "CI"
FAST = "not browser and not torch and not slow"


@dataclass(frozen=True)
class Lane:
    """One environment that the checks run in."""

    name: str
    environment: Environment
    page: bool = True
    """Whether the page's own checks (Node) and the static checks run here too: once is enough."""
    tests: tuple[str, ...] = ()
    """What is tested; nothing named is everything."""


HOSTS = ("a1111", "forge", "sdnext")
IN_A_HOST = (
    *("tests/api", "tests/contract", "tests/db", "tests/ui", "tests/test_application.py", "tests/test_extension.py"),
    *("tests/browser/test_in_hosts.py", "tests/browser/test_logins.py"),
    *("tests/formats/pictures", "tests/services/test_thumbnails.py"),
    *("tests/services/test_shrinking.py", "tests/services/test_shrinking_apart.py"),
)
"""What depends on the packages that a host brings: FastAPI, pydantic, gradio, Pillow and what comes with them."""
OURS_ALONE = "filterwarnings=default\nerror:::lora_manager"
"""Old packages warn on new ones' account; in their lanes only what our own modules cause is an error."""


def _host_lane(name: str) -> Lane:
    return Lane(name, Environment(ROOT / f".venv-{name}", name, only=(3, 11)), page=False, tests=IN_A_HOST)


LANES = {
    "default": Lane("default", Environment(ROOT / ".venv", "test")),
    **{name: _host_lane(name) for name in HOSTS},
}


@dataclass(frozen=True)
class Step:
    """One check: `run` returns whether it passed."""

    title: str
    run: Callable[[], bool]


def _run(command: list[str], cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> bool:
    return subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _node_modules(node: Node) -> None:
    """`npm ci`, unless these very packages are there."""
    lock = (NODE_FOLDER / "package-lock.json").read_bytes()
    stamp = NODE_FOLDER / "node_modules" / NODE_STAMP
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Installing the tools of the page (npm ci) ...")
    if not _run([*node.npm, "ci", "--no-audit", "--no-fund"], NODE_FOLDER, node.environment()):
        raise DevError("npm ci failed (see above). Check the network and start again.")
    stamp.write_text(wanted, encoding="utf-8")


def _node_steps(python: Path) -> list[Step]:
    """eslint, tsc and the page's unit tests; where there is no Node, each fails with the reason."""
    prepared: list[Node] = []

    def script(name: str) -> Callable[[], bool]:
        def run() -> bool:
            if not prepared:
                node = ensure_node(python, PINS / "node.txt")
                _node_modules(node)
                prepared.append(node)
            return _run([*prepared[0].npm, "run", "--silent", name], NODE_FOLDER, prepared[0].environment())

        return run

    return [
        Step("eslint", script("lint")),
        Step("tsc --checkJs", script("types")),
        Step("unit tests of the page", script("test")),
    ]


def _pytest(python: Path, *, fast: bool, expression: str, lane: Lane) -> Callable[[], bool]:
    def run() -> bool:
        environment = {**os.environ, "LORA_MANAGER_LANE": lane.name}
        if not fast:
            path, why_not = ensure_chromium(python)
            environment[CHROMIUM_VARIABLE if path else NO_CHROMIUM_VARIABLE] = path or why_not
            say(f"Chromium: {path or why_not}")
        command = [str(python), "-m", "pytest", "-q", "-rs", "--no-fold-skipped", "--durations=5"]
        command += ["-m", FAST] if fast else []
        command += ["-k", expression] if expression else []
        command += ["-o", OURS_ALONE, *lane.tests] if lane.tests else []
        return _run(command, env=environment)

    return run


def steps(lane: Lane, python: Path, *, fast: bool, expression: str) -> list[Step]:
    """What is checked, in order: the quickest first."""
    tests = Step("pytest", _pytest(python, fast=fast, expression=expression, lane=lane))
    if expression or not lane.page:
        return [tests]
    static = [
        Step("ruff", lambda: _run([str(python), "-m", "ruff", "check", "."])),
        Step("mypy", lambda: _run([str(python), "-m", "mypy"])),
    ]
    return [*static, *_node_steps(python), tests]


def _timed(step: Step) -> tuple[str, bool, float]:
    say(f"\n== {step.title} " + "=" * max(0, shutil.get_terminal_size((80, 24)).columns - len(step.title) - 4))
    started = time.monotonic()
    try:
        passed = step.run()
    except (DevError, OSError) as error:
        say(str(error))
        passed = False
    seconds = time.monotonic() - started
    say(f"-- {step.title}: {'passed' if passed else 'FAILED'} in {seconds:.1f} s")
    return step.title, passed, seconds


@dataclass(frozen=True)
class LaneResult:
    """How a lane went: `outcome` is "passed", "FAILED" or "not run", and `reason` says why where no step does."""

    name: str
    outcome: str
    reason: str = ""
    seconds: float = 0.0
    steps: tuple[tuple[str, bool, float], ...] = ()

    @property
    def is_failure(self) -> bool:
        """Whether it fails the whole. A lane that cannot be run here must be run where everything is checked."""
        return self.outcome == "FAILED" or (self.outcome == "not run" and bool(os.environ.get(CI_VARIABLE)))


def run_lane(lane: Lane, *, fast: bool = False, expression: str = "") -> LaneResult:
    """Make the lane's environment and run its steps, each to its end."""
    say(f"\n#### Lane {lane.name}")
    started = time.monotonic()
    try:
        python = ensure(lane.environment)
    except NoPythonError as error:
        return LaneResult(lane.name, "not run", str(error))
    except DevError as error:
        say(str(error))
        return LaneResult(lane.name, "FAILED", "its packages could not be installed", time.monotonic() - started)
    results = tuple(_timed(step) for step in steps(lane, python, fast=fast, expression=expression))
    outcome = "passed" if all(passed for _, passed, _ in results) else "FAILED"
    return LaneResult(lane.name, outcome, "", time.monotonic() - started, results)


def sum_up(results: Sequence[LaneResult]) -> bool:
    """Print a line for every lane there is, and its steps below; whether nothing failed."""
    done = {result.name: result for result in results}
    say("\nSummary")
    for name in LANES:
        result = done.get(name, LaneResult(name, "not run", "not asked for"))
        seconds = f"{result.seconds:8.1f} s" if result.seconds else ""
        say(f"  {f'lane {name}':<28} {result.outcome:<8}{seconds}{f' ({result.reason})' if result.reason else ''}")
        for title, passed, seconds_of_step in result.steps:
            say(f"    {title:<26} {'passed' if passed else 'FAILED':<8}{seconds_of_step:8.1f} s")
    return not any(result.is_failure for result in results)
