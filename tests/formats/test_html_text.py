from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.html_text import beginning_of_html, html_to_text, plain_to_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br/>two<BR>three<br />four", "one\ntwo\nthree\nfour"),
        ("<ul><li><p>a</p></li><li>b</li></ul>", "a\nb"),
        ("<p>a <strong>bold</strong> w<em>or</em>d</p>", "a bold word"),
        ('<p><a target="_blank" href="https://example.com/?a=1&amp;b=2">link</a> text</p>', "link text"),
        ("<h2>Title</h2>body", "Title\nbody"),
        ("a &amp; b &lt;3 &quot;c&quot; &#39;d&#39;", "a & b <3 \"c\" 'd'"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a&nbsp;&nbsp;b\u00a0c\u200bd", "a b cd"),
        ("<p> </p><p>\u00a0</p>x", "x"),
        ("a<script>alert('<p>x</p>')</script>b<STYLE>p { }</STYLE>c", "abc"),
        ("a<script>never closed", "a"),
        ("\u0130<Script>x</sCRIPT >b", "\u0130b"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<!-- note -->a", "a"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("one<p>two</p>three", "one\ntwo\nthree"),
        ("<P CLASS=x>one</P >two<px>three</px>", "one\ntwothree"),
        ("a\tb\r\nc\x0bd", "a b\nc d"),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert html_to_text(source) == text


@given(st.text(max_size=200) | st.text(st.sampled_from("<>/p br&amp;script a\n"), max_size=100))
def test_any_text_gives_tidy_lines(source: str) -> None:
    for line in html_to_text(source).splitlines():
        assert "  " not in line
    assert html_to_text(source) == html_to_text(source).strip()


PIECES = ["<p>one</p>", "<strong>two</strong> ", "a &amp; b ", "&lt;", "<script>x</script>", "<style>", "<", " 5 < 6 "]


@given(st.lists(st.sampled_from(PIECES), max_size=300).map("".join), st.integers(0, 60))
def test_the_beginning_is_that_of_the_whole_text(source: str, length: int) -> None:
    assert beginning_of_html(source, length) == html_to_text(source)[:length]


def test_the_beginning_of_a_long_source_costs_little() -> None:
    source = "<p>On <strong>many</strong> pictures &amp; more.</p>" * 20_000
    started = time.process_time()
    for _ in range(100):
        beginning_of_html(source, 4_000)
    assert time.process_time() - started < 0.5  # .02 measured; whole it takes 100 times as long


@pytest.mark.parametrize(
    "piece", ["<a", "<p", "<script", "<script>", "</p", "&", "&amp", "<p>\n", "<!--", "< ", "<" + "a" * 999_999]
)
def test_hostile_html_costs_little(piece: str) -> None:
    started = time.process_time()
    html_to_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 3


def test_a_thousand_descriptions_take_little_time() -> None:
    source = "<p>On <strong>many</strong> pictures &amp; more.</p><ul><li><p>A weight of 0.8</p></li></ul>" * 20
    started = time.process_time()
    for _ in range(1_000):
        html_to_text(source)
    assert time.process_time() - started < 0.5  # .05 measured; shared machines are slow


@given(st.text(max_size=50).filter(lambda text: "<" not in text and "\r" not in text))
def test_plain_text_survives_the_way_through_html(text: str) -> None:
    lines = (" ".join(line.replace("\u00a0", " ").split()) for line in text.split("\n"))
    visible = [line for line in lines if line]
    if not any(char in text for char in "\u200b\u200c\u2060\ufeff\u00ad\0") and all(ord(char) > 31 for char in text):
        assert html_to_text(plain_to_html(text)).split("\n") == (visible or [""])


def test_plain_text_is_escaped_and_html_kept() -> None:
    assert plain_to_html("a < b & c\nd") == "a &lt; b &amp; c<br>\nd"
    assert plain_to_html("<script>x") == "&lt;script&gt;x"
    assert plain_to_html("<p>x</p>") == "<p>x</p>"
