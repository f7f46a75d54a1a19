from __future__ import annotations

import io
import json

import pytest

from lora_manager.cli.output import ProgressBar, print_json, print_line


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_json_is_one_readable_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "星", "items": [1, None]})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "星", "items": [1, None]}
    assert "星" in out
    assert out.endswith("}\n")
    with pytest.raises(ValueError, match="JSON"):
        print_json(float("nan"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain", "plain"), ("星 é", "星 é"), ("a\nb\x1b[2J", "a\\nb\\x1b[2J"), ("half \ud800", "half \\ud800"), ("", "")],
)
def test_a_line_is_a_line(capsys: pytest.CaptureFixture[str], text: str, shown: str) -> None:
    print_line(text)
    assert capsys.readouterr().out == f"{shown}\n"


def test_a_bar_is_drawn_on_a_terminal_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    bar = ProgressBar()
    bar(0, 0, "Looking")
    for done in range(1, 101):
        bar(done, 100, "Reading")
    drawn = terminal.getvalue()
    assert "100/100 Reading" in drawn
    assert drawn.count("\r") < 10, "not for every file"
    bar.close()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    bar = ProgressBar()
    bar(1, 2, "Reading")
    bar(2, 2, "Reading")
    bar.close()
    assert capsys.readouterr() == ("", "")
