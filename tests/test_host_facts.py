"""Every line of the notes on the web UIs is seen to: by a test that exists, or by a reason that the README names."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.host_facts import Fact, NotOurs, a1111, a1111_outside, at_a_glance, page, sdnext, sdnext_surprises, trying

ROOT = Path(__file__).resolve().parents[1]
NOTES = ROOT.parent / "shared" / "reference" / "hosts.md"
TABLES = (at_a_glance, sdnext_surprises, sdnext, a1111, a1111_outside, trying, page)
FACTS: tuple[Fact, ...] = tuple(fact for table in TABLES for fact in table.FACTS)
HEADING = "What of the web UIs does not apply"
_TITLE = re.compile(r"^test\((?P<quote>['\"])(?P<title>.*)(?P=quote),", re.MULTILINE)


def lines_of(text: str) -> list[str]:
    """The numbers of the lines that say something: `PART.HEADING:LINE`, and each table's rows without its head.

    A heading that ends in a colon and more is a line too; what is indented goes on with the line before it.
    """
    found: list[str] = []
    part = heading = line = 0
    lines = text.splitlines()
    for number, written in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        level = len(written) - len(written.lstrip("#"))
        if level == 2:
            part, heading, line = part + 1, 0, 0
        elif level == 3:
            heading, line = heading + 1, 0
        is_title = level in (1, 2) or (level == 3 and ": " not in written)
        is_head = "|---" in (written[:4], following[:4])
        if written.strip() and not is_title and not is_head and not written[0].isspace():
            line += 1
            found.append(f"{part}.{heading}:{line}")
    return found


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests of a file: functions in Python, titles in JavaScript."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".mjs":
        return frozenset(match["title"] for match in _TITLE.finditer(text))
    functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


def exists(test: str) -> bool:
    """Whether `path::name` names a test of this repository."""
    path, _, name = test.partition("::")
    return (ROOT / path).is_file() and name in names_in(ROOT / path)


def in_order(line: str) -> tuple[int, ...]:
    """How the numbers of lines follow each other."""
    return tuple(int(part) for part in re.split(r"[.:]", line))


def test_every_test_that_is_named_exists() -> None:
    assert sorted({test for fact in FACTS for test in fact.tests if not exists(test)}) == []


def test_every_fact_has_a_test_or_a_reason() -> None:
    without = [fact for fact in FACTS if not fact.says or bool(fact.tests) == bool(fact.does_not_apply)]
    assert without == []
    assert [fact.line for fact in FACTS if (fact.group is None) == bool(fact.does_not_apply)] == []


def test_no_fact_and_no_test_of_a_fact_stands_there_twice() -> None:
    assert [key for key, count in Counter((fact.line, fact.says) for fact in FACTS).items() if count > 1] == []
    assert [fact.line for fact in FACTS if len(set(fact.tests)) != len(fact.tests)] == []


def test_the_lines_of_each_part_are_numbered_without_a_gap() -> None:
    """As far as this can be told without the notes."""
    numbers = sorted({in_order(fact.line) for fact in FACTS})
    for part, heading in sorted({number[:2] for number in numbers}):
        lines = [number[2] for number in numbers if number[:2] == (part, heading)]
        assert lines == list(range(1, len(lines) + 1)), f"{part}.{heading}"


def test_every_line_of_the_notes_is_in_the_table() -> None:
    if not NOTES.is_file():
        pytest.skip("the notes on the web UIs are not on this machine")
    there = lines_of(NOTES.read_text(encoding="utf-8"))
    assert {fact.line for fact in FACTS} == set(there)


def test_lines_are_counted_as_a_reader_does() -> None:
    text = (
        "# Title\nA legend.\n\n## 1. Table\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n## 2. Text\n### A. Heading\n"
        "1. one\n   and more of it\n2. two\n### B: a fact by itself\nthree\n"
    )
    assert lines_of(text) == ["0.0:1", "1.0:1", "1.0:2", "2.1:1", "2.1:2", "2.2:1", "2.2:2"]


def test_titles_of_the_pages_tests_are_found() -> None:
    assert "a title is found" not in names_in(ROOT / "tests" / "web" / "page.test.mjs")
    assert exists("tests/web/page.test.mjs::nothing is asked from anywhere but our own server")
    assert not exists("tests/web/page.test.mjs::")
    assert not exists("tests/web/no-such.test.mjs::a title")


def test_the_readme_names_what_does_not_apply() -> None:
    """Each line, by its number, in the entry of its group."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if f"# {HEADING}" not in readme:
        pytest.skip(f"the README has no section '{HEADING}' yet")
    section = re.split(r"^#+ ", readme.partition(f"# {HEADING}")[2], maxsplit=1, flags=re.MULTILINE)[0]
    entries = [" ".join(entry.split()) for entry in section.split("\n- ")]
    for group in NotOurs:
        entry = next((entry for entry in entries if group.value.lower() in entry.lower()), "")
        named = set(re.findall(r"\d+\.\d+:\d+", entry))
        assert named == {fact.line for fact in FACTS if fact.group is group}, group
