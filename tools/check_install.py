"""Run the real install.py in a copy of an environment and list what changed: only additions, or it ends with 1.

    python tools/check_install.py --python PATH_OF_A_WEB_UIS_PYTHON    a copy of that environment (hard links, no space)
    python tools/check_install.py --pins FILE                          an environment made of these pins
    ... --without-network --read-only --encoder                        how the web UI is started

The packages that LoRA Manager brings are taken out of the copy first. What it was made from stays as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = ("SQLAlchemy", "alembic", "Mako", "nh3", "watchfiles", "sentence-transformers", "scikit-learn", "threadpoolctl")
NOWHERE = "http://127.0.0.1:9/simple"
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override")
"""What makes root heed who may write where."""
ENCODE = """
import tempfile, torch, transformers
from sentence_transformers import SentenceTransformer, __version__
from sentence_transformers import models
with tempfile.TemporaryDirectory() as folder:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ink", "wash"]
    open(folder + "/vocab.txt", "w").write("\\n".join(words))
    sizes = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config = transformers.BertConfig(vocab_size=len(words), **sizes)
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizer(folder + "/vocab.txt").save_pretrained(folder)
    part = models.Transformer(folder)
    model = SentenceTransformer(modules=[part, models.Pooling(16)], device="cpu")
    print("encodes", model.encode(["ink wash"]).shape, "with sentence-transformers", __version__)
"""


def copied(python: Path, folder: Path) -> Path:
    """Copy the environment of this Python by hard links, and take our packages out; the copy's Python."""
    source = python.parent.parent
    shutil.copytree(source, folder, symlinks=True, copy_function=_link, dirs_exist_ok=True)
    copy = folder / python.relative_to(source)
    _pip(copy, "uninstall", "--yes", *OURS)
    return copy


def made(pins: Path, folder: Path) -> Path:
    """Make an environment of these pins without ours; its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    names = {name.lower() for name in OURS}
    lines = pins.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("==")[0].strip().lower() not in names]
    listed = folder / "pins.txt"
    listed.write_text("\n".join(kept), encoding="utf-8")
    _pip(python, "install", "--no-deps", "-r", str(listed))
    return python


def freeze(python: Path) -> dict[str, str]:
    """Every package with its version, as pip itself lists them."""
    command = [str(python), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    listed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=python.parent)
    return {item["name"].lower().replace("_", "-"): item["version"] for item in json.loads(listed.stdout)}


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What was added, and what moved or is gone."""
    added = [f"{name}=={version}" for name, version in sorted(after.items()) if name not in before]
    moved = [f"{n} {v} -> {after.get(n, 'gone')}" for n, v in sorted(before.items()) if after.get(n) != v]
    return added, moved


def run_install(python: Path, options: argparse.Namespace) -> tuple[str, float]:
    """Start install.py as a web UI does; what it said, and the seconds it took."""
    environment = dict(os.environ)
    if options.without_network:
        environment.update(PIP_INDEX_URL=NOWHERE, PIP_NO_CACHE_DIR="1")
        environment.update(PIP_EXTRA_INDEX_URL=NOWHERE, PIP_FIND_LINKS=NOWHERE, PIP_CONFIG_FILE=os.devnull)
    if options.encoder:
        environment["LORA_MANAGER_INSTALL_ENCODER"] = "1"
    command = [str(python), str(ROOT / "install.py")]
    if options.read_only:
        for folder, _, _ in os.walk(python.parent.parent):
            os.chmod(folder, 0o555)
        command = [*WITHOUT_RIGHTS, *command] if hasattr(os, "getuid") and os.getuid() == 0 else command
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if options.read_only:
        for folder, _, _ in os.walk(python.parent.parent):
            os.chmod(folder, 0o755)
    return f"{done.stdout}{done.stderr}exit {done.returncode}", time.monotonic() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the copy, run it, print the difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--python", type=Path, help="the Python of the environment to copy")
    source.add_argument("--pins", type=Path, help="a list of pins, every package named")
    parser.add_argument("--without-network", action="store_true", help="no index can be reached")
    parser.add_argument("--read-only", action="store_true", help="whoever starts it may not write into the environment")
    parser.add_argument("--encoder", action="store_true", help="the user's setting asks for sentence-transformers")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="check-install-") as made_here:
        folder = Path(made_here) / "env"
        python = copied(options.python.absolute(), folder) if options.python else made(options.pins, folder)
        before = freeze(python)
        said, seconds = run_install(python, options)
        after = freeze(python)
        added, moved = difference(before, after)
        print(f"{said}\n{seconds:.1f} s; {len(before)} packages before, {len(after)} after")
        print("added:", ", ".join(added) or "nothing")
        print("moved:", ", ".join(moved) or "nothing")
        if "sentence-transformers" in after:
            subprocess.run([str(python), "-W", "ignore", "-c", ENCODE], cwd=made_here, check=False)
    return 1 if moved else 0


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", arguments[0], "--disable-pip-version-check", *arguments[1:]]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode != 0:
        sys.exit(f"pip failed:\n{(done.stdout + done.stderr)[-1500:]}")


if __name__ == "__main__":
    sys.exit(main())
