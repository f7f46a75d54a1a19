"""What web UIs look for in an extension's folder: scripts/, metadata.ini, style.css, preload.py.

The numbers are those of tests/host_facts.
"""

from __future__ import annotations

import argparse
import ast
import configparser
import importlib.util
import re
from pathlib import Path

import pytest

from lora_manager.ui.mounts import PARTS

ROOT = Path(__file__).resolve().parents[1]


def test_metadata_asks_for_no_other_extension() -> None:
    """3.10:3, 3.11:5: the Lora extension has another name in Forge, which then shows an error."""
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "metadata.ini", encoding="utf-8")
    assert metadata.sections() == ["Extension"]
    # The host goes by the folder's name, in lower case: ours is the one that the README gives it.
    assert dict(metadata["Extension"]) == {"name": "lora-manager"}
    assert "extensions/lora-manager" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_loaded_script_defines_nothing() -> None:
    """2.1:5, 3.10:2: its module stands in no sys.modules, where dataclasses and pickle look for it."""
    (script,) = (ROOT / "scripts").glob("*.py")
    nodes = list(ast.walk(ast.parse(script.read_text(encoding="utf-8"))))
    assert [node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)] == []


def test_no_name_of_ours_is_one_that_others_use() -> None:
    """3.10:2: some hosts leave each extension's folder in sys.path for good."""
    importable = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    packages = {path.stem for path in (ROOT / "scripts").glob("*.py")}
    common = {
        "app",
        "backend",
        "common",
        "db",
        "lib",
        "libs",
        "modules",
        "networks",
        "src",
        "ui",
        "util",
        "utils",
        "web",
    }
    assert (importable | packages) & common == set()


def test_flags_are_added_by_a_file_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """2.2:16, 3.10:1: `preload(parser)`; every flag bears our name, so that none is another extension's."""
    spec = importlib.util.spec_from_file_location("preload", ROOT / "preload.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    parser = argparse.ArgumentParser(add_help=False)
    module.preload(parser)
    flags = [flag for action in parser._actions for flag in action.option_strings]
    assert flags
    assert all(flag.startswith("--lora-manager-") for flag in flags)
    assert not any(vars(parser.parse_args([])).values())
    assert capsys.readouterr().out == ""


def test_the_style_sheet_is_about_our_own_elements() -> None:
    """2.4:1: the host links it into its own page."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [one.strip() for block in re.findall(r"([^{}]+)\{", text) for one in block.split(",")]
    ours = {f"lm-{part.lower()}:not(:defined)" for part in PARTS} | {".lora-manager-problem"}
    assert set(selectors) == ours
