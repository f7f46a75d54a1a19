from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lora_manager import __version__
from lora_manager.cli.main import BAD_USAGE, DONE, FAILED, make_parser
from tests.cli.conftest import Run
from tests.helpers.command_line import command, environment

COMMANDS = ["scan", "search", "show", "recommend", "compose", "generate", "serve"]


def test_the_exit_codes_are_those_of_the_readme() -> None:
    assert (DONE, FAILED, BAD_USAGE) == (0, 1, 2)


NO_COMMANDS: list[tuple[str, ...]] = [
    (),
    ("nonsense",),
    ("search",),
    ("scan", "--nonsense"),
    ("search", "x", "--limit", "-1"),
    ("search", "x", "--limit", "many"),
    ("show",),
    ("generate", "x"),
    ("make-demo",),
]


@pytest.mark.parametrize("words", NO_COMMANDS)
def test_bad_usage_is_explained(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "usage:" in ran.err


@pytest.mark.parametrize("words", [("scan",), ("search", "x"), ("show", "x"), ("recommend", "x"), ("compose", "x")])
def test_a_command_without_a_library_is_bad_usage(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "--lora-dir" in ran.err


def test_a_failure_is_one_line_and_nothing_on_stdout(run: Run, library: tuple[str, ...]) -> None:
    ran = run("show", "nowhere", *library, "--json")
    assert (ran.code, ran.out) == (FAILED, "")
    assert ran.err.startswith("error: No LoRA")
    assert ran.err.count("\n") == 1


def test_a_file_that_is_no_database_fails(run: Run, root: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words " * 1000, encoding="utf-8")
    ran = run("scan", "--lora-dir", root, "--db", tmp_path / "notes.txt")
    assert (ran.code, ran.out) == (FAILED, "")
    assert "notes.txt" in ran.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_needs_the_catalogue_can_be_told_where_it_is(run: Run, name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == DONE
    for option in ("--lora-dir", "--db", "--json"):
        assert option in ran.out


def test_the_version_is_ours(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out.strip()) == (DONE, __version__)


def test_help_names_every_command(run: Run) -> None:
    ran = run("--help")
    assert ran.code == DONE
    for name in (*COMMANDS, "make-demo"):
        assert name in ran.out


def test_a_folder_can_be_named_several_times() -> None:
    arguments = make_parser().parse_args(["scan", "--lora-dir", "a", "--lora-dir", "b"])
    assert arguments.lora_dir == [Path("a"), Path("b")]


def test_another_process_prints_utf8_and_one_document_whatever_the_terminal(root: Path, tmp_path: Path) -> None:
    """The one run in a process of its own: an old terminal's encoding, a reader that is gone."""
    (root / "星.json").write_text("{", encoding="utf-8")
    old = {**environment(tmp_path / "state"), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command("scan", "--lora-dir", root, "--json"), env=old, capture_output=True, timeout=60, check=True
    )
    assert "星.json" in done.stdout.decode("utf-8")
    assert done.stdout.decode("utf-8").strip().startswith("{")
    with subprocess.Popen(
        command("search", "", "--lora-dir", root), env=old, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as gone:
        assert gone.stdout is not None
        gone.stdout.close()
        assert gone.wait(60) in (DONE, FAILED)
        assert gone.stderr is not None
        assert b"Traceback" not in gone.stderr.read()


def test_importing_the_command_line_costs_little() -> None:
    code = "import sys, lora_manager.cli.main; print([m for m in ('sqlalchemy', 'torch', 'PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
