from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lora_manager.optional_packages import ENCODER, INSTALL_ENCODER
from lora_manager.package_install import Target
from tests.helpers.packages import Environment, make_environment

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("__init__", "requirements_check", "package_install", "optional_packages")
"""What of us install.py works with."""


@pytest.fixture
def install() -> ModuleType:
    """The module as a host's Python sees it: nothing of ours on the path."""
    spec = importlib.util.spec_from_file_location("lora_manager_install", ROOT / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_done_when_nothing_is_missing(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kwargs: pytest.fail("pip was called"))
    install.main()
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_line_with_a_remedy_and_the_host_goes_on(install: ModuleType, tmp_path: Path) -> None:
    said = install.install([str(tmp_path / "no-such-package.whl")], Target())
    assert said.count("\n") == 0
    assert "could not be installed" in said
    assert "Its tab says what is missing" in said


def test_whatever_goes_wrong_is_one_line(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("no metadata today")

    monkeypatch.setattr("lora_manager.package_install.installed", breaks)
    install.main()
    out = capsys.readouterr().out
    assert "no metadata today" in out
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line", "flag"),
    [
        ([], "", ""),
        ([], "--listen --skip-installation --port 7860", ""),
        ([], "--listen --skip-install --port 7860", "--skip-install"),
        ([], "--ckpt 'my models/a b.safetensors' --skip-prepare-environment", "--skip-prepare-environment"),
        ([], "--ckpt 'not closed --skip-install", "--skip-install"),
        (["--skip-install"], "", "--skip-install"),
    ],
)
def test_the_flag_is_found_by_which_nothing_is_installed(
    install: ModuleType, arguments: list[str], line: str, flag: str
) -> None:
    assert install.skipped(arguments, {"COMMANDLINE_ARGS": line}) == flag
    assert install.skipped(arguments, {}) == (flag if arguments else "")


class Extension:
    """A copy of what install.py works with, in a folder of its own, started as a host starts it."""

    def __init__(self, folder: Path, environment: Environment) -> None:
        self.folder = folder / "extension"
        self.environment = environment
        (self.folder / "lora_manager").mkdir(parents=True)
        for name in ("install.py", *(f"lora_manager/{name}.py" for name in NEEDED)):
            shutil.copyfile(ROOT / name, self.folder / name)
        self.require("pip>=1")

    def require(self, *requirements: str) -> None:
        """Have these in pyproject.toml."""
        listed = "".join(f'    "{requirement}",\n' for requirement in requirements)
        (self.folder / "pyproject.toml").write_text(f"[project]\ndependencies = [\n{listed}]\n", encoding="utf-8")

    def run(self, *arguments: str, cwd: Path | None = None, **variables: str) -> str:
        """What install.py says. Without a folder named, it is started in the extension's own, as SDNext does."""
        done = subprocess.run(
            [str(self.environment.python), str(self.folder / "install.py"), *arguments],
            cwd=cwd or self.folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert done.stderr == ""
        return done.stdout

    def files(self) -> set[str]:
        """Every file of it."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}


@pytest.fixture
def extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Extension:
    for name in ("COMMANDLINE_ARGS", INSTALL_ENCODER):
        monkeypatch.delenv(name, raising=False)
    return Extension(tmp_path, make_environment(tmp_path, monkeypatch))


def test_a_package_is_installed_and_nothing_else_moves(extension: Extension) -> None:
    environment = extension.environment
    environment.put("old-lamp", "1.0")
    environment.offer("old-lamp", "2.0")
    environment.offer("lantern-oil", requires=("old-lamp",))
    extension.require("old-lamp>=1", "lantern-oil>=1")
    assert extension.run() == "LoRA Manager: installed lantern-oil 1.0; nothing else changed.\n"
    assert environment.versions() == {"old-lamp": "1.0", "lantern-oil": "1.0"}
    assert extension.run() == "", "it is there now"


def test_what_would_move_a_package_is_refused_in_one_line(extension: Extension) -> None:
    environment = extension.environment
    environment.put("old-lamp", "1.0")
    environment.offer("old-lamp", "2.0")
    environment.offer("moth-wing", requires=("old-lamp>=2",))
    extension.require("moth-wing")
    refused = extension.run()
    assert "moth-wing could not be installed (no version fits beside what is installed" in refused
    assert refused.count("\n") == 1
    assert environment.versions() == {"old-lamp": "1.0"}


def test_one_that_does_not_fit_is_said_and_left_and_a_broken_one_hinders_nothing(extension: Extension) -> None:
    environment = extension.environment
    environment.put("old-lamp", "1.0")
    environment.offer("moth-wing")
    extension.require("old-lamp>=2", "moth-wing")
    for directory, name in (("two words-1", b"two words"), ("~oth_wing-1.0", b"moth-wing"), ("owl-1", b"owl\xff")):
        broken = environment.packages / f"{directory}.dist-info"
        broken.mkdir()
        (broken / "METADATA").write_bytes(b"Metadata-Version: 2.1\nName: " + name + b"\nVersion: 1\n")
    unfit, stuck = extension.run().splitlines()
    assert "old-lamp 1.0 is installed, but LoRA Manager needs old-lamp>=2: it is not moved" in unfit
    # The pip of some Pythons reads what others stumble over.
    if "installed moth-wing 1.0" not in stuck:
        assert str(broken) in stuck
        shutil.rmtree(broken)
        assert "installed moth-wing 1.0" in extension.run()


@pytest.mark.parametrize("own_folder", [True, False])
def test_the_hosts_modules_are_never_imported_and_no_folder_is_littered(
    extension: Extension, tmp_path: Path, own_folder: bool
) -> None:
    """SDNext's write their configuration wherever the process stands, and that is the extension's folder."""
    host = tmp_path / "host"
    (host / "modules").mkdir(parents=True)
    litter = "from pathlib import Path\nPath('config.json').write_text('{}')\nraise SystemExit('imported')\n"
    for name in ("launch", "installer", "webui", "modules/__init__", "modules/shared", "pip", "tools", "utils"):
        (host / f"{name}.py").write_text(litter, encoding="utf-8")
    (host / "pip.py").unlink()
    extension.environment.offer("lantern-oil")
    extension.require("lantern-oil")
    before, of_host = extension.files(), sorted(host.rglob("*"))
    said = extension.run(cwd=None if own_folder else host, PYTHONPATH=f"{host}{os.pathsep}")
    assert said == "LoRA Manager: installed lantern-oil 1.0; nothing else changed.\n"
    assert extension.files() == before
    assert sorted(host.rglob("*")) == of_host


def test_the_user_who_wants_nothing_installed_is_heeded(extension: Extension) -> None:
    extension.environment.offer("lantern-oil")
    extension.require("lantern-oil")
    said = "LoRA Manager: lantern-oil missing, and not installed because of --skip-install.\n"
    assert extension.run(COMMANDLINE_ARGS="--listen --skip-install", **{INSTALL_ENCODER: "1"}) == said
    assert extension.run("--skip-install") == said
    assert extension.environment.versions() == {}


@pytest.fixture
def silent_index() -> Iterator[str]:
    """An index that takes every connection and answers none."""
    ended = threading.Event()
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def accept() -> None:
            while not ended.is_set():
                try:
                    kept.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        ended.set()
        thread.join()
    for connection in kept:
        connection.close()


@pytest.mark.slow
def test_an_index_that_does_not_answer_holds_the_start_for_half_a_minute_at_most(
    extension: Extension, silent_index: str
) -> None:
    extension.require("lantern-oil", "moth-wing", "owl")
    started = time.monotonic()
    said = extension.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=silent_index, PIP_DEFAULT_TIMEOUT="180")
    assert time.monotonic() - started < 45
    assert "the package index cannot be reached: internet access is needed once" in said
    assert said.count("\n") == 1


def test_without_any_network_it_ends_at_once(extension: Extension) -> None:
    extension.require("lantern-oil")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nowhere = f"http://127.0.0.1:{port}/simple"
    said = extension.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=nowhere)
    assert "lantern-oil could not be installed (the package index cannot be reached" in said


def test_the_encoder_comes_by_the_users_setting_alone(extension: Extension) -> None:
    environment = extension.environment
    environment.put("transformers", "4.46.1")
    for name in ("scikit-learn", "scipy", "numpy", "tqdm", "huggingface-hub", "typing-extensions", "Pillow", "torch"):
        environment.put(name, "1.5")
    environment.offer(ENCODER, "5.7.0")
    assert extension.run() == ""
    said = "LoRA Manager: sentence-transformers was added: sentence-transformers 5.7.0; nothing else changed.\n"
    assert extension.run(**{INSTALL_ENCODER: "1"}) == said
    assert extension.run(**{INSTALL_ENCODER: "1"}) == "", "it is there now"


def test_an_encoder_that_cannot_be_had_is_one_line(extension: Extension) -> None:
    (only,) = extension.run(**{INSTALL_ENCODER: "1"}).splitlines()
    assert only.startswith("LoRA Manager: sentence-transformers is not installed. It needs torch")


def _python_3_10() -> str:
    """A Python of the oldest version, or "" where there is none that runs."""
    found = shutil.which("python3.10") or ""
    works = found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    return found if works else ""


def test_the_oldest_python_reads_the_requirements_too(tmp_path: Path) -> None:
    """It has no reader of TOML. Where this is not 3.10, one on PATH is asked."""
    python = sys.executable if sys.version_info[:2] == (3, 10) else _python_3_10()
    if not python:
        pytest.skip("no Python 3.10 here")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import install, lora_manager.requirements_check as r; "
    code += "import lora_manager.optional_packages; print(*r.requirements(), sep='\\n')"
    done = subprocess.run([python, "-c", code, str(ROOT)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "SQLAlchemy>=2.0,<2.2" in done.stdout.splitlines()
